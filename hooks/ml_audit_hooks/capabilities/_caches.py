"""Where prepared data are kept for reuse."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._data_words import about
from ml_audit_hooks.core.called import called
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition, Signal
    from ml_audit_hooks.core.context import Context

CACHING = "data.caching"
CODE = "datasets.code"  # data handling that shows no facet but can be tested: a dataset class, a loader
_STORES = frozenset("save_to_disk load_from_disk write_to_dataset MemoryMappedTensor open_memmap".split())
_WRITERS = frozenset(
    "to_csv to_parquet to_feather to_pickle to_hdf savez savez_compressed save dump tofile to_json"
    " save_npz write_table write_feather TFRecordWriter dump_svmlight_file to_zarr savetxt".split()
)
_WRITER_ROOTS = frozenset("numpy torch pickle joblib scipy h5py pyarrow tensorflow dill cPickle cloudpickle".split())
_PREPARED = frozenset(
    "processed preprocessed preprocess prepared prepare cache cached caching features feature interim tokenized encoded"
    " train val valid validation test dataset datasets split splits data embeddings corpus vocab windows spectrograms"
    " samples examples dump".split()
)
_OTHER = frozenset(
    "model models checkpoint ckpt weights metrics metric results result predictions preds scores config state "
    "submission"
    " plot plots visualize benchmark history log logs optimizer report summary losses loss output outputs"
    " evaluation eval stats performance".split()
)
_FRAMES = frozenset(("to_csv", "to_parquet", "to_feather", "to_pickle", "to_hdf", "to_json", "tofile"))
_MAP_OPTIONS = frozenset("batched remove_columns num_proc load_from_cache_file cache_file_name fn_kwargs".split())
_CALLED = _STORES | _WRITERS | {"memmap", "cache", "create_dataset", "map"}
_PLOTS = frozenset("plot plots visualize benchmark".split())


def find_caching(context: Context) -> Iterator[Signal]:
    """Where prepared data are kept for reuse."""
    for call in context.calls_of(_CALLED):
        why = _caches(context, call)
        if why:
            yield context.signal(CACHING, call, why)
    yield from _remembered(context)


def _caches(context: Context, call: ast.Call) -> str:
    name = context.dotted(call.func)
    last = called(context, call)
    if name == "numpy.memmap" or last in _STORES:
        return f"calls {last}"
    if last == "cache" and isinstance(call.func, ast.Attribute) and _is_pipeline(context, call.func.value):
        return "caches a tf.data pipeline"
    if last == "create_dataset" and "h5py" in context.roots and isinstance(call.func, ast.Attribute):
        return "stores arrays in an HDF5 file"
    if last == "map" and isinstance(call.func, ast.Attribute) and _maps_stored(context, call):
        return "maps a Hugging Face data set, which caches the result by default"
    if last in _WRITERS and (last in _FRAMES or name.partition(".")[0] in _WRITER_ROOTS):
        words = about(context, call)
        words |= _PLOTS.intersection(name_parts(context.file.path.rpartition("/")[2].partition(".")[0]))
        if not _PREPARED.isdisjoint(words) and _OTHER.isdisjoint(words):
            return f"stores prepared data by {last}"
    return ""


def _maps_stored(context: Context, call: ast.Call) -> bool:
    """Whether ``.map`` is that of a Hugging Face data set that is no stream, its cache not switched off."""
    options = context.keywords(call)
    for option, off in (("load_from_cache_file", False), ("keep_in_memory", True)):
        if option in options and context.constant(options[option]) is off:
            return False
    if "streaming" in context.module.text:
        return False
    if not _MAP_OPTIONS.isdisjoint(options):
        return True
    node: ast.AST = call.func
    while not isinstance(node, ast.Name):  # data["train"].shuffle().map(…)
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return False
    return context.resolved(node).startswith(("datasets.load_dataset", "datasets.Dataset"))


def _is_pipeline(context: Context, node: ast.AST) -> bool:
    return not context.roots.isdisjoint(("tensorflow", "tensorflow_datasets", "keras", "tf_keras"))


def _remembered(context: Context) -> Iterator[Signal]:
    """Functions on data whose results ``functools`` or joblib remember."""
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                inner = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = context.dotted(inner)
                if name in ("functools.lru_cache", "functools.cache") or name.endswith(
                    ("memory.cache", "st.cache_data")
                ):
                    words = name_parts(node.name)
                    if not {"data", "dataset", "datasets", "features", "samples", "df", "corpus"}.isdisjoint(words):
                        yield context.signal(CACHING, node, f"remembers what {node.name} returns")


def defines_data_code(context: Context, words: list[str], node: Definition) -> bool:
    """Functions that load, clean or batch data."""
    if words[:1] == ["test"]:
        return False
    if isinstance(node, ast.ClassDef):
        return words[-1:] in (["dataset"], ["datamodule"], ["dataloader"], ["loader"], ["collator"])
    if words[:1] == ["collate"]:
        return True
    about = not {"dataset", "datasets", "dataloader", "dataloaders", "loaders"}.isdisjoint(words)
    if words[-1:] == ["data"] and len(words) < 4:
        return words[0] in (
            "load",
            "prepare",
            "preprocess",
            "process",
            "read",
            "clean",
            "split",
            "augment",
            "transform",
        )
    return about and words[0] in (
        *("load", "get", "create", "make", "build", "prepare", "preprocess", "process", "read", "clean", "split"),
    )


def places_caching(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises stored data."""
    about = not {"cache", "cached", "store", "save"}.isdisjoint(words)
    return not isinstance(node, ast.ClassDef) and about and not {"data", "dataset", "features"}.isdisjoint(words)
