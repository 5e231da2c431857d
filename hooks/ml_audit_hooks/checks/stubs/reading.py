"""What a function's body does, read once: the work in it, the messages, the local names, what it returns."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, calls
from ml_audit_hooks.core.python import FUNCTION_TYPES, Scope, children, statements, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.stubs.calls import Surroundings
    from ml_audit_hooks.core.python import FunctionNode

_NOTHING = (ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Raise)
_COMPOUND = (
    *(ast.If, ast.While, ast.For, ast.AsyncFor, ast.Try, ast.ExceptHandler, ast.With, ast.AsyncWith, ast.Match),
    ast.match_case,
)
_LEAVES = frozenset((ast.Name, ast.Constant))


class Reading:
    """The statements of one function, read whole. `work` is what could do something."""

    def __init__(self, around: Surroundings, scope: Scope) -> None:
        node = scope.node
        assert isinstance(node, FUNCTION_TYPES)
        self.node: FunctionNode = node
        self.around = around
        self.module = around.module
        self.scope = scope
        self.own = bodies.own_name(scope, node)
        self.parameters = frozenset(bodies.parameters(scope, node))
        self.rest = bodies.after_docstring(node.body)
        self.returns: list[ast.expr] = []
        self.fallbacks: list[ast.expr] = []  # what an except branch returns
        self.locals: dict[str, list[ast.expr]] = {}
        self.messages: list[ast.expr] = []  # arguments of calls that print or log
        self.marks = 0  # constants that are put into attributes
        self.work: list[ast.AST] = []
        self._in_handler = 0
        self._logged: set[int] | None = None
        for statement in self.rest:
            self._statement(statement)

    # -- statements -------------------------------------------------------------------------------------------------

    def _statement(self, node: ast.AST) -> None:
        """Count the work in a statement; note returns and local assignments."""
        if isinstance(node, ast.Expr):
            if not self._is_message(node.value):
                self._expression(node.value)
                self._filling(node.value)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                (self.fallbacks if self._in_handler else self.returns).append(node.value)
                self._expression(node.value)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assignment(node)
        elif isinstance(node, _COMPOUND):
            self._head(node)
            self._in_handler += isinstance(node, ast.ExceptHandler)
            for below in statements(node):
                self._statement(below)
            self._in_handler -= isinstance(node, ast.ExceptHandler)
        elif not isinstance(node, _NOTHING) and not _forgets_names(node):
            self.work.append(node)  # a nested definition, an assertion, a deletion in a container, …

    def _head(self, node: ast.AST) -> None:
        """The expressions and names in the first line of a compound statement."""
        if isinstance(node, (ast.If, ast.While)):
            self._expression(node.test)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter)
            self._bind(node.target, node.iter)
        elif isinstance(node, ast.ExceptHandler):
            if node.type is not None:
                self._expression(node.type)
            if node.name:
                self.locals.setdefault(node.name, [])
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr)
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, item.context_expr)
        elif isinstance(node, ast.Match):
            self._expression(node.subject)
        elif isinstance(node, ast.match_case) and node.guard is not None:
            self._expression(node.guard)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            if isinstance(part, ast.Name):
                self.locals.setdefault(part.id, []).append(value)
            elif isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
                if part.value.id not in self.locals or part.value.id in self.parameters:
                    self.work.append(part)
                else:
                    self.locals[part.value.id].append(value)
                    self._expression(part.slice)
            elif isinstance(part, ast.Attribute) and isinstance(value, ast.Constant):
                self.marks += 1
                self._expression(part.value)
            else:
                self.work.append(part)

    def _filling(self, node: ast.expr) -> None:
        """``rows.append(row)``: what a local container is filled with belongs to its value."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            if node.func.value.id in self.locals:
                self.locals[node.func.value.id] += [*node.args, *(k.value for k in node.keywords)]
            else:
                self.work.append(node)

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        if node.value is None:
            return  # an annotation alone
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
            self.work.append(node)
        if isinstance(node, ast.AnnAssign):
            self._expression(node.annotation)
        for target in targets:
            self._bind(target, node.value)
        self._expression(node.value)

    # -- expressions ------------------------------------------------------------------------------------------------

    def _is_message(self, node: ast.expr) -> bool:
        """Whether an expression statement only prints, logs or sleeps. What goes into the message is not work."""
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Await):
            node = node.value
        if not isinstance(node, ast.Call) or not calls.is_message_call(node):
            return False
        inside = [*node.args, *(k.value for k in node.keywords)]
        if any(self._acts(n) for part in inside for n in walk(part)):
            return False
        self.messages += inside
        return True

    def _acts(self, node: ast.AST) -> bool:
        return type(node) in calls.EFFECTS or (isinstance(node, ast.Call) and not self.is_pure(node))

    def _expression(self, root: ast.expr) -> None:
        """Note the calls and other effects in an expression."""
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind in _LEAVES:
                continue
            if isinstance(node, ast.Call):
                if not self.is_pure(node):
                    self.work.append(node)
            elif kind in calls.EFFECTS or (isinstance(node, ast.Await) and not isinstance(node.value, ast.Call)):
                self.work.append(node)  # an awaited call is judged as a call
            for name in node._fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    stack += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.expr):
                    stack.append(value)

    def is_pure(self, call: ast.Call) -> bool:
        """Whether a call neither does nor reads anything outside the function, or only calls a known stub."""
        return calls.is_pure(self.around, call, self.own)

    # -- what is read -----------------------------------------------------------------------------------------------

    @property
    def logged(self) -> set[int]:
        """The ids of the nodes that only feed a message."""
        if self._logged is None:
            self._logged = {id(n) for part in self.messages for n in walk(part)}
        return self._logged

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the body, those of nested functions and classes left out."""
        stack: list[ast.AST] = [*reversed(self.rest)]
        while stack:
            node = stack.pop()
            yield node
            if not isinstance(node, calls.NESTED):
                stack += reversed(children(node))

    def reads(self, names: frozenset[str]) -> bool:
        """Whether one of `names` is used for more than a message or the number of rounds of a loop."""
        counts = {id(n) for loop in calls.loops(self.rest) for n in _round_count(loop)}
        idle = self.logged | counts
        return any(isinstance(n, ast.Name) and n.id in names and id(n) not in idle for n in self.nodes())

    def reads_parameters(self) -> bool:
        """Whether a parameter or ``self`` is used for more than a message."""
        return self.reads(self.parameters | ({self.own} if self.own else frozenset()))

    def calls_anything(self) -> bool:
        """Whether there is a call that is no message."""
        return any(isinstance(n, ast.Call) and not calls.is_message_call(n) for n in self.nodes())


def _forgets_names(node: ast.AST) -> bool:
    """Whether a statement is ``del name``."""
    return isinstance(node, ast.Delete) and all(isinstance(t, ast.Name) for t in node.targets)


def _round_count(loop: ast.For | ast.AsyncFor | ast.While) -> list[ast.AST]:
    """The nodes between the brackets of ``for … in range(…)``."""
    if isinstance(loop, ast.While) or not isinstance(loop.iter, ast.Call):
        return []
    return [*walk(loop.iter)] if isinstance(loop.iter.func, ast.Name) and loop.iter.func.id == "range" else []
