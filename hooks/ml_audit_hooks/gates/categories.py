"""What a test is about, by what it imports, calls and asserts, its own name and that of its file.

Two categories are told by what is asserted: regression (values compared with stored figures or with another
implementation) and performance (time, memory, throughput). The others by the words in names, each with a weight that
says how rarely it is used for anything else.
"""

from __future__ import annotations

import re

from ml_audit_hooks.gates import facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.gates.facts import Records, Test

DATA, MODEL, INFRASTRUCTURE, REGRESSION, PERFORMANCE = "data", "model", "infrastructure", "regression", "performance"
CATEGORIES = (DATA, MODEL, INFRASTRUCTURE, REGRESSION, PERFORMANCE)
_WORDS = {
    DATA: {
        3: "augment augmentation augmentations augmenter bpe collate collator corpus csv dataframe dataloader"
        " dataloaders datamodule dataset datasets detokenize featurizer negatives pandas parquet preprocess"
        " preprocessing replay sampler samplers schema split splits splitter subset tokenization tokenize"
        " tokenizer tokenizers vocab vocabulary",
        2: "batching bbox blur buffer chat collector conversation crop data df dialogue feature features filter"
        " flip fold folds gym gymnasium imputer indexing ingest keypoints loader loaders mask masks message"
        " messages normalize pack packed packing pad padded padding preprocessor processor prompt prompts"
        " resample resize rollout rotate samples scaler sequences shuffle slice streaming template templates"
        " transform transforms truncate wrappers",
        1: "action annotation audio batch column columns environment episode image images json label labels obs"
        " observation reward sample spaces text texts tokens unpack vec video words",
    },
    MODEL: {
        3: "accuracy activation activations attention backbone classifier conv criterion decoder dropout"
        " embedding embeddings encoder forward gpt gru kv layernorm llm logits lora loss losses lstm metric"
        " metrics mlp nf4 predict proba quantization quantize reranker retrieval rope similarity transformer"
        " transformers unet vae vit",
        2: "adapter adapters agent attn bert cluster clustering cnn cosine dist distance distances distribution"
        " distributions estimator generate generator gradient gradients head heads inference kernel layer"
        " layers likelihood linear model models module modules net network nn norm operator operators peft"
        " policy pooling prediction predictions regressor resnet scoring",
        1: "bias cache caches dim dims distill embed freeze generation hidden ids output outputs position"
        " positional proj score scores shape sim statistics temperature value weights",
    },
    INFRASTRUCTURE: {
        3: "accelerate accelerator api argparse argv backward callback callbacks card checkpoint checkpointer"
        " checkpointing checkpoints ckpt cli client configuration daemon ddp deepspeed deterministic"
        " distributed docker endpoint environ epoch epochs experiments export exporter fastapi fsdp hparams"
        " hydra hyperparameters learning logger logging lr main mlflow nvlink onnx optimizer optimizers oracle"
        " parser pickle pickled recipe recipes registry reproducibility reproducible resume runpy scheduler"
        " schedulers security seed seeds serve server serving settings subprocess systemexit tracker train"
        " trainer training trial trials tuner wandb workflow yaml",
        2: "app args argument arguments auth cluster cmd command commands config configs cuda database db"
        " deepcopy device devices dispatch download experiment fit gate gates health hook hooks hp hps http"
        " hub import install io job kafka launch load loading log logs monitor objective options parallel"
        " params parse partial plugin process profiler queue rank redis request response router run runner"
        " save saved saving script search seeding serialization serialize session state status step steps"
        " storage store strategy thread timer user version worker workers",
        1: "copied copy env exists factory file files help init initialize kwargs path paths pipeline pipelines"
        " print set stdout str util utils warn warning warnings",
    },
}
_WEIGHT = {
    word: (category, weight)
    for category, rows in _WORDS.items()
    for weight, row in rows.items()
    for word in row.split()
}
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_COMPARED = re.compile(
    r"\b(?:theirs?|ours?|hf|reference|ref|golden|legacy|sklearn|huggingface|torch_out|original_(?:model|logits|out\w*))(?:_|\b)"
)
_AGAINST = re.compile(
    r"(?:^|_)(?:against|golden|regression_(?:test|values?)|snapshot|backwards?_compat\w*|parity|(?:same_as|matches)_(?:\w+_)?(?:hf|naive|numpy|original|reference|sklearn|torch))(?:_|$)"
)
_SPEED = re.compile(
    r"(?:^|_)(?:benchmark\w*|fps|latency|speed\w*|throughput|memory_(?:usage|footprint|leak|estimat\w+)|perf|performance|runtime|peak_memory)(?:_|$)"
)
_MEASURES = frozenset(
    (
        "perf_counter",
        "process_time",
        "timeit",
        "max_memory_allocated",
        "memory_allocated",
        "tracemalloc",
        "get_traced_memory",
    )
    + ("max_memory_reserved", "memory_info", "elapsed_time")
)
_MEASURED = re.compile(
    r"\b(?:\w*(?:elapsed|latency|throughput|duration|memory|speedup|fps|_gb|_mb)\w*|\w+_per_second)\b"
)
_EXPECTED_VALUES = re.compile(r"expected_\w*(?:loss|metric|value)|(?:loss|metric)\w*_expected")
_PLUMBING = frozenset(  # calls that say nothing of the subject
    (
        "MagicMock",
        "Mock",
        "Path",
        "all",
        "any",
        "append",
        "approx",
        "arange",
        "array",
        "assert_allclose",
        "assert_close",
    )
    + (
        "assert_equal",
        "bool",
        "clone",
        "copy",
        "dict",
        "enumerate",
        "equal",
        "fixture",
        "float",
        "full",
        "int",
        "isinstance",
    )
    + ("items", "join", "keys", "len", "list", "manual_seed", "max", "min", "mkdir", "numpy", "object", "ones", "open")
    + (
        "ones_like",
        "parametrize",
        "patch",
        "rand",
        "randint",
        "randn",
        "range",
        "raises",
        "readouterr",
        "reshape",
        "set",
    )
    + (
        "setattr",
        "shape",
        "size",
        "skip",
        "skipif",
        "sorted",
        "split",
        "str",
        "strip",
        "sum",
        "super",
        "tensor",
        "to",
        "type",
    )
    + (
        "tolist",
        "tuple",
        "values",
        "write_text",
        "zeros",
        "zeros_like",
        "zip",
        "unsqueeze",
        "seed",
        "allclose",
        "device",
    )
    + (
        "no_grad",
        "stack",
        "cat",
        "mean",
        "is_available",
        "setdefault",
        "format",
        "partial",
        "item",
        "getvalue",
        "StringIO",
    )
    + ("print", "get", "array_equal", "assert_array_equal", "assert_expected", "inference_mode", "filter")
)
_WEIGHTS = {  # of the places where a word may stand
    "assert": 0.7,
    "call": 1.5,
    "class": 1.5,
    "fixture": 0.6,
    "import": 0.5,
    "name": 2.0,
    "path": 1.0,
    "through": 0.3,
}
_FAINT = 2.5  # points that say nothing
_MEANS = frozenset(("call", "fixture", "import", "through"))
_AS_MEANS = 0.5  # a test of anything builds a model to do it with


def categorised(records: Records) -> tuple[tuple[str, str, str], ...]:
    """(path, name of the test, its category) of every test function, in the order of paths and lines."""
    return tuple(
        (path, test.name, category(path, test)) for path, file in facts.all_of(records).items() for test in file.tests
    )


def category(path: str, test: Test) -> str:
    """What a test function is about."""
    if _is_performance(path, test):
        return PERFORMANCE
    if _is_regression(test):
        return REGRESSION
    points = dict.fromkeys((INFRASTRUCTURE, MODEL, DATA), 0.0)  # of equal points the first wins
    for name, weight in subjects(path, test).items():
        known = _WEIGHT.get(name)
        if known:
            points[known[0]] += known[1] * weight
    if max(points.values()) < _FAINT and _computes(test):
        return MODEL
    return max(points, key=lambda key: points[key])


def _computes(test: Test) -> bool:
    """Whether a test is about arrays: what nothing in its names tells apart is then a computation of the model."""
    return any(name.partition(".")[0] in ("torch", "numpy", "jax", "tensorflow", "keras") for name in test.imports)


def subjects(path: str, test: Test) -> dict[str, float]:
    """The words of a test with the weight of the best place where each stands."""
    found: dict[str, float] = {}
    for place, names in _places(path, test):
        for name in names:
            for word in _words(name):
                aids = place in _MEANS and _WEIGHT.get(word, ("", 0))[0] == MODEL
                found[word] = max(found.get(word, 0.0), _WEIGHTS[place] * (_AS_MEANS if aids else 1))
    return found


def _places(path: str, test: Test) -> Iterator[tuple[str, Iterable[str]]]:
    owner, _, name = test.name.rpartition(".")
    *folders, file = path.removesuffix(".py").split("/")
    yield "name", [name.removeprefix("test_")]
    yield "class", [owner]
    yield "path", [file.removeprefix("test_"), *folders[-2:]]
    yield "call", _named(test.calls)
    yield "through", _named(test.through)
    yield "fixture", [name for name in test.fixtures if name not in ("device", "dtype")]
    yield "assert", [form for form in test.asserts if not form.startswith("raises:") or "SystemExit" in form]
    yield "import", _named(test.imports)


def _named(names: Iterable[str]) -> Iterator[str]:
    """The last two parts of each dotted name, plumbing left out."""
    for name in names:
        *_, before, last = ("", *name.split("."))
        if last not in _PLUMBING:
            yield last
            if before and before not in ("torch", "numpy", "np", "self", "tests", "mock", "pytest", "monkeypatch"):
                yield before


def _words(name: str) -> Iterator[str]:
    for found in _PART.finditer(name):
        yield found[0].lower()


def _is_performance(path: str, test: Test) -> bool:
    if "benchmark" in test.fixtures or "benchmark" in test.marks:
        return True
    if any(_MEASURED.search(form) for form in test.asserts if form.startswith("compare:")):
        return any(op in form for form in test.asserts for op in (" Lt ", " LtE ", " Gt ", " GtE "))
    return bool(_SPEED.search(test.name.lower())) and any(
        call == "time.time" or call.rpartition(".")[2] in _MEASURES for call in test.calls
    )


def _is_regression(test: Test) -> bool:
    name = test.name.rpartition(".")[2]
    close = [form.removeprefix("close:") for form in test.asserts if form.startswith("close:")]
    if "NUMBER" in close or any(_EXPECTED_VALUES.search(form) for form in close):
        return True
    if {"snapshot", "data_regression", "num_regression", "ndarrays_regression", "file_regression"} & {*test.fixtures}:
        return True
    compared = [
        *close,
        *(form for form in test.asserts if form.startswith(("call:assert", "true:allclose", "true:equal"))),
    ]
    if any(_COMPARED.search(form) for form in compared):
        return True
    return bool(_AGAINST.search(name)) and bool(close or test.asserts)
