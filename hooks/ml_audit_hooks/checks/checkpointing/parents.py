"""The node around a node, found out a statement at a time: most of a file is never asked for."""

from __future__ import annotations

import _ast as ast
from bisect import bisect_right

from ml_audit_hooks.core.python import statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Start: TypeAlias = tuple[int, int]  # (line, column) as in the tree

_NO_EXPRESSIONS = frozenset(  # fields that hold statements, or no nodes
    "arg asname attr body cases conversion ctx finalbody handlers id is_async kind level module n name names op ops"
    " orelse rest simple tag type_comment type_ignores".split()
)
_SIMPLE = frozenset(  # statements that hold no others
    (ast.AnnAssign, ast.Assert, ast.Assign, ast.AugAssign, ast.Expr, ast.Import, ast.ImportFrom, ast.Raise, ast.Return)
)
_NO_NODES = frozenset((type(None), str, int, bytes))
_FIELDS: dict[type, tuple[str, ...]] = {  # of expressions, filled as kinds come
    ast.IfExp: ("test", "body", "orelse"),
    ast.Lambda: ("args", "body"),
}


class Parents:
    """The parents of one module's nodes."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._known: dict[int, ast.AST] = {}  # by the identity of the node
        self._units: dict[Start, ast.AST] = {}  # the statements of the module and of classes
        self._inside: dict[int, dict[Start, ast.AST]] = {}  # those in a unit, by its identity
        self._starts: dict[int, list[Start]] = {}  # sorted, by the identity of what they are the keys of
        self._done: set[int] = set()

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node. Found out a statement at a time: most of a file is never asked for."""
        known = self._known.get(id(node))
        if known is None and id(node) not in self._known:
            place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
            block = self._at(self._units, self._tree, place)
            if block is not None:
                inner = self._inside.get(id(block))
                if inner is None:
                    inner = self._inside[id(block)] = {}
                    self._note(block, inner)
                found = self._at(inner, block, place)
                if found is not None and id(found) not in self._done:
                    self._done.add(id(found))
                    self._read_expressions(found)
                    known = self._known.get(id(node))
        return known

    def _at(self, blocks: dict[Start, ast.AST], above: ast.AST, place: Start) -> ast.AST | None:
        """The last of `blocks`, by where they start, that starts before a place."""
        if not blocks and isinstance(above, ast.Module):
            self._cut(above)
        starts = self._starts.get(id(blocks))
        if starts is None:
            starts = self._starts[id(blocks)] = sorted(blocks)
        number = bisect_right(starts, place) - 1
        return blocks[starts[number]] if number >= 0 else None

    def _cut(self, block: ast.Module | ast.ClassDef) -> None:
        """Notes the statements of a module and of the classes in it, each to be looked into when it is asked for."""
        for statement in block.body:
            self._known[id(statement)] = block
            self._units[_start(statement)] = statement
            if isinstance(statement, ast.ClassDef):
                self._cut(statement)

    def _note(self, unit: ast.AST, found: dict[Start, ast.AST]) -> None:
        """Notes the statements, handlers and cases below a statement, and where each begins."""
        found[_start(unit)] = unit
        if isinstance(unit, ast.ClassDef):
            return  # its statements are units of their own
        parents, stack = self._known, [unit]
        while stack:
            above = stack.pop()
            for below in statements(above):
                parents[id(below)] = above
                if below.__class__ in _SIMPLE:
                    found[below.lineno, below.col_offset] = below  # type: ignore[attr-defined]
                else:
                    found[_start(below)] = below
                    stack.append(below)

    def _read_expressions(self, statement: ast.AST) -> None:
        """Notes the parents of the expressions of a statement, those of the statements in it left out."""
        found, stack, fields = self._known, [statement], _FIELDS
        while stack:
            above = stack.pop()
            kind = above.__class__
            if kind not in fields:
                fields[kind] = tuple(f for f in kind._fields if f not in _NO_EXPRESSIONS)
            for name in fields[kind]:
                value = getattr(above, name, None)
                if value.__class__ is list:
                    for item in value:
                        if item.__class__ not in _NO_NODES:
                            found[id(item)] = above
                            if item.__class__ is not ast.Name and item.__class__ is not ast.Constant:
                                stack.append(item)
                elif value.__class__ not in _NO_NODES:
                    found[id(value)] = above
                    if value.__class__ is not ast.Name and value.__class__ is not ast.Constant:
                        stack.append(value)  # type: ignore[arg-type]


def _start(node: ast.AST) -> Start:
    """Where a statement, handler or case begins, its decorators among it."""
    first: Any = getattr(node, "pattern", node)
    for decorator in getattr(node, "decorator_list", ()):
        if (decorator.lineno, decorator.col_offset) < (first.lineno, first.col_offset):
            first = decorator
    return first.lineno, first.col_offset
