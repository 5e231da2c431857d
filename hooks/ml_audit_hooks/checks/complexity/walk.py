"""One walk over the tree of a file: radon's cyclomatic complexity and Halstead counts, and what the fold needs.

The numbers are those of radon 6, its habits included: a closure's complexity is not part of the function around it,
the methods of a class inside a function are not counted, an ``assert`` counts 1 whatever is in it, decorators and
defaults count nothing.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from ml_audit_hooks.core.python import FunctionNode

    # gives the decisions that a node adds
    Act: TypeAlias = Callable[["Walk", Any, "Scope"], int]
    Row: TypeAlias = tuple[Act | None, tuple[str, ...]]  # what to do, child fields

WATCHED = frozenset(  # last names of calls that tell what a file does
    "GradientTape apply_gradients backward fit fit_generator load_dataset main minimize parse_args random_split"
    " read_csv run train train_test_split value_and_grad".split()
)
_NO_NODES = frozenset(  # fields that hold no node, or none that counts
    "arg asname attr conversion ctx id is_async kind kwd_attrs level module name op ops rest simple"
    " type_comment".split()
)


class Function(NamedTuple):
    """A function as radon sees it, and where it stands."""

    name: str
    lineno: int  # from 1, of its `def`
    col_offset: int  # from 0
    is_method: bool
    classname: str | None
    closures: tuple[Function, ...]
    complexity: int
    symbol: str  # dotted
    last: int  # the real last line
    first: int  # the line of its first decorator


class Class(NamedTuple):
    """A class as radon sees it."""

    name: str
    lineno: int
    col_offset: int
    methods: tuple[Function, ...]
    inner_classes: tuple[Class, ...]
    real_complexity: int

    @property
    def complexity(self) -> int:
        """The average over the methods, plus one where there are several."""
        count = len(self.methods)
        return int(self.real_complexity / float(count)) + (count > 1) if count else self.real_complexity


class Watched(NamedTuple):
    """A call by a name of `WATCHED`."""

    name: str
    symbol: str  # of the scope that it stands in; "<module>" at the top level
    cell: int | None
    line: int
    on: str  # the last name of what it is a method of; "" for a function


class Scope:
    """Where the walk is: a module, class or function."""

    __slots__ = ("classes", "classname", "context", "functions", "prefix")

    def __init__(self, prefix: str, context: str | None, classname: str | None = None) -> None:
        self.prefix = prefix  # of the symbols inside: "Trainer."
        self.context = context  # the name of the function around, for Halstead's operands
        self.classname = classname  # of the class whose body this is
        self.functions: list[Function] = []
        self.classes: list[Class] = []


class Walk:
    """The counts of one file: a module, or the cells of a notebook one after another."""

    def __init__(self) -> None:
        self.functions: list[tuple[int | None, Function]] = []  # with their cells; methods too, closures within them
        self.classes: list[tuple[int | None, Class]] = []
        self.nodes: list[tuple[str, int | None, FunctionNode]] = []  # of every function: symbol, cell, node
        self.watched: list[Watched] = []
        self.bases: list[tuple[str, int, str]] = []  # (class, line, last name of a base)
        self.imports: list[tuple[ast.Import | ast.ImportFrom, int | None, bool]] = []  # with cell; in a function?
        self.decisions = 0  # at the top level
        self.operators = 0
        self.operands = 0
        self.operators_seen: set[type] = set()
        self.operands_seen: set[tuple[str | None, Any]] = set()
        self.cell: int | None = None  # that is walked

    @property
    def total(self) -> int:
        """The complexity of the file as a whole."""
        own = [f.complexity for _, f in self.functions if not f.is_method]
        classes = [c.real_complexity for _, c in self.classes]
        return 1 + self.decisions + sum(own) - len(own) + sum(classes) - len(classes)

    @property
    def volume(self) -> float:
        """Halstead's volume."""
        from math import log

        vocabulary = len(self.operators_seen) + len(self.operands_seen)
        return (self.operators + self.operands) * log(vocabulary, 2) if vocabulary else 0

    def add(self, tree: ast.Module, cell: int | None = None) -> None:
        """Count a module or cell."""
        self.cell = cell
        scope = Scope("", None)
        self.decisions += self.below(tree.body, scope)
        self.functions += [(cell, function) for function in scope.functions]
        for item in scope.classes:
            self.classes.append((cell, item))
            self.functions += [(cell, method) for method in item.methods]

    def below(self, nodes: Sequence[ast.AST], scope: Scope) -> int:
        """The decisions of `nodes` and all below them, other scopes left out.

        The tightest loop of the check: no generators, and no calls for what is frequent. Names, constants and
        attributes are six of ten nodes.
        """
        rows = _ROWS
        decisions = 0
        stack: list[Any] = list(nodes)
        pop, push, more = stack.pop, stack.append, stack.extend
        while stack:
            node = pop()
            kind = node.__class__
            while kind is ast.Attribute:
                node = node.value
                kind = node.__class__
            if kind is ast.Name or kind is ast.Constant:
                continue
            act, fields = rows.get(kind) or _row(kind)
            if act is not None:
                decisions += act(self, node, scope)
            for name in fields:
                value = getattr(node, name)
                if value.__class__ is list:
                    if value:
                        more(value)
                elif value is not None:
                    push(value)
        return decisions


# -- what to do with a node -------------------------------------------------------------------------------------------


def _function(walk: Walk, node: FunctionNode, scope: Scope) -> int:
    symbol = scope.prefix + node.name
    walk.nodes.append((symbol, walk.cell, node))
    inner = Scope(symbol + ".", node.name)
    decisions = walk.below([node.body[-1], *node.body[:-1]], inner)  # the facts have the last statement's scopes last
    line, above = node.lineno, node.decorator_list
    method = scope.classname is not None
    closures = tuple(sorted(inner.functions, key=_position))
    row = (node.name, line, node.col_offset, method, scope.classname, closures, 1 + decisions)
    last = node.end_lineno or line
    scope.functions.append(Function(*row, symbol, last, min(line, above[0].lineno) if above else line))
    return 0


def _class(walk: Walk, node: ast.ClassDef, scope: Scope) -> int:
    inner = Scope(f"{scope.prefix}{node.name}.", scope.context, node.name)
    for base in node.bases:
        walk.bases.append((inner.prefix[:-1], node.lineno, getattr(base, "attr", getattr(base, "id", ""))))
    if node.decorator_list or node.bases or node.keywords:  # they count as operands, not as decisions
        walk.below([*node.decorator_list, *node.bases, *node.keywords], inner)
    decisions = walk.below(node.body, inner)
    methods = tuple(sorted(inner.functions, key=_position))
    classes = tuple(sorted(inner.classes, key=_position))
    real = 1 + decisions + sum(f.complexity for f in methods)
    scope.classes.append(Class(node.name, node.lineno, node.col_offset, methods, classes, real))
    return 0


def _position(item: Function | Class) -> tuple[int, int]:
    return item.lineno, item.col_offset


def _assert(walk: Walk, node: ast.Assert, scope: Scope) -> int:
    walk.below([node.test, node.msg] if node.msg is not None else [node.test], scope)
    return 1


def _call(walk: Walk, node: ast.Call, scope: Scope) -> int:
    func: Any = node.func
    name = func.attr if func.__class__ is ast.Attribute else getattr(func, "id", "")
    if name in WATCHED:
        owner = getattr(func, "value", None)
        on = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        walk.watched.append(Watched(name, scope.prefix[:-1] or "<module>", walk.cell, node.lineno, on))
    return 0


def _import(walk: Walk, node: ast.Import | ast.ImportFrom, scope: Scope) -> int:
    walk.imports.append((node, walk.cell, scope.context is not None))
    return 0


def _operation(walk: Walk, node: Any, operands: Sequence[Any], context: str | None) -> None:
    """An operator with its operands, by Halstead: names and constants by value, all else is one of a kind."""
    walk.operators += 1
    walk.operators_seen.add(node.op.__class__)
    _operands(walk, operands, context)


def _operands(walk: Walk, operands: Sequence[Any], context: str | None) -> None:
    walk.operands += len(operands)
    seen = walk.operands_seen.add
    for item in operands:
        name = _VALUES.get(item.__class__)
        seen((context, getattr(item, name) if name else item))


def _binary(walk: Walk, node: ast.BinOp, scope: Scope) -> int:
    _operation(walk, node, (node.left, node.right), scope.context)
    return 0


def _unary(walk: Walk, node: ast.UnaryOp, scope: Scope) -> int:
    _operation(walk, node, (node.operand,), scope.context)
    return 0


def _augmented(walk: Walk, node: ast.AugAssign, scope: Scope) -> int:
    _operation(walk, node, (node.target, node.value), scope.context)
    return 0


def _boolean(walk: Walk, node: ast.BoolOp, scope: Scope) -> int:
    _operation(walk, node, node.values, scope.context)
    return len(node.values) - 1


def _compare(walk: Walk, node: ast.Compare, scope: Scope) -> int:
    walk.operators += len(node.ops)
    walk.operators_seen.update([op.__class__ for op in node.ops])
    _operands(walk, [node.left, *node.comparators], scope.context)
    return 0


def _one(walk: Walk, node: ast.AST, scope: Scope) -> int:
    return 1


def _loop(walk: Walk, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> int:
    return 1 + bool(node.orelse)


def _comprehension(walk: Walk, node: ast.comprehension, scope: Scope) -> int:
    return 1 + len(node.ifs)


def _try(walk: Walk, node: ast.Try, scope: Scope) -> int:
    return len(node.handlers) + bool(node.orelse)


def _match(walk: Walk, node: ast.Match, scope: Scope) -> int:
    """Cases, less one that catches all."""
    catches_all = any(getattr(case.pattern, "pattern", False) is None for case in node.cases)
    return max(0, len(node.cases) - catches_all)


_VALUES = {ast.Attribute: "attr", ast.Constant: "value", ast.Name: "id"}
_ACTS: dict[type, Any] = {
    ast.Assert: _assert,
    ast.AsyncFor: _loop,
    ast.AsyncFunctionDef: _function,
    ast.AugAssign: _augmented,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.ClassDef: _class,
    ast.Compare: _compare,
    ast.For: _loop,
    ast.FunctionDef: _function,
    ast.If: _one,
    ast.IfExp: _one,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
    ast.Try: _try,
    ast.UnaryOp: _unary,
    ast.While: _loop,
    ast.comprehension: _comprehension,
}
_CLOSED = frozenset((*FUNCTION_TYPES, ast.Assert, ast.ClassDef))  # what walks its children by itself
_ROWS: dict[type, Row] = {}  # filled as kinds come


def _row(kind: type) -> Row:
    """What to do with the nodes of a kind; with what stands in lists beside nodes (None, names), nothing."""
    fields = () if kind in _CLOSED else tuple(name for name in getattr(kind, "_fields", ()) if name not in _NO_NODES)
    _ROWS[kind] = row = _ACTS.get(kind), fields
    return row
