"""What is really good, with what shows it: only what most repositories do not have."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.capability import Evidence
    from ml_audit_hooks.core.rows import EntryPoint, Site
    from ml_audit_hooks.report.facets import Facets

MAX_STRENGTHS = 4
_FEW = 2  # loads; a single one is no habit
_TESTED = ("training", "checkpointing", "data", "evaluation", "modeling", "tokenization")
_MOST_TESTED = 4
_PLAIN = 40  # the weight of what is only good where nothing better is
_LINTERS = ("bandit", "codeql", "ruff", "semgrep")


class Strength(NamedTuple):
    """Something to keep."""

    title: str
    weight: int
    evidence: tuple[Evidence, ...]


class _Rule(NamedTuple):
    weight: int
    facets: tuple[str, ...]  # all present
    against: tuple[str, ...]  # themes whose findings speak against it
    title: str


_RULES = (
    _Rule(
        90,
        tuple(f"checkpointing.{name}" for name in ("rng_state", "scheduler_state", "optimizer_state", "resume")),
        ("lost-state",),
        "An interrupted run goes on where it stopped: optimizer, schedule and RNG states are saved and resumed",
    ),
    _Rule(85, ("ci_tests.coverage", "ci_tests.ci"), (), "CI runs the tests, and coverage may not fall"),
    _Rule(80, ("security.dependency_lock",), ("stale-lock", "two-pins", "vulnerable"), "Dependencies are locked"),
    _Rule(
        58,
        ("data.deterministic_shuffling", "data.splits", "data.tests"),
        ("order", "unseeded"),
        "Splits are seeded, and tests hold them",
    ),
    _Rule(
        54,
        ("configuration.validation", "configuration.structured", "configuration.overrides", "tracking.params_logged"),
        (),
        "Settings are structured, checked, open to overrides, and recorded with the run",
    ),
    _Rule(
        _PLAIN,
        ("ci_tests.ci", "ci_tests.local_gates", "ci_tests.pytest_targets"),
        (),
        "CI runs the tests, and one local command runs the gates",
    ),
)


def strengths(
    seen: Facets, programs: Sequence[EntryPoint], sites: Sequence[Site], themes: frozenset[str]
) -> tuple[Strength, ...]:
    """Up to MAX_STRENGTHS, the strongest first."""
    found = [
        *_of_facets(seen, themes),
        *_scanned(seen, themes),
        *_tested(seen),
        *_seeded(programs, themes),
        *_loads(seen, sites, themes),
    ]
    found.sort(key=lambda one: (-one.weight, one.title))
    if any(one.weight > _PLAIN and one.title.startswith("CI runs") for one in found):
        found = [one for one in found if one.weight != _PLAIN]  # said already
    return tuple(found[:MAX_STRENGTHS])


def _of_facets(seen: Facets, themes: frozenset[str]) -> Iterator[Strength]:
    for rule in _RULES:
        if seen.has(*rule.facets) and themes.isdisjoint(rule.against):
            firsts = [seen.evidence(name)[:1] for name in rule.facets]
            yield Strength(rule.title, rule.weight, tuple(dict.fromkeys(item for some in firsts for item in some)))


def _scanned(seen: Facets, themes: frozenset[str]) -> Iterator[Strength]:
    linters = [item for item in seen.evidence("security.security_lint") if is_linter(item.why)]
    if linters and seen.has("security.secrets_scanning") and "committed-secret" not in themes:
        evidence = (*seen.evidence("security.secrets_scanning")[:1], linters[0])
        yield Strength("Secrets and unsafe code are looked for on every change", 60, evidence)


def is_linter(why: str) -> bool:
    """Whether what shows a security linter reads code; a watcher of dependencies does not."""
    return any(name in why.lower() for name in _LINTERS)


def _tested(seen: Facets) -> Iterator[Strength]:
    names = [f"{name}.tests" for name in _TESTED if seen.has(f"{name}.tests")]
    if len(names) >= _MOST_TESTED:
        words = ", ".join(name.partition(".")[0] for name in sorted(names))
        evidence = tuple(dict.fromkeys(seen.evidence(name)[0] for name in names if seen.evidence(name)))
        yield Strength(f"Tests exercise what an ML code base breaks by: {words}", 70, evidence)


def _seeded(programs: Sequence[EntryPoint], themes: frozenset[str]) -> Iterator[Strength]:
    from ml_audit_hooks.core.capability import Evidence

    drawing = [one for one in programs if one.sources]
    if not drawing or "unseeded" in themes or not all(s.seeded for one in drawing for s in one.sources):
        return
    title = (
        f"All {len(drawing)} programs that draw random numbers seed every source first"
        if len(drawing) > 1
        else "The program that draws random numbers seeds every source first"
    )
    evidence = [Evidence(one.path, one.sources[0].line, one.cell, one.symbol, "seeded") for one in drawing]
    yield Strength(title, 82 if len(drawing) > 1 else 65, tuple(evidence))


def _loads(seen: Facets, sites: Sequence[Site], themes: frozenset[str]) -> Iterator[Strength]:
    loads = [site for site in sites if site.what == "load"]
    safe = len(loads) >= _FEW and seen.has("security.safe_loading") and "runs-loaded" not in themes
    if safe and not any(site.unsafe for site in loads):
        yield Strength("No load of a checkpoint can run code", 75, seen.evidence("security.safe_loading"))
