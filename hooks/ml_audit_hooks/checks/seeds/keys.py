"""JAX keys that two draws use."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds.sites import finding
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding

_QUIET = frozenset("PRNGKey fold_in key key_data key_impl split wrap_key_data clone".split())
_DEFINITIONS = (*FUNCTION_TYPES, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPOUND = (*_DEFINITIONS, *_LOOPS, ast.If, ast.Try, ast.With)


def findings(context: Context) -> Iterator[Finding]:
    """The draws whose key an earlier draw of the block used, or an earlier round of the loop."""
    if "jax" not in context.packages:
        return
    draws: dict[str, list[ast.Call]] = {}  # by the function that they stand in
    for call in context.nodes(ast.Call):
        if _draws(context, call):
            draws.setdefault(context.symbol(call), []).append(call)
    for symbol, drawn in draws.items():
        owner = context.owners.get(symbol)
        yield from _of_block(context, getattr(owner, "body", []))
        for loop in context.inside(owner, ast.AST) if owner is not None else ():
            if isinstance(loop, _LOOPS) and context.symbol(loop) == symbol:
                yield from _of_loop(context, loop, drawn)


def _draws(context: Context, call: ast.Call) -> bool:
    """Whether a call draws with a key that has a name."""
    name = context.dotted(call.func)
    is_draw = name.startswith("jax.random.") and name.count(".") == 2 and name[11:] not in _QUIET
    return is_draw and bool(call.args) and isinstance(call.args[0], ast.Name)


def _of_block(context: Context, body: list[ast.stmt]) -> Iterator[Finding]:
    used: dict[str, str] = {}
    for statement in body:
        if isinstance(statement, _COMPOUND):
            used = {}  # what branches do to a key is not followed
            continue
        for call in context.inside(statement, ast.Call):
            first = call.args[0] if call.args else None
            name = context.dotted(call.func)
            if isinstance(first, ast.Name) and _draws(context, call):
                if first.id in used:
                    text = (
                        f"`{first.id}` was used by {used[first.id]} already: {name} draws numbers that depend on those"
                    )
                    yield finding("SEED012", call, context, first.id, text)
                used[first.id] = name
            elif isinstance(first, ast.Name) and name == "jax.random.split":
                used[first.id] = name
        for name in _assigned(context, statement):
            used.pop(name, None)


def _of_loop(context: Context, loop: ast.AST, draws: list[ast.Call]) -> Iterator[Finding]:
    """Draws in a loop in which their key stays the same."""
    below = context.inside(loop, ast.AST)
    inside = {id(node) for node in below}
    changing = {name for node in below for name in _assigned(context, node)}
    for call in draws:
        key = call.args[0]
        if id(call) in inside and isinstance(key, ast.Name) and key.id not in changing:
            name = context.dotted(call.func)
            text = f"`{key.id}` is the same in every round of the loop: {name} draws the same numbers in each"
            yield finding("SEED012", call, context, key.id, text)


def _assigned(context: Context, node: ast.AST) -> Iterator[str]:
    """The names that a statement, a loop or a comprehension assigns."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None), getattr(node, "optional_vars", None)]
    for target in targets:
        if isinstance(target, ast.AST):
            yield from (n.id for n in context.inside(target, ast.Name))
