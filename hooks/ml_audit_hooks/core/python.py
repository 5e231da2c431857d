"""A Python module or notebook cell: its syntax tree, scopes, import aliases and comments.

The tree comes from ``compile`` with ``PyCF_ONLY_AST``: the classes of ``_ast`` without the import of ``ast``.
"""

from __future__ import annotations

import _ast as ast
import warnings
from bisect import bisect_right
from itertools import accumulate

from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

MAX_NESTING = 200  # of compound statements; the parser itself refuses more than 100 levels of indentation
_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUNCTION_TYPES = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


class Scope(NamedTuple):
    """A function or class and where it stands."""

    node: ast.AST
    symbol: str  # dotted: Trainer.fit
    parents: tuple[ast.AST, ...]  # enclosing statements, the module first


class Comment(NamedTuple):
    """A comment: the text after its ``#``."""

    line: int  # from 1
    column: int  # from 1, in characters
    text: str


class Module:
    """One parsed unit of Python code."""

    def __init__(self, text: str, tree: ast.Module, cell: int | None = None) -> None:
        self.text = text
        self.tree = tree
        self.cell = cell
        self.before: Module | None = None  # the cell of the notebook before this one
        self._scopes: tuple[Scope, ...] | None = None
        self._lines: list[str] | None = None
        self._aliases: dict[str, str] | None = None
        self._comments: tuple[Comment, ...] | None = None
        self._spans: tuple[list[int], list[tuple[int, int, str]], list[int]] | None = None
        self._dotted: dict[int, str] = {}  # of attributes, by their identity: the tree lives as long as this
        self._nodes: dict[type, list[ast.AST]] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines as the parser counts them (only ``\\n``, ``\\r\\n`` and ``\\r`` end one)."""
        if self._lines is None:
            text = self.text
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            self._lines = text.split("\n")
        return self._lines

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Every function and class in order of appearance, found through statements only."""
        if self._scopes is None:
            self._scopes = tuple(_scopes(self.tree))
        return self._scopes

    @property
    def nodes(self) -> dict[type, list[ast.AST]]:
        """All nodes by type, in no particular order."""
        if self._nodes is None:
            self._nodes = _by_type(self.tree)
        return self._nodes

    @property
    def aliases(self) -> dict[str, str]:
        """Local name to dotted origin for every import anywhere in the module: ``{"nn": "torch.nn"}``.

        A relative import keeps its dots: ``from .model import GPT`` gives ``{"GPT": ".model.GPT"}``. Of two imports
        of one name the first in the text counts. Those of a notebook's earlier cells are among them.
        """
        if self._aliases is None:
            fresh: list[Module] = []
            module: Module | None = self
            while module is not None and module._aliases is None:
                fresh.append(module)
                module = module.before
            known = (module._aliases if module is not None else None) or {}
            for module in reversed(fresh):
                own = _aliases(module.tree)
                known = module._aliases = {**known, **own} if own else known
        return self._aliases or {}

    def symbol_at(self, line: int) -> str:
        """The innermost function or class around `line` (decorators are outside); "<module>" outside all."""
        if self._spans is None:
            rows = sorted(
                (node.lineno, node.end_lineno or node.lineno, scope.symbol)
                for scope in self.scopes
                if isinstance(node := scope.node, (*FUNCTION_TYPES, ast.ClassDef))
            )
            furthest = [*accumulate((row[1] for row in rows), max)]  # where the search can stop
            self._spans = [row[0] for row in rows], rows, furthest
        starts, rows, furthest = self._spans
        for i in range(bisect_right(starts, line) - 1, -1, -1):
            if rows[i][1] >= line:
                return rows[i][2]
            if furthest[i] < line:
                break
        return "<module>"

    def dotted(self, node: ast.AST | None) -> str:
        """The dotted name of a Name or Attribute chain, its first part resolved through imports; "" for others."""
        if node.__class__ is ast.Name:
            return self.aliases.get(node.id, node.id)
        if node.__class__ is not ast.Attribute:
            return ""
        known = self._dotted.get(id(node))
        if known is None:
            links, below = [node], node.value
            while below.__class__ is ast.Attribute and id(below) not in self._dotted:  # thousands in a hostile file
                links.append(below)
                below = below.value
            known = self.dotted(below)
            for link in reversed(links):
                known = self._dotted[id(link)] = f"{known}.{link.attr}" if known else ""
        return known

    @property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, tokenised: a ``#`` in a string is none."""
        if self._comments is None:
            self._comments = tuple(_tokenised(self.text)) if "#" in self.text else ()
        return self._comments


def parse(text: str, cell: int | None = None) -> Module:
    """The module in `text`. Raises Unreadable with the line that the parser names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(text, "<audited>", "exec", _FLAGS, dont_inherit=True)
        except SyntaxError as error:
            raise Unreadable(f"does not parse as Python 3: line {error.lineno or 1}") from None
        except (MemoryError, RecursionError):
            raise Unreadable("is nested too deeply to be parsed") from None
        except ValueError:
            raise Unreadable("does not parse as Python 3: it holds a NUL byte or a lone surrogate") from None
    assert isinstance(tree, ast.Module)
    return Module(text, tree, cell)


_COMPOUND = frozenset(  # what holds statements
    kind
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST) and not {*_BLOCKS}.isdisjoint(kind._fields)
)


_BLOCKS_OF = {kind: tuple(b for b in _BLOCKS if b in kind._fields) for kind in _COMPOUND}
_DEFINITIONS = frozenset((*FUNCTION_TYPES, ast.ClassDef))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases directly below `node`, in source order."""
    for block in _BLOCKS:
        below = getattr(node, block, None)
        if type(below) is list:
            yield from below


def _scopes(tree: ast.Module) -> Iterator[Scope]:
    stack: list[tuple[ast.AST, str, tuple[ast.AST, ...]]] = [(tree, "", ())]
    while stack:
        node, prefix, parents = stack.pop()
        kind = node.__class__
        if kind in _DEFINITIONS:
            symbol = f"{prefix}{node.name}"  # type: ignore[attr-defined]  # its class was just asked
            yield Scope(node, symbol, parents)
            prefix = symbol + "."
        inner = (*parents, node)
        if len(inner) <= MAX_NESTING:
            blocks = [getattr(node, block) for block in _BLOCKS_OF[kind]]
            below = [item for block in blocks for item in block if item.__class__ in _COMPOUND]
            below.reverse()
            stack += [(item, prefix, inner) for item in below]


def _aliases(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    stack: list[ast.AST] = [tree]
    wanted = _COMPOUND | {ast.Import, ast.ImportFrom}
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.asname:
                    found[name.asname] = name.name
                else:
                    first = name.name.partition(".")[0]
                    found[first] = first
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            joint = "" if origin.endswith(".") or not origin else "."
            for name in node.names:
                if name.name != "*":
                    found[name.asname or name.name] = f"{origin}{joint}{name.name}"
        else:
            stack += [item for item in statements(node) if item.__class__ in wanted]
    return found


_LEAF_FIELDS = frozenset(  # that hold no node, or a context or operator
    "arg asname attr conversion ctx id is_async kind kwd_attrs level module op ops rest simple str tag"
    " type_comment".split()
)
_DEFINITION = ("decorator_list", "type_params", "args", "bases", "keywords", "returns", "body")
_IN_ORDER: dict[type, tuple[str, ...]] = {  # in source order where the class names them in another
    ast.AsyncFunctionDef: _DEFINITION,
    ast.ClassDef: _DEFINITION,
    ast.FunctionDef: _DEFINITION,
    ast.IfExp: ("body", "test", "orelse"),
}
_MIXED = frozenset((ast.Call, ast.Dict, ast.MatchMapping, ast.arguments))  # their fields alternate in the source


class _ChildFields(dict[type, tuple[str, ...]]):
    """The fields of a kind of node that hold nodes; none of what stands in lists beside nodes (None, names)."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        named = kind.__name__ == "TypeAlias"  # the name of all others is a string
        known = getattr(kind, "_fields", ())
        order = [f for f in _IN_ORDER.get(kind, known) if f in known]
        self[kind] = found = tuple(f for f in order if f not in _LEAF_FIELDS and (named or f != "name"))
        return found


CHILD_FIELDS = _ChildFields({ast.Constant: (), ast.MatchSingleton: ()})


def children(node: ast.AST) -> list[ast.AST]:
    """The child nodes in source order, without contexts and operators."""
    kind = node.__class__
    found: list[ast.AST] = []
    for name in CHILD_FIELDS[kind]:
        value = getattr(node, name)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif value is not None:
            found.append(value)
    if kind in _MIXED and len(found) > 1:
        found.sort(key=_place)
    return found


def _place(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]  # every child of a mixed one has both


def walk(node: ast.AST) -> list[ast.AST]:
    """`node` and everything below it, in source order."""
    found: list[ast.AST] = []
    stack = [node]
    while stack:
        node = stack.pop()
        found.append(node)
        below = children(node)
        if below:
            below.reverse()
            stack += below
    return found


def _by_type(tree: ast.Module) -> dict[type, list[ast.AST]]:
    """Every node by its type, in no order: the tightest loop of a run, so without generators.

    Names, constants and attributes are six of ten nodes; their own branches save a third of the time.
    """
    names: list[Any] = []
    constants: list[Any] = []
    attributes: list[Any] = []
    found: dict[type, list[Any]] = {ast.Name: names, ast.Constant: constants, ast.Attribute: attributes}
    fields = CHILD_FIELDS
    stack: list[Any] = [tree]
    pop, push, more = stack.pop, stack.append, stack.extend
    while stack:
        node = pop()
        kind = node.__class__
        while kind is ast.Attribute:
            attributes.append(node)
            node = node.value
            kind = node.__class__
        if kind is ast.Name:
            names.append(node)
            continue
        if kind is ast.Constant:
            constants.append(node)
            continue
        if kind in found:
            found[kind].append(node)
        else:
            found[kind] = [node]
        for name in fields[kind]:
            value = getattr(node, name)
            if value.__class__ is list:
                if value:
                    more(value)
            elif value is not None:
                push(value)
    for kind in (type(None), str):  # a list may hold None (a dict's `**`, a default that is not there), and names:
        found.pop(kind, None)  # `global a, b`
    return {kind: nodes for kind, nodes in found.items() if nodes}


def _tokenised(text: str) -> list[Comment]:
    import io
    import tokenize

    found: list[Comment] = []
    with warnings.catch_warnings():  # of escapes in strings, since Python 3.12
        warnings.simplefilter("ignore")
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
                if token.type == tokenize.COMMENT:
                    found.append(Comment(token.start[0], token.start[1] + 1, token.string[1:]))
        except (tokenize.TokenError, SyntaxError):  # the parser took the text: only its very end can be at odds
            pass
    return found
