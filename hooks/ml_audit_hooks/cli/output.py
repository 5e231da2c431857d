"""Findings as text, JSON, SARIF, GitHub annotations and GitLab Code Quality."""

from __future__ import annotations

from ml_audit_hooks import __version__
from ml_audit_hooks.cli.standing import comparable
from ml_audit_hooks.core import show
from ml_audit_hooks.core.finding import Finding, Rule
from ml_audit_hooks.core.source import blob_id
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.cli.judge import Judged
    from ml_audit_hooks.core.finding import Check


class Reported(NamedTuple):
    """A finding with its path, its standing and its fingerprint."""

    path: str
    finding: Finding
    new: bool
    fails: bool
    fingerprint: str
    message: str


def fingerprints(path: str, identities: Sequence[tuple[str, ...]]) -> list[str]:
    """A stable id for each finding of a file: path, identity, and which of several equal ones it is; no line."""
    seen: dict[tuple[str, ...], int] = {}
    out = []
    for name in identities:
        seen[name] = seen.get(name, 0) + 1
        whole = "\0".join((path, *name, str(seen[name])))
        out.append(blob_id(whole.encode("utf-8", "surrogateescape"))[:20])
    return out


def reported(check: Check, shown: Sequence[Judged], every: Sequence[Judged]) -> list[Reported]:
    """`shown` with messages and fingerprints; `every` finding of the same files tells equal ones apart."""
    known = comparable(check)
    by_path: dict[str, list[Judged]] = {}
    for row in every:
        by_path.setdefault(row.path, []).append(row)
    prints: dict[int, str] = {}
    for path, rows in by_path.items():
        made = fingerprints(path, [known.identity(row.finding) for row in rows])
        prints.update((id(row), print_) for row, print_ in zip(rows, made, strict=True))
    own = check.prefix
    return [
        Reported(
            row.path,
            row.finding,
            row.new,
            row.fails,
            prints[id(row)],
            check.message(row.finding) if row.finding.code.startswith(own) else row.finding.text,
        )
        for row in shown
    ]


def place(path: str, finding: Finding) -> str:
    """``path:line:column``, in a notebook ``path:cell N:line``."""
    if finding.cell is None:
        return f"{show.plain(path)}:{finding.line}:{finding.column}"
    return f"{show.plain(path)}:cell {finding.cell}:{finding.line}"


def as_text(rows: Sequence[Reported]) -> str:
    """One line a finding."""
    return "".join(f"{place(r.path, r.finding)}: {r.finding.code} {show.plain(r.message)}\n" for r in rows)


def as_dict(row: Reported, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """A finding in the contract's shape."""
    finding, rule = row.finding, rules[row.finding.code]
    return {
        "code": finding.code,
        "check": rule.check,
        "severity": finding.level or rule.severity,
        "path": row.path,
        "line": finding.line,
        "column": finding.column,
        "cell": finding.cell,
        "symbol": finding.symbol,
        "message": row.message,
        "fingerprint": row.fingerprint,
        "new": row.new,
    }


def printable(value: Any) -> Any:
    """`value` with undecodable bytes of file names as escapes, which JSON cannot hold."""
    if isinstance(value, str):
        return value if value.isascii() or not _has_surrogate(value) else show.plain(value)
    if isinstance(value, dict):
        return {name: printable(item) for name, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, (list, tuple)) else value


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def as_json(rows: Sequence[Reported], rules: Mapping[str, Rule]) -> str:
    """A JSON array of findings."""
    import json

    return json.dumps(printable([as_dict(row, rules) for row in rows]), indent=1) + "\n"


def _line(finding: Finding) -> int:
    """The line in the file; in a notebook only the cell is known, so the first."""
    return finding.line if finding.cell is None else 1


def _cell(finding: Finding) -> str:
    """The place in a notebook, for formats that know lines of files only."""
    return "" if finding.cell is None else f"cell {finding.cell}, line {finding.line}: "


def _severity(finding: Finding, rules: Mapping[str, Rule]) -> str:
    """A finding's own severity, else its rule's."""
    return finding.level or rules[finding.code].severity


_SARIF_LEVEL = {"error": "error", "warning": "warning", "note": "note"}


def _uri(path: str) -> str:
    import os
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(os.fsencode(path))


def as_sarif(rows: Sequence[Reported], rules: Mapping[str, Rule]) -> str:
    """SARIF 2.1.0 with one run."""
    import json

    used = sorted({row.finding.code for row in rows})
    described = [
        {
            "id": code,
            "name": rules[code].kind,
            "shortDescription": {"text": rules[code].title},
            "help": {"text": rules[code].page, "markdown": rules[code].page},
            "defaultConfiguration": {"level": _SARIF_LEVEL[rules[code].severity]},
        }
        for code in used
    ]
    results = [_sarif_result(row, rules, used) for row in rows]
    driver = {"name": "ml-audit-hooks", "version": __version__, "rules": described}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(document, indent=1) + "\n"


def _sarif_result(row: Reported, rules: Mapping[str, Rule], used: list[str]) -> dict[str, Any]:
    finding = row.finding
    region = {"startLine": finding.line, "startColumn": finding.column} if finding.cell is None else {"startLine": 1}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": used.index(finding.code),
        "level": _SARIF_LEVEL[_severity(finding, rules)],
        "message": {"text": _cell(finding) + show.plain(row.message)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(row.path)}, "region": region}}],
        "partialFingerprints": {"mlAudit/v1": row.fingerprint},
        "baselineState": "new" if row.new else "unchanged",
    }
    if finding.ignored:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.ignored}]
    return result


def as_github(rows: Sequence[Reported], rules: Mapping[str, Rule]) -> str:
    """Workflow commands that GitHub shows as annotations."""
    level = {"error": "error", "warning": "warning", "note": "notice"}
    out = []
    for row in rows:
        finding = row.finding
        file = _github_value(show.plain(row.path))
        spot = f"line={finding.line},col={finding.column}" if finding.cell is None else "line=1"
        text = (_cell(finding) + show.plain(row.message)).replace("%", "%25")
        out.append(f"::{level[_severity(finding, rules)]} file={file},{spot},title={finding.code}::{text}\n")
    return "".join(out)


def _github_value(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def as_gitlab(rows: Sequence[Reported], rules: Mapping[str, Rule]) -> str:
    """GitLab Code Quality (https://docs.gitlab.com/ci/testing/code_quality/)."""
    import json

    level = {"error": "major", "warning": "minor", "note": "info"}
    return (
        json.dumps(
            [
                {
                    "description": _cell(row.finding) + show.plain(row.message),
                    "check_name": row.finding.code,
                    "fingerprint": row.fingerprint,
                    "severity": level[_severity(row.finding, rules)],
                    "location": {"path": printable(row.path), "lines": {"begin": _line(row.finding)}},
                }
                for row in rows
            ],
            indent=1,
        )
        + "\n"
    )


def render(rows: Sequence[Reported], rules: Mapping[str, Rule], form: str) -> str:
    """`rows` in one of the forms text, json, sarif, github, gitlab."""
    if form == "text":
        return as_text(rows)
    return {"json": as_json, "sarif": as_sarif, "github": as_github, "gitlab": as_gitlab}[form](rows, rules)
