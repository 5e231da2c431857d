"""Models that save and load themselves."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import tables, words
from ml_audit_hooks.checks.checkpointing.facts import LIGHTNING
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.checks.checkpointing.holding import receiver
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def methods(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Methods of models, engines and agents."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    owner, packages = receiver(func.value), calls.packages
    if isinstance(func.value, ast.Call) and not func.value.args:
        owner = last_name(func.value.func) or owner  # `model.get_env().save(path)` saves the environment
    own = isinstance(func.value, ast.Name) and func.value.id in ("self", "cls")
    own = own or (isinstance(func.value, ast.Call) and last_name(func.value.func) == "super")
    if name in ("save_weights", "load_weights") and not own:
        if (
            not packages & (tables.KERAS | {"mlx", "mlx_lm"})
            and words.word(owner) != "weights"
            and "model" not in owner
        ):
            return None
        path = argument(call, 0, "filepath", "file")
        if name == "load_weights" and isinstance(path, (ast.List, ast.ListComp, ast.GeneratorExp)):
            return None  # from memory: an inference engine is given new weights
        what = SAVE if name == "save_weights" else LOAD
        return calls.row(call, what, "weights", ("weights",), path=path)
    if name in ("save_state", "load_state") and "accelerator" in words.parts(owner):
        return calls.row(call, SAVE if name == "save_state" else LOAD, "accelerate", tables.STATE)
    if name == "save_model" and "accelerator" in words.parts(owner):
        return calls.row(call, SAVE, "accelerate", ("weights",))
    if name in ("save_checkpoint", "load_checkpoint") and not own:
        if "trainer" in words.parts(owner) and packages & tables.LIGHTNING:
            return calls.row(call, SAVE, "lightning", LIGHTNING)
        if _is_deepspeed(calls, func.value, owner):
            extra = calls.holding.of(argument(call, 2, "client_state"))
            what = SAVE if name.startswith("save") else LOAD
            return calls.row(call, what, "deepspeed", frozenset(tables.DEEPSPEED) | extra)
    if name in ("save", "load") and packages & tables.SB3 and not own:
        return _stable_baselines(calls, call, name, func, owner)
    if name == "save" and "sentence_transformers" in packages and not own and words.word(owner) == "weights":
        return calls.row(call, SAVE, "hub", tables.HUB)
    return _other_methods(calls, call, name, dotted, owner) if not own else None


def _other_methods(calls: Calls, call: ast.Call, name: str, dotted: str, owner: str) -> Row | None:
    func, packages = call.func, calls.packages
    if not isinstance(func, ast.Attribute):
        return None
    if name in ("save_model", "load_model") and packages & tables.GBM and words.is_estimator(owner):
        return calls.row(call, SAVE if name == "save_model" else LOAD, "booster", ("weights",))
    if (
        name in ("save", "load", "export")
        and "fastai" in packages
        and frozenset(words.parts(owner)) & {"learn", "learner"}
    ):
        tokens = ("weights",) if name == "export" else ("weights", "optimizer")
        return calls.row(call, LOAD if name == "load" else SAVE, "fastai", tokens)
    if name == "save" and packages & tables.KERAS and not dotted.startswith(("tensorflow", "keras", "torch", "numpy")):
        return _keras_save(calls, call, func, owner)
    return None


def _is_deepspeed(calls: Calls, node: ast.expr, owner: str) -> bool:
    has = frozenset(words.parts(owner))
    return "deepspeed" in calls.packages and bool(has & {"engine", "model"})


def _stable_baselines(calls: Calls, call: ast.Call, name: str, func: ast.Attribute, owner: str) -> Row | None:
    if name == "load":
        full = calls.context.dotted(func.value)
        known = full.partition(".")[0] in tables.SB3 and full.rpartition(".")[2] != "VecNormalize"
        known = known or bool(frozenset(words.parts(last_name(func.value))) & {"algo", "algos"})
        return calls.row(call, LOAD, "sb3", tables.SB3_STATE) if known else None
    if words.word(owner) != "weights" or "env" in words.parts(owner):
        return None
    path = argument(call, 0, "path")
    return calls.row(call, SAVE, "sb3", tables.SB3_STATE, path=path)


def _keras_save(calls: Calls, call: ast.Call, func: ast.Attribute, owner: str) -> Row | None:
    made = calls.origin(func.value)
    path = argument(call, 0, "filepath")
    known = words.word(owner) == "weights" or ("keras" in made and "Model" in made)
    if not known or made.startswith(("PIL", "matplotlib")) or words.is_data(owner):
        return None
    only = calls.context.keywords(call).get("include_optimizer")
    tokens = ("weights", "config") if only is not None and not calls.context.is_on(only) else tables.KERAS_STATE
    return calls.row(call, SAVE, "keras", tokens, path=path)
