"""Section 2: one row a capability with all seven columns, then every facet with its evidence."""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.rubric import NOT_APPLICABLE, NOT_AUDITED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.core.capability import Evidence, FacetRow, Row

HEAD = ("Capability", "Status", "Existing artifacts", "Gaps", "Risks", "Minimal patch plan", "Rollback plan")
MAX_GAPS = 3  # of a cell; the facets below name all
MAX_EVIDENCE = 3  # links a facet


def lines(rows: Sequence[Row]) -> list[str]:
    """The section's body. Only the first open facet has its risk, patch and rollback in the table: one at a time."""
    if not rows:
        return [NOT_AUDITED]
    out = [f"| {' | '.join(HEAD)} |", "|" + " --- |" * len(HEAD)]
    out += [f"| {' | '.join(_cells(row))} |" for row in rows]
    out += ["", "<details>", "<summary>Every facet with its evidence</summary>", ""]
    out += ["| Facet | State | Evidence |", "| --- | --- | --- |"]
    for row in rows:
        if row.status not in (NOT_AUDITED, NOT_APPLICABLE):
            out += [f"| {' | '.join(_facet(row, facet))} |" for facet in row.facets]
    out += ["", "`*` marks the core facets, which decide the status.", "", "</details>"]
    hints = [f"- {row.title}: {show.prose(row.hint)}." + _excuse(row) for row in rows if row.hint]
    return out + (["", *hints] if hints else [])


def _excuse(row: Row) -> str:
    if row.status in (NOT_AUDITED, NOT_APPLICABLE):
        return ""
    example = f'not_applicable = {{ {row.name} = "why" }}'
    return f" If that is right, say so under `[tool.ml-audit]`: {show.code(example)}."


def _cells(row: Row) -> tuple[str, ...]:
    if row.status in (NOT_AUDITED, NOT_APPLICABLE):
        return (row.title, row.status, "", "", "", "", "")
    status = f"{row.status}, {row.present} of {row.core}"
    first = (row.risks[:1], row.patch_plan[:1], row.rollback_plan[:1])
    gaps = row.gaps or ((row.hint,) if row.hint else ())
    return (row.title, status, _artifacts(row), _gaps(gaps), *(show.prose(" ".join(cell)) for cell in first))


def _artifacts(row: Row) -> str:
    return "<br>".join(_link(item) for item in row.artifacts)


def _link(item: Evidence) -> str:
    cell = "" if item.cell is None else f" cell {item.cell}"
    symbol = "" if item.symbol[:1] == "<" or not item.symbol else f" {show.code(item.symbol)}"
    return f"{show.link(item.path)}{cell}{symbol}"


def _gaps(gaps: Sequence[str]) -> str:
    shown = [show.prose(gap) for gap in gaps[:MAX_GAPS]]
    left = len(gaps) - MAX_GAPS
    return "<br>".join([*shown, f"and {left} more"] if left > 0 else shown)


def _facet(row: Row, facet: FacetRow) -> tuple[str, str, str]:
    name = f"{row.name}.{facet.name}" + ("`*`" if facet.core else "")
    seen: dict[str, None] = {}
    for item in facet.evidence:
        seen.setdefault(f"{_link(item)} {show.markdown(item.why)}")
    shown = list(seen)[:MAX_EVIDENCE]
    note = f" ({show.markdown(facet.note)})" if facet.note else ""
    return name, facet.state + note, "<br>".join(shown)
