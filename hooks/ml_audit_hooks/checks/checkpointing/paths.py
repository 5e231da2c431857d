"""The path that a save writes to: what it says, and whether it is renamed, fixed or numbered."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

_RENAMES = frozenset(("move", "rename", "renames", "replace"))
_COUNTERS = frozenset(("step", "epoch"))
_GUARDS = (
    "rank",
    "gpu_id",
    "process_index",
    "process_id",
    "main_process",
    "master",
    "is_main",
    "is_local_main",
    "is_world",
    "is_primary",
    "should_save",
    "chief",
)


def texts(scopes: Scopes, path: ast.expr | None, depth: int = 0) -> list[str]:
    """The strings and names of a path, also of the ``open(path)`` behind a file object."""
    if path is None or depth > 4:
        return []
    if isinstance(path, ast.Constant):
        return [path.value] if isinstance(path.value, str) else []
    if isinstance(path, ast.Subscript):  # of `checkpoint["config"]["data"]` only the key
        return [last_name(path)]
    found: list[str] = []
    below = scopes.context.inside(path, ast.AST)
    hidden = {id(n) for s in below if isinstance(s, ast.Subscript) for n in scopes.context.inside(s.value, ast.AST)}
    for node in below:  # of `opt.data_file` only the attribute
        if isinstance(node, ast.Attribute) and words.is_namespace(last_name(node.value)):
            hidden.add(id(node.value))
    for node in below:
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.Name):
            found.append(node.id)
            found += _behind(scopes, node, depth)
    return [text for text in found if text not in ("os", "join", "path", "open", "str", "self", "Path", "format")]


def _behind(scopes: Scopes, name: ast.Name, depth: int) -> list[str]:
    symbol = scopes.context.symbol(name)
    rows = [v for line, v in scopes.values(name.id, symbol) if line <= name.lineno]
    found = [text for value in rows[-1:] for text in texts(scopes, value, depth + 1)]
    if not rows:
        for block in scopes.around(name):
            for item in block.items if isinstance(block, (ast.With, ast.AsyncWith)) else ():
                if spelled(item.optional_vars) == name.id and isinstance(item.context_expr, ast.Call):
                    call = item.context_expr
                    opened = call.args[0] if call.args else None
                    if last_name(call.func) == "open" and isinstance(call.func, ast.Attribute) and call.func.value:
                        found += texts(scopes, call.func.value, depth + 1)
                    found += texts(scopes, opened, depth + 1)
    return found


def is_renamed(scopes: Scopes, call: ast.expr, path: ast.expr | None) -> bool:
    """Whether the written path is renamed after the write in the same function."""
    name = spelled(path) if path is not None else ""
    if path is not None and isinstance(path, ast.Call) and last_name(path.func) in ("str", "fspath") and path.args:
        name = spelled(path.args[0])
    if isinstance(path, ast.Name):  # a file object
        for block in scopes.around(call):
            for item in block.items if isinstance(block, (ast.With, ast.AsyncWith)) else ():
                if spelled(item.optional_vars) == path.id and isinstance(item.context_expr, ast.Call):
                    name = next((spelled(a) for a in item.context_expr.args[:1]), "") or name
                    func = item.context_expr.func
                    if isinstance(func, ast.Attribute) and not item.context_expr.args[:1]:
                        name = spelled(func.value)
    context = scopes.context
    symbol = context.symbol(call)
    for rename in _RENAMES:
        for move in context.written.get(rename, ()):
            if context.symbol(move) != symbol or move.lineno <= call.lineno:
                continue
            func = move.func
            if not isinstance(func, ast.Attribute):
                first: ast.expr | None = move.args[0] if move.args else None
            elif spelled(func.value) in ("os", "shutil"):
                first = move.args[0] if move.args else None
            else:
                first = func.value if len(move.args) == 1 else None
            if first is not None and (
                _is_same(scopes, first, name) or (path is not None and _dump(first) == _dump(path))
            ):
                return True
    return False


def _is_same(scopes: Scopes, node: ast.expr, name: str) -> bool:
    own = spelled(node)
    if not own and isinstance(node, ast.Call) and node.args:
        own = spelled(node.args[0])
    if not own and isinstance(node, ast.Attribute) and node.attr == "name":
        own = spelled(node.value)
    return bool(name) and own == name


def _dump(node: ast.AST, depth: int = 0) -> str:
    if depth > 20:  # such a path is none to compare
        return repr(id(node))
    fields = ((f, getattr(node, f, None)) for f in node._fields if f not in ("ctx", "kind"))
    return f"{type(node).__name__}({','.join(_text(value, depth + 1) for _, value in fields)})"


def _text(value: object, depth: int) -> str:
    if isinstance(value, ast.AST):
        return _dump(value, depth)
    return f"[{','.join(_text(item, depth + 1) for item in value)}]" if isinstance(value, list) else repr(value)


def flags(scopes: Scopes, call: ast.expr, path: ast.expr | None) -> tuple[str, ...]:
    """``numbered``, ``fixed``, ``export``, ``guarded``: what is known of the path and of the way to the save."""
    found = []
    said = texts(scopes, path)
    if any(words.word(text) in _COUNTERS for text in said if text.isidentifier()) or any("{" in t for t in said):
        found.append("numbered")
    elif path is not None and is_fixed(scopes, path):
        found.append("fixed")
    own = scopes.context.symbol(call).rpartition(".")[2]
    if any(words.is_export(text) for text in (*said, own)):
        found.append("export")
    if is_guarded(scopes, call):
        found.append("guarded")
    return tuple(found)


def is_fixed(scopes: Scopes, path: ast.expr, depth: int = 0) -> bool:
    """Whether a path ends in a constant name."""
    if isinstance(path, ast.Constant):
        return isinstance(path.value, str)
    if isinstance(path, ast.Call) and path.args and last_name(path.func) in ("join", "str", "Path", "joinpath"):
        return is_fixed(scopes, path.args[-1], depth + 1)
    if isinstance(path, ast.BinOp):
        return is_fixed(scopes, path.right, depth + 1)
    if isinstance(path, ast.Name) and depth < 4:
        rows = scopes.values(path.id, scopes.context.symbol(path))
        return len(rows) == 1 and is_fixed(scopes, rows[0][1], depth + 1)
    return False


def is_guarded(scopes: Scopes, node: ast.AST) -> bool:
    """Whether only one process comes to a line: a test of the rank around it, or one that leaves before it."""
    for block in scopes.around(node):
        if isinstance(block, (ast.If, ast.IfExp)) and _asks(scopes, block.test):
            return True
        if isinstance(block, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if any(_asks(scopes, item) for item in block.decorator_list):
                return True
            for statement in block.body:
                if isinstance(statement, ast.If) and statement.lineno < getattr(node, "lineno", 0):
                    leaves = any(isinstance(s, (ast.Return, ast.Raise)) for s in statement.body)
                    if leaves and _asks(scopes, statement.test):
                        return True
    return False


def _asks(scopes: Scopes, test: ast.expr) -> bool:
    for node in scopes.context.inside(test, ast.AST):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name and any(guard in name.lower() for guard in _GUARDS):
            return True
    return False
