"""Callbacks, Keras and JAX."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import scopes, tables, words
from ml_audit_hooks.checks.checkpointing.facts import LIGHTNING
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.checks.checkpointing.holding import receiver
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def frameworks(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Callbacks of frameworks, Keras and JAX."""
    if name == "ModelCheckpoint":
        return _callback(calls, call, dotted)
    if name == "CheckpointCallback" and calls.packages & tables.SB3:
        return calls.row(call, SAVE, "sb3", tables.SB3_STATE)
    if name in ("load_model", "save_model") and (
        "keras" in dotted or (calls.packages & tables.KERAS and dotted == name)
    ):
        if dotted.startswith("."):
            return None
        what = LOAD if name == "load_model" else SAVE
        given = calls.context.keywords(call)
        bare = "compile" in given and not calls.context.is_on(given["compile"])
        unsafe = "safe_mode" in given and not calls.context.is_on(given["safe_mode"])
        return calls.row(call, what, "keras", ("weights", "config") if bare else tables.KERAS_STATE, unsafe)
    row = _jax(calls, call, name, dotted)
    if row is None and name in tables.PLAIN:
        packages, what, api, held = tables.PLAIN[name]
        if not calls.packages.isdisjoint(packages):
            value = argument(call, 1, "pytree", "like")
            return calls.row(call, what, api, held or calls.holding.of(value) or ("weights",))
    return row


def _callback(calls: Calls, call: ast.Call, dotted: str) -> Row | None:
    given = calls.context.keywords(call)
    only = "save_weights_only" in given and calls.context.is_on(given["save_weights_only"])
    if "keras" in dotted or not calls.packages & tables.LIGHTNING:
        if not calls.packages & tables.KERAS:
            return None
        return calls.row(call, SAVE, "keras", ("weights",) if only else tables.KERAS_STATE)
    monitor = "monitor" in given and calls.context.is_on(given["monitor"])
    flags: tuple[str, ...] = () if only else ("lightning",)
    top = calls.context.constant(given.get("save_top_k"))
    if isinstance(top, int) and not isinstance(top, bool) and top > 1 and not monitor:
        flags = (*flags, "top")
    tokens: tuple[str, ...] = ("weights",) if only else (*LIGHTNING, *(("metric",) if monitor else ()))
    return calls.row(call, SAVE, "lightning", tokens, flags=flags)


def _jax(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func, packages = call.func, calls.packages
    if name in ("save_checkpoint", "restore_checkpoint") and ("checkpoints" in dotted or "flax" in dotted):
        target = argument(call, 1, "target")
        tokens = calls.holding.of(target, last_name(target))
        what = SAVE if name.startswith("save") else LOAD
        return calls.row(call, what, "flax", tokens or ("weights", "optimizer", "step"))
    if name in ("to_bytes", "msgpack_serialize", "from_bytes", "msgpack_restore") and "flax" in packages:
        if name in ("to_bytes", "msgpack_serialize") and _streams(calls, call, "pack"):
            return None  # a leaf of a stream, which is the site
        what = SAVE if name in ("to_bytes", "msgpack_serialize") else LOAD
        if name == "from_bytes" and _streams(calls, call, "Unpacker"):
            return _stream(calls, call, LOAD)
        value = argument(call, 0, "target")
        return calls.row(call, what, "flax", calls.holding.of(value, last_name(value)) or ("weights",))
    if "msgpack" in packages and name in ("pack", "Unpacker") and calls.context.resolved(func).startswith("msgpack."):
        if name == "Unpacker" and _streams(calls, call, "from_bytes"):
            return None  # where its leaves are read is the site
        return _stream(calls, call, SAVE if name == "pack" else LOAD)
    if name in ("save", "restore") and "orbax" in packages and isinstance(func, ast.Attribute):
        owner = frozenset(words.parts(receiver(func.value)))
        if owner & {"checkpointer", "manager", "ckptr", "mngr", "checkpoint", "ckpt", "mgr"}:
            value = argument(call, 1, "args", "item", "items", "state", "target")
            tokens = calls.holding.of(value, last_name(value))
            return calls.row(call, SAVE if name == "save" else LOAD, "orbax", tokens or ("weights",))
    return None


def _streams(calls: Calls, call: ast.Call, name: str) -> bool:
    """Whether the same function calls `name` too."""
    symbol = calls.context.symbol(call)
    return any(calls.context.symbol(c) == symbol for c in calls.context.written.get(name, ()))


def _stream(calls: Calls, call: ast.Call, what: str) -> Row:
    """A state that is written or read leaf by leaf: what it holds is what its function speaks of."""
    symbol = calls.context.symbol(call)
    function = calls.scopes.functions.get(symbol)
    said = [symbol.rpartition(".")[2], *(scopes.parameters(function) if function is not None else ())]
    state = any("state" in words.parts(text) and "train" in words.parts(text) for text in said)
    return calls.row(call, what, "flax", ("weights", "optimizer", "step") if state else ("weights",))
