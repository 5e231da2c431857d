"""What stripping a notebook would take away. It is said, never done."""

from __future__ import annotations

from ml_audit_hooks.checks.notebooks import cells, outputs
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.notebook import Notebook

_OF_CELLS = frozenset(  # metadata that a run or a front end writes, and no author
    "ExecuteTime collapsed colab execution executionInfo heading_collapsed hidden outputId scrolled vscode".split()
)
_OF_NOTEBOOKS = frozenset(("signature", "vscode", "widgets"))


class Strip(NamedTuple):
    """What one cell would lose; of the notebook as a whole where the cell is None."""

    cell: int | None  # from 0, over all cells
    outputs: int
    size: int  # bytes, as far as they are ASCII
    run: int | None  # the execution count
    keys: tuple[str, ...]  # of the metadata


def strip_plan(notebook: Notebook) -> tuple[Strip, ...]:
    """What would be taken from each cell that has any of it, and last from the notebook's own metadata."""
    found = []
    for cell in cells.code_cells(notebook):
        keys = tuple(sorted(cell.metadata.keys() & _OF_CELLS))
        if cell.outputs or cell.run is not None or keys:
            found.append(Strip(cell.number, len(cell.outputs), outputs.weighed(cell).size, cell.run, keys))
    metadata: Any = notebook.document.get("metadata")
    of_all = tuple(sorted(metadata.keys() & _OF_NOTEBOOKS)) if isinstance(metadata, dict) else ()
    if of_all:
        found.append(Strip(None, 0, 0, None, of_all))
    return tuple(found)


def plan(path: str, file: File) -> list[str]:
    """A line for each `Strip`, and their sum; empty where there is nothing. Raises Unreadable."""
    rows = strip_plan(file.notebook)
    lines = [f"{path}{'' if row.cell is None else f':cell {row.cell}'}: {', '.join(_parts(row))}" for row in rows]
    total = sum(row.outputs for row in rows)
    if lines:
        size = outputs.kilobytes(sum(row.size for row in rows))
        lines.append(f"{path}: {total} output{'' if total == 1 else 's'}, {size} kB in all; nothing was changed")
    return lines


def _parts(row: Strip) -> list[str]:
    parts = []
    if row.outputs:
        plural = "" if row.outputs == 1 else "s"
        parts.append(f"{row.outputs} output{plural} ({outputs.kilobytes(row.size)} kB)")
    if row.run is not None:
        parts.append(f"execution count {row.run}")
    if row.keys:
        parts.append("metadata " + " ".join(row.keys))
    return parts
