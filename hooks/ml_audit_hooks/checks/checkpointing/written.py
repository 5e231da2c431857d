"""Files that a repository pickles itself: what reads them back reads its own."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import tables, words
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 6  # of names and nested paths that are followed
DUMPS = "dumps:"  # before the mark of a file's name
_DUMPS = frozenset(("dump", "save", "savez", "savez_compressed", "to_pickle"))
_PARTS = frozenset(("Path", "PosixPath", "PurePath", "abspath", "expanduser", "fspath", "open", "str"))


def dumps(scopes: Scopes) -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """(name, call, path) of what is pickled or written as an array."""
    context = scopes.context
    for name in context.calls.keys() & _DUMPS:
        for call in context.calls[name]:
            dotted = context.dotted(call.func)
            package = dotted.partition(".")[0]
            if name == "to_pickle" or (name.startswith("save") and package == "numpy"):
                given = call.args[:1]
            elif name == "dump" and package in tables.PICKLES | {"sklearn"}:
                given = call.args[1:2]
            else:
                continue
            named = [k.value for k in call.keywords if k.arg in ("path", "file", "filename")]
            for path in (given or named)[:1]:
                yield name, call, path


def marks(scopes: Scopes) -> Iterator[str]:
    """The names of the files that a module writes, as marks."""
    for _, _, path in dumps(scopes):
        name = file_name(scopes, path)
        if name:
            yield f"{DUMPS}{name}"


def is_own(scopes: Scopes, path: ast.expr | None, symbol: str) -> bool:
    """Whether a file writes what it reads: the same attribute, or the same name in one function or of a cache."""
    mine = {*_spellings(scopes, path)}
    if not mine:
        return False
    for _, call, target in dumps(scopes):
        shared = mine & {*_spellings(scopes, target)}
        if any("." in name or words.is_data(name) for name in shared):
            return True
        if shared and scopes.context.symbol(call) == symbol:
            return True
    return False


def file_name(scopes: Scopes, path: ast.expr | None, depth: int = 0) -> str:
    """The last part of a path that is written down, ``*`` for what is put into it; "" where it is not known."""
    if path is None or depth > MAX_DEPTH:
        return ""
    text = _text(scopes, path, depth).replace("\\", "/").rpartition("/")[2]
    stem = text.rpartition(".")[0].replace("*", "").strip("_-.")
    return text if len(stem) > 1 else ""


def _text(scopes: Scopes, path: ast.expr, depth: int) -> str:
    """A path as a text, ``*`` for each part that is not written down."""
    if depth > MAX_DEPTH:
        return "*"
    if isinstance(path, ast.Constant):
        return path.value if isinstance(path.value, str) else "*"
    if isinstance(path, ast.JoinedStr):
        return "".join(_text(scopes, item, depth + 1) for item in path.values)
    if isinstance(path, ast.BinOp):
        if isinstance(path.op, ast.Mod):
            return _without_fields(_text(scopes, path.left, depth + 1))
        between = "/" if isinstance(path.op, ast.Div) else ""
        return f"{_text(scopes, path.left, depth + 1)}{between}{_text(scopes, path.right, depth + 1)}"
    if isinstance(path, ast.Call):
        return _of_call(scopes, path, depth)
    if isinstance(path, ast.Name):
        found = _behind(scopes, path)
        return _text(scopes, found, depth + 1) if found is not None else "*"
    name = spelled(path)
    rows = scopes.values(name, scopes.context.symbol(path)) if name else []
    return _text(scopes, rows[0][1], depth + 1) if len(rows) == 1 else "*"


def _of_call(scopes: Scopes, call: ast.Call, depth: int) -> str:
    name, func = last_name(call.func), call.func
    if name in ("join", "joinpath") and call.args:
        return f"*/{_text(scopes, call.args[-1], depth + 1)}"
    if name == "format" and isinstance(func, ast.Attribute):
        return _without_fields(_text(scopes, func.value, depth + 1))
    if name == "open" and isinstance(func, ast.Attribute) and not isinstance(func.value, ast.Name):
        return _text(scopes, func.value, depth + 1)
    if name in _PARTS and call.args:
        return _text(scopes, call.args[-1] if name.endswith("Path") else call.args[0], depth + 1)
    if name == "open" and isinstance(func, ast.Attribute):
        return _text(scopes, func.value, depth + 1)
    return "*"


def _without_fields(text: str) -> str:
    """``part_%d.pkl`` and ``part_{}.pkl`` with ``*`` for the field."""
    out, skipped = "", ""
    for letter in text:
        if skipped:
            done = letter == "}" if skipped == "{" else letter.isalpha()
            skipped = "" if done else skipped
        elif letter in "%{":
            skipped = letter
            out += "*"
        else:
            out += letter
    return out


def _behind(scopes: Scopes, name: ast.Name) -> ast.expr | None:
    """What a name was last assigned before it is read, or the file that ``with open(…) as name`` opened."""
    for block in scopes.around(name):
        for item in block.items if isinstance(block, (ast.With, ast.AsyncWith)) else ():
            if spelled(item.optional_vars) == name.id:
                return item.context_expr
    rows = [value for line, value in scopes.values(name.id, scopes.context.symbol(name)) if line <= name.lineno]
    return rows[-1] if rows else None


def _spellings(scopes: Scopes, path: ast.expr | None, depth: int = 0) -> Iterator[str]:
    """How a path is spelled, with what was behind its names: ``self.cache``, ``args.out``, ``file``."""
    if path is None or depth > MAX_DEPTH:
        return
    if isinstance(path, ast.Call):
        func, args = path.func, path.args
        inner = args[:1] if args and not isinstance(args[0], ast.Constant) else []
        if last_name(func) == "open" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute):
            inner = [func.value]
        for item in inner if last_name(func) in _PARTS else ():
            yield from _spellings(scopes, item, depth + 1)
    elif isinstance(path, ast.Attribute):
        name = spelled(path) or (f"{path.value.id}.{path.attr}" if isinstance(path.value, ast.Name) else "")
        if name:
            yield name
    elif isinstance(path, ast.Name):
        found = _behind(scopes, path)
        if isinstance(found, ast.Call) and last_name(found.func) == "open":
            yield from _spellings(scopes, found, depth + 1)
        else:
            yield path.id
            if isinstance(found, (ast.Attribute, ast.Name)) and found is not path:
                yield from _spellings(scopes, found, depth + 1)
