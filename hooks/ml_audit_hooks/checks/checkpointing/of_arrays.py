"""Weights as arrays: numpy, MLX and safetensors."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import paths, words
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def arrays(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Weights in files of arrays."""
    package = dotted.partition(".")[0]
    if name in ("savez", "savez_compressed", "save_safetensors", "save_gguf", "save") and package in (
        "numpy",
        "mlx",
        "jax",
    ):
        path = argument(call, 0, "file")
        values = [k.value for k in call.keywords if k.arg is None] + call.args[1:]
        named = [k for k in call.keywords if k.arg]
        texts = [*paths.texts(calls.scopes, path), *(last_name(v) for v in values), *(k.arg or "" for k in named)]
        named_data = any(words.is_data(last_name(v)) for v in values) and not any(
            words.is_estimator(last_name(v)) for v in values
        )
        if package == "numpy" and (named_data or not any(_is_array_state(text) for text in texts)):
            return None
        if (
            package != "numpy"
            and name in ("save", "savez")
            and calls.is_data(call, values[0] if values else None, path)
        ):
            return None
        tokens = frozenset().union(*(calls.holding.of(v, last_name(v)) for v in values)) if values else frozenset()
        return calls.row(call, SAVE, "array", (tokens & words.TRAINING) | {"weights"}, path=path)
    if name == "load" and dotted in ("numpy.load", "mlx.core.load", "jax.numpy.load"):
        path = argument(call, 0, "file")
        said = paths.texts(calls.scopes, path)
        if not any(_is_array_state(t) for t in (*said, *calls.targets(call))):
            return None
        if any(words.is_data(t) for t in calls.targets(call)):
            return None
        if any(words.is_data(t) for t in said) and not any(_is_array_state(t) for t in said):
            return None
        unsafe = "allow_pickle" in calls.context.keywords(call) and calls.context.is_on(
            calls.context.keywords(call)["allow_pickle"]
        )
        return calls.row(call, LOAD, "array", ("weights",), unsafe)
    if dotted.startswith("safetensors."):
        return _safetensors(calls, call, name)
    return None


def _is_array_state(text: str) -> bool:
    has = frozenset(words.parts(text))
    return bool(
        has & {"weights", "weight", "params", "model", "checkpoint", "ckpt", "adapter", "adapters", "parameters"}
    )


def _safetensors(calls: Calls, call: ast.Call, name: str) -> Row | None:
    if name in ("save_file", "save_model"):
        value, path = argument(call, 0, "tensors", "tensor_dict", "model"), argument(call, 1, "filename")
        return calls.saved(call, "safetensors", value, path)
    if name in ("load_file", "load_model", "safe_open"):
        path = argument(call, 1 if name == "load_model" else 0, "filename")
        return (
            calls.row(call, LOAD, "safetensors", ("weights",))
            if name != "load_file"
            else calls.loaded(call, "safetensors", False, path)
        )
    return None
