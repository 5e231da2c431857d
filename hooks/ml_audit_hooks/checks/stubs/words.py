"""The vocabulary of stubs: markers, phrases of pretence, names that promise work, names that promise none."""

from __future__ import annotations

# A marker anywhere in a comment, in capitals; those of _LOOSE also in small letters where they open the comment.
MARKERS = ("TODO", "FIXME", "XXX", "HACK", "TBD")
LOOSE_MARKERS = ("todo", "fixme")

# Phrases by which a body says that it is not the real thing, lower case. The first group says so outright.
OUTRIGHT = (
    "placeholder",
    "not implemented",
    "not yet implemented",
    "unimplemented",
    "would go here",
    "goes here",
    "would be implemented",
    "in a real implementation",
    "in real implementation",
    "in a full implementation",
    "in a production implementation",
    "in practice, you would",
    "in practice, this would",
    "in production, this would",
    "in production, you would",
    "this would involve",
    "this would be",
    "this should be replaced",
    "will be replaced",
    "replace this with",
    "replace with actual",
    "replace with real",
    "to be implemented",
    "implement this",
    "implement me",
    "your code here",
    "your implementation",
)
HINTS = (
    "todo",
    "fixme",
    "stub",
    "simulate",
    "simulated",
    "simulating",
    "simulation",
    "mock",
    "mocked",
    "dummy",
    "demo",
    "fake",
    "for now",
    "would be",
    "would involve",
    "simplified",
    "hardcoded",
    "hard-coded",
)

# The first word of a name that promises work of one of the 14 capabilities.
PROMISES = frozenset(
    (
        "adapt aggregate align analyze analyse apply assess augment backup benchmark batch build calculate calibrate"
        " checkpoint clip collate collect compile compress compute convert crop decode deploy dequantize detect"
        " detokenize distill download embed encode encrypt estimate eval evaluate export extract fetch filter finetune"
        " fit forward fuse generate infer ingest init initialize inject load measure merge normalize optimize pad"
        " parse predict prepare preprocess process profile prune publish quantize rank read recover resample restore"
        " resume retrain rollback sample save scan schedule score sanitize serve setup shuffle simulate split"
        " step store stream sync test tokenize track train transcribe transform truncate tune upload validate"
        " vectorize verify visualize warmup write create"
    ).split()
)
# The last word of a name that promises the same as a noun.
PROMISED_NOUNS = frozenset("training finetuning evaluation inference quantization distillation pruning".split())
PROMISED_PAIRS = frozenset(("fine_tune", "set_up", "warm_up", "roll_back", "pre_process", "post_process"))

# A word in the name of a function or class that promises nothing more than a show, a double or a no-op.
HARMLESS = frozenset(
    (
        "banner demo describe dummy empty example examples explain fake help identity info mock mocked nop noop nothing"
        " null nullcontext passthrough placeholder sample samples show stub unsupported usage version"
    ).split()
)

# Names of measured figures: a constant or a random number under one of them is made up.
METRICS = frozenset(
    (
        "acc accuracy auc auroc bleu cer drift efficiency error f1 fps improvement iou latency loss losses map mae mse"
        " perplexity ppl precision psnr recall retention rmse rouge score scores sensitivity similarity speedup"
        " throughput utilization wer"
    ).split()
)

PRINTERS = frozenset(("print", "echo", "secho", "sleep", "pprint", "rule", "cprint", "log"))
LOG_METHODS = frozenset(("debug", "info", "warning", "warn", "error", "exception", "critical", "success", "log"))
LOGGERS = frozenset(("log", "logger", "logging", "console", "_logger", "_log", "LOG", "LOGGER", "loguru", "warnings"))

# Calls without effect that compute nothing about the world: they neither do the promised work nor betray real work.
PURE_BUILTINS = frozenset(
    (
        "abs all any bool bytes dict divmod enumerate float format frozenset hasattr hash id int isinstance issubclass"
        " len list max min range repr reversed round set sorted str sum tuple type zip"
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
)
CHANCE_ROOTS = ("random.", "numpy.random.")


def name_parts(name: str) -> list[str]:
    """The lower-case words of a snake_case or CamelCase name."""
    spread = "".join(f"_{c}" if c.isupper() and i and not name[i - 1].isupper() else c for i, c in enumerate(name))
    return [part for part in spread.lower().split("_") if part]


def promises_work(name: str) -> bool:
    """Whether a function of this name is expected to do work of a capability."""
    parts = name_parts(name)
    if not parts:
        return False
    return parts[0] in PROMISES or parts[-1] in PROMISED_NOUNS or "_".join(parts[:2]) in PROMISED_PAIRS


def is_harmless(name: str) -> bool:
    """Whether the name promises only a show, a double or a no-op."""
    return not HARMLESS.isdisjoint(name_parts(name))


def has_phrase(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of `phrases` stands in `text` (lower case) as whole words."""
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            before = start == 0 or not (text[start - 1].isalnum() or text[start - 1] == "_")
            after = end == len(text) or not (text[end].isalnum() or text[end] == "_")
            if before and after:
                return True
            start = text.find(phrase, start + 1)
    return False
