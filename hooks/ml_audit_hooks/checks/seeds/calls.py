"""Which source of randomness the calls of the libraries draw from, and which they seed."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import EVERYTHING, NOTHING, NUMPY, OPEN, TORCH, TRIO, Effect, given, shared
from ml_audit_hooks.checks.seeds.effect import has_rest as has_rest
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from ml_audit_hooks.checks.seeds.effect import Arguments, Value

    Handler: TypeAlias = Callable[[str, str, str, Arguments], list[Effect]]  # (name, without root, last part, …)

# Sites of the documentation: https://docs.python.org/3/library/random.html, numpy.org/doc/stable/reference/random,
# pytorch.org/docs/stable/notes/randomness.html, tensorflow.org/api_docs/python/tf/random/set_seed,
# scikit-learn.org/stable/common_pitfalls.html#randomness
_SEEDS: dict[str, tuple[str, ...]] = {
    "accelerate.set_seed": TRIO,
    "accelerate.utils.random.set_seed": TRIO,
    "accelerate.utils.set_seed": TRIO,
    "composer.utils.reproducibility.seed_all": TRIO,
    "cupy.random.seed": (),
    "detectron2.utils.env.seed_all_rng": TRIO,
    "fastai.torch_core.set_seed": TRIO,
    "ignite.utils.manual_seed": TRIO,
    "imgaug.seed": (),
    "keras.utils.set_random_seed": ("python", *NUMPY, "tensorflow"),
    "mmengine.runner.set_random_seed": TRIO,
    "monai.utils.set_determinism": TRIO,
    "numpy.random.seed": NUMPY,
    "pyro.set_rng_seed": TRIO,
    "random.seed": ("python",),
    "sklearn.utils.check_random_state": (),
    "stable_baselines3.common.utils.set_random_seed": TRIO,
    "tensorflow.compat.v1.random.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v1.set_random_seed": ("tensorflow",),
    "tensorflow.random.set_random_seed": ("tensorflow",),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.set_random_seed": ("tensorflow",),
    "torch.cuda.manual_seed": ("torch.cuda",),
    "torch.cuda.manual_seed_all": ("torch.cuda",),
    "torch.cuda.random.manual_seed": ("torch.cuda",),
    "torch.cuda.random.manual_seed_all": ("torch.cuda",),
    "torch.manual_seed": TORCH,
    "torch.random.manual_seed": TORCH,
    "transformers.enable_full_determinism": EVERYTHING,
    "transformers.set_seed": EVERYTHING,
    "transformers.trainer_utils.set_seed": EVERYTHING,
}
# Words of the names that seeding helpers of other libraries bear (`set_seed`, `seed_everything`, `fix_random_seeds`,
# `improve_reproducibility`); a helper of the repository itself is read instead.
_HELPER_NOUNS = frozenset("determinism deterministic randomness reproducibility reproducible seed seeds".split())
_HELPER_VERBS = frozenset("enable ensure fix improve init initialize make manual same seed set setup".split())
_HELPER_WORDS = (
    _HELPER_NOUNS
    | _HELPER_VERBS
    | frozenset("all and cuda everything everywhere full global gpu numpy np rand random rng torch tf up utils".split())
)
_NO_HELPERS = frozenset(
    ("deterministic", "full_seed", "make_seed", "np_random", "random_seed", "rng_seed", "seed", "seeds")
)
_SWITCHERS = frozenset(("torch", "tensorflow", "numpy", "random", "jax"))  # whose own names are in the tables
_KNOWN_HELPERS: dict[str, bool] = {"manual_seed_all": True, "use_deterministic_algorithms": False}
_RESTORES = {
    "numpy.random.set_state": NUMPY,
    "random.setstate": ("python",),
    "torch.cuda.set_rng_state": ("torch.cuda",),
    "torch.cuda.set_rng_state_all": ("torch.cuda",),
    "torch.random.set_rng_state": ("torch",),
    "torch.set_rng_state": ("torch",),
}
_SEED_WORDS = ("seed", "random_state", "random_seed", "rng", "seed_value", "manual_seed")
_TORCH_IN_PLACE = frozenset("bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_".split())
_NEW_TENSORS = (".new().", ".new_empty().", ".new_tensor().", ".new_zeros().", "_like().", "torch.cuda.")
_TYPES = tuple("bool double dtype float float16 float32 float64 half int int16 int32 int64 int8 long uint8".split())
_LOADS = frozenset(("load_state_dict", "load_weights", "load_from_checkpoint"))
_NO_WEIGHTS = ("optim", "sched", "scaler", "loss", "criterion", "ema")
_WRITES = frozenset("save_model save_pretrained save_to_disk to_csv to_parquet tofile".split())
_FLOWS = frozenset(("flow_from_dataframe", "flow_from_directory"))  # of Keras alone
_METHODS = _TORCH_IN_PLACE | _LOADS | _WRITES | _FLOWS
_TRAINS = frozenset(("apply_gradients", "apply_updates", "backward", "value_and_grad"))
_METHODS |= _TRAINS | frozenset("resize_token_embeddings generate cuda to seed reset sample load_hyperpyyaml".split())
_SAMPLES = frozenset(("GenerationConfig", "generate"))  # the one is handed to the other
_LIGHTNING = frozenset(("lightning", "pytorch_lightning", "lightning_fabric"))
_HOMES = {  # the packages whose calls a module knows
    "of_frameworks": "flax:nnx jax:jax keras:keras keras_preprocessing:keras scikeras:keras tensorflow:tensorflow"
    " tensorflow_datasets:datasets tf_keras:keras",
    "of_numbers": "datasets:datasets lightgbm:boosting numpy:numpy optuna:optuna pandas:pandas random:python"
    " ray:ray sklearn:sklearn torchtext:torchtext xgboost:boosting",
    "of_torch": "albumentations:albumentations timm:timm torch:torch torchvision:vision",
    "of_trainers": "adapters:trainer bsuite:bsuite dm_control:control gym:gym gymnasium:gym lightning:lightning"
    " optimum:trainer peft:peft"
    " pytorch_lightning:lightning sb3_contrib:baselines sentence_transformers:trainer setfit:trainer"
    " stable_baselines3:baselines transformers:trainer trl:trainer unsloth:trainer",
}
_PLACES = {
    root: (module, f"of_{function}")
    for module, pairs in _HOMES.items()
    for root, _, function in (pair.partition(":") for pair in pairs.split())
}
KNOWN_ROOTS = frozenset(_PLACES)
_HANDLERS: dict[str, Handler] = {}


def _handler(root: str) -> Handler | None:
    """What knows the calls of a package; its module is imported with the first program that uses the package."""
    found = _HANDLERS.get(root)
    if found is None and root in _PLACES:
        module, function = _PLACES[root]
        loaded = __import__(f"ml_audit_hooks.checks.seeds.{module}", fromlist=(function,))
        found = _HANDLERS[root] = getattr(loaded, function)
    return found


def may_matter(root: str, last: str, name: str) -> bool:
    """Whether a call can have an effect at all, whatever its arguments."""
    return root in KNOWN_ROOTS or last in _METHODS or name in _SEEDS or is_helper(last)


def is_helper(last: str) -> bool:
    """Whether libraries have seeding helpers of that name."""
    if "seed" not in last and "repro" not in last and "determin" not in last and "randomness" not in last:
        return False
    known = _KNOWN_HELPERS.get(last)
    if known is None:
        words = name_parts(last)
        fits = words[0] in _HELPER_VERBS and _HELPER_WORDS.issuperset(words) and not _HELPER_NOUNS.isdisjoint(words)
        known = _KNOWN_HELPERS[last] = fits and last.islower() and last not in _NO_HELPERS
    return known


def effects(name: str, arguments: Arguments) -> list[Effect]:
    """What calling `name` (resolved through imports, ``made()`` for what calls return) does; [] for most calls."""
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if name in _SEEDS:
        value = given(arguments, 0, *_SEED_WORDS, "a", "seed_")
        return [Effect("seed", _SEEDS[name], "", value or (OPEN if has_rest(arguments) else NOTHING))]
    if name in _RESTORES:
        return [Effect("restore", _RESTORES[name])]
    if last in _SAMPLES and "do_sample" in arguments and arguments["do_sample"] != ("c", False):
        return [Effect("use", TORCH, "run")]
    handler = _handler(root)
    if handler is not None:
        found = handler(name, rest, last, arguments)
        if found:
            return found
    if last == "load_hyperpyyaml":
        return [Effect("configured")]
    if is_helper(last) and root not in ("self", "cls", "super()") and root not in _SWITCHERS:
        if not len(arguments) and "seed" not in last:
            return []  # switches determinism on, and seeds nothing
        default = NOTHING if root not in _LIGHTNING and not len(arguments) and last == "set_seed" else OPEN
        return [Effect("helper", EVERYTHING, "", given(arguments, 0, *_SEED_WORDS) or default)]
    return _by_method(name, last, arguments)


def _by_method(name: str, last: str, arguments: Arguments) -> list[Effect]:
    """Calls known by the method's name alone, whatever it is called on."""
    if last not in _METHODS:
        return []
    if last in _TORCH_IN_PLACE and "." in name:
        if any(word in name for word in _NEW_TENSORS):
            return shared(TORCH, "run", arguments, "generator")
        return shared(("torch",), "init", arguments, "generator")
    if last in _FLOWS and "." in name:
        images = _handler("keras")
        return images(name, f"preprocessing.image.ImageDataGenerator().{last}", last, arguments) if images else []
    if last == "resize_token_embeddings":
        return [Effect("use", ("torch",), "weak")]
    if last in _TRAINS:
        return [Effect("train")]
    if last in _LOADS:
        return [] if any(word in name.lower() for word in _NO_WEIGHTS) else [Effect("load")]
    if last == "cuda" or (last == "to" and "." in name):
        return [Effect("gpu")] if last == "cuda" or _is_device(given(arguments, "device", 0)) else []
    if last == "seed" and "." in name and len(arguments):
        return [Effect("seed", ("env",), "", given(arguments, 0, "seed"))]
    if last == "reset" and "seed" in arguments:
        return [Effect("seed", ("env",), "", arguments["seed"])]
    if last == "sample" and ("frac" in arguments or "random_state" in arguments):
        return shared(("numpy",), "run", arguments, "random_state")
    return [Effect("write")] if last in _WRITES else []


def _is_device(value: Value | None) -> bool:
    """Whether what is given to ``to`` may be the GPU: no type and not the CPU."""
    if value is None or value == ("c", "cpu"):
        return False
    return value[0] not in "sp" or not str(value[1]).endswith(_TYPES)
