"""Small repositories as dictionaries, judged by the check."""

from __future__ import annotations

import textwrap
from typing import Any

from ml_audit_hooks.checks.checkpointing import CHECK, fold
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.fill import examined
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.core.suppress import Pragma, marked


def records(files: dict[str, str]) -> dict[str, Record]:
    """The records of files given by path and text."""
    return {p: examined(CHECK, File(p, Content(textwrap.dedent(t).encode(), ""))) for p, t in files.items()}


def findings(files: dict[str, str]) -> list[tuple[str, Finding]]:
    """(path, finding) of everything that counts, by path and line."""
    found = records(files)
    assert CHECK.fold is not None
    counted, folded = CHECK.counted(found.values(), {}), CHECK.fold(found, {})
    rows_ = [(path, finding) for path, record in found.items() for finding in counted(path, record)]
    for path, several in folded.items():
        pragmas = tuple(Pragma(*item) for item in found[path].pragmas)
        rows_ += [(path, marked(finding, pragmas)) for finding in several]
    return sorted(rows_, key=lambda row: (row[0], row[1].cell or 0, row[1].line, row[1].code))


def places(files: dict[str, str]) -> list[str]:
    """``path:line CODE`` of every finding."""
    return [f"{path}:{f.line} {f.code}" for path, f in findings(files)]


def sites(files: dict[str, str]) -> list[str]:
    """``path:line what holds`` of every site, with ``unsafe`` and ``atomic`` where it is."""
    found = []
    for row in fold.rows(records(files)):
        marks = [word for word in ("unsafe", "atomic") if row[word]]
        found.append(" ".join([f"{row['path']}:{row['line']}", row["what"], ",".join(row["holds"]), *marks]))
    return found


def rows(files: dict[str, str]) -> list[dict[str, Any]]:
    """The contract's rows."""
    return fold.rows(records(files))
