"""What a check says of a file: findings, facts, and what could not be read."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Literal, TypeAlias

    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.settings import Settings

    Severity: TypeAlias = Literal["error", "warning", "note"]
    Facts: TypeAlias = tuple[Any, ...]
    Counted: TypeAlias = Callable[[str, "Record"], tuple["Finding", ...]]  # (path, record) -> what counts there
    Folded: TypeAlias = Mapping[str, tuple["Finding", ...]]  # path -> what the tree as a whole says of it
    Pragmas: TypeAlias = tuple[tuple[int, int | None, tuple[str, ...], str, str], ...]  # see `suppress.Pragma`

# Where a finding holds, for what one file alone cannot tell.
EVERYWHERE = "everywhere"
PRODUCT = "product"  # not in test code, where it would be a test double
CONTRACT = "contract"  # as PRODUCT, and not where a subclass anywhere in the repository overrides it


class Finding(NamedTuple):
    """One thing to act on. Its path is that of the record."""

    code: str
    line: int  # from 1, in the file or the cell
    column: int  # from 1, in characters
    cell: int | None  # from 0, over all cells of a notebook
    symbol: str  # dotted; "<module>" at the top level
    kind: str  # a word of the contract for the code
    text: str  # what stands there, on one line
    first: int = 0  # lines on which, or on the line above which, a suppression counts
    last: int = 0
    holds: str = EVERYWHERE
    ignored: str = ""  # the reason of its suppression
    until: str = ""  # YYYY-MM-DD, the suppression's end
    level: str = ""  # a severity, where it is not that of the rule
    measure: int = 0  # how much of it; a finding that the base has with a smaller measure is new


class Record(NamedTuple):
    """All that one check found in one blob."""

    findings: tuple[Finding, ...] = ()
    facts: Facts = ()  # of the check's own shape; values that marshal can write
    unread: tuple[tuple[int | None, str], ...] = ()  # (cell, reason)
    pragmas: Pragmas = ()  # the suppressions in the file, for findings that a fold makes

    def plain(self) -> tuple[Any, ...]:
        """As built-in tuples, for the store."""
        return tuple(map(tuple, self.findings)), self.facts, self.unread, self.pragmas

    @classmethod
    def of(cls, plain: tuple[Any, ...]) -> Record:
        """The record that `plain` was made from."""
        return cls(tuple(Finding(*row) for row in plain[0]), *plain[1:])


def identity(finding: Finding) -> tuple[str, ...]:
    """What makes two findings of one file the same in two revisions: not the line, and the class may be renamed."""
    return finding.code, finding.symbol.rpartition(".")[2], finding.text


def by_text(finding: Finding) -> str:
    """The finding's own text as its message."""
    return finding.text


def never(records: Mapping[str, Record]) -> bool:
    """No file's findings depend on another file."""
    return False


def all_count(records: Iterable[Record], settings: Settings) -> Counted:
    """Every finding counts at every path."""
    return lambda path, record: record.findings


class Rule(NamedTuple):
    """A code and what it means. `page` is Markdown: message, why it matters, bad, good, source."""

    code: str
    check: str
    severity: Severity
    kind: str
    page: str

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.strip().partition("\n")[0].strip()


class Check(NamedTuple):
    """One area: which files it reads, how, and what its findings mean for the repository."""

    name: str
    version: int  # raised when the records of an unchanged file may change
    prefix: str  # of its codes; "" for one without findings
    languages: frozenset[str] | None  # None: every file
    examine: Callable[[File], Record]
    failing: frozenset[str] = frozenset()  # codes that fail a commit without --strict, at their rule's severity
    noun: str = "finding"
    message: Callable[[Finding], str] = by_text
    identity: Callable[[Finding], tuple[str, ...]] = identity
    needs_all: Callable[[Mapping[str, Record]], bool] = never  # whether `counted` needs the records of every file
    counted: Callable[[Iterable[Record], Settings], Counted] = all_count
    by_path: bool = False  # whether a record depends on the file's path beyond its language
    fold: Callable[[Mapping[str, Record], Settings], Folded] | None = None  # findings of the tree as a whole, by path
    gist: Callable[[Record], object] | None = None  # what `fold` reads of a record, lines left out; None: never equal
    fails: Callable[[Finding, Settings], bool] | None = None  # in place of `failing`, where a setting decides
    moves: bool = False  # whether a finding of equal identity in another file of the base is the same one
    area: str = ""  # of its settings, see core/settings.py
    status: Callable[[Settings], str] | None = None  # what a run rests on, in one line: a snapshot and its day
    plan: Callable[[str, File], list[str]] | None = None  # (path, file) -> lines on what stripping would take away
    reads: Callable[[str], bool] | None = None  # by the path, where the language does not tell which files it reads
