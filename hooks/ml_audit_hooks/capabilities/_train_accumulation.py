"""Gradient accumulation by hand, and learning rates that a program sets while it trains."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._train_names import calls, is_optimizer, is_rate, is_rate_name, last_name
from ml_audit_hooks.capabilities.model import Finds, Signal
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def accumulation(context: Context, backward: list[ast.Call], steps: list[ast.AST]) -> Iterator[Signal]:
    name = "training.grad_accumulation"
    if not backward or not steps:
        return
    for node in context.nodes(ast.If):
        inside = [s for s in steps if _within(s, node.body)]
        if inside and not any(_within(b, node.body) for b in backward) and _is_every_n(context, node.test):
            yield context.signal(name, node, "steps the optimizer every n batches")
    rings = [n for kind in _LOOPS for n in context.module.nodes.get(kind, ())]
    for step in steps:
        outer = _around(context, step, rings)
        for call in backward:
            inner = _around(context, call, rings)
            if (
                outer
                and len(inner) > len(outer)
                and inner[: len(outer)] == outer
                and _divides(context, inner[len(outer)])
            ):
                yield context.signal(name, inner[len(outer)], "sums gradients over micro-batches")


def divided(context: Context) -> Iterator[Signal]:
    """A loss or a sum of gradients that is divided by a number of accumulated batches."""
    for kind in (ast.BinOp, ast.AugAssign):
        for node in context.module.nodes.get(kind, ()):
            assert isinstance(node, (ast.BinOp, ast.AugAssign))
            if not isinstance(node.op, ast.Div):
                continue
            left, right = (node.target, node.value) if isinstance(node, ast.AugAssign) else (node.left, node.right)
            if not any(word.startswith("accum") for word in name_parts(last_name(right))):
                continue
            what = last_name(left).lower()
            summed = isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add)
            if "loss" in what or "grad" in what or summed:
                yield context.signal("training.grad_accumulation", node, "divides by the accumulated batches")


def _is_every_n(context: Context, test: ast.AST) -> bool:
    for node in context.inside(test, ast.Name):
        value = context.value_of(node)
        if value is not None and _has_modulo(context, value):
            return True
        if {"accumulate", "accumulating", "accumulation", "accum"} & set(name_parts(node.id)):
            return True
    return _has_modulo(context, test)


def _has_modulo(context: Context, node: ast.AST) -> bool:
    return any(isinstance(n.op, ast.Mod) for n in context.inside(node, ast.BinOp))


def _within(node: ast.AST, body: list[ast.stmt]) -> bool:
    line: int = getattr(node, "lineno", 0)
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or body[-1].lineno)


def _around(context: Context, node: ast.AST, rings: list[ast.AST]) -> list[ast.AST]:
    """The loops of the same function around a node, the outermost first."""
    symbol = context.symbol(node)
    found = [r for r in rings if _within(node, r.body) and context.symbol(r) == symbol]  # type: ignore[attr-defined]
    return sorted(found, key=lambda r: (r.lineno, -(r.end_lineno or 0)))  # type: ignore[attr-defined]


def _divides(context: Context, ring: ast.AST) -> bool:
    """Whether a loss is divided in a loop, or the loop's own words speak of micro-batches or accumulation."""
    for node in context.inside(ring, ast.BinOp) + context.inside(ring, ast.AugAssign):
        left = node.target if isinstance(node, ast.AugAssign) else node.left
        if isinstance(node.op, ast.Div) and "loss" in last_name(left).lower():
            return True
    head = [getattr(ring, "target", ring), getattr(ring, "iter", getattr(ring, "test", ring))]
    words = {w for part in head if part is not ring for n in context.inside(part, ast.Name) for w in name_parts(n.id)}
    return not words.isdisjoint(("micro", "microbatch", "accum", "accumulation", "accumulate"))


# -- learning rates ---------------------------------------------------------------------------------------------------


def rates(context: Context) -> Iterator[Signal]:
    """Learning rates that the program sets while it trains."""
    assigned = [n for name, found in context.assigned.items() if name == "" or is_rate_name(name) for n in found]
    nodes: list[ast.Assign | ast.AugAssign] = [*assigned, *context.nodes(ast.AugAssign)]
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not any(_may_be_rate(target) for target in targets):
            continue
        if any(_is_group_rate(context, target) for target in targets) and not isinstance(node.value, ast.Constant):
            yield context.signal("training.lr_schedule", node, "sets the learning rate of the optimizer")
            yield context.signal("rate.by_step", node, "sets the learning rate of the optimizer")
        elif any(_is_loop_rate(context, target, node.value) for target in targets):
            yield context.signal("training.lr_schedule", node, "changes the learning rate as it trains")
    for call in calls(context, "assign", "set_value"):
        if "learning_rate" in ast_text(call) or last_name(getattr(call.func, "value", call)) == "lr":
            yield context.signal("training.lr_schedule", call, "sets the learning rate of the optimizer")


def ast_text(call: ast.Call) -> str:
    """The names that a call spells, joined."""
    parts = [last_name(call.func), *(last_name(a) for a in call.args)]
    if isinstance(call.func, ast.Attribute):
        parts.append(last_name(call.func.value))
    return " ".join(parts)


def _may_be_rate(target: ast.AST) -> bool:
    if isinstance(target, ast.Subscript):
        return isinstance(target.slice, ast.Constant) and target.slice.value == "lr"
    return is_rate(target)


def _is_group_rate(context: Context, target: ast.AST) -> bool:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and target.slice.value == "lr":
        owner = last_name(target.value).lower()
        return "group" in owner or owner in ("g", "pg", "param", "p")
    if isinstance(target, ast.Attribute) and target.attr in ("lr", "learning_rate"):
        return is_optimizer(context, target.value)
    return False


def _is_loop_rate(context: Context, target: ast.AST, value: ast.AST) -> bool:
    """``lr = 0.1 if step < 1000 else 0.01`` and the like in a loop that counts the steps."""
    if not is_rate(target) or not isinstance(value, (ast.IfExp, ast.BinOp)):
        return False
    rings = [n for n in context.module.nodes.get(ast.For, ()) if isinstance(n, ast.For)]
    if context.symbol(target).endswith(".step"):
        return False  # an optimizer's own arithmetic
    around = _around(context, target, list(rings))
    counters = {n.id for ring in around for n in context.inside(ring.target, ast.Name)}  # type: ignore[attr-defined]
    return any(n.id in counters for n in context.inside(value, ast.Name))


_OTHER_SCHEDULES = frozenset(("noise", "diffusion", "temperature", "temp", "beta", "ddim", "ddpm"))


def stepped(context: Context) -> Iterator[Signal]:
    """``scheduler.step()``; with more arguments it is the noise scheduler of a diffusion model."""
    for call in calls(context, "step"):
        assert isinstance(call.func, ast.Attribute)
        name = last_name(call.func.value)
        if "sched" not in name.lower() or len(call.args) > 1 or not _OTHER_SCHEDULES.isdisjoint(name_parts(name)):
            continue
        yield context.signal("training.lr_schedule", call, "steps the learning-rate scheduler")
        if call.args and {"epoch", "step", "iter", "updates"} & set(name_parts(last_name(call.args[0]))):
            yield context.signal("rate.by_step", call, "steps the schedule to where the run is")


DETECTORS = (
    Finds((b"lr", b"learning_rate"), rates, quick=True, in_tests=False),
    Finds((b"sched",), stepped, quick=True, in_tests=False),
)
