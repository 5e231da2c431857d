"""From signals to facets, and from facets to the word: the rubric's tables."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Capability, Evidence, Facet, Verdict
from ml_audit_hooks.capabilities.view import TestUse, View, in_test
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

IMPLEMENTED, PARTIAL, STUB, MISSING = "Implemented", "Partially Implemented", "Stubbed", "Missing"
_ORDER = (MISSING, STUB, PARTIAL, IMPLEMENTED)


class Judged(NamedTuple):
    """A capability of a repository."""

    capability: Capability
    status: str
    verdicts: tuple[Verdict, ...]  # one a facet, in their order
    present: int  # core facets that are present
    core: int  # core facets in all
    grounded: bool  # whether the capability's ground is there at all


def word(states: Sequence[str]) -> str:
    """The status word for the states of a capability's core facets."""
    if all(state == PRESENT for state in states):
        return IMPLEMENTED
    if any(state == PRESENT for state in states):
        return PARTIAL
    return STUB if any(state == STUBBED for state in states) else MISSING


def is_lower(word_now: str, word_before: str) -> bool:
    """Whether a status fell. Words outside the four are not compared."""
    if word_now not in _ORDER or word_before not in _ORDER:
        return False
    return _ORDER.index(word_now) < _ORDER.index(word_before)


def judge(capability: Capability, view: View, excused: Mapping[str, str] | None = None) -> Judged:
    """The state of every facet and the word.

    `excused`: facets that the configuration calls not applicable, by id, with the reason; they do not count.
    """
    excused = excused or {}
    ids = [f"{capability.name}.{facet.name}" for facet in capability.facets]
    verdicts = tuple(
        Verdict(ABSENT, (), f"not applicable: {excused[name]}")
        if name in excused
        else _verdict(capability, facet, view)
        for name, facet in zip(ids, capability.facets, strict=True)
    )
    rows = zip(ids, capability.facets, verdicts, strict=True)
    core = [verdict.state for name, facet, verdict in rows if facet.core and name not in excused]
    grounded = capability.ground is None or capability.ground(view) or PRESENT in core
    return Judged(capability, word(core), verdicts, core.count(PRESENT), len(core), grounded)


def _verdict(capability: Capability, facet: Facet, view: View) -> Verdict:
    if facet.decide is not None:
        return facet.decide(view)
    if facet.name == "tests":
        return tests_of(capability.name, view)
    return by_signals(view, f"{capability.name}.{facet.name}")


def by_signals(view: View, *names: str) -> Verdict:
    """Present where live code shows one of the signals, stubbed where only a stub is the place for it."""
    found = view.live(*names)
    if found:
        return Verdict(PRESENT, found)
    hollow = view.hollow(*names)
    return Verdict(STUBBED, hollow) if hollow else Verdict(ABSENT)


def tests_of(name: str, view: View, *more: str) -> Verdict:
    """Whether a test exercises a capability: it shows the capability's own signals, or calls code that does.

    `more`: further signals that count as the capability's in tests.
    """
    prefix = f"{name}."
    own = [e for signal in (*_tested_names(view, prefix), *more) for e in view.tested(signal) if in_test(e.symbol)]
    carriers: dict[str, set[str]] = {}  # last part of a symbol -> files in which it shows the capability
    for signal in (*view.names(prefix), *more):
        for item in view.every(signal):
            for part in item.symbol.split("."):
                if part[:1] != "<":
                    carriers.setdefault(part, set()).add(item.path)
    called = [
        Evidence(use.path, use.line, use.cell, use.symbol, f"calls {use.name.lstrip('.')}")
        for use, _ in view.calls_in_tests
        if _carried(use, carriers)
    ]
    found = tuple(dict.fromkeys([*called, *own]))
    return Verdict(PRESENT, found[:8]) if found else Verdict(ABSENT)


def _tested_names(view: View, prefix: str) -> tuple[str, ...]:
    return tuple(sorted(n for n in view._tested if n.startswith(prefix)))


def _carried(use: TestUse, carriers: dict[str, set[str]]) -> bool:
    """Whether the called name is a symbol that shows the capability in a file that its import path can mean."""
    parts = use.name.replace("()", "").lstrip(".").split(".")
    for at in range(len(parts) - 1, -1, -1):
        for path in carriers.get(parts[at], ()):
            if at == 0:
                if use.name.startswith("."):
                    return True
                continue
            module = "/".join(parts[:at])
            stem = path.removesuffix(".py").removesuffix("/__init__")
            package = stem.rpartition("/")[0]
            if stem == module or stem.endswith(f"/{module}") or package == module or package.endswith(f"/{module}"):
                return True
            if f"/{package}/".endswith(f"/{parts[0]}/") or f"/{parts[0]}/" in f"/{package}/":
                return True
    return False
