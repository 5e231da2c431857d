"""The order in which the cells of a notebook were run, by their execution counts."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.checks.notebooks.cells import Code


class Disorder(NamedTuple):
    """Two cells in the wrong order, and how often that happens."""

    cell: Code  # the lower one, which ran first
    above: Code  # the upper one, which ran later
    times: int


def disorder(cells: Sequence[Code]) -> Disorder | None:
    """The first cell that ran before one above it; None where all ran from top to bottom.

    Gaps are in order: a cell that was run twice leaves one. Equal counts come of two sessions, or of a copied cell.
    A kernel that starts again below cells that only install is in order too.
    """
    ran = [cell for cell in cells if cell.run is not None and cell.source.strip()]
    if len({cell.run for cell in ran}) < 2:  # a converter gave all of them the same
        return None
    first: tuple[Code, Code] | None = None
    times = 0
    is_setting_up = True
    for above, cell in zip(ran, ran[1:], strict=False):
        is_setting_up = is_setting_up and _only_installs(above)
        assert above.run is not None
        assert cell.run is not None
        if cell.run == 1 and is_setting_up:
            continue
        if cell.run <= above.run:
            times += 1
            first = first or (cell, above)
    return Disorder(*first, times) if first else None


def uncounted(cells: Sequence[Code]) -> list[Code]:
    """The cells with outputs and no count."""
    return [cell for cell in cells if cell.outputs and cell.run is None]


def _only_installs(cell: Code) -> bool:
    """Whether a cell has only shell, magic and import lines: after those the kernel is often started again."""
    lines = (line.strip() for line in cell.source.split("\n"))
    return all(not line or line.startswith(("!", "%", "#", "import ", "from ", "exit(", "os.kill(")) for line in lines)
