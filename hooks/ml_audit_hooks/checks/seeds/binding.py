"""What assignments bind, and what names hold after one of several ways."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def joined(before: dict[str, Any], outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """What the names hold after one of several ways: a value that a way changes is not known any more."""
    joined = dict(before)
    for outcome in outcomes:
        if len(outcome) != len(before) or outcome != before:
            for name, held in outcome.items():
                if name not in before:
                    joined.setdefault(name, held)
                elif held != before[name]:
                    either = isinstance(held, tuple) or isinstance(before[name], tuple)
                    joined[name] = values.OPEN if either else held
    return joined


def plain_name(node: ast.AST) -> str:
    """The last identifier of a name or attribute; "" for others."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def target_names(node: ast.AST) -> list[str]:
    """The names that a target binds."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, (ast.Tuple, ast.List)):
        return [name for item in node.elts for name in target_names(item)]
    return target_names(node.value) if isinstance(node, ast.Starred) else []
