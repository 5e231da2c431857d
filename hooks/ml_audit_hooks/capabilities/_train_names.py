"""What names say about expressions of training code: optimizers, learning rates, methods."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context

_RATE_NAMES = frozenset(("lr", "learning_rate", "learningrate", "eta", "step_size", "base_lr", "current_lr"))


def last_name(node: ast.AST) -> str:
    """The last written name of an expression: ``optimizers`` of ``self.optimizers()["g"]``."""
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            return node.attr
        else:
            return node.id if isinstance(node, ast.Name) else ""


def is_optimizer(context: Context, node: ast.AST) -> bool:
    """Whether an expression is an optimizer, by its name or by the call that made it."""
    name = last_name(node)
    low = name.lower()
    if "sched" in low:
        return False
    if "optim" in low or low in ("opt", "solver", "adam", "sgd", "adamw") or "opt" in name_parts(name):
        return True
    if low.startswith("opt") and len(name) <= 6:  # optG, opt_d
        return True
    made = context.resolved(node)
    known = made.startswith(("torch.optim.", "optax.", "bitsandbytes.optim.")) and made.endswith("()")
    return known and "sched" not in made


def is_rate(node: ast.AST) -> bool:
    """Whether an expression is a learning rate by its name."""
    return isinstance(node, (ast.Name, ast.Attribute)) and _RATES[last_name(node)]


def is_rate_name(name: str) -> bool:
    """Whether a name is that of a learning rate."""
    return _RATES[name]


_RATES = Remembered(lambda name: name.lower().strip("_") in _RATE_NAMES)


def calls(context: Context, *names: str) -> list[ast.Call]:
    """The calls of methods of these names."""
    written = context.written
    return [c for name in names if name in written for c in written[name] if isinstance(c.func, ast.Attribute)]
