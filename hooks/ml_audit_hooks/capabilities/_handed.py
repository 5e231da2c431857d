"""What tests call by another name: classes and functions that they hand to helpers, or are given by parametrize."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context


def handed(context: Context) -> Iterator[tuple[str, ast.AST, str]]:
    """(resolved name, place, symbol of the test) of imported things that a test calls indirectly."""
    aliases = context.module.aliases
    callers = _callers(context)
    for call in context.module.nodes.get(ast.Call, ()):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in callers:
            for at, argument in _arguments(call):
                if at in callers[call.func.id] and _root(argument) in aliases:
                    yield context.dotted(argument), call, context.symbol(call)
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, FUNCTION_TYPES) and node.decorator_list:
            yield from _parametrized(context, node, scope.symbol)


def _callers(context: Context) -> dict[str, set[int | str]]:
    """Helpers of the module: name to the parameters that they call, by name and position."""
    found: dict[str, set[int | str]] = {}
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, FUNCTION_TYPES) and "." not in scope.symbol:
            called = _called_names(context, node)
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            hit: set[int | str] = {n for n in (*names, *(a.arg for a in node.args.kwonlyargs)) if n in called}
            hit |= {names.index(str(n)) for n in hit if n in names}
            if hit:
                found[node.name] = hit
    return found


def _called_names(context: Context, node: ast.AST) -> set[str]:
    return {c.func.id for c in context.within(node, ast.Call) if isinstance(c.func, ast.Name)}


def _arguments(call: ast.Call) -> Iterator[tuple[int | str, ast.expr]]:
    yield from enumerate(call.args)
    yield from ((k.arg, k.value) for k in call.keywords if k.arg)


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _parametrized(
    context: Context, node: ast.FunctionDef | ast.AsyncFunctionDef, symbol: str
) -> Iterator[tuple[str, ast.AST, str]]:
    """``@pytest.mark.parametrize("cls", [A, B])`` over a test that calls ``cls``."""
    called = _called_names(context, node) & {a.arg for a in node.args.args}
    for decorator in node.decorator_list if called else ():
        if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)):
            continue
        if decorator.func.attr != "parametrize" or len(decorator.args) < 2:
            continue
        named = context.constant(decorator.args[0])
        if isinstance(named, str) and called.isdisjoint(named.replace(",", " ").split()):
            continue
        values: ast.expr | None = decorator.args[1]
        if isinstance(values, ast.Name):
            values = context.value_of(values)
        for part in context.inside(values, ast.expr) if values is not None else ():
            if isinstance(part, (ast.Name, ast.Attribute)) and _root(part) in context.module.aliases:
                yield context.dotted(part), node, symbol
