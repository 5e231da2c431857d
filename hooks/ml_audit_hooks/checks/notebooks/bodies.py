"""What a function's body reads of the notebook for certain when it is called."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LATER = frozenset((ast.Lambda, *FUNCTION_TYPES, ast.ClassDef))
_LEAVES = (ast.Break, ast.Continue, ast.Raise, ast.Return)
_YIELDS = frozenset((ast.Yield, ast.YieldFrom))
_TRIES = frozenset((ast.Try, getattr(ast, "TryStar", ast.Try)))
_SKIPPED = frozenset("attr conversion ctx is_async kind lineno op ops simple type_comment".split())
_FIELDS: dict[type, tuple[str, ...]] = {  # what is evaluated for certain, where that is not all
    ast.AnnAssign: ("value", "target"),
    ast.BoolOp: ("values",),
    ast.IfExp: ("test",),
}


class Body:
    """The body that a call runs: a function's, or that of a class's ``__init__``; empty where one cannot tell."""

    def __init__(self, definition: ast.AST) -> None:
        self._function = _runs(definition)
        self._own: set[str] | None = None
        self.loads: dict[str, None] = {}  # names that are read whatever the values are; the function's own among them
        self.calls: dict[str, None] = {}  # those of them that are called
        self._bound: set[str] = set()  # names that are bound on the way
        self._yields = False
        if self._function is not None:
            self._run(self._function.body)
        if self._yields:  # nothing runs until the generator is asked
            self.loads, self.calls = {}, {}
        for name in self._bound:
            self.loads.pop(name, None)
            self.calls.pop(name, None)

    def outside(self, names: list[str]) -> list[str]:
        """Those of `names` that the function takes from the notebook: no scope in it binds them."""
        if self._function is None:
            return []
        if self._own is None:
            every = walk(self._function)
            self._own = bound(every)
            if any(node.__class__ in _YIELDS for node in every):
                self.loads, self.calls = {}, {}
                return []
        return [name for name in names if name not in self._own]

    def _run(self, statements: list[Any]) -> bool:
        """Note what `statements` read; False once what follows may not run."""
        for node in statements:
            kind = node.__class__
            if kind in _LATER:
                self._bound.add(node.name)
            elif kind in (ast.If, ast.While, ast.Match):
                self._read(node.subject if kind is ast.Match else node.test)
                if any(isinstance(item, _LEAVES) for item in walk(node)):
                    return False
            elif kind in _TRIES:
                return False
            elif kind in (ast.For, ast.AsyncFor):
                self._read(node.iter)
                self._read(node.target)
                if not self._run(node.body):
                    return False
            elif kind in (ast.With, ast.AsyncWith):
                for item in node.items:
                    self._read(item)
                if not self._run(node.body):
                    return False
            else:
                self._read(node)
                if isinstance(node, _LEAVES):
                    return False
        return True

    def _read(self, node: Any) -> None:
        """Note the names that an expression or simple statement reads whatever its values are."""
        stack = [node]
        while stack:
            item = stack.pop()
            kind = item.__class__
            if kind is ast.Name:
                if item.ctx.__class__ is ast.Load:
                    self.loads[item.id] = None
                else:
                    self._bound.add(item.id)
                continue
            if kind is ast.Constant or kind in _LATER:
                continue
            if kind in _YIELDS:
                self._yields = True
            elif kind is ast.Call and item.func.__class__ is ast.Name:
                self.calls[item.func.id] = None
            elif kind is ast.alias:
                self._bound.add(item.asname or item.name.partition(".")[0])
            elif kind is ast.BoolOp:
                stack.append(item.values[0])
                continue
            fields = _FIELDS.get(kind)
            if fields is None:
                fields = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _SKIPPED)
            for name in fields:
                value = getattr(item, name, None)
                if value.__class__ is list:
                    stack += [below for below in value if isinstance(below, ast.AST)]
                elif isinstance(value, ast.AST):
                    stack.append(value)


def _runs(definition: ast.AST) -> ast.FunctionDef | None:
    """The function whose body a call of `definition` runs."""
    if isinstance(definition, ast.ClassDef):
        if definition.decorator_list or definition.keywords:
            return None
        inits = [item for item in definition.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
        return _runs(inits[0]) if len(inits) == 1 else None
    if isinstance(definition, ast.FunctionDef) and not definition.decorator_list:
        return definition
    return None


def bound(nodes: list[ast.AST]) -> set[str]:
    """Every name that any of `nodes` binds, in whatever scope; those declared global are not among them."""
    found: set[str] = set()
    outside: set[str] = set()
    for node in nodes:
        kind = node.__class__
        if kind is ast.Name:
            if node.ctx.__class__ is not ast.Load:  # type: ignore[attr-defined]
                found.add(node.id)  # type: ignore[attr-defined]
        elif kind is ast.arg:
            found.add(node.arg)  # type: ignore[attr-defined]
        elif kind is ast.alias:
            found.add(node.asname or node.name.partition(".")[0])  # type: ignore[attr-defined]
        elif kind is ast.Global:
            outside.update(node.names)  # type: ignore[attr-defined]
        elif kind is ast.MatchMapping:
            found.add(node.rest or "")  # type: ignore[attr-defined]
        elif isinstance(getattr(node, "name", None), str):  # functions, classes, handlers, patterns
            found.add(node.name)  # type: ignore[attr-defined]
    return found - outside
