"""Notebooks, nbformat 3 and 4: code cells as Python modules, magics masked without moving a line."""

from __future__ import annotations

import json

from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Cell magics whose body is Python (https://ipython.readthedocs.io/en/stable/interactive/magics.html#cell-magics)
_PYTHON_CELL_MAGICS = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "debug"))


class Cell(NamedTuple):
    """A cell of a notebook."""

    number: int  # from 0 over all cells
    kind: str  # code, markdown, raw, …
    source: str


class Notebook(NamedTuple):
    """The cells and the language of the kernel."""

    language: str  # python, r, julia, …
    cells: tuple[Cell, ...]
    document: dict[str, Any]  # the whole JSON object, as it was read


def _joined(source: Any) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(part, str) for part in source):
        return "".join(source)
    raise Unreadable("is not a valid notebook: a cell's source is no text")


def _listed(cells: Any) -> list[Any]:
    if not isinstance(cells, list):
        raise Unreadable("is not a valid notebook: it has no cells")
    return cells


def read(text: str) -> Notebook:
    """The notebook in a file's text. Raises Unreadable."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("is not a valid notebook: its JSON does not parse") from None
    if not isinstance(document, dict):
        raise Unreadable("is not a valid notebook: no object at the top")
    raw = document.get("cells")
    if raw is None and isinstance(document.get("worksheets"), list):  # nbformat 3
        sheets = [sheet for sheet in document["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for sheet in sheets for cell in _listed(sheet.get("cells"))]
    cells = []
    for index, cell in enumerate(_listed(raw)):
        if not isinstance(cell, dict):
            raise Unreadable(f"is not a valid notebook: cell {index} is no object")
        source = cell.get("source", cell.get("input", ""))
        cells.append(Cell(index, str(cell.get("cell_type", "")), _joined(source)))
    return Notebook(_language(document), tuple(cells), document)


def _language(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        named = metadata.get(part)
        if isinstance(named, dict) and isinstance(named.get(key), str):
            return str(named[key]).lower()
    return "python"


def _masked_line(line: str) -> str | None:
    """The Python that stands in for a magic or shell line; None where the line is neither."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if bare.startswith(("%", "!", "?")) or (bare.rstrip().endswith("?") and "#" not in bare):
        return indent + "pass"
    target, equals, value = bare.partition("=")
    if equals and value.lstrip().startswith(("!", "%")) and _is_target(target):
        return f"{indent}{target}= None"
    return None


def _is_target(text: str) -> bool:
    """Whether `text` could be assigned to: no bracket or quote is left open in it."""
    pairs = all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
    return pairs and all(text.count(quote) % 2 == 0 for quote in "'\"")


def masked(source: str) -> str | None:
    """`source` with IPython's own syntax replaced line by line; None for a cell in another language (``%%bash``)."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[start].startswith("%%"):
        magic = lines[start][2:].split()
        if not magic or magic[0] not in _PYTHON_CELL_MAGICS:
            return None
        lines[start] = "pass"
    continued = False
    for i, line in enumerate(lines):
        if continued:
            lines[i], continued = "", line.rstrip().endswith("\\")
            continue
        replaced = _masked_line(line)
        if replaced is not None:
            lines[i], continued = replaced, line.rstrip().endswith("\\")
    return "\n".join(lines)


def modules(notebook: Notebook) -> tuple[tuple[python.Module, ...], tuple[tuple[int, str], ...]]:
    """(modules of the code cells, ``(cell, reason)`` of those that do not parse)."""
    parsed: list[python.Module] = []
    failed: list[tuple[int, str]] = []
    for cell in notebook.cells:
        if cell.kind != "code" or not cell.source.strip():
            continue
        try:
            if not cell.source.lstrip().startswith("%%"):
                parsed.append(python.parse(cell.source, cell.number))
                continue
        except Unreadable:
            pass
        text = masked(cell.source)
        if text is None:
            continue
        try:
            parsed.append(python.parse(text, cell.number))
        except Unreadable as error:
            failed.append((cell.number, str(error)))
    for module, before in zip(parsed[1:], parsed, strict=False):
        module.before = before
    return tuple(parsed), tuple(failed)
