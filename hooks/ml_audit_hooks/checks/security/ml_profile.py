"""Which of bandit's issues count at a path, and how much: all as they are, or as machine learning needs it.

Each row of the profile has its reason on the page of the code.
"""

from __future__ import annotations

from itertools import zip_longest

from ml_audit_hooks.checks.security import locked, marks
from ml_audit_hooks.checks.security.detect import CODE
from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ml_audit_hooks.core.finding import Counted, Finding, Record
    from ml_audit_hooks.core.settings import Settings

SILENT = ""  # in place of a level
_ALWAYS: Mapping[str, str] = {  # code to level, whatever stands around
    "B104": "note",
    "B108": "note",
    "B308": SILENT,
    "B403": SILENT,
    "B404": SILENT,
    "B405": SILENT,
    "B406": SILENT,
    "B407": SILENT,
    "B408": SILENT,
    "B409": SILENT,
    "B603": SILENT,
    "B607": SILENT,
}
_MARKED: Mapping[tuple[str, str], str] = {  # (code, mark) to level
    ("B105", marks.TEXT): SILENT,
    ("B106", marks.TEXT): SILENT,
    ("B107", marks.TEXT): SILENT,
    ("B310", marks.PLAIN): "note",
    ("B310", marks.WEB): SILENT,
    ("B311", marks.PLAIN): SILENT,
    ("B311", marks.SECRET): "warning",
    ("B324", marks.PLAIN): "note",
    ("B506", marks.FULL_LOADER): "note",
    ("B614", marks.VARIABLE): "note",
    ("B615", marks.PLAIN): "note",
    ("B701", marks.PLAIN): "note",
}
_TOLD_BY_CALL = {"B401": "B312", "B402": "B321"}  # an import, and the code of its use in the same file
_ONE_A_FILE = {"B101": "Asserts are the only check here, and python -O removes them", "B615": ""}
_HUB = {
    marks.PLAIN: "Downloads from the Hub that no revision pins",
    marks.REMOTE_CODE: "Code from the Hub is run that no revision pins",
}


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings that count at a path."""
    if settings["profile"] == "bandit":
        return lambda path, record: record.findings
    safe_loads = locked.loads_weights_only(records)
    return lambda path, record: _of_ml(path, record, safe_loads)


def _of_ml(path: str, record: Record, safe_loads: bool) -> tuple[Finding, ...]:
    if not record.findings:
        return ()
    own = record.facts[1] if record.facts and record.facts[0] == CODE else ()
    rows = [*zip_longest(record.findings[: len(own)], own), *((f, "") for f in record.findings[len(own) :])]
    aside = places.is_vendored(path) or places.is_generated(path)
    in_test = places.is_test(path)
    codes = {finding.code for finding, _ in rows}
    found: list[Finding] = []
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding, mark in rows:
        if not finding.code.startswith("B"):  # a misused suppression
            found.append(finding)
            continue
        level = _level(finding, mark, safe_loads)
        if level == SILENT or aside or (in_test and level != "error") or _TOLD_BY_CALL.get(finding.code) in codes:
            continue
        finding = finding._replace(level=level)
        if finding.code in _ONE_A_FILE and not finding.ignored:
            groups.setdefault((finding.code, mark), []).append(finding)
        else:
            found.append(finding)
    found += (_of_many(code, mark, every) for (code, mark), every in groups.items())
    return tuple(sorted(found, key=lambda f: (f.cell or 0, f.line, f.column, f.code)))


def _level(finding: Finding, mark: str, safe_loads: bool) -> str:
    if finding.code == "B614" and mark == marks.UNSET and safe_loads:
        return "note"
    return _MARKED.get((finding.code, mark), _ALWAYS.get(finding.code, finding.level))


def _of_many(code: str, mark: str, every: list[Finding]) -> Finding:
    """One finding for all of a kind in a file, at the first; it is new where there are more of them."""
    text = _HUB[mark] if code == "B615" else _ONE_A_FILE[code]
    return every[0]._replace(symbol="<module>", text=text, measure=len(every))
