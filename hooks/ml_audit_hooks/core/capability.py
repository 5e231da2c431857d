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


class Signal(NamedTuple):
    """Something that one file shows by itself. Its path is that of the record."""

    name: str  # a facet's id, or an elementary fact that a facet's `decide` reads: "loop.backward"
    line: int  # from 1
    cell: int | None
    symbol: str  # of the enclosing or defined function or class; "<module>" outside all
    why: str  # a few words for people: "calls torch.save"
    place: bool = False  # the signal is the place itself (a definition): stubbed where the definition is a stub
