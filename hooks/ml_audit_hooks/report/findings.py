"""The findings of all checks by their cause: forty unsafe loads are one thing to say."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.theme import Theme
from ml_audit_hooks.report.themes import BY_CODE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.report.outline import Outline

RANK = ("error", "warning", "note")
PRODUCT, SIDE, TEST, FOREIGN = range(4)  # where a file stands, the gravest first
_SIDE_FOLDERS = frozenset(
    "bench benchmark benchmarks demo demos doc docs example examples notebook notebooks playground"
    " sample samples sandbox tutorial tutorials".split()
)
_CODE = frozenset(("Notebook", "Python"))
_OWN_SHARE = 0.2  # of the lines of code; with less outside the side folders, these are the product


class Found(NamedTuple):
    """A finding with what its rule says."""

    path: str
    finding: Finding
    severity: str  # error, warning, note
    title: str  # the rule's message
    why: str  # why it matters, a sentence
    message: str

    @property
    def place(self) -> tuple[str, int | None, int]:
        """Where it stands: two checks that speak of one place speak of one thing."""
        return self.path, self.finding.cell, self.finding.line


class Standing(NamedTuple):
    """What the paths of a repository are to its users."""

    side_counts: bool  # the repository is its examples or notebooks

    def of(self, path: str) -> int:
        """PRODUCT, SIDE, TEST or FOREIGN."""
        if places.is_vendored(path) or places.is_generated(path):
            return FOREIGN
        if places.is_test(path):
            return TEST
        return SIDE if not self.side_counts and is_side(path) else PRODUCT


class Cause(NamedTuple):
    """All findings that speak of one cause."""

    theme: Theme
    severity: str  # the gravest that counts
    found: tuple[Found, ...]  # what counts: the product before its examples, then by path
    tier: int  # the best standing among them

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that speak of it, sorted."""
        return tuple(sorted({item.finding.code for item in self.found}))

    @property
    def places(self) -> int:
        """At how many places; two findings of one line are one."""
        return len({item.place for item in self.found})

    @property
    def files(self) -> int:
        """In how many files."""
        return len({item.path for item in self.found})


def is_side(path: str) -> bool:
    """Whether a folder's name says that users do not import or run the file as the product."""
    return not _SIDE_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def standing(outlines: Mapping[str, Outline]) -> Standing:
    """How the paths of this repository are to be weighed."""
    own = every = 0
    for path, outline in outlines.items():
        if outline.language in _CODE and not places.is_test(path) and not places.is_vendored(path):
            every += outline.lines
            own += 0 if is_side(path) else outline.lines
    return Standing(own <= every * _OWN_SHARE)


def causes(
    found: Iterable[Found], where: Standing, foremost: Callable[[str], int] = lambda path: 0
) -> tuple[tuple[Cause, ...], tuple[Found, ...]]:
    """(the causes, by the name of their theme; what is too small for a bullet: notes, and what only tests do).
    `foremost` gives the rank of a path among those of one standing, from 0: 0 and 1 stand in the main folder."""
    by_theme: dict[Theme, list[Found]] = {}
    found = tuple(found)
    remote = {item.place for item in found if item.finding.code == "CKP004"}
    for item in found:
        code = "CKP004" if item.place in remote else item.finding.code  # without a revision is part of unseen
        theme = BY_CODE.get(code) or Theme(code, 40, (code,), item.title.rstrip("."), item.why, "")
        by_theme.setdefault(theme, []).append(item)
    made, small = [], []
    for theme in sorted(by_theme):
        items = _judged(by_theme[theme])
        grave = [item for item in items if item.severity != "note" and _counts(item, theme, where)]
        small += [item for item in items if item.severity == "note" or not _counts(item, theme, where)]
        if grave:
            grave.sort(key=lambda item: (where.of(item.path), *_order(item, theme, foremost)))
            severity = min((item.severity for item in grave), key=RANK.index)
            made.append(Cause(theme, severity, tuple(grave), where.of(grave[0].path)))
    return tuple(made), tuple(sorted(small, key=lambda item: item.finding.code))


def _order(item: Found, theme: Theme, foremost: Callable[[str], int]) -> tuple[object, ...]:
    """By name, so that moved lines change nothing; where there is a measure, the worst first."""
    finding = item.finding
    worst = (finding.code, foremost(item.path) > 1, -finding.measure) if theme.measured else ()
    return *worst, foremost(item.path), item.path, finding.symbol, finding.cell or 0, finding.line, finding.code


def _counts(item: Found, theme: Theme, where: Standing) -> bool:
    tier = where.of(item.path)
    if item.finding.code == "B102" and item.path.rpartition("/")[2] == "setup.py":
        return False  # how a package without metadata reads its version
    if item.finding.code == "B608" and item.finding.kind == "low":
        return False  # a sentence with "select" and "from" in it
    return tier < TEST or (theme.anywhere and tier == TEST and item.severity == "error")


def _judged(items: list[Found]) -> list[Found]:
    """The findings of one cause. A check that knows the domain has the last word on its places: of bandit's findings
    there only those stay that agree with it."""
    known: dict[tuple[str, int | None, int], bool] = {}
    for item in items:
        if not _is_general(item):
            known[item.place] = known.get(item.place, True) and item.severity != "note"
    return [item for item in items if not _is_general(item) or _agrees(item, known)]


def _is_general(item: Found) -> bool:
    return item.finding.code[1:].isdigit()  # bandit's: B614


def _agrees(item: Found, known: Mapping[tuple[str, int | None, int], bool]) -> bool:
    return item.place not in known or (known[item.place] and item.severity != "note")
