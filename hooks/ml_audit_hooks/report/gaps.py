"""The gaps of the capability table that break production, those of one cause together."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.facets import TRAINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.capability import Evidence
    from ml_audit_hooks.core.rows import Site
    from ml_audit_hooks.report.facets import Facets


class Gap(NamedTuple):
    """Something that is missing, and what its absence costs."""

    name: str
    weight: int  # on the scale of `themes.Theme`
    facets: tuple[str, ...]  # those of the cause that are open, the gravest first
    title: str
    cost: str
    win: str
    at: tuple[Evidence, ...]  # where it would stand


class _Rule(NamedTuple):
    name: str
    weight: int
    facets: tuple[str, ...]  # one bullet for all that are open; the first must be, unless `any_of`
    needs: tuple[str, ...]  # facets without which nothing breaks
    title: str
    cost: str
    win: str  # where the table's plan does not tell
    said_by: tuple[str, ...] = ()  # themes whose findings say it better
    but: tuple[str, ...] = ()  # facets and held state ("save optimizer", "load step") that speak against it
    any_of: bool = False


_RULES = (
    _Rule(
        "no-checkpoint",
        84,
        ("checkpointing.weights", "checkpointing.resume"),
        (TRAINS,),
        "Training saves no model",
        "What was learned is gone when the process ends.",
        "save the weights at the end of each epoch",
    ),
    _Rule(
        "no-resume",
        82,
        ("checkpointing.resume", "checkpointing.optimizer_state"),
        (TRAINS, "checkpointing.weights"),
        "Training cannot go on from a checkpoint",
        "Every crash or preemption costs the whole run so far.",
        "add a `--resume` option that loads model, optimizer and step before the loop",
        ("lost-state",),
        but=("load optimizer", "load step"),
    ),
    _Rule(
        "cold-resume",
        78,
        ("checkpointing.optimizer_state",),
        (TRAINS, "checkpointing.weights", "checkpointing.resume"),
        "Checkpoints leave the optimizer's state out",
        "A resumed run starts with cold moments, and its loss jumps.",
        "add the optimizer's state to what is saved",
        ("lost-state",),
        but=("save optimizer",),
    ),
    _Rule(
        "no-tests",
        77,
        ("ci_tests.pytest_targets", "ci_tests.local_gates", "ci_tests.ci"),
        (),
        "No test that can fail",
        "A change that breaks training or loading is seen after hours of computing, or by users.",
        "add one test that builds the model and takes a training step",
    ),
    _Rule(
        "no-lock",
        70,
        ("security.dependency_lock",),
        (),
        "No lock: each install resolves to other versions",
        "A release of a dependency, broken or hijacked, reaches production without a commit.",
        "run `uv lock` (or `pip-compile --generate-hashes`) and commit the result",
        ("stale-lock",),
    ),
    _Rule(
        "no-evaluation",
        68,
        ("evaluation.validation_loop", "data.splits"),
        (TRAINS,),
        "Nothing is evaluated on held-out data",
        "Overfitting looks like progress.",
        "hold a split back and evaluate on it every epoch",
        but=("evaluation.metrics_api", "evaluation.tests"),
    ),
    _Rule(
        "no-split",
        64,
        ("data.splits",),
        (TRAINS, "evaluation.validation_loop"),
        "No held-out split is made or loaded",
        "What is reported may be measured on training data.",
        "hold a split back, seeded, and report on it alone",
        but=("data.tests",),
    ),
    _Rule(
        "unseeded-split",
        58,
        ("data.deterministic_shuffling",),
        (TRAINS, "data.splits"),
        "The split or shuffle is not seeded",
        "Runs are compared on other data, and held-out samples drift into training.",
        "pass a seeded generator to the split",
        ("unseeded", "order"),
    ),
    _Rule(
        "no-record",
        57,
        ("tracking.params_logged", "tracking.local_tracker"),
        (TRAINS,),
        "A run leaves no record of its settings",
        "Nobody can rerun last month's best model.",
        "write the resolved settings beside the output when the run starts",
        but=("save config",),
    ),
    _Rule(
        "no-ci",
        54,
        ("ci_tests.ci",),
        ("ci_tests.pytest_targets",),
        "Tests exist, and no CI runs them",
        "They hold only as long as somebody remembers to run them.",
        "add a workflow that installs the package and runs the tests",
    ),
    _Rule(
        "loss-only",
        50,
        ("evaluation.metrics_api",),
        (TRAINS, "evaluation.validation_loop"),
        "No metric beside the loss",
        "A loss that falls does not say that the task is done better.",
        "compute the task's metric where the validation loss is computed",
    ),
    _Rule(
        "untested",
        49,
        ("checkpointing.tests", "training.tests", "data.tests", "evaluation.tests", "modeling.tests"),
        ("ci_tests.pytest_targets", TRAINS),
        "The code whose faults cost most has no test",
        "",
        "add a round trip that saves and loads a tiny model",
        any_of=True,
    ),
    _Rule(
        "best-lost",
        45,
        ("checkpointing.best_k",),
        (TRAINS, "checkpointing.weights"),
        "Neither the best checkpoint is kept nor old ones removed",
        "The model that was best is overwritten, or the disk fills up and ends the run.",
        "keep the best by the validation metric, and the last k",
        ("best-kept", "unpruned"),
    ),
    _Rule(
        "secrets-unseen",
        42,
        ("security.secrets_scanning",),
        (),
        "No secret scanner in hooks or CI",
        "A hub or cloud key that is committed once stays in the history for everybody.",
        "add the gitleaks hook to `.pre-commit-config.yaml`",
        ("committed-secret",),
    ),
    _Rule(
        "online-only",
        40,
        ("tracking.offline_mode",),
        (TRAINS, "tracking.local_tracker"),
        "The tracker needs the network",
        "On a node without network a tracked run hangs or ends at its start.",
        "set the tracker's offline mode by an option",
    ),
    _Rule(
        "coverage",
        31,
        ("ci_tests.coverage",),
        ("ci_tests.pytest_targets", "ci_tests.ci"),
        "Coverage may fall without a failing run",
        "New code reaches production with no test having run it.",
        "set `fail_under` a point below today's coverage",
    ),
)
_WHOLE = frozenset(("save optimizer", "save scheduler", "save step", "save rng"))  # as trainers do
_OF_LONG_RUNS = frozenset(("best-lost", "cold-resume", "no-resume"))
_ONE_ARGUMENT, _OF_A_LIBRARY = 66, 44
_NAMES = {  # words in the names of test files
    "checkpointing.tests": ("checkpoint", "ckpt", "resume", "save"),
    "data.tests": ("data", "preprocess"),
    "evaluation.tests": ("eval", "metric"),
    "modeling.tests": ("model", "network"),
    "training.tests": ("train",),
}
_PARTS = {
    "checkpointing.tests": "saving and loading a checkpoint",
    "data.tests": "data handling",
    "evaluation.tests": "evaluation and metrics",
    "modeling.tests": "building the model and its forward pass",
    "training.tests": "a training step",
}


def gaps(
    seen: Facets,
    themes: frozenset[str],
    sites: Sequence[Site] = (),
    tests: Sequence[str] = (),
    long_runs: bool = True,
) -> Iterator[Gap]:
    """The gaps that no finding speaks of. `themes` are the names of those that findings do speak of, `tests` the
    paths of test files; without `long_runs`, no program trains by a framework of deep learning."""
    held = {f"{site.what} {what}" for site in sites for what in site.holds}
    for rule in _RULES:
        missing = tuple(name for name in rule.facets if seen.lacks(name) and not _named(name, tests))
        opened = bool(missing) if rule.any_of else bool(rule.facets) and rule.facets[0] in missing
        denied = any(seen.has(name) if "." in name else name in held for name in rule.but)
        if rule.name in _OF_LONG_RUNS and not long_runs:  # a fit of seconds is not resumed
            continue
        if opened and not denied and seen.has(*rule.needs) and themes.isdisjoint(rule.said_by):
            win = seen.plan(missing[0]) or rule.win
            at = seen.evidence(TRAINS)[:1] if TRAINS in rule.needs else ()
            gap = Gap(rule.name, rule.weight, missing, rule.title, _cost(rule, missing), win, at)
            if rule.name == "no-resume" and held >= _WHOLE:
                gap = _unused(gap)
            if rule.name == "no-lock" and seen.has("deployment.packaging") and not seen.has(TRAINS):
                gap = gap._replace(weight=_OF_A_LIBRARY)  # its users resolve for themselves
            yield gap


def _named(facet: str, tests: Sequence[str]) -> bool:
    """Whether a test file is named after what the facet tests: nobody is to be told that it is not there."""
    words = _NAMES.get(facet, ())
    return any(word in path.rpartition("/")[2].lower() for word in words for path in tests)


def _unused(gap: Gap) -> Gap:
    """The gap where a trainer saves the whole state already: one argument is missing."""
    return gap._replace(
        weight=_ONE_ARGUMENT,
        title="The whole training state is saved, and no program resumes from it",
        cost="A crash or preemption costs the run so far, though all that is needed lies on disk.",
        win="offer the trainer's resume argument as an option of the program",
    )


def _cost(rule: _Rule, missing: Sequence[str]) -> str:
    if rule.name == "untested":
        parts = [_PARTS[name] for name in missing]
        last = parts.pop()
        listed = f"{', '.join(parts)} or {last}" if parts else last
        return f"No test covers {listed}: a change there shows in the next long run."
    if rule.name == "no-tests" and len(missing) == len(rule.facets):
        return f"{rule.cost} No local command and no CI checks anything either."
    return rule.cost
