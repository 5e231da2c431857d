"""Whether a module can be imported for its definitions: nothing runs, and nothing relative is missing."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.patches import edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.patches.model import Ground

_QUIET_CALLS = frozenset(("TypeVar", "getLogger", "get_logger", "namedtuple"))
_QUIET = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom)


def is_quiet(ground: Ground, path: str) -> bool:
    """Whether importing a module, and those of the repository that it imports, only defines things."""
    return _is_quiet(ground, path, set())


def _is_quiet(ground: Ground, path: str, seen: set[str]) -> bool:
    if path in seen:
        return True
    seen.add(path)
    context = edits.context_of(ground, path)
    if context is None:
        return False
    for node in context.module.tree.body:
        if not _defines(node):
            return False
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            own = _own(ground, node, path)
            if own is None or not all(_is_quiet(ground, other, seen) for other in own):
                return False
    folder = path.rpartition("/")[0]
    package = f"{folder}/__init__.py"
    return not (folder and ground.has(package)) or _is_quiet(ground, package, seen)


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        from ast import unparse

        return (
            unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'")
            and not node.orelse
        )
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return node.value is None or _is_plain(node.value)
    marks = getattr(node, "decorator_list", ())
    return isinstance(node, _QUIET) and all(_is_name(one.func if isinstance(one, ast.Call) else one) for one in marks)


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, (ast.Attribute, ast.Name))


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is a literal, a name, or makes a logger or the like."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in _QUIET_CALLS
    if isinstance(node, (ast.Dict, ast.List, ast.Set, ast.Tuple)):
        inside = [
            *getattr(node, "elts", ()),
            *getattr(node, "values", ()),
            *(k for k in getattr(node, "keys", ()) if k),
        ]
        return all(_is_plain(item) for item in inside)
    if isinstance(node, ast.Subscript):
        return _is_plain(node.value)
    return isinstance(node, (ast.Attribute, ast.Constant, ast.Name, ast.UnaryOp))


def _own(ground: Ground, node: ast.Import | ast.ImportFrom, path: str) -> list[str] | None:
    """The repository's modules that an import runs; None where a relative one leads nowhere."""
    if isinstance(node, ast.Import):
        return [file for name in node.names for file in _files(ground, name.name.split("."))]
    package = path.split("/")[:-1]
    if node.level > len(package):
        return None
    base = package[: len(package) - node.level + 1] if node.level else []
    parts = [*base, *(node.module.split(".") if node.module else ())]
    found = _files(ground, parts)
    if node.level and not found:
        return None
    return found + [file for name in node.names for file in _files(ground, [*parts, name.name])]


def _files(ground: Ground, parts: Sequence[str]) -> list[str]:
    stem = "/".join(parts)
    return [path for path in (f"{stem}.py", f"{stem}/__init__.py") if ground.has(path)]
