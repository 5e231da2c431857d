"""Section 3: what breaks in production, the gravest first, each cause once; and what is good.

A bullet's rank is the weight of its cause (what it costs), its severity, its reach, and whether a gate would have
caught it. What only examples do stands behind what the product does; what only tests do is a note.
"""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.findings import PRODUCT, SIDE, TEST, causes, standing
from ml_audit_hooks.report.gaps import facets, gaps
from ml_audit_hooks.report.strengths import is_linter, strengths
from ml_audit_hooks.report.themes import LINT, SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.report.audit import Audit
    from ml_audit_hooks.report.findings import Cause, Found, Standing
    from ml_audit_hooks.report.gaps import Facets, Gap
    from ml_audit_hooks.report.outline import Outline
    from ml_audit_hooks.report.strengths import Strength

MAX_BULLETS = 16
_LEAST = 28  # a rank below that is no bullet
_MAX_FILES = 3
_MAX_SYMBOLS = 2  # of a file
_SEVERITY = {"error": 6, "warning": 0}
_LINES = 60  # of copies; fewer are no cause of anything
_WORTH_A_PROGRAM = 50  # a weight from which on it is told how many programs have it
_STATES = {
    "CKP006": ("optimizer", "a resumed run starts with cold moments and its loss jumps"),
    "CKP007": ("schedule", "the learning rate starts over"),
    "CKP008": ("gradient scaler", "the loss scale is searched for anew, and steps are lost to overflows"),
    "CKP009": ("random generators", "a resumed run draws other numbers, and no crash can be replayed"),
}
_BEHIND = 22  # what only examples do


_SPOKEN_OF = {  # facets that a cause speaks of, by one of its codes
    "CKP001": ("security.safe_loading",),
    "CKP002": ("security.safe_loading",),
    "CKP006": ("checkpointing.optimizer_state",),
    "CKP007": ("checkpointing.scheduler_state",),
    "CKP009": ("checkpointing.rng_state",),
    "CKP014": ("checkpointing.best_k",),
    "LCK001": ("security.dependency_lock",),
    "SEED001": ("data.deterministic_shuffling",),
}


class Bullet(NamedTuple):
    """One cause as it is told."""

    rank: int
    title: str
    codes: tuple[str, ...]  # of the findings; of a gap, the facets
    counted: str  # "error, 3 places in 2 files"
    where: str  # Markdown
    cost: str
    win: str
    patches: tuple[str, ...]  # ids of those that close some of it
    evidence: tuple[Mapping[str, Any], ...]


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
    tests = [path for path in audit.outlines if where.of(path) == TEST]
    found, small = causes(audit.findings, where, lambda path: 2 * (_folder(path) != home) + (path not in programs))
    themes = frozenset(cause.theme.name for cause in found if cause.tier < SIDE)
    every = [_of_cause(cause, programs, seen, closed) for cause in found]
    every += [_of_gap(gap, closed) for gap in gaps(seen, themes, audit.sites, tests)]
    every.sort(key=lambda one: (-one.rank, one.codes))
    shown = [one for one in every if one.rank >= _LEAST][:MAX_BULLETS]
    counts: dict[str, int] = {}
    for item in small:
        counts[item.finding.code] = counts.get(item.finding.code, 0) + 1
    for cause in found:
        if not any(one.codes == cause.codes for one in shown):
            for item in cause.found:
                counts[item.finding.code] = counts.get(item.finding.code, 0) + 1
    good = strengths(seen, audit.entry_points, audit.sites, frozenset(cause.theme.name for cause in found))
    return Ranked(tuple(shown), good, tuple(sorted(counts.items())))


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


def _of_cause(cause: Cause, programs: frozenset[str], seen: Facets, closed: Mapping[str, str]) -> Bullet:
    theme = cause.theme
    started = len({item.path for item in cause.found} & programs)
    open_gate = _is_open(theme.gate, seen)
    rank = theme.weight + _SEVERITY[cause.severity] + min(cause.files.bit_length(), 6) + (2 if started else 0)
    rank += (2 if open_gate else 0) - (_BEHIND if cause.tier >= SIDE else 0)
    if cause.codes == ("CKP009",) or (theme.name == "copies" and sum(i.finding.measure for i in cause.found) < _LINES):
        rank -= _BEHIND  # a resumed run without its RNG state still resumes
    return Bullet(
        rank,
        theme.title,
        cause.codes,
        f"{cause.severity}, {_count(cause, started)}" + ("; no gate" if open_gate else ""),
        _places(cause.found),
        _cost(cause),
        theme.win or _cut(cause),
        tuple(dict.fromkeys(closed[code] for code in cause.codes if code in closed)),
        tuple(_evidence(item) for item in cause.found),
    )


def _is_open(gate: str, seen: Facets) -> bool:
    """Whether nothing in the repository would have caught it."""
    if gate == LINT:
        shown = seen.evidence("security.security_lint")
        return seen.state("security.security_lint") != "" and not any(is_linter(item.why) for item in shown)
    if gate == SECRETS:
        return seen.lacks("security.secrets_scanning")
    return bool(gate) and (seen.lacks(gate) or seen.lacks("ci_tests.pytest_targets"))


def _count(cause: Cause, started: int) -> str:
    unit = cause.theme.unit
    if unit == "program":
        many = len({(item.path, item.finding.symbol) for item in cause.found})
    elif unit == "file":
        many = cause.files
    else:
        many = cause.places
    text = f"{many} {unit}" + ("s" if many != 1 else "")
    if unit == "place" and many > 1:
        text += f" in {cause.files} file" + ("s" if cause.files > 1 else "")
    if unit == "place" and started and cause.theme.weight >= _WORTH_A_PROGRAM:
        text += f", {started} of them {'entry points' if started > 1 else 'an entry point'}" if cause.files > 1 else ""
    return text + (", examples only" if cause.tier == SIDE else ", tests only" if cause.tier > SIDE else "")


def _cost(cause: Cause) -> str:
    """What it costs; where the findings themselves say it better, in their words."""
    if cause.theme.name == "lost-state":
        lost = [_STATES[code] for code in cause.codes if code in _STATES]
        others = sorted({item.message for item in cause.found if item.finding.code not in _STATES})
        told = (
            [f"The checkpoint lacks the state of the {_listed([name for name, _ in lost])}: {lost[0][1]}."]
            if lost
            else []
        )
        return " ".join([*told, *(_sentence(text) for text in others)])
    if cause.theme.name == "unseeded":
        words = sorted({item.finding.kind for item in cause.found if item.finding.code in ("SEED001", "SEED002")})
        given = cause.codes == ("SEED003",)  # a seed option whose default is none
        cost = (
            f"Unless somebody gives a seed, {cause.theme.cost[:1].lower()}{cause.theme.cost[1:]}"
            if given
            else cause.theme.cost
        )
        return cost + (f" Unseeded: {', '.join(words)}." if words else "")
    return cause.theme.cost


def _cut(cause: Cause) -> str:
    names = [item.finding.symbol for item in cause.found if item.finding.symbol[:1] != "<"]
    return f"split `{names[0]}`, the hardest, along its stages" if names else "split the first along its parts"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and the {words[-1]}" if len(words) > 1 else words[0]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _places(found: Sequence[Found]) -> str:
    """The first files with their symbols, and how many more."""
    by_file: dict[str, list[str]] = {}
    for item in found:
        names = by_file.setdefault(item.path, [])
        symbol = item.finding.symbol
        if symbol and symbol[:1] != "<" and symbol not in names:
            names.append(symbol)
    shown = [_file(path, names) for path, names in [*by_file.items()][:_MAX_FILES]]
    left = len(by_file) - len(shown)
    return ", ".join(shown) + (f" and {left} more file{'s' if left > 1 else ''}" if left else "")


def _file(path: str, names: Sequence[str]) -> str:
    symbols = [show.code(name) for name in names[:_MAX_SYMBOLS]]
    if len(names) > _MAX_SYMBOLS:
        symbols[-1] += f" and {len(names) - _MAX_SYMBOLS} more there"
    return " ".join((show.link(path), ", ".join(symbols))).strip().replace("\\|", "|")  # not in a table


def _evidence(item: Found) -> dict[str, Any]:
    finding = item.finding
    symbol = finding.symbol if finding.symbol[:1] != "<" else None
    return {"path": item.path, "line": finding.line, "cell": finding.cell, "symbol": symbol, "why": item.message}


def _of_gap(gap: Gap, closed: Mapping[str, str]) -> Bullet:
    return Bullet(
        gap.weight,
        gap.title,
        gap.facets,
        "gap",
        ", ".join(_file(item.path, [item.symbol] if item.symbol[:1] not in ("", "<") else []) for item in gap.at),
        gap.cost,
        gap.win,
        tuple(dict.fromkeys(closed[name] for name in gap.facets if name in closed)),
        tuple(_shown(item) for item in gap.at),
    )


def _shown(item: Any) -> dict[str, Any]:
    return {**item._asdict(), "symbol": item.symbol if item.symbol[:1] not in ("", "<") else None}


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
    files = [_file(item.path, [item.symbol] if item.symbol[:1] not in ("", "<") else []) for item in one.evidence]
    shown = [*dict.fromkeys(files)]
    left = len(shown) - _MAX_FILES
    more = f" and {left} more" if left > 0 else ""
    return f"- {show.prose(one.title)}: {', '.join(shown[:_MAX_FILES])}{more}."


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
    for one in section.strengths:
        rows.append({"title": f"Strength: {one.title}", "detail": "", "evidence": [_shown(e) for e in one.evidence]})
    return rows
