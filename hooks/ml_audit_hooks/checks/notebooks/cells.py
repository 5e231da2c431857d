"""The code cells of a notebook with what their last run left: counts and outputs, of nbformat 3 and 4 alike."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.core.notebook import Notebook

ERRORS = ("error", "pyerr")  # output types of an exception: nbformat 4, nbformat 3


class Code(NamedTuple):
    """A code cell."""

    number: int  # from 0, over all cells
    source: str
    run: (
        int | None
    )  # the execution count of its last run, from 1; None where it was not run or the count was taken away
    outputs: tuple[dict[str, Any], ...]
    tags: frozenset[str]
    metadata: dict[str, Any]

    @property
    def ran(self) -> bool:
        """Whether the cell shows that it ran."""
        return self.run is not None or bool(self.outputs)

    @property
    def errors(self) -> tuple[str, ...]:
        """The names of the exceptions in its outputs."""
        return tuple(str(o.get("ename", "")) for o in self.outputs if o.get("output_type") in ERRORS)


def raw(document: dict[str, Any]) -> list[Any]:
    """The cells as they stand in the file, in the order of `Notebook.cells`."""
    found = document.get("cells")
    if found is None:
        sheets = [sheet for sheet in document.get("worksheets") or () if isinstance(sheet, dict)]
        return [cell for sheet in sheets for cell in sheet.get("cells") or ()]
    return found if isinstance(found, list) else []


def code_cells(notebook: Notebook) -> tuple[Code, ...]:
    """The code cells from top to bottom."""
    found = []
    for cell, given in zip(notebook.cells, raw(notebook.document), strict=False):
        if cell.kind != "code":
            continue
        metadata = given.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        tags = metadata.get("tags")
        outputs = given.get("outputs")
        found.append(
            Code(
                cell.number,
                cell.source,
                _count(given),
                tuple(o for o in outputs if isinstance(o, dict)) if isinstance(outputs, list) else (),
                frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset(),
                metadata,
            )
        )
    return tuple(found)


def _count(cell: dict[str, Any]) -> int | None:
    """The number of the cell's run. Some services write 0 for all cells: that is none."""
    count = cell.get("execution_count", cell.get("prompt_number"))
    return count if count.__class__ is int and count > 0 else None
