"""From a judged capability to what reports print: artifacts, gaps, risks, patch and rollback plans."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Evidence, Facet, Verdict
from ml_audit_hooks.capabilities.repository import Filler, names
from ml_audit_hooks.capabilities.status import Judged
from ml_audit_hooks.core.capability import FacetRow, Row
from ml_audit_hooks.core.rubric import NOT_APPLICABLE, NOT_AUDITED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

MAX_ARTIFACTS = 4


def row(judged: Judged, view: View, not_audited: tuple[str, ...], not_applicable: dict[str, str]) -> Row:
    """The report's row of a capability, the configuration's words respected."""
    capability = judged.capability
    name = capability.name
    if name in not_audited:
        return _silent(judged, NOT_AUDITED, "left out by the configuration")
    if name in not_applicable:
        return _silent(judged, NOT_APPLICABLE, not_applicable[name])
    pairs = list(zip(capability.facets, judged.verdicts, strict=True))
    open_ones = sorted((p for p in pairs if p[1].state != PRESENT), key=lambda p: not p[0].core)
    words = Filler(names(view)) if open_ones else Filler()
    facets = tuple(FacetRow(f.name, f.title, f.core, v.state, v.evidence, v.note) for f, v in pairs)
    hint = "" if judged.grounded else capability.no_ground
    return Row(
        name,
        capability.title,
        judged.status,
        judged.present,
        judged.core,
        facets,
        _artifacts(pairs),
        tuple(_gap(f, v, words) for f, v in open_ones),
        tuple(f.risk.format_map(words) for f, _ in open_ones),
        tuple(f.patch.format_map(words) for f, _ in open_ones),
        tuple(f.rollback.format_map(words) for f, _ in open_ones),
        hint,
    )


def _silent(judged: Judged, status: str, hint: str) -> Row:
    capability = judged.capability
    facets = tuple(FacetRow(f.name, f.title, f.core, ABSENT, (), "") for f in capability.facets)
    return Row(capability.name, capability.title, status, 0, judged.core, facets, (), (), (), (), (), hint)


def _gap(facet: Facet, verdict: Verdict, words: Filler) -> str:
    text = facet.gap.format_map(words)
    if verdict.state == STUBBED and verdict.evidence:
        first = verdict.evidence[0]
        return f"{facet.title}: {first.symbol} in {first.path} is a stub"
    return text


def _artifacts(pairs: list[tuple[Facet, Verdict]]) -> tuple[Evidence, ...]:
    """The best evidence of each present facet, each place once."""
    found: dict[tuple[str, str], Evidence] = {}
    for facet, verdict in sorted(pairs, key=lambda p: not p[0].core):
        if verdict.state == PRESENT and verdict.evidence:
            best = verdict.evidence[0]
            found.setdefault((best.path, best.symbol), best)
    return tuple(found.values())[:MAX_ARTIFACTS]
