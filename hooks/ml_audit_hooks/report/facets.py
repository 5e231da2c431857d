"""The facets of an audit by their ids."""

from __future__ import annotations

from ml_audit_hooks.core.rubric import NOT_APPLICABLE, NOT_AUDITED
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ml_audit_hooks.core.capability import Evidence, FacetRow, Row

TRAINS = "training.train_loop"


class Facets(NamedTuple):
    """The facets of an audit by id, those of capabilities that do not apply left out."""

    rows: Mapping[str, tuple[Row, FacetRow]]

    def state(self, name: str) -> str:
        """present, stubbed or absent; "" where it was not judged or may not apply."""
        return self.rows[name][1].state if name in self.rows else ""

    def has(self, *names: str) -> bool:
        """Whether all of them are present."""
        return all(self.state(name) == "present" for name in names)

    def lacks(self, name: str) -> bool:
        """Whether it was looked for and is not there; not where it is absent for a reason that asks for no change."""
        return self.state(name) == "stubbed" or (self.state(name) == "absent" and not self.rows[name][1].note)

    def evidence(self, *names: str) -> tuple[Evidence, ...]:
        """What shows them, the first place of each before the others."""
        return tuple(item for name in names if name in self.rows for item in self.rows[name][1].evidence)

    def plan(self, name: str) -> str:
        """The first step of the table's patch plan for an open facet; "" where it cannot be told which it is."""
        plan = self._told(name, "patch_plan").partition("; test:")[0]
        return plan[:1].lower() + plan[1:]

    def risk(self, name: str) -> str:
        """What the table says that an open facet risks; "" where it cannot be told."""
        risk = self._told(name, "risks")
        return risk[:1].lower() + risk[1:]

    def _told(self, name: str, column: str) -> str:
        row = self.rows[name][0]
        open_ones = [facet for facet in row.facets if self.lacks(f"{row.name}.{facet.name}")]
        open_ones.sort(key=lambda facet: not facet.core)
        texts: tuple[str, ...] = getattr(row, column)
        names = [f"{row.name}.{facet.name}" for facet in open_ones]
        # the table leaves out what rests on a gap that it names: then nothing tells which text is whose
        return texts[names.index(name)] if len(texts) == len(names) and name in names else ""


def facets(rows: Sequence[Row]) -> Facets:
    """The facets that were judged. A capability that may not apply is no gap."""
    found = {}
    for row in rows:
        if row.status not in (NOT_APPLICABLE, NOT_AUDITED) and not row.hint:
            found.update({f"{row.name}.{facet.name}": (row, facet) for facet in row.facets})
    return Facets(found)
