"""The names of what an expression is and of what a call calls."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context


def last_name(node: ast.AST | None) -> str:
    """The last identifier of a name, an attribute or a key: ``self.tokenizers["en"]`` gives tokenizers."""
    while isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def called(context: Context, call: ast.Call) -> str:
    """The last part of the resolved name of what is called."""
    return context.dotted(call.func).rpartition(".")[2] or last_name(call.func)


def may_name(context: Context, needs: tuple[bytes, ...]) -> bool:
    """Whether one of `needs` is in the file; taken for granted in a notebook, whose cells use the names of others."""
    data = context.file.content.data or b""
    return context.module.cell is not None or any(need in data for need in needs)
