"""The names by which the texts of a report speak of the repository at hand."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import PRESENT
from ml_audit_hooks.core import places
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.status import Judged
    from ml_audit_hooks.capabilities.view import View

    Best: TypeAlias = Mapping[str, Evidence]  # the first evidence of each facet that is present


def names(view: View, judged: Iterable[Judged]) -> dict[str, str]:
    """Placeholder to words, for the templates of facets; places are those that the verdicts show first."""
    best = {
        f"{one.capability.name}.{facet.name}": verdict.evidence[0]
        for one in judged
        for facet, verdict in zip(one.capability.facets, one.verdicts, strict=True)
        if verdict.state == PRESENT and verdict.evidence
    }
    train = _train(view, best)
    return {
        "train": train,
        "trainer": _spot(best, "the training loop", "training.train_loop"),
        "config": _config(best),
        "runner": _runner(view),
        "tests": _tests(view),
        "model": _model(view, best),
        "checkpoint": _spot(best, f"the end of each epoch in {train}", "checkpointing.weights"),
        "data": _file(best, "the data code", "data.splits", "data.deterministic_shuffling"),
        "tracker": _tracker(best),
        "readme": next(iter(view.named("readme.md", "readme.rst", "readme.txt", "readme")), "README.md"),
    }


class Filler(dict[str, str]):
    """The words of `names`; a placeholder that does not exist stays as it is, braces and all."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _first(best: Best, *facets: str) -> Evidence | None:
    return next((best[facet] for facet in facets if facet in best), None)


def _file(best: Best, fallback: str, *facets: str) -> str:
    found = _first(best, *facets)
    return found.path if found else fallback


def _spot(best: Best, fallback: str, *facets: str) -> str:
    """``GPT in model.py``, or the file alone where nothing is named."""
    found = _first(best, *facets)
    if found is None:
        return fallback
    return found.path if found.symbol[:1] == "<" else f"{found.symbol} in {found.path}"


def _model(view: View, best: Best) -> str:
    """The model as a whole: the class that other code builds, else the last of its file, after its layers."""
    first = _first(best, "modeling.model_init")
    every = view.every("modeling.model_init")
    classes = [e for e in every if e.why.startswith("class ") and "." not in e.symbol]
    classes.sort(key=lambda e: (e.symbol.startswith("Base"), "model" not in e.path.lower()))  # stable: best file first
    built = {e.why.rpartition(" ")[2].rpartition(".")[2] for e in every if e.why.startswith(("builds ", "calls "))}
    for found in (*[e for e in classes if e.symbol in built], *classes[:1]):
        same = [e.symbol for e in classes if e.path == found.path]
        return f"{found.symbol if found.symbol in built else same[-1]} in {found.path}"
    if first is None:
        return "the model"
    return first.path if first.symbol[:1] == "<" else f"the model of {first.symbol} in {first.path}"


def _train(view: View, best: Best) -> str:
    """The program that trains: the file with the loop where it reads a command line, else the program beside it."""
    loop = _first(best, "training.train_loop")
    programs = {e.path for name in ("deployment.cli", "configuration.overrides") for e in view.every(name)}
    if loop is not None and (loop.path in programs or not programs):
        return loop.path
    telling = [p for p in sorted(programs, key=lambda p: (p.count("/"), p)) if _says_training(p)]
    if telling:
        return telling[0]
    if loop is not None:
        return loop.path
    named = [p for p in view.named("train.py", "main.py", "run.py") if not places.is_test(p)]
    return named[0] if named else "the training program"


def _says_training(path: str) -> bool:
    words = name_parts(path.rpartition("/")[2].partition(".")[0])
    return any(word.startswith(("train", "pretrain", "finetun", "fit")) for word in words)


def _config(best: Best) -> str:
    found = _first(best, "configuration.structured", "configuration.overrides")
    return f"the configuration in {found.path}" if found else "a dataclass of settings"


def _runner(view: View) -> str:
    if view.named("noxfile.py"):
        return "nox"
    if view.named("tox.ini"):
        return "tox"
    return "pytest"


def _tests(view: View) -> str:
    for path in sorted(view.paths, key=lambda p: (p.count("/"), p)):
        if places.is_test(path) and path.endswith(".py"):
            folder = path.rpartition("/")[0]
            return f"{folder}/" if folder else path
    return "tests/"


def _tracker(best: Best) -> str:
    found = _first(best, "tracking.local_tracker", "logging.tracker")
    if found is None:
        return "the tracker"
    words = found.why.lower()
    known = ("wandb", "mlflow", "tensorboard", "comet", "neptune", "clearml", "aim")
    shown = {"wandb": "W&B", "mlflow": "MLflow", "tensorboard": "TensorBoard", "comet": "Comet"}
    return next((shown.get(name, name) for name in known if name in words), "the tracker")
