"""The findings of all checks by their cause: forty unsafe loads are one thing to say."""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ml_audit_hooks.core.finding import Finding

MAX_CAUSES = 20
_MAX_PLACES = 4
_RANK = ("error", "warning", "note")


class Found(NamedTuple):
    """A finding with what its rule says."""

    path: str
    finding: Finding
    severity: str  # error, warning, note
    title: str  # the rule's message
    why: str  # why it matters, a sentence
    message: str


class Cause(NamedTuple):
    """All findings of one code."""

    code: str
    severity: str  # the gravest among them
    title: str
    why: str
    found: tuple[Found, ...]  # by path, line and column

    @property
    def files(self) -> int:
        """In how many files."""
        return len({item.path for item in self.found})


def causes(found: Iterable[Found]) -> tuple[Cause, ...]:
    """The causes, the gravest and most widespread first."""
    by_code: dict[str, list[Found]] = {}
    for item in found:
        by_code.setdefault(item.finding.code, []).append(item)
    made = []
    for code, items in by_code.items():
        items.sort(key=lambda item: (item.path, item.finding.cell or 0, item.finding.line, item.finding.column))
        gravest = min((item.severity for item in items), key=_RANK.index)
        made.append(Cause(code, gravest, items[0].title, items[0].why, tuple(items)))
    return tuple(sorted(made, key=lambda c: (_RANK.index(c.severity), -c.files, -len(c.found), c.code)))


def lines(found: Sequence[Found]) -> list[str]:
    """The section of the audit file."""
    every = causes(found)
    grave = [cause for cause in every if cause.severity != "note"]
    if not grave:
        text = ["No error and no warning."]
    else:
        text = [_bullet(cause) for cause in grave[:MAX_CAUSES]]
    left = [*grave[MAX_CAUSES:], *(cause for cause in every if cause.severity == "note")]
    if left:
        rest = ", ".join(f"`{cause.code}` ×{len(cause.found)}" for cause in left)
        text += ["", f"Also noted: {rest}. `ml-audit explain CODE` tells what each means."]
    return text


def _bullet(cause: Cause) -> str:
    many = len(cause.found)
    count = "1 place" if many == 1 else f"{many} places in {cause.files} file{'s' if cause.files > 1 else ''}"
    places = [*dict.fromkeys(_place(item) for item in cause.found)]
    where = ", ".join(places[:_MAX_PLACES]) + (f" and {len(places) - _MAX_PLACES} more" if places[_MAX_PLACES:] else "")
    title = show.prose(cause.title.rstrip("."))
    return f"- **{title}** (`{cause.code}`, {cause.severity}, {count}): {where}. {show.prose(cause.why)}"


def _place(item: Found) -> str:
    cell = "" if item.finding.cell is None else f" cell {item.finding.cell}"
    symbol = item.finding.symbol
    named = f" {show.code(symbol)}" if symbol and symbol[:1] != "<" else ""
    return (show.link(item.path) + cell + named).replace("\\|", "|")  # not in a table


def as_rows(found: Sequence[Found]) -> list[dict[str, Any]]:
    """`high_signal` of the audit as JSON."""
    return [
        {
            "title": f"{cause.code}: {cause.title}",
            "detail": cause.why,
            "evidence": [
                {
                    "path": item.path,
                    "line": item.finding.line,
                    "cell": item.finding.cell,
                    "symbol": item.finding.symbol if item.finding.symbol[:1] != "<" else None,
                    "why": item.message,
                }
                for item in cause.found
            ],
        }
        for cause in causes(found)[:MAX_CAUSES]
        if cause.severity != "note"
    ]
