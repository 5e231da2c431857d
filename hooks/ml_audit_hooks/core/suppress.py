"""Suppression: ``# audit: ignore[CODE] reason`` on the line of a finding or the line above.

Several codes are separated by commas; a code may be a prefix (``STB``). A reason is required. ``until=YYYY-MM-DD``
anywhere in the reason ends the suppression on that day.
"""

from __future__ import annotations

from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "audit: ignore["
MISUSED = "AUD002"


class Pragma(NamedTuple):
    """One suppression comment."""

    line: int  # from 1
    cell: int | None
    codes: tuple[str, ...]
    reason: str
    until: str  # YYYY-MM-DD or ""


def _is_date(text: str) -> bool:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    digits = year + month + day
    shape = len(year) == 4 and len(month) == len(day) == 2 and digits.isascii() and digits.isdigit()
    return shape and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def pragma(text: str, line: int, cell: int | None) -> Pragma | None:
    """The pragma in a comment's text; None where it holds none."""
    start = text.find(MARK)
    if start < 0:
        return None
    inside, closed, rest = text[start + len(MARK) :].partition("]")
    if not closed:
        return Pragma(line, cell, (), "", "")
    codes = tuple(code.strip() for code in inside.split(",") if code.strip())
    words = rest.partition("-->")[0].partition("*/")[0].split()
    until = [w.removeprefix("until=") for w in words if w.startswith("until=")]
    if not all(_is_date(day) for day in until):
        return Pragma(line, cell, codes, "", "")
    reason = " ".join(w for w in words if not w.startswith("until="))
    return Pragma(line, cell, codes, reason, min(until, default=""))


def apply(record: Record, pragmas: Iterable[Pragma], prefix: str) -> Record:
    """`record` with its suppressed findings marked, and a finding for each misused pragma of this prefix."""
    found = tuple(p for p in pragmas if p is not None)
    if not found:
        return record
    findings = [marked(finding, found) for finding in record.findings]
    for item in found:
        if not item.reason and any(code.startswith(prefix) for code in item.codes):
            text = "a suppression needs a reason, and until= a date: # audit: ignore[CODE] reason until=YYYY-MM-DD"
            findings.append(Finding(MISUSED, item.line, 1, item.cell, "<module>", "suppression", text))
    return record._replace(findings=tuple(findings))


def marked(finding: Finding, pragmas: tuple[Pragma, ...]) -> Finding:
    """`finding` with the reason of the first pragma that suppresses it."""
    first, last = finding.first or finding.line, finding.last or finding.line
    for item in pragmas:
        fits = item.cell == finding.cell and first - 1 <= item.line <= last
        if fits and item.reason and finding.code.startswith(item.codes):
            return finding._replace(ignored=item.reason, until=item.until)
    return finding


def is_suppressed(finding: Finding, today: str) -> bool:
    """Whether the finding is suppressed on the day `today` (YYYY-MM-DD)."""
    return bool(finding.ignored) and (not finding.until or today < finding.until)
