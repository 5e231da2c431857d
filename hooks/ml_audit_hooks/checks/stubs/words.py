"""The vocabulary of stubs: markers, phrases of pretence, names that promise work, names that promise none."""

from __future__ import annotations

# A marker anywhere in a comment, in capitals; those of LOOSE_MARKERS also in small letters where they open it.
MARKERS = ("TODO", "FIXME", "XXX", "HACK", "TBD")
LOOSE_MARKERS = ("todo", "fixme")

# Phrases by which a body says that it is not the real thing, lower case. The first group says so outright.
OUTRIGHT = (
    "placeholder",
    "not implemented",
    "not yet implemented",
    "not fully implemented",
    "unimplemented",
    "would go here",
    "goes here",
    "would be implemented",
    "would implement",
    "would integrate",
    "would be done",
    "would need to",
    "real implementation",
    "full implementation",
    "actual implementation",
    "production implementation",
    "mock implementation",
    "dummy implementation",
    "stub implementation",
    "stub for",
    "in practice, you would",
    "in practice, this would",
    "in practice, would",
    "in reality, this would",
    "in reality would",
    "in production, this would",
    "in production, would",
    "in production, you would",
    "in production would",
    "this would",
    "this should be replaced",
    "will be replaced",
    "replace this with",
    "replace with actual",
    "replace with real",
    "to be implemented",
    "to be done",
    "implement this",
    "implement me",
    "implement actual",
    "todo: implement",
    "your code here",
    "your implementation",
    "for now, return",
    "for now, just return",
    "for now, just log",
    "for now, simulate",
    "for now return",
    "mock data",
    "mock results",
    "(mock)",
    "(simulated)",
    "(stub)",
)
# One of these stands in every phrase above: what a text without them cannot say.
STEMS = ("placeholder", "implement", "would", "goes", "replace", "your", "mock", "stub", "done", "now", "simulat")
# By these it calls the whole body a stand-in, not a part of it.
STAND_INS = (
    "dummy implementation",
    "in a full implementation",
    "in a real implementation",
    "in production, this would",
    "in production, would",
    "in real implementation",
    "mock data",
    "mock implementation",
    "mock response",
    "placeholder implementation",
    "replace with actual",
    "replace with real",
    "this is a placeholder",
)
HINTS = (
    "todo",
    "fixme",
    "stub",
    "simulate",
    "simulated",
    "simulates",
    "simulating",
    "simulation",
    "mock",
    "mocked",
    "dummy",
    "demo",
    "fake",
    "for now",
    "would",
    "simplified",
    "hardcoded",
    "hard-coded",
)
# A line with one of these speaks of a body that is there and could be better.
COMPARATIVES = (
    "more accurate",
    "more advanced",
    "more complex",
    "more comprehensive",
    "more detailed",
    "more efficient",
    "more realistic",
    "more robust",
    "more sophisticated",
    "more thorough",
    "more thoroughly",
    "better one",
)

# The first word of a name that promises work of one of the 14 capabilities.
PROMISES = frozenset(
    (
        "adapt aggregate align analyze analyse apply assess augment backup benchmark batch build calculate calibrate"
        " checkpoint clip collate collect compile compress compute convert create crop decode deploy dequantize detect"
        " detokenize distill download embed encode encrypt estimate eval evaluate export extract fetch filter finetune"
        " fit forward fuse generate infer ingest init initialize inject load measure merge normalize optimize pad"
        " parse predict prepare preprocess process profile prune publish quantize rank read recover resample restore"
        " resume retrain rollback sample save scan schedule score sanitize serve setup shuffle simulate split"
        " step store stream sync test tokenize track train transcribe transform truncate tune upload validate"
        " vectorize verify visualize warmup write"
    ).split()
)
# The last word of a name that promises the same as a noun.
PROMISED_NOUNS = frozenset("training finetuning evaluation inference quantization distillation pruning".split())
PROMISED_PAIRS = frozenset(("fine_tune", "set_up", "warm_up", "roll_back", "pre_process", "post_process"))
# The first word of a name that promises to change what goes in: handing it back unchanged is no work at all.
CHANGES = frozenset(
    (
        "adapt apply augment calibrate compile compress convert distill encode finetune fuse normalize optimize"
        " preprocess prune quantize setup tokenize train"
    ).split()
)

# The first word of a name that promises data, for which chance is a method.
_MAKES = frozenset("augment create generate init initialize make sample shuffle".split())
# A word in the name of a function or class that promises no work at all.
NO_OPS = frozenset("dummy empty mock mocked nop noop nothing null nullcontext passthrough stub unsupported".split())
# One that promises a show or a double: what it says of itself counts no more.
SHOWS = frozenset("demo demos example examples".split())
# One that promises so little that only its own words can call it a placeholder.
SLIGHT = frozenset(
    "banner describe explain fake help identity info placeholder sample samples show usage version".split()
)
# The same in the name of a class only: chance is its trade.
SIMULATORS = frozenset(("simulation", "simulator", "noise"))

# Names of measured figures: a constant or a random number under one of them is made up.
METRICS = frozenset(
    (
        "acc accuracy auc auroc bleu cer confidence efficiency f1 fidelity fps improvement iou latency loss losses map"
        " mae mse perplexity ppl precision psnr recall reduction retention rmse rouge score scores sensitivity"
        " similarity speedup throughput usage utilization wer"
    ).split()
)
_METRIC_PAIRS = frozenset(("error_rate", "response_time", "success_rate", "hit_rate", "pass_rate", "win_rate"))
_UNITS = frozenset("avg average mean median ms p50 p90 p95 p99 pct percent percentage rate ratio rps score".split())

PRINTERS = frozenset(("print", "echo", "secho", "sleep", "pprint", "rule", "cprint", "log"))
LOG_METHODS = frozenset(("debug", "info", "warning", "warn", "error", "exception", "critical", "success", "log"))
LOGGERS = frozenset(("log", "logger", "logging", "console", "_logger", "_log", "LOG", "LOGGER", "loguru", "warnings"))
SHOW_METHODS = frozenset(("print", "echo", "secho", "sleep", "rule"))
SHOW_ROOTS = frozenset(("typer", "click", "console", "rich", "time", "asyncio", "trio", "anyio"))

# Calls without effect that compute nothing about the world: they neither do the promised work nor betray real work.
PURE_BUILTINS = frozenset(
    (
        "abs all any bool bytes dict divmod enumerate float format frozenset hasattr hash id int isinstance issubclass"
        " len list max min range repr reversed round set sorted str sum tuple type zip"
        " Counter OrderedDict Path defaultdict tqdm track trange"
    ).split()
)
PURE_METHODS = frozenset(
    (
        "append capitalize copy count endswith extend format get isoformat items join keys lower lstrip replace rstrip"
        " setdefault split startswith strftime strip title total_seconds update upper values"
    ).split()
)
PURE_ROOTS = (
    "random.",
    "time.",
    "datetime.",
    "uuid.",
    "math.",
    "asyncio.sleep",
    "numpy.random.",
    "logging.",
    "secrets.",
    "contextlib.nullcontext",
    "contextlib.suppress",
    "torch.no_grad",
    "torch.inference_mode",
    "tqdm.",
)
CHANCE_ROOTS = ("random.", "numpy.random.", "torch.rand", "jax.random.", "tensorflow.random.", "mlx.core.random.")


def name_parts(name: str) -> list[str]:
    """The lower-case words of a snake_case or CamelCase name; a run of capitals is one word (MoEDemo: mo, e, demo)."""
    if name.islower():
        return [part for part in name.split("_") if part]
    spread = []
    for i, c in enumerate(name):
        opens = c.isupper() and i and (not name[i - 1].isupper() or name[i + 1 : i + 2].islower())
        spread.append(f"_{c}" if opens else c)
    return [part for part in "".join(spread).lower().split("_") if part]


def promises_work(name: str) -> bool:
    """Whether a function of this name is expected to do work of a capability."""
    parts = name_parts(name)
    if not parts:
        return False
    return parts[0] in PROMISES or parts[-1] in PROMISED_NOUNS or "_".join(parts[:2]) in PROMISED_PAIRS


def promises_change(name: str) -> bool:
    """Whether a function of this name is expected to change its argument."""
    parts = name_parts(name)
    return bool(parts) and (parts[0] in CHANGES or "_".join(parts[:2]) == "fine_tune")


def makes_data(name: str) -> bool:
    """Whether a function of this name is expected to make data, by chance as like as not."""
    return not _MAKES.isdisjoint(name_parts(name)[:1])


def is_no_op(name: str) -> bool:
    """Whether the name promises a no-op or a double."""
    parts = name_parts(name)
    return not NO_OPS.isdisjoint(parts) or parts[:1] == ["fake"]


def is_show(name: str) -> bool:
    """Whether the name promises a show, a double or a no-op."""
    return is_no_op(name) or not SHOWS.isdisjoint(name_parts(name))


def is_double(name: str) -> bool:
    """Whether a class of this name stands in for something, or changes nothing by its trade."""
    return is_show(name) or "identity" in name_parts(name)


def is_slight(name: str) -> bool:
    """Whether the name promises little: a description, a sample, a version."""
    return not SLIGHT.isdisjoint(name_parts(name))


def is_metric(name: str) -> bool:
    """Whether a value of this name is a measured figure: `test_accuracy`, `latency_ms`, `error_rate`."""
    parts = name_parts(name)
    while parts:
        if parts[-1] in METRICS or "_".join(parts[-2:]) in _METRIC_PAIRS:
            return True
        if parts[-1] not in _UNITS:
            return False
        parts.pop()
    return False


def has_phrase(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of `phrases` stands in `text` (lower case) as whole words."""
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            before = start == 0 or not (phrase[0].isalnum() and (text[start - 1].isalnum() or text[start - 1] == "_"))
            after = end == len(text) or not (phrase[-1].isalnum() and (text[end].isalnum() or text[end] == "_"))
            if before and after:
                return True
            start = text.find(phrase, start + 1)
    return False
