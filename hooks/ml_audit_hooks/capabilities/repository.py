"""The names by which the texts of a report speak of the repository at hand."""

from __future__ import annotations

from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.view import View


def names(view: View) -> dict[str, str]:
    """Placeholder to words, for the templates of facets."""
    return {
        "train": _train(view),
        "trainer": _trainer(view),
        "config": _config(view),
        "runner": _runner(view),
        "tests": _tests(view),
        "model": _spot(view, "the model code", "modeling.model_init"),
        "checkpoint": _spot(view, f"the end of each epoch in {_train(view)}", "checkpointing.weights"),
        "data": _file(view, "the data code", "data.splits", "data.deterministic_shuffling"),
        "tracker": _tracker(view),
        "readme": next(iter(view.named("readme.md", "readme.rst", "readme.txt", "readme")), "README.md"),
    }


class Filler(dict[str, str]):
    """The words of `names`; a placeholder that does not exist stays as it is, braces and all."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _first(view: View, *signals: str) -> Evidence | None:
    for signal in signals:
        found = view.live(signal)
        if found:
            return found[0]
    return None


def _file(view: View, fallback: str, *signals: str) -> str:
    found = _first(view, *signals)
    return found.path if found else fallback


def _spot(view: View, fallback: str, *signals: str) -> str:
    """``GPT in model.py``, or the file alone where nothing is named."""
    found = _first(view, *signals)
    if found is None:
        return fallback
    return found.path if found.symbol[:1] == "<" else f"{found.symbol} in {found.path}"


def _train(view: View) -> str:
    found = _first(view, "training.train_loop", "modeling.model_init")
    if found is not None:
        return found.path
    named = [p for p in view.named("train.py", "main.py", "run.py") if not places.is_test(p)]
    return named[0] if named else "the training program"


def _trainer(view: View) -> str:
    found = _first(view, "training.train_loop")
    if found is None:
        return "the training loop"
    where = found.path if found.symbol[:1] == "<" else f"{found.symbol} in {found.path}"
    return f"the training in {where}"


def _config(view: View) -> str:
    found = _first(view, "configuration.structured", "configuration.overrides")
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


def _tracker(view: View) -> str:
    found = _first(view, "tracking.local_tracker", "logging.tracker")
    if found is None:
        return "the tracker"
    words = found.why.lower()
    known = ("wandb", "mlflow", "tensorboard", "comet", "neptune", "clearml", "aim")
    shown = {"wandb": "W&B", "mlflow": "MLflow", "tensorboard": "TensorBoard", "comet": "Comet"}
    return next((shown.get(name, name) for name in known if name in words), "the tracker")
