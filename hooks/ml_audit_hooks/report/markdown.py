"""The audit as ``CODEBASE_AUDIT.md``."""

from __future__ import annotations

from ml_audit_hooks import __version__
from ml_audit_hooks.core import capture, show
from ml_audit_hooks.core.rubric import NOT_AUDITED
from ml_audit_hooks.report import (
    capability_table,
    checklist,
    deferred,
    diffs,
    gates,
    ranking,
    repo_map,
    reproducibility,
)
from ml_audit_hooks.report.audit import Audit, Failure, Stub
from ml_audit_hooks.report.previous import CLOSE, MARK, OPEN, Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECTIONS = (
    "Repo Map",
    "Capability Audit Table",
    "High-Signal Findings",
    "Atomic Diffs",
    "Local Tests & Gates",
    "Reproducibility Checklist",
    "Deferred Items",
    "Error Capture Blocks",
)
MAX_ROWS = 400  # of a table; the JSON report has all
_KIND_WORDS = {
    "pass-body": "`pass`",
    "ellipsis-body": "`...`",
    "not-implemented": "raises NotImplementedError",
    "placeholder-body": "pretends",
    "placeholder-value": "placeholder value",
}


def about(count: int) -> str:
    """A count of lines, coarse enough to stand still while the code moves: 0, 1, 2, 5, 10, 20, 50, …"""
    if count < 1:
        return "0"
    step = 1
    while True:
        for factor in (1, 2, 5):
            if count < step * factor * (2 if factor != 2 else 2.5):
                return f"~{step * factor:,}" if count > 9 else str(count)
        step *= 10


def render(audit: Audit, notes: Sequence[Note], timestamps: Mapping[Failure, str]) -> str:
    """The whole file. `timestamps` holds the time of each failure."""
    signal = ranking.ranked(audit, diffs.by_code(audit.diffs))
    bodies = (
        _repo_map(audit),
        capability_table.lines(audit.capabilities),
        ranking.lines(signal),
        diffs.lines(audit.diffs),
        gates.lines(audit.gates, audit.tests, audit.score),
        reproducibility.lines(audit.entry_points, audit.sites, checklist.items(audit, audit.signs)),
        deferred.lines(deferred.items(audit, ranking.said(signal))),
        _errors(audit, timestamps),
    )
    lines = [
        f"{MARK}{__version__} -->",
        "# Codebase audit",
        "",
        "Written by `ml-audit run` from the staged files, never by hand. Your own words are safe between",
        f"`{OPEN}ID -->` and `{CLOSE}`; everything else is replaced.",
        "",
    ]
    lines += _notes(notes, 0)
    for number, (title, body) in enumerate(zip(SECTIONS, bodies, strict=True), 1):
        lines += [f"## {number}. {title}", "", *body, "", *_notes(notes, number)]
    return "\n".join(lines)


def _notes(notes: Sequence[Note], section: int) -> list[str]:
    return [line for note in notes if note.section == section for line in (note.text, "")]


def _repo_map(audit: Audit) -> list[str]:
    directories = repo_map.directories(audit.outlines)
    if not directories:
        return ["No file is staged: there is nothing to audit."]
    rows = [
        (
            show.link(d.path + "/") if d.path != repo_map.ROOT else "(root)",
            d.role,
            str(d.files),
            about(d.lines),
            ", ".join(d.languages),
        )
        for d in directories
    ]
    lines = show.table(("Directory", "Role", "Files", "Lines", "Languages"), rows)
    lines += _left_out(audit)
    keys = repo_map.key_files(audit.outlines)
    if keys:
        lines += ["", "### Key files", ""]
        lines += show.table(("File", "Role"), [(show.link(k.path), k.role) for k in keys])
    if audit.heaviest:
        lines += ["", "### Heaviest functions", ""]
        heavy = [
            (_where(h.path, h.cell), show.code(h.symbol), str(h.complexity), about(h.lines)) for h in audit.heaviest
        ]
        lines += show.table(("File", "Function", "Cyclomatic complexity", "Lines"), heavy)
    return lines + ["", "### Stubs and placeholders", "", *_stubs(audit)]


def _where(path: str, cell: int | None) -> str:
    return show.link(path) + ("" if cell is None else f" cell {cell}")


def _left_out(audit: Audit) -> list[str]:
    named = (
        ("Submodules, not audited", audit.submodules),
        ("Git LFS pointers, content not in the repository", audit.lfs),
        ("Symbolic links, not followed", audit.symlinks),
    )
    lines = [f"- {title} ({len(paths)}): {_some(paths)}" for title, paths in named if paths]
    if audit.excluded:
        lines.append(f"- Left out by the configuration: {audit.excluded} files")
    return ["", *lines] if lines else []


def _some(paths: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(show.code(path).replace("\\|", "|") for path in paths[:most])  # not in a table
    return shown + (f" and {len(paths) - most} more" if len(paths) > most else "")


def _stubs(audit: Audit) -> list[str]:
    if not audit.stub_check:
        return [NOT_AUDITED]
    bodies = [s for s in audit.stubs if s.finding.kind != "todo-comment"]
    markers = [s for s in audit.stubs if s.finding.kind == "todo-comment"]
    if not bodies and not markers:
        return ["None found."]
    lines: list[str] = []
    if bodies:
        lines += show.table(("File", "Symbol", "Stub"), _merged([_stub_row(s) for s in bodies]))
    else:
        lines.append("No stub bodies and no placeholder values.")
    if markers:
        lines += ["", "<details>", f"<summary>Markers in comments: {len(markers)}</summary>", ""]
        rows = [_stub_row(s) for s in markers]
        lines += show.table(("File", "Symbol", "Comment"), _merged(rows))
        lines += ["", "</details>"]
    return lines


def _stub_row(stub: Stub) -> tuple[str, str, str]:
    finding = stub.finding
    symbol = "" if finding.symbol[:1] == "<" else show.code(finding.symbol)
    if finding.kind == "todo-comment":
        what = show.markdown(finding.text)
    elif finding.kind == "placeholder-value":
        what = f"placeholder value {show.code(finding.text)}"
    else:
        what = _KIND_WORDS[finding.kind]
    return _where(stub.path, finding.cell), symbol, what


def _merged(rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Equal rows as one with their count; past MAX_ROWS a last row that says so."""
    counts: dict[tuple[str, str, str], int] = {}
    for row in rows:
        counts[row] = counts.get(row, 0) + 1
    merged = [row if n == 1 else (row[0], row[1], f"{row[2]} ×{n}") for row, n in counts.items()]
    left = len(merged) - MAX_ROWS
    if left > 0:
        merged = [*merged[:MAX_ROWS], (f"… and {left} more", "", "`ml-audit report --format json` has all")]
    return merged


def _errors(audit: Audit, timestamps: Mapping[Failure, str]) -> list[str]:
    if not audit.failures:
        return ["None: every file was read and every check ran to its end."]
    lines: list[str] = []
    for failure in audit.failures:
        lines += [capture.block(*failure, timestamps[failure]), ""]
    return lines[:-1]
