"""Findings of texts and of sample files, as (cell, line, code)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ml_audit_hooks.checks.stubs import fold
from ml_audit_hooks.checks.stubs.detect import stubs
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content

Place = tuple[int | None, int, str]  # cell from 0, line from 1, code
_EXPECT = re.compile(r"expect: (STB\d{3})")


def record(path: str, text: str | bytes) -> Record:
    """What the check says of a file at `path`."""
    data = text.encode() if isinstance(text, str) else text
    return stubs(File(path, Content(data, "blob")))


def counted(files: dict[str, str | bytes]) -> dict[str, tuple[Finding, ...]]:
    """The findings that count in a repository of these files."""
    records = {path: record(path, text) for path, text in files.items()}
    family = fold.heirs(records.values())
    return {path: fold.counted(path, found, family) for path, found in records.items()}


def findings(text: str | bytes, path: str = "src/module.py") -> list[tuple[int, str, str]]:
    """(line, kind, symbol) of what counts in a file on its own."""
    return [(f.line, f.kind, f.symbol) for f in counted({path: text})[path]]


def kinds(text: str, path: str = "src/module.py") -> list[str]:
    """The kinds alone."""
    return [kind for _, kind, _ in findings(text, path)]


def places(files: dict[str, str | bytes], path: str) -> set[Place]:
    """Where in the file at `path` something counts."""
    return {(f.cell, f.line, f.code) for f in counted(files)[path]}


def expected(sample: Path) -> set[Place]:
    """The places that a sample marks: by ``expect: CODE`` on the line, or in a file beside it, ``line CODE`` a line."""
    beside = sample.with_name(f"{sample.name}.expect")
    if beside.exists():
        rows = [row.split() for row in beside.read_text(encoding="utf-8").splitlines()]
        return {(None, int(line), code) for line, code in rows}
    text = sample.read_text(encoding="utf-8")
    if sample.suffix != ".ipynb":
        return _marked(text, None)
    cells = enumerate(json.loads(text)["cells"])
    return {place for i, cell in cells for place in _marked("".join(cell["source"]), i)}


def _marked(text: str, cell: int | None) -> set[Place]:
    rows = enumerate(text.split("\n"), 1)
    return {(cell, number, code) for number, row in rows for code in _EXPECT.findall(row)}
