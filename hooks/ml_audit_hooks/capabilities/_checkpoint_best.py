"""Checkpoints kept by a metric or pruned by number, in a repository's own code."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._checkpoint_code import is_state, spelled
from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities._train_names import last_name
from ml_audit_hooks.capabilities.model import Finds, Signal
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

BEST = "checkpointing.best_k"
_SAVERS = frozenset(
    (
        "copy copy2 copyfile copytree deepcopy dump get_weights log_model save save_adapters save_best save_best_model "
        "save_checkpoint save_checkpoints save_ckpt save_file save_lora save_model save_params save_pretrained "
        "save_safetensors save_state save_state_dict save_weights savez state_dict symlink"
    ).split()
)


def best(context: Context) -> Iterator[Signal]:
    """Checkpoints that are written where a metric improved, or removed where there are too many."""
    lines = {call.end_lineno for name, calls in context.written.items() if _WRITES[name] for call in calls}
    for node in context.nodes(ast.If) if lines else ():
        if lines.isdisjoint(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1)):
            continue
        words = spelled(context, node.test)
        compared = any(
            isinstance(op, (ast.Lt, ast.Gt, ast.LtE, ast.GtE))
            for c in context.inside(node.test, ast.Compare)
            for op in c.ops
        )
        named = context.inside(node.test, ast.Name) or context.inside(node.test, ast.Attribute)
        on_best = ("best" in words or "improved" in words) and (compared or bool(named))
        if not on_best and not (compared and _keeps_best(context, node)):
            continue
        if _writes(context, node.body):
            yield context.signal(BEST, node, "saves where the metric is the best so far")
    for name in _REMOVERS:
        for call in context.written.get(name, ()):
            if last_name(call.func) in _REMOVERS[1:] and _is_pruning(context, call):
                yield context.signal(BEST, call, "removes old checkpoints")


def _writes_by_name(name: str) -> bool:
    return name in _SAVERS or not {"save", "checkpoint"}.isdisjoint(name_parts(name))


_WRITES = Remembered(lambda name: not name or _writes_by_name(name))
_REMOVERS = ("", "remove", "unlink", "rmtree", "rmdir")


def _keeps_best(context: Context, node: ast.If) -> bool:
    """``if loss < lowest: lowest = loss``: what is compared is what is kept."""
    compared = {n.id for n in context.inside(node.test, ast.Name)} | {
        n.attr for n in context.inside(node.test, ast.Attribute)
    }
    for row in node.body:
        if isinstance(row, ast.Assign):
            target = row.targets[0]
            name = last_name(target)
            words = set(name_parts(name))
            if name in compared and words & {"best", "min", "max", "lowest", "highest", "prev", "top"}:
                return True
    return False


def _writes(context: Context, body: list[ast.stmt]) -> bool:
    for row in body:
        for call in context.inside(row, ast.Call):
            name = last_name(call.func)
            if context.dotted(call.func).startswith(("json.", "yaml.")):
                continue
            if name in _SAVERS and name not in ("copy", "dump", "deepcopy"):
                return True
            if name in ("dump", "copy", "deepcopy") and (
                is_state(context, call) or spelled(context, call) & {"model", "weights", "state"}
            ):
                return True
            if {"save", "checkpoint"} & set(name_parts(name)) and not {
                "figure",
                "plot",
                "image",
                "fig",
                "config",
            } & set(name_parts(name)):
                return True
    return False


def _is_pruning(context: Context, call: ast.Call) -> bool:
    owner = set(name_parts(context.symbol(call).rpartition(".")[2]))
    words = spelled(context, call) | owner
    line: int = call.lineno
    rings = [n for kind in (ast.For, ast.While) for n in context.module.nodes.get(kind, ())]
    looped = any(r.lineno < line <= (r.end_lineno or 0) for r in rings)  # type: ignore[attr-defined]
    pruning = looped or bool(owner & {"cleanup", "clean", "prune", "rotate", "remove", "keep", "delete", "old"})
    return (
        pruning
        and bool(words & {"checkpoint", "checkpoints", "ckpt", "ckpts"})
        and not words & {"tmp", "temp", "test", "validate"}
    )


DETECTORS = (
    Finds(
        (b"best", b"remove", b"unlink", b"rmtree", b"improved", b"lowest", b"min_", b"max_"),
        best,
        quick=True,
        in_tests=False,
    ),
)
