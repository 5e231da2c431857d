"""Section 3: what breaks in production, the gravest first, each cause once; and what is good.

A bullet's rank is the weight of its cause (what it costs), its severity, its reach, and whether a gate would have
caught it. What only examples do stands behind what the product does; what only tests do is a note.
"""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.bullets import MAX_FILES, at, of_cause, of_gap, shown
from ml_audit_hooks.report.facets import facets
from ml_audit_hooks.report.findings import PRODUCT, SIDE, TEST, causes, standing
from ml_audit_hooks.report.gaps import gaps
from ml_audit_hooks.report.strengths import strengths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.report.audit import Audit
    from ml_audit_hooks.report.bullets import Bullet
    from ml_audit_hooks.report.findings import Standing
    from ml_audit_hooks.report.outline import Outline
    from ml_audit_hooks.report.strengths import Strength

MAX_BULLETS = 16
_LEAST = 28  # a rank below that is no bullet
_DEEP = frozenset(("jax", "tensorflow", "torch", "torch.cuda"))  # sources of programs that train for long
_SPOKEN_OF = {  # facets that a cause speaks of, by one of its codes
    "CKP001": ("security.safe_loading",),
    "CKP002": ("security.safe_loading",),
    "CKP006": ("checkpointing.optimizer_state",),
    "CKP007": ("checkpointing.scheduler_state",),
    "CKP009": ("checkpointing.rng_state",),
    "CKP014": ("checkpointing.best_k",),
    **dict.fromkeys((f"LCK00{n}" for n in range(1, 6)), ("security.dependency_lock",)),
    "SEED001": ("data.deterministic_shuffling",),
}


class Ranked(NamedTuple):
    """The section before it is rendered."""

    bullets: tuple[Bullet, ...]
    strengths: tuple[Strength, ...]
    noted: tuple[tuple[str, int], ...]  # (code, findings) of what is no bullet


def ranked(audit: Audit, patches: Mapping[str, str] | None = None) -> Ranked:
    """The audit's causes and gaps in order. `patches` gives the id of the patch that closes a code or facet."""
    where = standing(audit.outlines)
    closed = patches or {}
    seen = facets(audit.capabilities)
    programs = frozenset(one.path for one in audit.entry_points)
    home = _home(audit.outlines, where)
    sources = {source.source for one in audit.entry_points for source in one.sources}
    long_runs = not sources or not sources.isdisjoint(_DEEP)
    tests = [path for path in audit.outlines if where.of(path) == TEST]
    found, small = causes(audit.findings, where, lambda path: 2 * (_folder(path) != home) + (path not in programs))
    themes = frozenset(cause.theme.name for cause in found if cause.tier < SIDE)
    every = [of_cause(cause, programs, seen, closed) for cause in found]
    every += [of_gap(gap, closed) for gap in gaps(seen, themes, audit.sites, tests, long_runs)]
    every.sort(key=lambda one: (-one.rank, one.codes))
    told = [one for one in every if one.rank >= _LEAST][:MAX_BULLETS]
    bulleted = {one.codes for one in told}
    counts: dict[str, int] = {}
    for item in (*small, *(item for cause in found if cause.codes not in bulleted for item in cause.found)):
        counts[item.finding.code] = counts.get(item.finding.code, 0) + 1
    good = strengths(seen, audit.entry_points, audit.sites, frozenset(cause.theme.name for cause in found))
    return Ranked(tuple(told), good, tuple(sorted(counts.items())))


def _home(outlines: Mapping[str, Outline], where: Standing) -> str:
    """The folder at the root that holds most of the product's Python; "" for the root itself."""
    lines: dict[str, int] = {}
    for path, outline in outlines.items():
        if outline.language == "Python" and where.of(path) == PRODUCT:
            lines[_folder(path)] = lines.get(_folder(path), 0) + outline.lines
    return max(sorted(lines), key=lambda name: lines[name], default="")


def _folder(path: str) -> str:
    """The folder at the root; "" for the root."""
    return path.partition("/")[0] if "/" in path else ""


def said(section: Ranked) -> frozenset[str]:
    """The facets that the bullets speak of."""
    named = [code for one in section.bullets for code in one.codes]
    return frozenset(name for code in named for name in (code, *_SPOKEN_OF.get(code, ())) if "." in name)


def lines(section: Ranked) -> list[str]:
    """The section of the audit file."""
    out = [_bullet(one) for one in section.bullets] or ["No error, no warning, and no gap that breaks production."]
    if any(one.counted.endswith("no gate") for one in section.bullets):
        out += ["", "no gate: nothing in the repository's tests, hooks and CI looks for it."]
    if section.strengths:
        out += ["", "What is good, and to be kept:", "", *(_strength(one) for one in section.strengths)]
    if section.noted:
        rest = ", ".join(f"`{code}` ×{count}" for code, count in section.noted)
        out += ["", f"Also noted: {rest}. `ml-audit explain CODE` tells what each means."]
    return out


def _bullet(one: Bullet) -> str:
    where = f": {one.where}" if one.where else ""
    codes = ", ".join(one.codes)
    return f"- **{show.prose(one.title)}** (`{codes}`, {one.counted}){where}. {_rest(one, show.prose)}"


def _rest(one: Bullet, prose: Any) -> str:
    parts = [prose(one.cost)] if one.cost else []
    patch = " and ".join(f"`{name}`" for name in one.patches)
    if one.win:
        parts.append(f"Quick win: {prose(one.win)}" + (f" (patch {patch})." if patch else "."))
    elif patch:
        parts.append(f"Quick win: patch {patch}.")
    return " ".join(parts)


def _strength(one: Strength) -> str:
    places = [*dict.fromkeys(at(item) for item in one.evidence)]
    left = len(places) - MAX_FILES
    more = f" and {left} more" if left > 0 else ""
    return f"- {show.prose(one.title)}: {', '.join(places[:MAX_FILES])}{more}."


def as_rows(section: Ranked) -> list[dict[str, Any]]:
    """`high_signal` of the audit as JSON."""
    rows = [
        {
            "title": f"{', '.join(one.codes)}: {one.title}",
            "detail": " ".join((f"{one.counted}.", _rest(one, str))),
            "evidence": list(one.evidence),
        }
        for one in section.bullets
    ]
    good = "Good, and to be kept."
    for one in section.strengths:
        rows.append(
            {"title": f"Strength: {one.title}", "detail": good, "evidence": [shown(item) for item in one.evidence]}
        )
    return rows
