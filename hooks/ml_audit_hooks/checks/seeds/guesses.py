"""Methods of objects of unknown making, taken for those of the libraries in use."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls
from ml_audit_hooks.checks.seeds.effect import TORCH, Effect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_FRIENDLY = ("statsmodels.", "scipy.", "pmdarima.", "prophet.")  # whose `fit` draws nothing
_TRAINS = frozenset(("fit", "fit_generator", "train_on_batch"))
_EVALUATES = frozenset(("evaluate", "validate", "test", "predict"))
_ON_GPU = (Effect("gpu"), Effect("use", ("torch.cuda",), "drop"))  # a trainer moves its model, whose layers may draw
_DATA = frozenset(("data", "dataset", "ds"))
_GENERATORS = frozenset(("generator", "random", "rng"))
_PIPELINES = ("tensorflow", "tensorflow_datasets")
_FRAMES = frozenset(("dataframe", "df", "frame"))
METHODS = _TRAINS | _EVALUATES | frozenset(("random_shuffle", "sample", "shuffle", "train_test_split", "train"))
ROOTS = frozenset(
    "datasets keras lightning optuna pandas pytorch_lightning ray sklearn tensorflow tensorflow_datasets torch"
    " transformers trl".split()
)


def effects(roots: frozenset[str], name: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a method on an object of unknown making, by the libraries in use."""
    if "." not in name or name.startswith(_FRIENDLY):
        return []
    lightning = not roots.isdisjoint(("lightning", "pytorch_lightning"))
    keras = not roots.isdisjoint(("keras", "tensorflow"))
    if last in _TRAINS and (lightning or keras or "sklearn" in roots or "optuna" in roots):
        if keras and not lightning:
            return calls.effects(f"keras.Model().{last}", arguments)
        return [Effect("train"), *(_ON_GPU if lightning else ())]
    if last in _EVALUATES and (lightning or keras):
        return [Effect("eval")]
    counted = "n" in arguments or "frac" in arguments
    if last == "sample" and "pandas" in roots and (counted or _is_called(name, _FRAMES)):
        return calls.effects("pandas.DataFrame().sample", arguments)
    if last == "random_shuffle" and "ray" in roots:
        return calls.effects("ray.data.Dataset().random_shuffle", arguments)
    if last == "shuffle" and not roots.isdisjoint(_PIPELINES) and _is_called(name, _DATA):
        return calls.effects("tensorflow.data.Dataset().shuffle", arguments)
    if last in ("shuffle", "train_test_split") and "datasets" in roots and "random" not in name:
        return calls.effects(f"datasets.Dataset().{last}", arguments)
    if last == "sample" and "torch" in roots and not len(arguments) and "dist" in name.lower():
        return [Effect("use", TORCH, "run")]
    if last == "train" and not roots.isdisjoint(("transformers", "trl")) and "trainer" in name.lower():
        return [Effect("train"), *_ON_GPU]
    return []


def _is_called(name: str, words: frozenset[str]) -> bool:
    """Whether the name of a method's object has one of some words, and none of a generator of numbers."""
    found = set(name.rpartition(".")[0].lower().lstrip("?").replace("()", "").replace(".", "_").split("_"))
    return not words.isdisjoint(found) and _GENERATORS.isdisjoint(found)
