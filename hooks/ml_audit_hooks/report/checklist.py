"""What somebody else needs to get the same results, each item with what shows it and who asks for it."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.capability import Evidence
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.facets import TRAINS, facets
from ml_audit_hooks.report.reproducing import COMMIT, DIGEST, HARDWARE, PINNED, REPEATS, RUNS, SWITCH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from ml_audit_hooks.report.audit import Audit
    from ml_audit_hooks.report.facets import Facets
    from ml_audit_hooks.report.reproducing import Sign

    Signs: TypeAlias = Mapping[str, Sequence[Sign]]  # by path
    Answer: TypeAlias = tuple[str, tuple[Evidence, ...], str]  # (state, evidence, note)

MET, PARTLY, MISSING, NOT_CHECKED = "met", "partly", "missing", "not checked"
_TRACKERS = {"clearml": "ClearML", "comet": "Comet", "dvclive": "DVCLive", "mlflow": "MLflow", "wandb": "W&B"}
_MANIFESTS = ("environment.yaml", "environment.yml", "pipfile", "pyproject.toml", "setup.cfg", "setup.py")
_SWITCHED = frozenset(("tensorflow", "torch", "torch.cuda"))  # sources whose kernels have such switches
_BROKEN_SWITCHES = frozenset(("SEED009", "SEED010", "SEED011"))
_NO_RUN = "no program was seen to train or to draw random numbers"
_FLOATING = frozenset(("B615", "CKP004"))


class Item(NamedTuple):
    """One line of the checklist."""

    name: str
    state: str  # MET, PARTLY, MISSING, NOT_CHECKED
    evidence: tuple[Evidence, ...]
    note: str
    source: str  # who asks for it


class _Seen(NamedTuple):
    audit: Audit
    facets: Facets
    signs: tuple[tuple[str, Sign], ...]  # (path, sign), by path; READMEs first

    @property
    def runs(self) -> bool:
        """Whether the repository makes results of its own."""
        return self.facets.has(TRAINS) or any(one.sources for one in self.audit.entry_points)

    def of(self, *kinds: str) -> tuple[Evidence, ...]:
        return tuple(Evidence(p, s.line, s.cell, s.symbol, s.why) for p, s in self.signs if s.kind in kinds)


def items(audit: Audit, signs: Signs) -> tuple[Item, ...]:
    """The checklist in its fixed order. `signs` are what `reproducing` found, by path."""
    rows = [(path, s) for path, found in signs.items() if not places.is_vendored(path) for s in found]
    rows.sort(key=lambda row: (_is_no_readme(row[0]), row[0].count("/"), row[0], row[1].cell or 0, row[1].line))
    seen = _Seen(audit, facets(audit.capabilities), tuple(rows))
    return tuple(Item(name, *answer(seen), source) for name, answer, source in _ITEMS)


def _is_no_readme(path: str) -> bool:
    return not path.rpartition("/")[2].lower().startswith("readme")


def _seeds(seen: _Seen) -> Answer:
    drawing = [one for one in seen.audit.entry_points if one.sources and not places.is_test(one.path)]
    closed = [one for one in drawing if all(source.seeded for source in one.sources)]
    if not drawing:
        return NOT_CHECKED, (), "no program was seen to draw random numbers"
    state = MET if len(closed) == len(drawing) else PARTLY if closed else MISSING
    shown = closed if state == MET else [one for one in drawing if one not in closed]
    why = "seeds every source" if state == MET else "leaves a source unseeded"
    evidence = tuple(Evidence(one.path, None, one.cell, one.symbol, why) for one in shown)
    return state, evidence, f"{len(closed)} of {len(drawing)} programs seed every source that they draw from"


def _environment(seen: _Seen) -> Answer:
    has = seen.facets
    container = has.evidence("deployment.container") if has.has("deployment.container") else ()
    if has.has("security.dependency_lock"):
        also = "" if container else "; no container fixes drivers and system libraries"
        return MET, (*has.evidence("security.dependency_lock"), *container), f"versions are fixed{also}"
    manifests = tuple(Evidence(p, None, None, "", "names requirements") for p in _manifests(seen.audit.outlines))
    if manifests or container:
        return PARTLY, (*container, *manifests), "requirements are named, and not their versions"
    if not has.state("security.dependency_lock"):
        return NOT_CHECKED, (), "security was not audited"
    return MISSING, (), "nothing names what has to be installed"


def _manifests(paths: Mapping[str, object]) -> Iterator[str]:
    for path in sorted(paths, key=lambda path: (path.count("/"), path)):
        name = path.rpartition("/")[2].lower()
        named = name in _MANIFESTS or (name.startswith("requirements") and name.endswith((".txt", ".in")))
        if named and not places.is_vendored(path) and not places.is_test(path):
            yield path


def _commit(seen: _Seen) -> Answer:
    own = seen.of(COMMIT)
    recording = {(item.path, _outer(item)) for item in seen.facets.evidence("tracking.params_logged")}
    recorded = tuple(item for item in own if (item.path, _outer(item)) in recording)
    if recorded:
        return MET, recorded, ""
    shown = seen.facets.evidence("tracking.local_tracker")
    for word, name in _TRACKERS.items():
        by_itself = tuple(item for item in shown if word in item.why.lower())
        if by_itself:
            return PARTLY, by_itself, f"{name} records the commit by itself, of those runs that it tracks from a clone"
    if own:
        return PARTLY, own, "the commit is read, and nothing was seen to record it with a run"
    if not seen.runs:
        return NOT_CHECKED, (), _NO_RUN
    return MISSING, (), "a result cannot be traced to the code that made it"


def _outer(item: Evidence) -> str:
    """The class or function of the module: what reads the commit beside the settings records it with them."""
    return item.symbol.partition(".")[0]


def _versions(seen: _Seen) -> Answer:
    floating = tuple(
        Evidence(one.path, one.finding.line, one.finding.cell, one.finding.symbol, "takes the newest from the Hub")
        for one in seen.audit.findings
        if one.finding.code in _FLOATING and not places.is_test(one.path) and not places.is_vendored(one.path)
    )
    pointers = [path for path in seen.audit.outlines if path.endswith(".dvc") or path.rpartition("/")[2] == "dvc.lock"]
    kept = tuple(Evidence(path, None, None, "", "a DVC file") for path in sorted(pointers))
    kept += tuple(Evidence(path, None, None, "", "in Git LFS") for path in seen.audit.lfs)
    kept += seen.of(PINNED, DIGEST)
    if kept and not floating:
        return MET, kept, ""
    if kept:
        return PARTLY, (*kept[:2], *floating), f"{_counted(len(floating), 'download')} without a revision"
    if floating:
        return MISSING, floating, f"{_counted(len(floating), 'download')} without a revision"
    return MISSING, (), "no pinned revision, DVC file, LFS pointer or digest"


def _counted(many: int, noun: str) -> str:
    return f"{many} {noun}{'s' if many != 1 else ''}"


def _settings(seen: _Seen) -> Answer:
    name = "tracking.params_logged"
    if seen.facets.has(name):
        return MET, seen.facets.evidence(name), ""
    saved = tuple(
        Evidence(site.path, site.line, site.cell, "", "saves the settings with the checkpoint")
        for site in seen.audit.sites
        if site.what == "save" and "config" in site.holds and not places.is_test(site.path)
    )
    if saved:
        return PARTLY, saved, "in the checkpoint; a run that saves none leaves none"
    if not seen.facets.state(name) or not seen.runs:
        return NOT_CHECKED, (), _NO_RUN
    return MISSING, (), "nobody can tell which settings made a result"


def _switches(seen: _Seen) -> Answer:
    sources = {source.source for one in seen.audit.entry_points for source in one.sources}
    found = seen.of(SWITCH)
    broken = tuple(
        Evidence(one.path, one.finding.line, one.finding.cell, one.finding.symbol, one.finding.code)
        for one in seen.audit.findings
        if one.finding.code in _BROKEN_SWITCHES
    )
    if broken:
        return PARTLY, broken, "switches undo each other or come too late"
    if found:
        return MET, found, ""
    if sources.isdisjoint(_SWITCHED):
        return NOT_CHECKED, (), "no program was seen to draw from a framework that has such switches"
    return MISSING, (), "kernels may add in another order on each run, with seeds set"


def _repeats(seen: _Seen) -> Answer:
    found = seen.of(REPEATS)
    if found:
        return MET, found, ""
    return MISSING, (), "no test runs a thing twice with one seed and compares"


def _hardware(seen: _Seen) -> Answer:
    found = seen.of(HARDWARE)
    return (MET, found, "") if found else (MISSING, (), "no document names the accelerator that results come from")


def _runs(seen: _Seen) -> Answer:
    found = seen.of(RUNS)
    return (MET, found, "") if found else (MISSING, (), "no document tells over how many runs results were taken")


_NEURIPS, _ACL = "NeurIPS Paper Checklist", "ACL Responsible NLP Checklist"
_TORCH, _SCORE = "PyTorch, Reproducibility", "ML Test Score"
_ITEMS = (
    ("Seeds", _seeds, f"{_TORCH}; {_SCORE}, Infra 1"),
    ("Environment capture", _environment, f"{_NEURIPS} 5; {_ACL} C4"),
    ("Code versioning: the commit is recorded with a run", _commit, f"{_NEURIPS} 5"),
    ("Data and model versioning", _versions, f"{_NEURIPS} 5; {_ACL} B"),
    ("Configuration is recorded with the run", _settings, f"{_NEURIPS} 6; {_ACL} C2"),
    ("Determinism switches", _switches, _TORCH),
    ("A test that results repeat", _repeats, f"{_SCORE}, Infra 1"),
    ("Documents state the hardware", _hardware, f"{_NEURIPS} 8; {_ACL} C1"),
    ("Documents state the number of runs or the spread", _runs, f"{_NEURIPS} 7; {_ACL} C3"),
)
