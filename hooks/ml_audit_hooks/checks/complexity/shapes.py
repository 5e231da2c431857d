"""The shape of a function: its syntax tree without its own name, its docstring and the names of its locals.

Copies have equal shapes, reformatted and with other comments too.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.values import NamedTuple

try:
    from _sha1 import sha1  # type: ignore[import-not-found]  # hashlib costs a fifth of an interpreter start
except ImportError:  # an interpreter built without it
    from hashlib import sha1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ml_audit_hooks.core.python import FunctionNode

MIN_LINES = 8  # of a function; shorter ones are alike by chance
MIN_PARTS = 60  # of its shape, about five statements
MAX_DEPTH = 4  # of a symbol; a closure is walked with each function around it
_SKIPPED = frozenset(("ctx", "kind", "type_comment", "type_params"))
_ROWS: dict[type, tuple[str, str, tuple[str, ...]]] = {}  # (name, field with a name that is local, other fields)
_NAMES = {  # the field with a name that is local where it stands
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.FunctionDef: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.arg: "arg",
}


class Shape(NamedTuple):
    """A function and the hash of its shape."""

    symbol: str
    cell: int | None
    line: int
    lines: int  # of its body without the docstring, and one for the `def`
    last: int
    digest: str


def shapes(functions: Iterable[tuple[str, int | None, FunctionNode]]) -> Iterator[Shape]:
    """Those of the functions that are long enough to tell a copy."""
    for symbol, cell, node in functions:
        last = node.end_lineno or node.lineno
        lines = last - _body(node)[0].lineno + 2
        if lines >= MIN_LINES and symbol.count(".") <= MAX_DEPTH:
            digest = _digest(node)
            if digest:
                yield Shape(symbol, cell, node.lineno, lines, last, digest)


def _row(kind: type) -> tuple[str, str, tuple[str, ...]]:
    named = _NAMES.get(kind, "")
    fields = tuple(f for f in getattr(kind, "_fields", ()) if f not in _SKIPPED and f != named)
    _ROWS[kind] = row = kind.__name__, named, fields
    return row


def _digest(function: FunctionNode) -> str:
    """A hash of the shape; local names count by the order in which they come. "" for a short one."""
    parts: list[str] = []
    names: list[str] = [arg.arg for arg in _parameters(function)]
    local = set(names)
    stack: list[Any] = list(_body(function))
    rows, pop, push, more, add, named = _ROWS, stack.pop, stack.append, stack.extend, parts.append, names.append
    while stack:
        node = pop()
        kind = node.__class__
        while kind is ast.Attribute:  # these four are seven of ten nodes: a third of the time is saved
            add("Attribute")
            add(node.attr)
            node = node.value
            kind = node.__class__
        if kind is ast.Name:
            add("")
            named(node.id)
            if node.ctx.__class__ is ast.Store:
                local.add(node.id)
            continue
        if kind is ast.Constant:
            add(_shown(node.value))
            continue
        if kind is ast.Call:
            args, keywords = node.args, node.keywords
            parts += ("Call", str(len(args)), str(len(keywords)))
            push(node.func)
            more(args)
            more(keywords)
            continue
        title, own, fields = rows.get(kind) or _row(kind)
        add(title)
        if own:
            name = getattr(node, own) or ""
            named(name)
            local.add(name)
        for field in fields:
            value = getattr(node, field)
            if value.__class__ is list:
                add(str(len(value)))
                more(value)
            elif value is None:
                add("None")
            elif isinstance(value, ast.AST):
                push(value)
            elif value.__class__ is str:
                add(value)
            else:
                add(_shown(value))
        if kind is str:  # a name in a list: `global a, b`
            add(node)
    return _hashed(parts, names, local) if len(parts) >= MIN_PARTS else ""


def _hashed(parts: list[str], names: list[str], local: set[str]) -> str:
    order: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if name in local:
            order[name] = str(len(order))
    text = "\n".join(parts) + "\0" + "\n".join(map(order.get, names, names))
    return str(sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest())[:16]


def _shown(value: Any) -> str:
    return hex(value) if value.__class__ is int else repr(value)  # 5,000 decimal digits are refused


def _parameters(function: FunctionNode) -> list[ast.arg]:
    args = function.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return every + [arg for arg in (args.vararg, args.kwarg) if arg is not None]


def _body(function: FunctionNode) -> list[ast.stmt]:
    first = function.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if is_text and len(function.body) > 1 else function.body
