"""Trainers of transformers and Lightning."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import tables, words
from ml_audit_hooks.checks.checkpointing.facts import LIGHTNING
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE
from ml_audit_hooks.checks.checkpointing.of_torch import is_weights_only
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def is_trainer(calls: Calls, call: ast.Call) -> bool:
    """Whether ``….train()`` is that of a trainer of transformers or of what is built on it."""
    func = call.func
    if not isinstance(func, ast.Attribute) or not calls.packages & tables.HF:
        return False
    made = calls.origin(func.value)
    if made:
        return made[:-2].rpartition(".")[2].endswith("rainer")
    return "trainer" in words.parts(last_name(func.value))


def made_by(calls: Calls, call: ast.Call) -> tuple[str, ...]:
    """A flag with the class of a trainer, where it is known."""
    func = call.func
    made = calls.origin(func.value) if isinstance(func, ast.Attribute) else ""
    return (f"trainer:{made[:-2].rpartition('.')[2]}",) if made else ()


def trainers(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Lines at which a trainer saves or loads."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    if name == "train" and is_trainer(calls, call):
        known = b"save_strategy" in (calls.context.file.content.data or b"")
        strategy = [
            calls.context.constant(k.value)
            for c in (calls.context.options.get("save_strategy", ()) if known else ())
            for k in c.keywords
            if k.arg == "save_strategy"
        ]
        return (
            None
            if "no" in strategy
            else calls.row(call, SAVE, "trainer", (*tables.FULL, "config"), flags=made_by(calls, call))
        )
    if name in ("push_to_hub", "save_state", "save_model") and is_trainer(calls, call):
        tokens = ("step", "epoch", "metric") if name == "save_state" else tables.HUB
        return calls.row(call, SAVE, "trainer", tokens, flags=made_by(calls, call))
    if name in ("fit", "test", "validate", "predict"):  # `ckpt_path` is Lightning's own word
        given = calls.context.keywords(call).get("ckpt_path")
        if given is None or not calls.context.is_on(given):
            return None
        safe = is_weights_only(calls, call)
        restored = (*LIGHTNING, "metric") if name == "fit" else ("weights",)
        return calls.row(call, LOAD, "lightning", restored, not safe)
    if name == "load_from_checkpoint":
        if isinstance(func.value, ast.Name) and func.value.id == "super":
            return None
        return calls.row(call, LOAD, "lightning", ("weights", "config"), not is_weights_only(calls, call))
    return None
