"""Findings of texts and of sample files, as (cell, line, code)."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ml_audit_hooks.checks.complexity import CHECK, counted, folded
from ml_audit_hooks.checks.complexity.detect import examined
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.settings import defaults
from ml_audit_hooks.core.source import Content

Place = tuple[int | None, int, str]  # cell from 0, line from 1, code
SAMPLES = Path(__file__).parents[2] / "samples"
_EXPECT = re.compile(r"expect: (CPX\d{3})")


def record(path: str, text: str | bytes) -> Record:
    """What the check says of a file at `path`, as the store gives it back."""
    data = text.encode() if isinstance(text, str) else text
    return Record.of(examined(File(path, Content(data, "blob"))).plain())


def records(files: dict[str, str]) -> dict[str, Record]:
    """The records of a repository of these files."""
    return {path: record(path, text) for path, text in files.items()}


def findings(files: dict[str, str], **settings: int) -> dict[str, tuple[Finding, ...]]:
    """The findings that count in a repository of these files; files without any left out."""
    found = records(files)
    chosen = {**defaults(CHECK.area), **settings}
    here, whole = counted(found.values(), chosen), folded(found, chosen)
    rows = {path: here(path, found[path]) + whole.get(path, ()) for path in files}
    return {path: row for path, row in rows.items() if row}


def messages(files: dict[str, str], **settings: int) -> list[str]:
    """``path:line CODE message`` of every finding, ``(note)`` behind one that is only noted."""
    return [
        f"{path}:{f.line} {f.code} {CHECK.message(f)}{' (note)' if f.level == 'note' else ''}"
        for path, rows in sorted(findings(files, **settings).items())
        for f in rows
    ]


def places(files: dict[str, str]) -> dict[str, set[Place]]:
    """Where in each file something counts."""
    return {path: {(f.cell, f.line, f.code) for f in rows} for path, rows in findings(files).items()}


def sample(code: str, kind: str) -> dict[str, str]:
    """The files of a sample: those of the folder of this name, or each file of this name."""
    folder = SAMPLES / code / kind
    if folder.is_dir():
        found = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.suffix in (".py", ".ipynb")}
    else:
        found = {p.name: p for p in (SAMPLES / code).glob(f"{kind}.*")}
    return {path: found[path].read_text(encoding="utf-8") for path in sorted(found)}


def expected(path: str, text: str) -> set[Place]:
    """The places that a sample marks by ``expect: CODE`` on the line."""
    if not path.endswith(".ipynb"):
        return _marked(text, None)
    cells = enumerate(json.loads(text)["cells"])
    return {place for i, cell in cells for place in _marked("".join(cell["source"]), i)}


def _marked(text: str, cell: int | None) -> set[Place]:
    rows = enumerate(text.split("\n"), 1)
    return {(cell, number, code) for number, row in rows for code in _EXPECT.findall(row)}


def notebook(*cells: str) -> str:
    """A notebook of code cells."""
    rows = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def decisions(name: str, count: int) -> str:
    """A function of a complexity."""
    return f"def {name}(a):\n" + "    if a:\n        a = a.b\n" * (count - 1) + "    return a\n"


def plain(lines: int) -> str:
    """So many lines of code without decisions."""
    return "".join(f"a{i} = {i}\n" for i in range(lines))


def dense(lines: int) -> str:
    """A function of so many different operations and decisions: hard to maintain."""
    body = "".join(
        f"    if a{i} > b{i} * {i} + c{i} - {i}:\n        d{i} = a{i} / b{i} + c{i} ** {i}\n" for i in range(lines)
    )
    return f"def work(a):\n{body}"
