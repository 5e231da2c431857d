"""Where names are assigned, extended and read in a file: what values are followed through."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing.parents import Parents
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from ml_audit_hooks.core.context import Context

    Place: TypeAlias = tuple[str, str]  # (symbol of the function or class, name as written)
    Addition: TypeAlias = tuple[int, ast.expr | None, ast.expr]  # line, key, value
    Targets: TypeAlias = dict[str, list[tuple[ast.expr, ast.expr]]]  # (target, value) by name

_SCANNED = 2  # names whose reads are looked for one by one


def spelled(node: ast.AST | None) -> str:
    """``x`` or ``self.x`` as it is written; "" for others."""
    if node.__class__ is ast.Name:
        return node.id
    if isinstance(node, ast.Attribute) and node.value.__class__ is ast.Name and node.value.id in ("self", "cls"):
        return f"self.{node.attr}"
    return ""


class Scopes:
    """One module (a cell with those after it), names by the function in which they stand."""

    def __init__(self, context: Context, later: tuple[Context, ...] = ()) -> None:
        """`later`: the cells after this one."""
        self.context = context
        self.later = later
        self.parent = Parents(context.module.tree).parent  # the node around a node
        self._pairs: tuple[Targets, Targets] | None = None
        self._assigned: dict[str, dict[Place, list[tuple[int, ast.expr]]]] = {}
        self._added: dict[str, dict[Place, list[Addition]]] = {}
        self._read: dict[str, list[ast.expr]] = {}
        self._index: dict[str, list[ast.expr]] = {}
        self._is_indexed = False
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

    def assignments(self, name: str) -> dict[Place, list[tuple[int, ast.expr]]]:
        """The values that a name is assigned, with their lines, by place."""
        found = self._assigned.get(name)
        if found is None:
            found = self._assigned[name] = {}
            for target, value in self._targets()[0].get(name, ()):
                place = self.place(name, self.context.symbol(target))
                found.setdefault(place, []).append((target.lineno, value))
        return found

    def _additions(self, name: str) -> dict[Place, list[Addition]]:
        """(line, key, value) of ``name[key] = value``; no key: ``name.update(value)`` or ``name.append(value)``."""
        found = self._added.get(name)
        if found is None:
            found = self._added[name] = {}
            rows: list[tuple[ast.expr, ast.expr | None, ast.expr]] = [
                (target, target.slice, value)
                for target, value in self._targets()[1].get(name, ())
                if isinstance(target, ast.Subscript)
            ]
            for method in ("update", "append"):
                for call in self.context.written.get(method, ()):
                    if (
                        isinstance(call.func, ast.Attribute)
                        and len(call.args) == 1
                        and spelled(call.func.value) == name
                    ):
                        rows.append((call, None, call.args[0]))
            for node, key, value in rows:
                place = self.place(name, self.context.symbol(node))
                found.setdefault(place, []).append((node.lineno, key, value))
        return found

    def _targets(self) -> tuple[Targets, Targets]:
        """The targets with their values by name: those of names, and those of entries."""
        if self._pairs is None:
            own: Targets = {}
            entries: Targets = {}
            pairs: list[tuple[ast.expr, ast.expr]] = []
            for node in self.context.nodes(ast.Assign):
                pairs += [(target, node.value) for target in node.targets]
            for item in self.context.nodes(ast.AnnAssign):
                if item.value is not None:
                    pairs.append((item.target, item.value))
            pairs += [(named.target, named.value) for named in self.context.nodes(ast.NamedExpr)]
            for target, value in pairs:
                is_entry = target.__class__ is ast.Subscript
                name = spelled(target.value if isinstance(target, ast.Subscript) else target)
                if name:
                    (entries if is_entry else own).setdefault(name, []).append((target, value))
            self._pairs = own, entries
        return self._pairs

    def values(self, name: str, symbol: str) -> list[tuple[int, ast.expr]]:
        """What a name read in a function was assigned, in the innermost function that assigns it."""
        known = self.assignments(name)
        for place in self._places(name, symbol) if known else ():
            found = known.get(place)
            if found:
                return found
        return []

    def additions(self, name: str, symbol: str) -> list[Addition]:
        """What is put into the dictionary or list of a name."""
        known = self._additions(name)
        for place in self._places(name, symbol) if known else ():
            found = known.get(place)
            if found:
                return found
        return []

    def key(self, node: ast.expr | None) -> str | None:
        """The text of a key, also of one that a constant of the module says; None for others."""
        if isinstance(node, ast.Name) and node.id.isupper():
            found = self.context.constant(node)
            return found if isinstance(found, str) else None
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

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
        nodes = self._reads_of(name)
        if symbol != "<module>" and nodes:
            symbols = [(self.context.symbol(node), node) for node in nodes]
            if name.startswith("self."):
                owner = self.owner(symbol)
                nodes = [node for own, node in symbols if self.owner(own) == owner]
            else:
                nested = f"{symbol}."
                nodes = [node for own, node in symbols if own == symbol or own.startswith(nested)]
        return sorted(nodes, key=lambda n: (n.lineno, n.col_offset))

    def _reads_of(self, name: str) -> list[ast.expr]:
        """The places that read a name; of the first few names found by looking through all, then by an index."""
        found = self._read.get(name)
        if found is None and len(self._read) < _SCANNED:
            found = self._read[name] = self._scanned(name)
        elif found is None and not self._is_indexed:
            self._is_indexed = True
            for node in self.context.nodes(ast.Name):
                if node.ctx.__class__ is ast.Load and node.id not in self._read:
                    self._index.setdefault(node.id, []).append(node)
            for item in self.context.nodes(ast.Attribute):
                own = spelled(item) if item.value.__class__ is ast.Name else ""
                if own and item.ctx.__class__ is ast.Load:
                    self._index.setdefault(own, []).append(item)
        return self._index.get(name, []) if found is None else found

    def _scanned(self, name: str) -> list[ast.expr]:
        _, dot, last = name.partition(".")
        if dot:
            some = [n for n in self.context.nodes(ast.Attribute) if n.attr == last and spelled(n) == name]
            return [n for n in some if n.ctx.__class__ is ast.Load]
        return [n for n in self.context.nodes(ast.Name) if n.id == name and n.ctx.__class__ is ast.Load]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """The parameters of a function by position, then those by keyword only; without ``self`` and ``cls``."""
    given = function.args
    found = [arg.arg for arg in (*given.posonlyargs, *given.args)]
    if found[:1] in (["self"], ["cls"]):
        found = found[1:]
    return (*found, *(arg.arg for arg in given.kwonlyargs))
