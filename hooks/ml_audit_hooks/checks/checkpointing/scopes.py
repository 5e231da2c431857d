"""Where names are assigned, extended and read in a file: what values are followed through."""

from __future__ import annotations

import _ast as ast
from bisect import bisect_right

from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from ml_audit_hooks.core.context import Context

    Place: TypeAlias = tuple[str, str]  # (symbol of the function or class, name as written)


def spelled(node: ast.AST | None) -> str:
    """``x`` or ``self.x`` as it is written; "" for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return f"self.{node.attr}"
    return ""


class Scopes:
    """One module (a cell with those after it), names by the function in which they stand."""

    def __init__(self, context: Context, later: tuple[Context, ...] = ()) -> None:
        """`later`: the cells after this one."""
        self.context = context
        self.later = later
        self._parents: dict[int, ast.AST] = {}
        self._units: list[tuple[tuple[int, int], ast.stmt]] = []  # (start, statement)
        self._starts: list[tuple[int, int]] = []
        self._done: set[int] = set()
        self._assigned: dict[Place, list[tuple[int, ast.expr]]] | None = None
        self._added: dict[Place, list[tuple[int, ast.expr | None, ast.expr]]] | None = None
        self._read: dict[str, list[ast.expr]] | None = None
        self._functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] | None = None

    # -- places -----------------------------------------------------------------------------------------------------

    @property
    def functions(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """The functions by symbol."""
        if self._functions is None:
            pairs = [(s.symbol, s.node) for s in self.context.module.scopes]
            self._functions = {symbol: node for symbol, node in pairs if isinstance(node, FUNCTION_TYPES)}
        return self._functions

    def owner(self, symbol: str) -> str:
        """The class of a method's symbol; "" for functions and the module."""
        while symbol:
            symbol = symbol.rpartition(".")[0]
            if symbol and symbol not in self.functions:
                return symbol
        return ""

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node. Found out a function at a time: most of a file is never asked for."""
        if not self._units:
            self._cut(self.context.module.tree)
            self._units.sort(key=lambda unit: unit[0])
            self._starts = [unit[0] for unit in self._units]
        known = self._parents.get(id(node))
        if known is None and id(node) not in self._parents:
            place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
            number = bisect_right(self._starts, place) - 1
            if number >= 0 and number not in self._done:
                self._done.add(number)
                self._read_unit(self._units[number][1])
                known = self._parents.get(id(node))
        return known

    def _cut(self, block: ast.Module | ast.ClassDef) -> None:
        """Notes the statements of a module and of the classes in it, each to be looked into when it is asked for."""
        for statement in block.body:
            self._parents[id(statement)] = block
            first = (statement, *getattr(statement, "decorator_list", ()))
            self._units.append((min((s.lineno, s.col_offset - (s is not statement)) for s in first), statement))
            if isinstance(statement, ast.ClassDef):
                self._cut(statement)

    def _read_unit(self, unit: ast.AST) -> None:
        found, stack = self._parents, [unit]
        classes = unit.body if isinstance(unit, ast.ClassDef) else ()
        while stack:
            above = stack.pop()
            for name in above._fields:
                value = getattr(above, name, None)
                if value.__class__ is list:
                    for item in value:
                        if isinstance(item, ast.AST):
                            found[id(item)] = above
                            if above is not unit or not classes or item not in classes:
                                stack.append(item)
                elif isinstance(value, ast.AST) and name != "ctx":
                    found[id(value)] = above
                    stack.append(value)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, the innermost first, up to its function."""
        above = self.parent(node)
        while above is not None:
            yield above
            if isinstance(above, FUNCTION_TYPES):
                return
            above = self.parent(above)

    def statement(self, node: ast.AST) -> ast.AST:
        """The statement in which an expression stands."""
        while not isinstance(node, ast.stmt):
            above = self.parent(node)
            if above is None:
                return node
            node = above
        return node

    def place(self, name: str, symbol: str) -> Place:
        """Under which place a name used in a function is kept."""
        return (self.owner(symbol), name) if name.startswith("self.") else (symbol, name)

    def _places(self, name: str, symbol: str) -> Iterator[Place]:
        if name.startswith("self."):
            yield self.owner(symbol), name
            return
        while symbol and symbol != "<module>":
            yield symbol, name
            symbol = symbol.rpartition(".")[0]
        yield "<module>", name

    # -- assignments ------------------------------------------------------------------------------------------------

    @property
    def assigned(self) -> dict[Place, list[tuple[int, ast.expr]]]:
        """The values that names are assigned, with their lines."""
        if self._assigned is None:
            self._index()
        assert self._assigned is not None
        return self._assigned

    @property
    def added(self) -> dict[Place, list[tuple[int, ast.expr | None, ast.expr]]]:
        """(line, key, value) of ``name[key] = value``; no key: ``name.update(value)`` or ``name.append(value)``."""
        if self._added is None:
            self._index()
        assert self._added is not None
        return self._added

    def _index(self) -> None:
        context = self.context
        assigned: dict[Place, list[tuple[int, ast.expr]]] = {}
        added: dict[Place, list[tuple[int, ast.expr | None, ast.expr]]] = {}
        pairs: list[tuple[ast.expr, ast.expr]] = []
        for node in context.nodes(ast.Assign):
            pairs += [(target, node.value) for target in node.targets]
        for item in context.nodes(ast.AnnAssign):
            if item.value is not None:
                pairs.append((item.target, item.value))
        pairs += [(named.target, named.value) for named in context.nodes(ast.NamedExpr)]
        for target, value in pairs:
            symbol = context.symbol(target)
            if isinstance(target, ast.Subscript):
                name = spelled(target.value)
                if name:
                    added.setdefault(self.place(name, symbol), []).append((target.lineno, target.slice, value))
            else:
                name = spelled(target)
                if name:
                    assigned.setdefault(self.place(name, symbol), []).append((target.lineno, value))
        for method in ("update", "append"):
            for call in context.written.get(method, ()):
                name = spelled(call.func.value) if isinstance(call.func, ast.Attribute) else ""
                if name and len(call.args) == 1:
                    place = self.place(name, context.symbol(call))
                    added.setdefault(place, []).append((call.lineno, None, call.args[0]))
        self._assigned, self._added = assigned, added

    def values(self, name: str, symbol: str) -> list[tuple[int, ast.expr]]:
        """What a name read in a function was assigned, in the innermost function that assigns it."""
        for place in self._places(name, symbol):
            found = self.assigned.get(place)
            if found:
                return found
        return []

    def additions(self, name: str, symbol: str) -> list[tuple[int, ast.expr | None, ast.expr]]:
        """What is put into the dictionary or list of a name."""
        for place in self._places(name, symbol):
            found = self.added.get(place)
            if found:
                return found
        return []

    def parameter(self, name: str, symbol: str) -> str:
        """The last name of the function whose parameter a name is; "" for none."""
        while symbol and symbol != "<module>":
            function = self.functions.get(symbol)
            if function is not None and name in parameters(function):
                return function.name
            symbol = symbol.rpartition(".")[0]
        return ""

    # -- reads ------------------------------------------------------------------------------------------------------

    def reads(self, name: str, symbol: str) -> list[ast.expr]:
        """The places that read a name of a function, or of the module in any function, in order of their lines."""
        if self._read is None:
            found: dict[str, list[ast.expr]] = {}
            for node in self.context.nodes(ast.Name):
                if node.ctx.__class__ is ast.Load:
                    found.setdefault(node.id, []).append(node)
            for item in self.context.nodes(ast.Attribute):
                if item.value.__class__ is ast.Name and item.ctx.__class__ is ast.Load:
                    own = spelled(item)
                    if own:
                        found.setdefault(own, []).append(item)
            self._read = found
        nodes = self._read.get(name, [])
        if symbol != "<module>" and nodes:
            symbols = [(self.context.symbol(node), node) for node in nodes]
            if name.startswith("self."):
                owner = self.owner(symbol)
                nodes = [node for own, node in symbols if self.owner(own) == owner]
            else:
                nested = f"{symbol}."
                nodes = [node for own, node in symbols if own == symbol or own.startswith(nested)]
        return sorted(nodes, key=lambda n: (n.lineno, n.col_offset))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """The parameters of a function by position, then those by keyword only; without ``self`` and ``cls``."""
    given = function.args
    found = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    if found[:1] in (["self"], ["cls"]):
        found = found[1:]
    return (*found, *(arg.arg for arg in given.kwonlyargs))
