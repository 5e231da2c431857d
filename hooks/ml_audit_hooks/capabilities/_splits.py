"""Where train and held-out data are made or loaded as such."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._data_words import DATA, role_words
from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core.called import called, last_name
from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

SPLITS = "data.splits"
_SPLITTERS = frozenset(
    "train_test_split random_split KFold StratifiedKFold GroupKFold StratifiedShuffleSplit ShuffleSplit TimeSeriesSplit"
    " GroupShuffleSplit RepeatedKFold RepeatedStratifiedKFold StratifiedGroupKFold LeaveOneOut PredefinedSplit"
    " split_dataset cross_val_score cross_validate cross_val_predict randomSplit split_folder train_valid_split"
    " LeaveOneGroupOut RandomSplitter GroupSplitter train_val_split train_test_validation_split".split()
)
_SPLIT_OPTIONS = frozenset(
    "validation_split test_size train_size val_split valid_pct validation_data eval_set split_ratio subset valid_sets"
    " validation_fraction eval_dataset val_dataloaders".split()
)
_TRAIN = frozenset(("train", "training", "tr", "trn"))
_HELD_OUT = frozenset("val valid validation test testing dev eval evaluation holdout heldout te tst vl".split())
_LOADERS = frozenset(
    "flow_from_directory ImageDataGenerator fit image_dataset_from_directory text_dataset_from_directory load_dataset"
    " load load_data splits".split()
)
_WHOLES = frozenset("dataset datasets data ds splits dataloaders loaders tokenized raw dsets".split())
_SPLIT_NAMES = frozenset("validation val valid test dev eval".split())
_LOADS = frozenset("dataset datasets data loader dataloader split folder batch sampler".split())
_NOT_DATA = frozenset(
    "mode size batch steps step loss acc accuracy metrics metric video log logs save output out ckpt checkpoint "
    "env envs"
    " result results writer score scores pred preds prediction predictions time seed".split()
)
_SPLIT_WORDS = frozenset("data dataset datasets df indices sampler folds train validation val valid dev".split())


def find_splits(context: Context) -> Iterator[Signal]:
    """Where train and held-out data are made or loaded as such."""
    calls = [call for name, found in context.calls.items() if _TELLS[name] for call in found]
    for call in (*calls, *context.options.get("train", ())):
        why = _splits(context, call)
        if why:
            yield context.signal(SPLITS, call, why)
    for node in context.nodes(ast.Subscript):
        key = node.slice
        if not isinstance(key, ast.Constant) or key.value not in _SPLIT_NAMES:
            continue
        if not _WHOLES.isdisjoint(name_parts(last_name(node.value))[-1:]):
            yield context.signal(SPLITS, node, f"takes the {key.value} part")
    rings = [ring.iter for ring in context.nodes(ast.For)] + [ring.iter for ring in context.nodes(ast.comprehension)]
    for over in rings:
        if isinstance(over, (ast.List, ast.Tuple)):
            texts = {e.value for e in over.elts if isinstance(e, ast.Constant)}
            if "train" in texts and not _SPLIT_NAMES.isdisjoint(texts):
                yield context.signal(SPLITS, over, "goes over the parts by their names")
    yield from _named_parts(context)


def _tells(last: str) -> bool:
    """Whether a call of this name may be one that `_splits` knows by the name."""
    return last in _SPLITTERS or last in _LOADERS or not _LOADS.isdisjoint(role_words(last))


_TELLS = Remembered(_tells)


def _splits(context: Context, call: ast.Call) -> str:
    name = context.dotted(call.func)
    last = called(context, call)
    if last in _SPLITTERS and (name != last or last in context.module.aliases or last in context.module.text):
        return f"calls {last}"
    options = context.keywords(call)
    if last in (
        "flow_from_directory",
        "ImageDataGenerator",
        "fit",
        "image_dataset_from_directory",
        "text_dataset_from_directory",
    ):
        for option in ("validation_split", "validation_data", "subset"):
            if option in options and context.is_on(options[option]):
                return f"sets {option}= of {last}"
    if last in ("load_dataset", "load") and ("split" in options and context.is_on(options["split"])):
        return f"loads a split by {last}"
    if last == "load_data" and ("datasets" in name.split(".") or "keras" in name):
        return f"calls {name}"
    if not _LOADS.isdisjoint(role_words(last)) and last != "add_argument":
        parts = [
            *call.args,
            *(options[o] for o in ("split", "mode", "phase", "subset", "partition", "stage") if o in options),
        ]
        if any(isinstance(p, ast.Constant) and p.value in _SPLIT_NAMES for p in parts):
            return f"loads a held-out part by {last}"
    if "train" in options and last[:1].isupper() and context.constant(options["train"]) is False:
        return f"loads the test part of {last}"
    if last == "splits" and name.startswith("torchtext."):
        return f"calls {name}"
    return ""


def _named_parts(context: Context) -> Iterator[Signal]:
    """Pairs of names that one scope assigns: ``train_data`` and ``val_data``."""
    scopes: dict[str, tuple[list[ast.Assign], list[ast.Assign]]] = {}  # what makes training parts, and held-out ones
    for name, assigned in context.assigned.items():
        trains, held_out = _ROLES[name]
        if trains or held_out:
            for node in assigned:
                if _makes_something(node.value):
                    train, held = scopes.setdefault(context.symbol(node), ([], []))
                    train += [node] if trains else []
                    held += [node] if held_out else []
    for train, held in scopes.values():
        if train and held:
            first = min(held, key=lambda n: n.lineno)
            yield context.signal(SPLITS, first, "makes a held-out part beside the training part")


def _roles(name: str) -> tuple[bool, bool]:
    """Whether a name is that of a training part of data, and whether of a held-out one."""
    words = frozenset(role_words(name))
    return _is_part(words, _TRAIN), _is_part(words, _HELD_OUT)


_ROLES = Remembered(_roles)


def _makes_something(value: ast.expr) -> bool:
    """Whether a value is worked out, and no name that is handed on."""
    if isinstance(value, ast.Tuple):
        return any(_makes_something(item) for item in value.elts)
    return isinstance(value, (ast.Call, ast.Subscript, ast.ListComp))


def _is_part(words: frozenset[str], role: frozenset[str]) -> bool:
    return not role.isdisjoint(words) and not DATA.isdisjoint(words) and _NOT_DATA.isdisjoint(words)


def defines_split(context: Context, words: list[str], node: Definition) -> bool:
    """``val_dataloader`` and functions that split data."""
    if isinstance(node, ast.ClassDef):
        return False
    if words[-1:] in (["dataloader"], ["loader"]) and not _HELD_OUT.isdisjoint(words):
        return True
    if (words[:1] == ["test"] and words[1:2] != ["train"]) or ("split" not in words and "splits" not in words):
        return False
    return not _SPLIT_WORDS.isdisjoint(words)


def in_yaml(file: File) -> Iterator[Signal]:
    """Splitters that a ``_target_`` names, and DVC stages that prepare data."""
    if b"_target_" in file.data:
        for key in keys(file.text, "YAML"):
            if key.name.endswith("_target_") and key.value.rpartition(".")[2] in _SPLITTERS:
                yield Signal(SPLITS, key.line, None, "", f"builds {key.value}")
