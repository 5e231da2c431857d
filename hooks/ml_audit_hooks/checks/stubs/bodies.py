"""Function bodies that are only ``pass``, ``...`` or ``raise NotImplementedError``, and where such a stub holds."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.finding import CONTRACT, EVERYWHERE, PRODUCT
from ml_audit_hooks.core.python import FUNCTION_TYPES, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import FunctionNode

PASS, ELLIPSIS, REFUSAL = "pass-body", "ellipsis-body", "not-implemented"


def docstring(body: list[ast.stmt]) -> str | None:
    """The docstring of a body; None where it has none."""
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        value = body[0].value.value
        return value if isinstance(value, str) else None
    return None


def after_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a body without its docstring."""
    return body[1:] if body and docstring(body) is not None else body


def last_name(node: ast.AST) -> str:
    """The last part of a decorator's, base's or exception's name, through calls and subscripts."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def empty_kind(body: list[ast.stmt]) -> str:
    """``pass-body``, ``ellipsis-body`` or ``not-implemented`` for a body that is only that; "" for another."""
    kind = ""
    for statement in body:
        if isinstance(statement, ast.Raise):
            return REFUSAL if _refuses(statement) else ""
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            if statement.value.value is ... and kind != PASS:
                kind = ELLIPSIS
        elif isinstance(statement, ast.Pass):
            kind = PASS
        else:
            return ""
    return kind or PASS


def _refuses(statement: ast.Raise) -> bool:
    return statement.exc is not None and last_name(statement.exc) == "NotImplementedError"


def ends_in_refusal(body: list[ast.stmt]) -> bool:
    """Whether a body can only end in ``raise NotImplementedError``."""
    last = body[-1]
    return isinstance(last, ast.Raise) and _refuses(last)


def holds(scope: Scope, node: FunctionNode) -> str:
    """Where a stub in this function counts: a test without a body is one everywhere, a helper in test code is none."""
    owner = owner_of(scope)
    if owner is not None:
        is_test = node.name.startswith("test") and owner.name.startswith("Test")
        return EVERYWHERE if is_test else CONTRACT
    at_top = all(not isinstance(p, (ast.ClassDef, *FUNCTION_TYPES)) for p in scope.parents)
    return EVERYWHERE if at_top and node.name.startswith("test") else PRODUCT


def own_name(scope: Scope, node: FunctionNode) -> str:
    """``self`` or ``cls`` of a method; "" for a function and a static method."""
    named = [*node.args.posonlyargs, *node.args.args]
    return (
        named[0].arg if owner_of(scope) is not None and named and named[0].arg in ("self", "cls", "_", "__self") else ""
    )


def parameters(scope: Scope, node: FunctionNode) -> list[str]:
    """The names of a function's parameters without ``self``."""
    listed = node.args
    named = [*listed.posonlyargs, *listed.args, *listed.kwonlyargs, listed.vararg, listed.kwarg]
    own = own_name(scope, node)
    return [a.arg for a in named if a is not None and a.arg != own]


def owner_of(scope: Scope) -> ast.ClassDef | None:
    """The class whose method the function is, also under an ``if`` or ``try`` of the class body."""
    for parent in reversed(scope.parents):
        if not isinstance(parent, (ast.If, ast.Try, ast.ExceptHandler, ast.With)):
            return parent if isinstance(parent, ast.ClassDef) else None
    return None
