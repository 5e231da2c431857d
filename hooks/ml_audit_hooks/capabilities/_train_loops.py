"""Training that a repository does by its own code: gradients, steps, accumulation, learning rates by hand."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities import _train_accumulation
from ml_audit_hooks.capabilities._train_accumulation import accumulation, divided
from ml_audit_hooks.capabilities._train_names import calls, is_optimizer, is_rate, last_name
from ml_audit_hooks.capabilities.model import Finds, Signal
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

LOOP = "training.train_loop"
_FUNCTIONAL = frozenset("equinox flax haiku jax keras mlx optax tensorflow tinygrad".split())


def _backward(context: Context) -> list[ast.Call]:
    found = []
    for call in calls(context, "backward", "manual_backward"):
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if isinstance(receiver, ast.Call) and last_name(receiver) == "super":
            continue
        if context.symbol(call).rpartition(".")[2] in ("backward", "_backward"):
            continue  # a layer that hands its gradient on
        if len(call.args) <= 1 or last_name(receiver) in ("accelerator", "fabric", "engine"):
            found.append(call)
    return found


def _steps(context: Context) -> list[ast.AST]:
    found: list[ast.AST] = []
    for call in calls(context, "step"):
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        scaled = "scaler" in last_name(receiver).lower() and bool(call.args)
        engine = last_name(receiver) in ("engine", "model_engine", "model") and "deepspeed" in context.roots
        if scaled or engine or is_optimizer(context, receiver):
            found.append(call)
    return found + _by_gradient(context)


def _by_gradient(context: Context) -> list[ast.AST]:
    """Updates that read ``.grad``: ``p.data -= lr * p.grad``, ``w = w - lr * w.grad``, ``p.data.add_(-lr, p.grad)``."""
    if b"grad" not in (context.file.content.data or b""):
        return []
    graded = {
        n.lineno  # type: ignore[attr-defined]
        for n in context.module.nodes.get(ast.Attribute, ())
        if n.attr == "grad"  # type: ignore[attr-defined]
    }
    if not graded:
        return []
    found: list[ast.AST] = []
    for kind in (ast.AugAssign, ast.Assign):
        for node in context.module.nodes.get(kind, ()):
            assert isinstance(node, (ast.AugAssign, ast.Assign))
            if graded.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
                continue
            target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
            if isinstance(target, ast.Attribute) and target.attr == "grad":
                continue
            if isinstance(node, ast.Assign) and not isinstance(node.value, ast.BinOp):
                continue
            if any(n.attr == "grad" for n in context.inside(node.value, ast.Attribute)):
                found.append(node)
    for call in calls(context, "add_", "sub_", "copy_"):
        arguments: list[ast.AST] = [*call.args, *call.keywords]
        if any(n.attr == "grad" for a in arguments for n in context.inside(a, ast.Attribute)):
            found.append(call)
    return found


def _functional(context: Context) -> Iterator[ast.AST]:
    """Updates of libraries without ``backward``: applied gradients, minimised losses, updated optimizers."""
    with_optimizers = not context.roots.isdisjoint(_FUNCTIONAL) and "optax" not in context.roots
    for call in calls(context, "apply_gradients", "apply_updates", "minimize", "update"):
        assert isinstance(call.func, ast.Attribute)
        name, receiver = call.func.attr, call.func.value
        if (
            name == "apply_gradients"
            or context.dotted(call.func) in ("optax.apply_updates", "equinox.apply_updates")
            or (
                is_optimizer(context, receiver)
                and (name == "minimize" or (name == "update" and with_optimizers and len(call.args) >= 2))
            )
        ):
            yield call


def _by_hand(context: Context) -> Iterator[ast.AST]:
    """``w -= lr * dw``, ``w = w - lr * dw`` and the same in a lambda: a step with the learning rate written out."""
    for node in context.nodes(ast.AugAssign):
        if isinstance(node.op, (ast.Sub, ast.Add)) and _scaled(node.value) and not _of_rates(node.target):
            yield node
    for value in context.nodes(ast.BinOp):
        written = isinstance(value.op, ast.Sub) and isinstance(value.left, (ast.Name, ast.Attribute, ast.Subscript))
        if written and _scaled(value.right) and not _of_rates(value.left):
            yield value


def _of_rates(node: ast.AST) -> bool:
    """Whether arithmetic is about learning rates themselves."""
    return is_rate(node) or not {"lr", "rate", "lrs"}.isdisjoint(name_parts(last_name(node)))


def _scaled(node: ast.AST) -> bool:
    """A product with a learning rate and something that is no constant."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    factors: list[ast.AST] = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Mult, ast.Div)):
            stack += [part.left, part.right] if isinstance(part.op, ast.Mult) else [part.left]
        else:
            factors.append(part)
    return (
        len(factors) > 1
        and any(is_rate(f) for f in factors)
        and not all(is_rate(f) or isinstance(f, ast.Constant) for f in factors)
    )


def loops(context: Context) -> Iterator[Signal]:
    """The train loop."""
    backward, steps = _backward(context), _steps(context)
    for call in backward:
        yield context.signal(LOOP if steps else "loop.backward", call, "computes gradients")
    for step in steps:
        yield context.signal(LOOP if backward else "loop.step", step, "steps the optimizer")
    for update in _functional(context):
        yield context.signal(LOOP, update, "applies gradients")
    scaled = b"loss_scaler" in (context.file.content.data or b"")
    for node in context.nodes(ast.Call) if scaled else ():
        if "loss_scaler" in last_name(node.func) and len(node.args) >= 2 and is_optimizer(context, node.args[1]):
            yield context.signal(LOOP, node, "steps by a loss scaler")
    if not backward:
        for written in _by_hand(context):
            yield context.signal(LOOP, written, "updates weights by hand")
    yield from accumulation(context, backward, steps)
    yield from divided(context)


def is_train_name(parts: list[str], node: ast.AST) -> bool:
    """Whether a function's name promises training."""
    if not isinstance(node, FUNCTION_TYPES) or not parts or parts[0] in ("get", "test", "is", "has", "load", "make"):
        return False
    text = "_".join(parts)
    return text in (
        "train",
        "fit",
        "finetune",
        "fine_tune",
        "training_step",
        "train_step",
        "run_training",
    ) or text.startswith(("train_model", "train_epoch", "train_one_epoch", "train_loop", "fine_tune_", "finetune_"))


DETECTORS = (
    Finds(
        (
            b".backward(",
            b"_backward(",
            b"apply_gradients",
            b"apply_updates",
            b".minimize(",
            b".grad",
            b"optimizer",
            b"lr",
            b"rate",
        )
        + (b"eta", b"loss_scaler", b"accum"),
        loops,
        quick=True,
    ),
    *_train_accumulation.DETECTORS,
)
