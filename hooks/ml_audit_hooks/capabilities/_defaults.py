"""The defaults of a setting that a module gives: of a field, a parameter, an option or an own attribute."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context


def defaults_of(context: Context, node: ast.Name | ast.Attribute) -> Iterator[str]:
    """The texts that ``self.uri``, ``args.uri`` or the parameter ``uri`` may have when nobody says otherwise."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    for value in _values(context, name, isinstance(node, ast.Name) and context.symbol(node)):
        found = _text(context, value)
        if found:
            yield found


def _values(context: Context, name: str, function: str | bool) -> Iterator[ast.expr]:
    for field in context.module.nodes.get(ast.AnnAssign, ()):
        if isinstance(field, ast.AnnAssign) and field.value is not None and _target(field.target) == name:
            yield field.value
    for assign in context.module.nodes.get(ast.Assign, ()):
        if isinstance(assign, ast.Assign) and any(_target(target) == name for target in assign.targets):
            yield assign.value
    for call in context.module.nodes.get(ast.Call, ()):
        if isinstance(call, ast.Call) and call.args and getattr(call.func, "attr", "") in ("add_argument", "option"):
            options = [str(context.constant(a)).lstrip("-").replace("-", "_") for a in call.args]
            default = context.keywords(call).get("default") if name in options else None
            if default is not None:
                yield default
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, FUNCTION_TYPES) and (
            scope.symbol == function or (not function and node.name == "__init__")
        ):
            rows = [*node.args.posonlyargs, *node.args.args]
            pairs = list(zip(reversed(rows), reversed(node.args.defaults), strict=False))
            pairs += [(a, d) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None]
            yield from (default for argument, default in pairs if argument.arg == name)


def _target(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(context: Context, value: ast.expr) -> str:
    """A constant, or that of ``field(default=…)``, ``Field(…)``, ``os.getenv(name, …)``."""
    if isinstance(value, ast.Call):
        last = _target(value.func)
        inner = context.argument(value, "default", {"Field": 0, "getenv": 1, "get": 1, "Option": 0}.get(last, -1))
        if inner is None:
            return ""
        value = inner
    known = context.constant(value)
    return known if isinstance(known, str) else ""
