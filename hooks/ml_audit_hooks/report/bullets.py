"""A cause or a gap as it is told: what, where, so what, and the quick win."""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.findings import SIDE
from ml_audit_hooks.report.strengths import is_linter
from ml_audit_hooks.report.theme import LINT, SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.core.capability import Evidence
    from ml_audit_hooks.report.facets import Facets
    from ml_audit_hooks.report.findings import Cause, Found
    from ml_audit_hooks.report.gaps import Gap

MAX_FILES = 3
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
_OF_TORCH = frozenset(("B614", "CKP001", "CKP005"))
_BEHIND = 22  # what only examples do
_LESS = {"CKP008": 12, "CKP009": 22}  # of a cause that consists of these only: such a run does resume


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


def of_cause(cause: Cause, programs: frozenset[str], seen: Facets, closed: Mapping[str, str]) -> Bullet:
    """The bullet of a cause. `programs` are the paths of entry points, `closed` gives a code's patch."""
    theme = cause.theme
    started = len({item.path for item in cause.found} & programs)
    open_gate = _is_open(theme.gate, seen)
    rank = theme.weight + _SEVERITY[cause.severity] + min(cause.files.bit_length(), 6) + (2 if started else 0)
    rank += (2 if open_gate else 0) - (_BEHIND if cause.tier >= SIDE else 0)
    if theme.name == "copies" and sum(item.finding.measure for item in cause.found) < _LINES:
        rank -= _BEHIND
    rank -= min(_LESS.get(code, 0) for code in cause.codes)
    return Bullet(
        rank,
        theme.title,
        cause.codes,
        f"{cause.severity}, {_count(cause, started)}" + ("; no gate" if open_gate else ""),
        _places(cause.found),
        _cost(cause),
        _win(cause),
        tuple(dict.fromkeys(closed[code] for code in cause.codes if code in closed)),
        tuple(_evidence(item) for item in cause.found),
    )


def _is_open(gate: str, seen: Facets) -> bool:
    """Whether nothing in the repository would have caught it."""
    if gate == LINT:
        by = seen.evidence("security.security_lint")
        return seen.state("security.security_lint") != "" and not any(is_linter(item.why) for item in by)
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
        return _lost(cause)
    if cause.theme.name != "unseeded":
        return cause.theme.cost
    cost = cause.theme.cost
    if cause.codes == ("SEED003",):  # a seed option whose default is none
        cost = f"Unless somebody gives a seed, {cost[:1].lower()}{cost[1:]}"
    words = sorted({item.finding.kind for item in cause.found if item.finding.code in ("SEED001", "SEED002")})
    return cost + (f" Unseeded: {', '.join(words)}." if words else "")


def _lost(cause: Cause) -> str:
    """The states that are not saved, with what the gravest costs; then what else the findings say."""
    lost = [_STATES[code] for code in cause.codes if code in _STATES]
    others = sorted({item.message for item in cause.found if item.finding.code not in _STATES})
    told = [_sentence(text) for text in others]
    if lost:
        names = " and of the ".join(name for name, _ in lost)
        told.insert(0, f"The checkpoint lacks the state of the {names}: {lost[0][1]}.")
    return " ".join(told)


def _win(cause: Cause) -> str:
    """The quick win, where the codes or the first place tell more than the theme."""
    theme = cause.theme
    if theme.name == "runs-loaded" and _OF_TORCH.isdisjoint(cause.codes):
        return "store it as JSON, npz or safetensors, or check a digest before it is loaded"
    if theme.measured and not theme.win:
        names = [item.finding.symbol for item in cause.found if item.finding.symbol[:1] != "<"]
        return f"split `{names[0]}`, the hardest, along its stages" if names else "split the first along its parts"
    return theme.win


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _places(found: Sequence[Found]) -> str:
    """The first files with their symbols, and how many more."""
    by_file: dict[str, list[str]] = {}
    for item in found:
        names = by_file.setdefault(item.path, [])
        symbol = item.finding.symbol
        if symbol and symbol[:1] != "<" and symbol not in names and not _repeats(item):
            names.append(symbol)
    told = [file(path, names) for path, names in [*by_file.items()][:MAX_FILES]]
    left = len(by_file) - len(told)
    return ", ".join(told) + (f" and {left} more file{'s' if left > 1 else ''}" if left else "")


def _repeats(item: Found) -> bool:
    """Whether the symbol of a finding in a manifest only says what its path says: `requirements`."""
    return item.finding.code.startswith("LCK") and item.finding.symbol.lower() in item.path.lower()


def file(path: str, names: Sequence[str]) -> str:
    """A link to a file, and its first symbols."""
    symbols = [show.code(name) for name in names[:_MAX_SYMBOLS]]
    if len(names) > _MAX_SYMBOLS:
        symbols[-1] += f" and {len(names) - _MAX_SYMBOLS} more there"
    return " ".join((show.link(path), ", ".join(symbols))).strip().replace("\\|", "|")  # not in a table


def _evidence(item: Found) -> dict[str, Any]:
    finding = item.finding
    symbol = finding.symbol if finding.symbol[:1] != "<" else None
    return {"path": item.path, "line": finding.line, "cell": finding.cell, "symbol": symbol, "why": item.message}


def of_gap(gap: Gap, closed: Mapping[str, str]) -> Bullet:
    """The bullet of a gap. `closed` gives a facet's patch."""
    return Bullet(
        gap.weight,
        gap.title,
        gap.facets,
        "gap",
        ", ".join(at(item) for item in gap.at),
        gap.cost,
        gap.win,
        tuple(dict.fromkeys(closed[name] for name in gap.facets if name in closed)),
        tuple(shown(item) for item in gap.at),
    )


def at(item: Evidence) -> str:
    """A link to a place, and its symbol where it has one."""
    return file(item.path, [item.symbol] if item.symbol[:1] not in ("", "<") else [])


def shown(item: Evidence) -> dict[str, Any]:
    """A place as JSON."""
    return {**item._asdict(), "symbol": item.symbol if item.symbol[:1] not in ("", "<") else None}
