"""The names that the top level of a cell reads and binds, in the order in which Python does so.

Bodies of functions and lambdas run later, or never: only what their definition evaluates counts here. Comprehensions
and class bodies run at once and have names of their own. Where a branch may not be taken, its bindings count as made.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Protocol

    class Listener(Protocol):
        """What is told of each name."""

        def load(self, name: str, node: ast.AST) -> None:
            """A name is read."""

        def bind(self, name: str, node: ast.AST) -> None:
            """A name is bound."""

        def unbind(self, name: str, node: ast.AST) -> None:
            """A name is deleted for sure."""

        def called(self, name: str, node: ast.AST) -> None:
            """A name is called, its arguments read."""


_COMPREHENSIONS = frozenset((ast.DictComp, ast.GeneratorExp, ast.ListComp, ast.SetComp))
_SKIPPED = frozenset("attr conversion ctx is_async kind lineno op ops simple type_comment type_params".split())
_FIELDS: dict[type, tuple[str, ...]] = {  # in the order of evaluation, where the class names them in another
    ast.AugAssign: ("value",),  # the target is told twice, see `_augmented`
    ast.DictComp: ("key", "value"),
    ast.For: ("iter", "target", "body", "orelse"),
    ast.AsyncFor: ("iter", "target", "body", "orelse"),
    ast.Assign: ("value", "targets"),
    ast.NamedExpr: ("value", "target"),
}
_CATCHES = frozenset(("BaseException", "Exception", "NameError", "UnboundLocalError"))


class Frame:
    """A class body or comprehension: names that only it knows."""

    __slots__ = ("above", "is_class", "names")

    def __init__(self, above: Frame | None, is_class: bool) -> None:
        self.above = above
        self.is_class = is_class
        self.names: set[str] = set()


class Walk:
    """One pass over the statements of a cell. Raises RecursionError for an expression of a thousand levels."""

    def __init__(self, listener: Listener, settled: set[str], annotations: bool) -> None:
        """`settled`: names that the listener need not hear of when they are read, kept up to date by it.

        `annotations`: whether they are evaluated where they stand, as up to Python 3.13.
        """
        self._listener = listener
        self._settled = settled
        self.annotations = annotations
        self.rounds = 0  # of loops around: what a later round reads an earlier one may have bound
        self.branches = 0  # around, which a run may have passed over: `if`, `match`, `except`
        self._depth = 0  # of branches and loops, which may not be taken
        self._guarded = 0  # of `try` blocks that catch a NameError

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Tell the listener of every name."""
        self.rounds = self.branches = self._depth = self._guarded = 0
        for statement in statements:
            self._visit(statement, None)

    def _visit(self, node: Any, frame: Frame | None) -> None:
        kind = node.__class__
        while kind is ast.Attribute:
            node = node.value
            kind = node.__class__
        if kind is ast.Name:
            if node.id not in self._settled or node.ctx.__class__ is not ast.Load:
                self._name(node, frame)
            return
        special = _SPECIAL.get(kind)
        if special is not None:
            special(self, node, frame)
            return
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = tuple(f for f in kind._fields if f not in _SKIPPED)
        for field in fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    if item.__class__ is not ast.Constant and isinstance(item, ast.AST):
                        self._visit(item, frame)
            elif value.__class__ is not ast.Constant and isinstance(value, ast.AST):
                self._visit(value, frame)

    def _all(self, nodes: list[Any], frame: Frame | None) -> None:
        for node in nodes:
            self._visit(node, frame)

    def _name(self, node: ast.Name, frame: Frame | None) -> None:
        context = node.ctx.__class__
        if context is ast.Load:
            self._load(node.id, node, frame)
        elif context is ast.Store:
            self._bind(node.id, node, frame)
        elif frame is None and not self._depth:
            self._listener.unbind(node.id, node)

    def _load(self, name: str, node: ast.AST, frame: Frame | None) -> None:
        while frame is not None:
            if name in frame.names:
                return
            frame = frame.above
        if not self._guarded:
            self._listener.load(name, node)

    def _bind(self, name: str, node: ast.AST, frame: Frame | None) -> None:
        while frame is not None:
            if frame.is_class:
                frame.names.add(name)
                return
            frame = frame.above  # a walrus in a comprehension binds outside it
        self._listener.bind(name, node)

    # -- statements -------------------------------------------------------------------------------------------------

    def _branches(self, node: Any, frame: Frame | None) -> None:
        """``if`` and ``match``: what follows the test may be passed over."""
        self._visit(node.subject if node.__class__ is ast.Match else node.test, frame)
        self.branches += 1
        self._depth += 1
        self._all(node.cases if node.__class__ is ast.Match else node.body, frame)
        self._all(getattr(node, "orelse", []), frame)
        self._depth -= 1
        self.branches -= 1

    def _loop(self, node: Any, frame: Frame | None) -> None:
        self._visit(node.iter, frame)
        self._visit(node.target, frame)
        self.rounds += 1
        self._depth += 1
        self._all(node.body, frame)
        self.rounds -= 1
        self._all(node.orelse, frame)
        self._depth -= 1

    def _while(self, node: ast.While, frame: Frame | None) -> None:
        self.rounds += 1
        self._depth += 1
        self._visit(node.test, frame)
        self._all(node.body, frame)
        self._all(node.orelse, frame)
        self._depth -= 1
        self.rounds -= 1

    def _try(self, node: Any, frame: Frame | None) -> None:
        guarded = any(_catches_name_error(handler.type) for handler in node.handlers)
        self._depth += 1
        self._guarded += guarded
        self._all(node.body, frame)
        self._all(node.orelse, frame)
        self._guarded -= guarded
        self.branches += 1
        self._all(node.handlers, frame)
        self.branches -= 1
        self._depth -= 1
        self._all(node.finalbody, frame)

    def _handler(self, node: ast.ExceptHandler, frame: Frame | None) -> None:
        if node.type is not None:
            self._visit(node.type, frame)
        if node.name:
            self._bind(node.name, node, frame)
        self._all(node.body, frame)

    def _import(self, node: Any, frame: Frame | None) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], node, frame)

    def _augmented(self, node: ast.AugAssign, frame: Frame | None) -> None:
        if node.target.__class__ is ast.Name:
            self._load(node.target.id, node.target, frame)
        self._visit(node.value, frame)
        self._visit(node.target, frame)

    def _annotated(self, node: ast.AnnAssign, frame: Frame | None) -> None:
        if self.annotations:
            self._visit(node.annotation, frame)
        if node.value is not None:
            self._visit(node.value, frame)
            self._visit(node.target, frame)
        elif node.target.__class__ is not ast.Name:
            self._visit(node.target, frame)

    def _function(self, node: Any, frame: Frame | None) -> None:
        self._all(node.decorator_list, frame)
        self._arguments(node.args, frame)
        if self.annotations and not getattr(node, "type_params", ()):
            given = node.args
            for item in (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg):
                if item is not None and item.annotation is not None:
                    self._visit(item.annotation, frame)
            if node.returns is not None:
                self._visit(node.returns, frame)
        self._bind(node.name, node, frame)

    def _arguments(self, node: ast.arguments, frame: Frame | None) -> None:
        self._all(node.defaults, frame)
        self._all([default for default in node.kw_defaults if default is not None], frame)

    def _class(self, node: ast.ClassDef, frame: Frame | None) -> None:
        self._all(node.decorator_list, frame)
        body = Frame(frame, is_class=True)
        body.names.update(parameter.name for parameter in getattr(node, "type_params", ()))
        self._all(node.bases, body)
        self._all(node.keywords, frame)
        body.names.update(("__module__", "__qualname__", "__class__"))
        self._all(node.body, body)
        self._bind(node.name, node, frame)

    # -- expressions ------------------------------------------------------------------------------------------------

    def _comprehension(self, node: Any, frame: Frame | None) -> None:
        inner = Frame(frame, is_class=False)
        for i, part in enumerate(node.generators):
            self._visit(part.iter, inner if i else frame)
            inner.names.update(n for n in _targets(part.target))
            self._all(part.ifs, inner)
        if node.__class__ is ast.DictComp:
            self._visit(node.key, inner)
            self._visit(node.value, inner)
        else:
            self._visit(node.elt, inner)

    def _lambda(self, node: ast.Lambda, frame: Frame | None) -> None:
        self._arguments(node.args, frame)

    def _call(self, node: ast.Call, frame: Frame | None) -> None:
        func = node.func
        self._visit(func, frame)
        for item in node.args:
            if item.__class__ is not ast.Constant:
                self._visit(item, frame)
        for keyword in node.keywords:
            if keyword.value.__class__ is not ast.Constant:
                self._visit(keyword.value, frame)
        if func.__class__ is ast.Name and not self._guarded:
            self._listener.called(func.id, node)

    def _capture(self, node: Any, frame: Frame | None) -> None:
        """``case`` patterns that bind."""
        if getattr(node, "pattern", None) is not None:
            self._visit(node.pattern, frame)
        if node.name:
            self._bind(node.name, node, frame)

    def _mapping(self, node: ast.MatchMapping, frame: Frame | None) -> None:
        self._all(node.keys, frame)
        self._all(node.patterns, frame)
        if node.rest:
            self._bind(node.rest, node, frame)

    def _alias(self, node: Any, frame: Frame | None) -> None:
        """``type X = …``: the value is evaluated when it is asked for."""
        self._visit(node.name, frame)

    def _nothing(self, node: ast.AST, frame: Frame | None) -> None:
        """Neither a constant nor a declaration names anything."""


_SPECIAL: dict[type, Callable[[Walk, Any, Frame | None], None]] = {
    **dict.fromkeys(_COMPREHENSIONS, Walk._comprehension),
    **dict.fromkeys(FUNCTION_TYPES, Walk._function),
    **dict.fromkeys((ast.For, ast.AsyncFor), Walk._loop),
    **dict.fromkeys((ast.Global, ast.Nonlocal, ast.Constant, ast.Pass), Walk._nothing),
    **dict.fromkeys((ast.If, ast.Match), Walk._branches),
    **dict.fromkeys((ast.Import, ast.ImportFrom), Walk._import),
    **dict.fromkeys((ast.MatchAs, ast.MatchStar), Walk._capture),
    ast.AnnAssign: Walk._annotated,
    ast.AugAssign: Walk._augmented,
    ast.Call: Walk._call,
    ast.ClassDef: Walk._class,
    ast.ExceptHandler: Walk._handler,
    ast.Lambda: Walk._lambda,
    ast.MatchMapping: Walk._mapping,
    ast.Try: Walk._try,
    ast.While: Walk._while,
}
for _name, _method in (("TryStar", Walk._try), ("TypeAlias", Walk._alias)):  # of newer versions of Python
    if hasattr(ast, _name):
        _SPECIAL[getattr(ast, _name)] = _method


def _targets(target: Any) -> list[str]:
    """The names in the target of a ``for``."""
    if target.__class__ is ast.Name:
        return [target.id]
    if target.__class__ in (ast.Tuple, ast.List):
        return [name for item in target.elts for name in _targets(item)]
    return _targets(target.value) if target.__class__ is ast.Starred else []


def _catches_name_error(kind: Any) -> bool:
    """Whether a handler of this type catches a NameError."""
    if kind is None:
        return True
    if kind.__class__ is ast.Tuple:
        return any(_catches_name_error(item) for item in kind.elts)
    return kind.__class__ is ast.Name and kind.id in _CATCHES
