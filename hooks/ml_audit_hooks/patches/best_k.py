"""A limit to the checkpoints that a trainer keeps, and a metric by which it keeps them."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import called
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.model import Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground

_FACET = "checkpointing.best_k"
_CODE = "CKP015"
_MAX_PATCHES = 3
_KEPT = 3  # checkpoints; with resuming the last one is always among them
_ARGUMENTS = frozenset(("Seq2SeqTrainingArguments", "SentenceTransformerTrainingArguments", "TrainingArguments"))
_CONFIGS = frozenset(("DPOConfig", "GRPOConfig", "KTOConfig", "ORPOConfig", "RewardConfig", "SFTConfig"))
_PACKAGES = ("sentence_transformers.", "setfit.", "transformers.", "trl.")
_LOWER = frozenset(("error", "loss", "mae", "mse", "perplexity", "ppl", "rmse", "wer"))


def build(ground: Ground) -> Iterator[Patch]:
    """Callbacks that keep the best by no metric first, then training arguments without a limit."""
    for path, finding in ground.findings.get(_CODE, ())[:_MAX_PATCHES]:
        patch = _of_callback(ground, path, finding) if finding.cell is None else None
        if patch is not None:
            yield patch
    if ground.state(_FACET) != "absent":
        return
    given = 0
    files = {path: context for path, context in edits.sources(ground, b"TrainingArguments", b"trl")}
    first = [path for path in ground.programs if path in files]
    for path in dict.fromkeys([*first, *files]):
        patch = _of_arguments(ground, path, files[path])
        if patch is not None:
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return


def _of_arguments(ground: Ground, path: str, context: Context) -> Patch | None:
    """``save_total_limit=`` for the training arguments of a file."""
    text = edits.text_of(ground, path)
    calls = [call for call in context.nodes(ast.Call) if _is_arguments(context, call)]
    if text is None or len(calls) != 1 or not _saves(context, calls[0]):
        return None
    call = calls[0]
    splice = edits.with_keyword(text, call, "save_total_limit", str(_KEPT))
    if splice is None:
        return None
    name, symbol = called(context, call), context.symbol(call)
    where = path if symbol == "<module>" else f"{symbol} of {path}"
    return Patch(
        id=f"best-k-{edits.slug(path)}",
        title=f"Keep the last {_KEPT} checkpoints of {path}",
        why=f"{name} in {where} keeps every checkpoint, each with the optimizer's state of two numbers a parameter: a "
        "long run ends when the disk is full.",
        risk=f"The trainer removes all but the newest {_KEPT} checkpoints in the output folder of {path}, those of "
        "earlier runs in the same folder among them; copy what is to be kept.",
        rollback=f"Remove save_total_limit={_KEPT} in {where}.",
        tests=(f"Run {path} with save_steps=1 for {_KEPT + 1} steps on a small model: {_KEPT} checkpoints are left.",),
        changes=(edits.change(text, [splice]),),
        facets=(_FACET,),
    )


def _is_arguments(context: Context, call: ast.Call) -> bool:
    dotted, name = context.dotted(call.func), called(context, call)
    return dotted.startswith(_PACKAGES) and (name in _ARGUMENTS or (name in _CONFIGS and dotted.startswith("trl.")))


def _saves(context: Context, call: ast.Call) -> bool:
    """Whether training arguments say where checkpoints go and do not switch them off."""
    given = context.keywords(call)
    strategy = context.constant(given["save_strategy"]) if "save_strategy" in given else "steps"
    return strategy in ("epoch", "steps") and "save_total_limit" not in given and bool(given or call.args)


def _of_callback(ground: Ground, path: str, finding: Finding) -> Patch | None:
    """``monitor=`` for a callback that keeps the best few by no metric, where the repository logs one metric."""
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None:
        return None
    calls = [call for call in edits.calls(context, "ModelCheckpoint") if call.lineno == finding.line]
    metric = _metric(ground)
    if len(calls) != 1 or not metric or "mode" in context.keywords(calls[0]):
        return None
    quote = text.quote
    mode = "min" if _LOWER & {*name_parts(metric.replace("/", "_"))} else "max"
    at = edits.with_keyword(text, calls[0], "monitor", f"{quote}{metric}{quote}, mode={quote}{mode}{quote}")
    if at is None:
        return None
    return Patch(
        id=f"best-k-monitor-{edits.slug(path)}",
        title=f"Keep the checkpoints of {path} that are best by {metric}",
        why=f"ModelCheckpoint in {path} is to keep several checkpoints and monitors nothing, so it cannot tell which.",
        risk=f"A run of {path} that never logs {metric} stops with an error at its first checkpoint.",
        rollback=f"Remove monitor and mode from ModelCheckpoint in {path}.",
        tests=(f"Train two epochs and look at best_model_score of the callback in {path}: it is the best {metric}.",),
        changes=(edits.change(text, [at]),),
        findings=edits.closed(ground, path, finding.line, (_CODE,)),
    )


def _metric(ground: Ground) -> str:
    """The one validation metric that the modules of the repository log; the loss where there are several."""
    names = set()
    for _, context in edits.sources(ground, b"self.log("):
        for call in context.written.get("log", ()):
            value = context.constant(call.args[0]) if call.args else None
            if isinstance(value, str) and {*name_parts(value.replace("/", "_"))} & {"val", "valid", "validation"}:
                names.add(value)
    losses = [name for name in names if name_parts(name.replace("/", "_"))[-1] == "loss"]
    found = losses or [*names]
    return found[0] if len(found) == 1 else ""


KIND = Kind("best_k", 60, build)
