"""A judged capability as reports print it."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple


class Evidence(NamedTuple):
    """A place that shows something."""

    path: str
    line: int | None  # from 1
    cell: int | None  # from 0, over all cells of a notebook
    symbol: str  # dotted; "<module>" at the top level
    why: str  # a few words for people: "calls torch.save"


class FacetRow(NamedTuple):
    """One facet for a report."""

    name: str
    title: str
    core: bool
    state: str  # present, stubbed or absent
    evidence: tuple[Evidence, ...]
    note: str


class Row(NamedTuple):
    """One capability for a report. The four lists that speak of gaps run side by side, core facets first."""

    name: str
    title: str
    status: str
    present: int  # core facets that are present
    core: int  # core facets in all
    facets: tuple[FacetRow, ...]
    artifacts: tuple[Evidence, ...]
    gaps: tuple[str, ...]
    risks: tuple[str, ...]
    patch_plan: tuple[str, ...]
    rollback_plan: tuple[str, ...]
    hint: str  # why it may not apply, or the configuration's reason
