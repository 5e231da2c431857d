"""From a judged capability to what reports print: artifacts, gaps, risks, patch and rollback plans."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Evidence, Facet, Verdict
from ml_audit_hooks.capabilities.repository import Filler, names
from ml_audit_hooks.capabilities.status import Judged
from ml_audit_hooks.core.capability import FacetRow, Row
from ml_audit_hooks.core.rubric import NOT_APPLICABLE, NOT_AUDITED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ml_audit_hooks.capabilities.view import View

MAX_ARTIFACTS = 4


def rows(
    judged: Sequence[Judged], view: View, not_audited: Sequence[str], not_applicable: Mapping[str, str]
) -> tuple[Row, ...]:
    """The report's row of every capability, the configuration's words respected."""
    words = Filler(names(view, judged))
    return tuple(_row(one, words, not_audited, not_applicable) for one in judged)


def _row(judged: Judged, words: Filler, not_audited: Sequence[str], not_applicable: Mapping[str, str]) -> Row:
    capability = judged.capability
    name = capability.name
    if name in not_audited:
        return _silent(judged, NOT_AUDITED, "left out by the configuration")
    if name in not_applicable or not judged.core:
        return _silent(judged, NOT_APPLICABLE, not_applicable.get(name, "none of its core facets applies"))
    pairs = list(zip(capability.facets, judged.verdicts, strict=True))
    facets = tuple(FacetRow(f.name, f.title, f.core, v.state, v.evidence, v.note) for f, v in pairs)
    missing = [p for p in pairs if p[1].state != PRESENT and f"{name}.{p[0].name}" not in not_applicable]
    shown = {facet.name for facet, verdict in pairs if verdict.state == PRESENT}
    missing = [p for p in missing if not p[0].rests_on or p[0].rests_on in shown or p[1].state == STUBBED]
    missing = sorted(missing, key=lambda p: (_is_noted(p[1]), not p[0].core)) if judged.grounded else []
    open_ones = [p for p in missing if not _is_noted(p[1])]
    return Row(
        name,
        capability.title,
        judged.status,
        judged.present,
        judged.core,
        facets,
        _artifacts(pairs),
        tuple(_gap(f, v, words) for f, v in missing),
        tuple(_filled(f.risk, words) for f, _ in open_ones),
        tuple(_filled(f.patch, words) for f, _ in open_ones),
        tuple(_filled(f.rollback, words) for f, _ in open_ones),
        "" if judged.grounded else capability.no_ground,
    )


def _filled(template: str, words: Filler) -> str:
    """A template with the repository's names, with a capital where it begins with a word of prose."""
    text = template.format_map(words)
    first, _, rest = template.partition(" ")
    is_prose = first.isalpha() and not rest.startswith("=")
    return text[:1].upper() + text[1:] if is_prose or text.startswith("the ") else text


def _silent(judged: Judged, status: str, hint: str) -> Row:
    capability = judged.capability
    facets = tuple(FacetRow(f.name, f.title, f.core, ABSENT, (), "") for f in capability.facets)
    return Row(capability.name, capability.title, status, 0, judged.core, facets, (), (), (), (), (), hint)


def _is_noted(verdict: Verdict) -> bool:
    """Whether a facet is absent for a reason of its own, so that its gap asks for no change."""
    return verdict.state == ABSENT and bool(verdict.note)


def _gap(facet: Facet, verdict: Verdict, words: Filler) -> str:
    if verdict.state == STUBBED and verdict.evidence:
        first = verdict.evidence[0]
        return f"{facet.title}: {first.symbol} in {first.path} is a stub"
    return verdict.note if _is_noted(verdict) else _filled(facet.gap, words)


def _artifacts(pairs: list[tuple[Facet, Verdict]]) -> tuple[Evidence, ...]:
    """The best evidence of each present facet, each place once."""
    found: dict[tuple[str, str], Evidence] = {}
    for _, verdict in sorted(pairs, key=lambda p: not p[0].core):
        if verdict.state == PRESENT and verdict.evidence:
            best = verdict.evidence[0]
            found.setdefault((best.path, best.symbol), best)
    return tuple(found.values())[:MAX_ARTIFACTS]
