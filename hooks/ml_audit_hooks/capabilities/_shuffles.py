"""Where data are shuffled, and what seeds the shuffle."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._data_words import about
from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.called import called, last_name
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Signal
    from ml_audit_hooks.core.context import Context

SHUFFLING = "data.deterministic_shuffling"
SHUFFLES = "datasets.shuffles."  # and the source of randomness that it draws from
SEEDS = "datasets.seeds."
TRAINER = "datasets.trainer"  # a trainer that seeds by itself
SOURCES = ("torch", "numpy", "python", "tensorflow", "any")
_SEEDERS = {
    "jax.random.PRNGKey": "jax",
    "jax.random.key": "jax",
    "numpy.random.seed": "numpy",
    "random.seed": "python",
    "tensorflow.random.set_seed": "tensorflow",
    "tensorflow.set_random_seed": "tensorflow",
    "torch.manual_seed": "torch",
}
_SEED_ALL = frozenset(
    ("seed_everything", "set_seed", "set_random_seed", "seed_all", "enable_full_determinism", "set_seeds")
)
_SHUFFLERS = {
    "numpy.random.choice": "numpy",
    "numpy.random.permutation": "numpy",
    "numpy.random.randint": "numpy",
    "numpy.random.shuffle": "numpy",
    "random.sample": "python",
    "random.shuffle": "python",
    "torch.randint": "torch",
    "torch.randperm": "torch",
}
_SEEDING_TRAINERS = frozenset(("sentence_transformers", "setfit", "transformers", "trl"))
_PICKS = frozenset(("randint", "choice", "sample"))  # of what, their arguments tell
_BATCHES = frozenset("batch batches data dataset buffer len examples samples indices idx".split())
_TAKES_SEED = frozenset(
    "shuffle train_test_split KFold StratifiedKFold StratifiedShuffleSplit ShuffleSplit GroupShuffleSplit"
    " RepeatedKFold RepeatedStratifiedKFold StratifiedGroupKFold random_split sample resample DataLoader RandomSampler"
    " DistributedSampler image_dataset_from_directory text_dataset_from_directory flow_from_directory flow "
    "split_dataset"
    " make_classification randomSplit random_shuffle train_val_split RandomSplitter permutation shuffle_dataset"
    " StatefulDistributedSampler audio_dataset_from_directory timeseries_dataset_from_array select_shuffle".split()
)
_SEED_OPTIONS = ("random_state", "seed", "generator", "shuffle_seed", "random_seed")
_GENERATORS = frozenset(
    "numpy.random.default_rng numpy.random.RandomState random.Random numpy.random.Generator".split()
)
_DRAWS = frozenset(("shuffle", "permutation", "permuted"))


def find_shuffling(context: Context) -> Iterator[Signal]:
    """Seeded shuffles and splits; and, for what is seeded elsewhere in the program, the seeds and the shuffles."""
    for name, calls in context.calls.items():
        if _TELLS[name]:
            for call in calls:
                yield from _shuffling(context, call)


def _tells(last: str) -> bool:
    """Whether a call of this name may be one that `_shuffling` knows."""
    return last in _CALLED or last.endswith(("DataLoader", "Trainer")) or _seeds_all(last)


_TELLS = Remembered(_tells)
_CALLED = (
    _SEED_ALL
    | _TAKES_SEED
    | _DRAWS
    | frozenset(name.rpartition(".")[2] for name in (*_SEEDERS, *_SHUFFLERS, "jax.random.choice"))
    | frozenset("random_split RandomSampler SubsetRandomSampler train_test_split shuffle KFold StratifiedKFold".split())
)


def _shuffling(context: Context, call: ast.Call) -> Iterator[Signal]:
    name = context.dotted(call.func)
    last = called(context, call)
    seeded = _seeded(context, call, name, last)
    if seeded:
        yield context.signal(SHUFFLING, call, seeded)
        return
    source = _source(context, call, name, last)
    if source:
        yield context.signal(SHUFFLES + source, call, f"shuffles by {name or last}")
    elif name in _SEEDERS and _constant_or_setting(context, call):
        yield context.signal(SEEDS + _SEEDERS[name], call, f"calls {name}")
    elif (last in _SEED_ALL or _seeds_all(last)) and _constant_or_setting(context, call):
        yield context.signal(SEEDS + "any", call, f"calls {last}")
    elif last.endswith("Trainer") and name.partition(".")[0] in _SEEDING_TRAINERS:
        yield context.signal(TRAINER, call, f"{name} shuffles with its own seed")


def _seeded(context: Context, call: ast.Call, name: str, last: str) -> str:
    """How a shuffle or split is seeded by itself, in words; "" where it is not."""
    options = context.keywords(call)
    if last in _TAKES_SEED and not name.startswith("optuna."):
        allowed = ("random_state", "generator") if last in ("sample", "permutation") else _SEED_OPTIONS
        given = [option for option in allowed if option in options and _seeds(context, options[option])]
        if given and _shuffles_at_all(context, options):
            return f"sets {given[0]}= of {last}"
    if last in _DRAWS and context.resolved(call.func).rpartition("().")[0] in _GENERATORS:
        return "draws from a generator of its own"
    picks = name == "jax.random.choice" and not _BATCHES.isdisjoint(about(context, call))
    return f"calls {name} with a key" if picks or name in ("jax.random.permutation", "jax.random.shuffle") else ""


def _source(context: Context, call: ast.Call, name: str, last: str) -> str:
    """The source of randomness that a shuffle draws from; "" for what is no shuffle of data."""
    if name in _SHUFFLERS:
        return _SHUFFLERS[name] if last not in _PICKS or not _BATCHES.isdisjoint(about(context, call)) else ""
    if last in _DRAWS and isinstance(call.func, ast.Attribute) and _is_generator(call.func.value):
        return "any"
    if name.startswith("optuna."):
        return ""
    if last.endswith("DataLoader"):
        options = context.keywords(call)
        shuffles = "sampler" in options or ("shuffle" in options and context.is_on(options["shuffle"]))
        return "torch" if shuffles else ""
    if last in ("random_split", "RandomSampler", "SubsetRandomSampler"):
        return "torch"
    if name.startswith("sklearn.") and last in ("train_test_split", "shuffle", "KFold", "StratifiedKFold"):
        return "numpy"
    by_pipeline = last == "shuffle" and not context.roots.isdisjoint(("tensorflow", "tensorflow_datasets", "keras"))
    return "tensorflow" if by_pipeline else ""


def _seeds_all(last: str) -> bool:
    """``fix_seeds``, ``setup_seed``: a function of the repository's own."""
    words = name_parts(last)
    return (
        len(words) > 1
        and words[-1] in ("seed", "seeds")
        and words[0] in ("fix", "init", "make", "set", "setup", "seed")
    )


def _seeds(context: Context, value: ast.expr) -> bool:
    """0 is a seed; None and False are none."""
    constant = context.constant(value)
    return constant is not None and constant is not False


def _shuffles_at_all(context: Context, options: dict[str, ast.expr]) -> bool:
    return "shuffle" not in options or context.is_on(options["shuffle"])


def _is_generator(node: ast.AST) -> bool:
    words = name_parts(last_name(node))
    return words[-1:] in (["rng"], ["generator"]) or words == ["random", "state"]


def _constant_or_setting(context: Context, call: ast.Call) -> bool:
    """``seed()`` and ``seed(None)`` seed nothing."""
    values = [*call.args, *(k.value for k in call.keywords)]
    return bool(values) and _seeds(context, values[0])
