"""The options, fields and constants of a file that hold a seed, with what they are by default."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from ml_audit_hooks.checks.seeds.calling import Caller
    from ml_audit_hooks.checks.seeds.naming import Names
    from ml_audit_hooks.checks.seeds.values import Value

    Option: TypeAlias = tuple[str, Value | None, int]  # name, default, position


def declared_seeds(names: Names, caller: Caller) -> Iterator[Option]:
    """The options of a file that hold a seed."""
    for context in names.contexts:
        names.enter(context, "")
        data = context.module.text
        if "seed" not in data.lower() and "random_state" not in data and "rng" not in data:
            continue
        for last, calls in context.written.items():
            if last in ("add_argument", "option") or last.startswith("DEFINE_"):
                for node in sorted(calls, key=lambda call: call.lineno):
                    found = _flag(names, node) if last.startswith("DEFINE_") else _argument(names, node)
                    if found is not None:
                        yield found[0], values.short(found[1]), caller.at(node)
        for symbol, cls in names.classes.items():
            if names.homes[symbol][0] is context:
                for item in cls.body:
                    target = _target(item)
                    value = getattr(item, "value", None)
                    if values.is_seed_name(target) and value is not None:
                        yield target, values.short(names.default(value)), caller.at(item)
        for item in context.module.tree.body:
            name = _target(item)
            if values.is_seed_name(name) and isinstance(getattr(item, "value", None), (ast.Constant, ast.UnaryOp)):
                yield name, values.short(names.value(item.value)), caller.at(item)  # type: ignore[attr-defined]


def _target(item: ast.stmt) -> str:
    """The one name that a statement assigns."""
    target: ast.AST | None = item.target if isinstance(item, ast.AnnAssign) else None
    if isinstance(item, ast.Assign) and len(item.targets) == 1:
        target = item.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def _words(node: ast.Call) -> list[str]:
    return [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def _flag(names: Names, node: ast.Call) -> tuple[str, Value] | None:
    """What an absl ``DEFINE_…`` declares."""
    words = _words(node)
    if not words or not values.is_seed_name(words[0]) or len(node.args) < 2:
        return None
    return words[0], names.value(node.args[1])


def _argument(names: Names, node: ast.Call) -> tuple[str, Value] | None:
    """What ``add_argument`` or ``click.option`` declares."""
    words = _words(node)
    keywords = {k.arg: k.value for k in node.keywords}
    longs = [w.lstrip("-").replace("-", "_") for w in words if w.startswith("--") or w[:1] != "-" or len(w) > 2]
    name = next((n for n in longs if values.is_seed_name(n)), "")
    kept = keywords.get("dest")
    if isinstance(kept, ast.Constant) and isinstance(kept.value, str):
        name = kept.value if values.is_seed_name(kept.value) else ""
    if not name or "action" in keywords:
        return None
    required = keywords.get("required")
    if "default" in keywords:
        return name, names.value(keywords["default"])
    if "nargs" in keywords or (isinstance(required, ast.Constant) and required.value is True):
        return name, values.OPEN
    if any(w.startswith("-") for w in words) and None not in keywords:
        return name, values.NOTHING
    return None
