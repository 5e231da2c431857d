"""From the statements of a file to what its functions do in order: draws, seeds, calls, branches.

Events are tuples that marshal can write. `at` is an index into the positions of the file, so that an edit which only
moves lines leaves the events as they are.

``("use", at, name, mask, value, when)`` draws; ``("seed", at, name, mask, value, is_helper, is_fixed)`` seeds;
``("restore", mask)``; ``("flag", mask)``; ``("configured", at, name)``; ``("call", at, target, arguments, mode)`` with
mode "", reference or spawn; ``("named", at, names)`` methods of objects of unknown making; ``("import", module, at)``;
``("ways", ((test, events, at), …))`` branches in order, the test of an ``else`` being None; ``("rare", events)``;
``("loop", events)``; ``("exit", "loop" | "function")``; ``("globals", at)``; ``("loaded", at, name)`` a method of an
unpickled object; ``("lists", mask)`` an object called with a display of 1 << n elements.
"""

from __future__ import annotations

import _ast as ast
from bisect import bisect_right

from ml_audit_hooks.checks.seeds import values, words
from ml_audit_hooks.checks.seeds.binding import joined, plain_name, target_names
from ml_audit_hooks.checks.seeds.naming import LOADED, Names
from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from ml_audit_hooks.checks.seeds.calling import Caller

    Event: TypeAlias = tuple[Any, ...]
    Events: TypeAlias = list[Event]

_COLUMNS = 1 << 20  # a place as one number: line * _COLUMNS + column
_DEFINITIONS = (*FUNCTION_TYPES, ast.ClassDef)
_NO_CALLS = 1 << 60


def _end(node: Any) -> int:
    return node.end_lineno * _COLUMNS + node.end_col_offset  # type: ignore[no-any-return]


def _start(node: Any) -> int:
    return node.lineno * _COLUMNS + node.col_offset  # type: ignore[no-any-return]


class Walker:
    """Walks the statements of one file, and hands each call to `caller` in the order of evaluation.

    The calls of a module by their ends are in that order, arguments before what they are given to; a statement takes
    those that end in it. So no expression is walked.
    """

    def __init__(self, names: Names, caller: Caller) -> None:
        self.names = names
        self.caller = caller
        self._calls: list[ast.Call] = []
        self._ends: list[int] = []
        self._next = 0  # the first call that no statement has taken
        self._entered: object = None
        self._kinds: dict[type, Callable[[Any, Events], None]] = {
            ast.AnnAssign: self._assign,
            ast.Assign: self._assign,
            ast.AsyncFor: self._loop,
            ast.AsyncFunctionDef: self._definition,
            ast.AsyncWith: self._with,
            ast.AugAssign: self._assign,
            ast.Break: self._exit,
            ast.ClassDef: self._class,
            ast.Continue: self._exit,
            ast.For: self._loop,
            ast.FunctionDef: self._definition,
            ast.If: self._if,
            ast.Import: self._import,
            ast.ImportFrom: self._import,
            ast.Match: self._match,
            ast.Raise: self._exit,
            ast.Return: self._exit,
            ast.Try: self._try,
            ast.While: self._loop,
            ast.With: self._with,
        }
        if hasattr(ast, "TryStar"):
            self._kinds[ast.TryStar] = self._try

    # -- blocks -----------------------------------------------------------------------------------------------------

    def body(self, statements: list[ast.stmt]) -> Events:
        """The events of a function's or module's statements; `names` stands there already."""
        context = self.names.context
        if self._entered is not context:
            self._entered = context
            rows = sorted([(_end(call), i) for i, call in enumerate(context.nodes(ast.Call))])
            calls = context.nodes(ast.Call)
            self._calls = [calls[i] for _, i in rows]
            self._ends = [row[0] for row in rows] + [_NO_CALLS]
            inner = (call for node in context.nodes(ast.Lambda) for call in context.inside(node, ast.Call))
            self.caller.in_lambda = {id(call) for call in inner}
        self._next = bisect_right(self._ends, _start(statements[0])) if statements else 0
        if statements and self._ends[self._next] > _end(statements[-1]) and self.names.symbol:
            return []  # a function without a call
        return self._block(statements)

    def _block(self, statements: list[ast.stmt]) -> Events:
        out: Events = []
        kinds, ends = self._kinds, self._ends
        for statement in statements:
            kind = kinds.get(statement.__class__)
            if kind is None:
                if ends[self._next] <= (end := _end(statement)):
                    self._take(end, out)
            else:
                kind(statement, out)
        return out

    def _take(self, end: int, out: Events) -> None:
        """Add what the calls do that end by `end`."""
        ends = self._ends
        while ends[self._next] <= end:
            call = self._calls[self._next]
            self._next += 1
            self.caller.call(call, out)

    def _skip(self, node: ast.AST) -> None:
        """Leave out the calls of a body that is walked by itself."""
        end = _end(node)
        if self._ends[self._next] <= end:
            self._next = bisect_right(self._ends, end)

    # -- statements -------------------------------------------------------------------------------------------------

    def _definition(self, node: Any, out: Events) -> None:
        for decorator in node.decorator_list:
            self._take(_end(decorator), out)
        self._skip(node)

    def _class(self, node: ast.ClassDef, out: Events) -> None:
        kept = self.names.local
        self.names.local = dict(kept)
        for decorator in node.decorator_list:
            self._take(_end(decorator), out)
        out += self._block(node.body)
        self._skip(node)
        self.names.local = kept

    def _exit(self, node: Any, out: Events) -> None:
        self._take(_end(node), out)
        names = self.names
        if node.__class__ is ast.Return and isinstance(node.value, ast.Name):
            inner = f"{names.symbol}.{node.value.id}"
            if inner in names.functions:  # a closure that is handed back is called by whoever asked for it
                out.append(("call", self.caller.at(node), inner, (), "reference"))
        out.append(("exit", "loop" if isinstance(node, (ast.Break, ast.Continue)) else "function"))

    def _if(self, node: ast.If, out: Events) -> None:
        """An ``if`` with all its ``elif``, which the tree nests: they may be thousands."""
        names = self.names
        before = names.local
        rows: list[tuple[Any, Events]] = []
        outcomes: list[dict[str, Any]] = []
        link: ast.If | None = node
        while link is not None:
            self._take(_end(link.test), out)
            names.local = dict(before)
            body = self._block(link.body)
            outcomes.append(names.local)
            names.local = before
            rows.append((link.test, body))
            below = link.orelse
            if len(below) == 1 and below[0].__class__ is ast.If:
                link = below[0]
                continue
            if below:
                names.local = dict(before)
                rows.append((None, self._block(below)))
                outcomes.append(names.local)
            else:
                outcomes.append(before)
            link = None
        names.local = before
        if any(body for _, body in rows):
            out.append(("ways", tuple(self._way(test, body) for test, body in rows)))
        names.local = joined(before, outcomes)

    def _way(self, test: Any, body: Events) -> Event:
        if test is None:
            return None, tuple(body), -1
        asked = values.asked(test, self.names.named, self.names.known)
        asked = values.short_test(asked, self.caller.refs, self.caller.flags)
        return asked, tuple(body), self.caller.at(test) if values.setting_in(asked) else -1

    def _with(self, node: ast.With | ast.AsyncWith, out: Events) -> None:
        for item in node.items:
            self._take(_end(item.context_expr), out)
            if isinstance(item.optional_vars, ast.Name):
                self.names.bind(item.optional_vars.id, item.context_expr)
        out += self._block(node.body)

    def _try(self, node: Any, out: Events) -> None:
        out += self._block(node.body)
        for handler in node.handlers:
            inner = self._block(handler.body)
            if inner:
                out.append(("rare", tuple(inner)))
        out += self._block(node.orelse)
        out += self._block(node.finalbody)

    def _match(self, node: ast.Match, out: Events) -> None:
        self._take(_end(node.subject), out)
        ways = [(("?",), tuple(self._block(case.body)), -1) for case in node.cases]
        if any(body for _, body, _ in ways):
            out.append(("ways", tuple(ways)))

    def _import(self, node: ast.Import | ast.ImportFrom, out: Events) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                self.caller.imported(name.name, node, out)
            return
        origin = "." * node.level + (node.module or "")
        joint = "" if origin.endswith(".") or not origin else "."
        for name in node.names:
            self.caller.imported(origin if name.name == "*" else f"{origin}{joint}{name.name}", node, out)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, out: Events) -> None:
        body: Events = []
        if isinstance(node, ast.While):
            self._take(_end(node.test), body)
        else:
            self._take(_end(node.iter), out)
            for target in target_names(node.target):
                self.names.local[target] = values.OPEN
        body += self._block(node.body)
        if body:
            out.append(("loop", tuple(body)))
        out += self._block(node.orelse)

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, out: Events) -> None:
        value = node.value
        if value is None:
            return
        targets = node.targets if node.__class__ is ast.Assign else [node.target]  # type: ignore[union-attr]
        if self._ends[self._next] <= (end := _end(node)):
            start = len(out)
            self.caller.stands_in = words.stands_in(last_name(targets[0]))
            self._take(end, out)
            self.caller.stands_in = False
            if len(out) > start and all(values.is_seed_name(plain_name(t)) for t in targets):
                out[start:] = [e for e in out[start:] if e[0] != "use" or self.caller.is_own(e)]  # it only picks a seed
        names = self.names
        for target in targets:
            if target.__class__ is not ast.Name:
                origin = names.named(value) if value.__class__ is ast.Call else ""
                for name in target_names(target):
                    names.local[name] = origin if origin in LOADED else values.OPEN
            elif node.__class__ is ast.Assign:
                names.bind(target.id, value)
            elif isinstance(node, ast.AnnAssign):
                made = names.declared(node.annotation, value)
                if made and not isinstance(value, ast.Constant):
                    names.local[target.id] = made
                else:
                    names.bind(target.id, value)
