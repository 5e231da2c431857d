"""Methods of objects of unknown making, taken for those of the libraries in use."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls
from ml_audit_hooks.checks.seeds.effect import Effect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_FRIENDLY = ("statsmodels.", "scipy.", "pmdarima.", "prophet.")  # whose `fit` draws nothing
_TRAINS = frozenset(("fit", "fit_generator", "train_on_batch"))
_EVALUATES = frozenset(("evaluate", "validate", "test", "predict"))
METHODS = _TRAINS | _EVALUATES | frozenset(("sample", "shuffle", "train_test_split", "train"))
ROOTS = frozenset(
    "datasets keras lightning optuna pandas pytorch_lightning sklearn tensorflow torch transformers trl".split()
)


def effects(roots: frozenset[str], name: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a method on an object of unknown making, by the libraries in use."""
    if "." not in name or name.startswith(_FRIENDLY):
        return []
    lightning = not roots.isdisjoint(("lightning", "pytorch_lightning"))
    keras = not roots.isdisjoint(("keras", "tensorflow"))
    if last in _TRAINS and (lightning or keras or "sklearn" in roots or "optuna" in roots):
        use = [Effect("use", ("tensorflow",), "data")] if keras and not lightning else []
        return [Effect("train"), *use, *([Effect("gpu")] if lightning else [])]
    if last in _EVALUATES and (lightning or keras):
        return [Effect("eval")]
    if last == "sample" and "pandas" in roots and ("n" in arguments or "frac" in arguments):
        return calls.effects("pandas.DataFrame().sample", arguments)
    if last in ("shuffle", "train_test_split") and "datasets" in roots and "random" not in name:
        return calls.effects(f"datasets.Dataset().{last}", arguments)
    if last == "sample" and "torch" in roots and not len(arguments) and "dist" in name.lower():
        return [Effect("use", ("torch",), "run")]
    if last == "train" and not roots.isdisjoint(("transformers", "trl")) and "trainer" in name.lower():
        return [Effect("train"), Effect("gpu")]
    return []
