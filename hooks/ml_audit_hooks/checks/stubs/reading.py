"""What a function's body does, read once: the work in it, what it says, what it returns and where that comes from."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, words
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope, children, statements, walk
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.python import FunctionNode

NESTED = (*FUNCTION_TYPES, ast.ClassDef, ast.Lambda)
_NOTHING = (ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Raise)
_EFFECTS = frozenset((ast.Yield, ast.YieldFrom, ast.Lambda, ast.NamedExpr))
_LEAVES = frozenset((ast.Name, ast.Constant, str, type(None)))
_SKIPPED = _LEAVES | {ast.Raise, ast.Import, ast.ImportFrom}
_BRANCHES = (ast.expr, ast.stmt)
_CERTAIN = frozenset(
    (
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assert),
        *(ast.Yield, ast.YieldFrom, ast.Lambda, ast.NamedExpr),
    )
)
_COMPOUND = (
    *(ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler, ast.Match),
    ast.match_case,
)
# Of what a form is made in which arguments are only filled in.
_FORM = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.JoinedStr, ast.FormattedValue, ast.keyword),
    *(ast.Dict, ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.DictComp, ast.comprehension),
)
_ASSIGNMENTS = frozenset((ast.Assign, ast.AnnAssign, ast.AugAssign))
_LOCAL_BASES = (ast.Name, ast.Constant, ast.JoinedStr, ast.Subscript, ast.Call)


class Surroundings(NamedTuple):
    """What is known of a file when one of its functions is judged."""

    module: Module
    stubs: frozenset[str]  # names of its functions that are stubs
    says: str  # the module's docstring in lower case
    signs: tuple[str, ...]  # of _SIGNS, those that stand in the file


_SIGNS = ("sleep", "random", "hash(")  # without one of them no loop only sleeps and no figure is made up


def surroundings(module: Module, stubs: frozenset[str]) -> Surroundings:
    """What a file's text and docstring tell of all its functions."""
    signs = tuple(sign for sign in _SIGNS if sign in module.text)
    return Surroundings(module, stubs, (bodies.docstring(module.tree.body) or "").lower(), signs)


def text_of(module: Module, node: FunctionNode) -> str:
    """The lines of a function without its decorators."""
    return "\n".join(module.lines[node.lineno - 1 : node.end_lineno or node.lineno])


def does_work(around: Surroundings, scope: Scope, node: FunctionNode) -> bool:
    """Whether a body surely has work in it: the first thing asked of every function, so without reading it whole.

    True only where `Body.work` holds something; what only a reading of the local names can tell is left open.
    """
    own = bodies.own_name(scope, node)
    stack: list[ast.AST] = node.body[::-1]
    while stack:
        node_ = stack.pop()
        kind = node_.__class__
        if kind in _SKIPPED:
            continue
        if kind is ast.Call:
            if not _is_pure_call(around, node_, own):  # type: ignore[arg-type]  # its class was just asked
                return True
        elif kind in _CERTAIN or (kind in _ASSIGNMENTS and _changes_object(node_)):
            return True
        for name in node_._fields:
            value = getattr(node_, name, None)
            if value.__class__ is list:
                stack += value[::-1]
            elif isinstance(value, _BRANCHES):
                stack.append(value)
    return False


def _changes_object(node: ast.AST) -> bool:
    """Whether an assignment puts more than a constant into an attribute."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    is_constant = isinstance(getattr(node, "value", None), ast.Constant) and not isinstance(node, ast.AugAssign)
    return not is_constant and any(isinstance(t, ast.Attribute) for t in targets)


class Body:
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
        self._bound: frozenset[str] | None = None  # names that comprehensions bind
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
        elif isinstance(node, _NOTHING):
            return
        elif isinstance(node, (ast.If, ast.While)):
            self._expression(node.test)
            self._block(node)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter)
            self._bind(node.target, node.iter)
            self._block(node)
        elif isinstance(node, (ast.Try, ast.match_case)):
            self._block(node)
        elif isinstance(node, ast.ExceptHandler):
            self._in_handler += 1
            if node.name:
                self.locals.setdefault(node.name, [])
            self._block(node)
            self._in_handler -= 1
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._expression(item.context_expr)
                if item.optional_vars is not None:
                    self._bind(item.optional_vars, item.context_expr)
            self._block(node)
        elif isinstance(node, ast.Match):
            self._expression(node.subject)
            self._block(node)
        elif not (isinstance(node, ast.Delete) and all(isinstance(t, ast.Name) for t in node.targets)):
            self.work.append(node)  # a nested definition, an assertion, a deletion in a container, …

    def _block(self, node: ast.AST) -> None:
        for below in statements(node):
            self._statement(below)

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
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
            self.work.append(node)
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
        if not isinstance(node, ast.Call) or not is_message_call(node):
            return False
        inside = [*node.args, *(k.value for k in node.keywords)]
        if any(not self.is_pure(n) for part in inside for n in _calls(part)):
            return False
        self.messages += inside
        return True

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
            elif kind in _EFFECTS or (isinstance(node, ast.Await) and not isinstance(node.value, ast.Call)):
                self.work.append(node)  # an awaited call is judged as a call
            for name in node._fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    stack += [item for item in value if isinstance(item, ast.AST)]
                elif isinstance(value, ast.expr):
                    stack.append(value)

    def is_pure(self, call: ast.Call) -> bool:
        """Whether a call neither does nor reads anything outside the function, or only calls a known stub."""
        return _is_pure_call(self.around, call, self.own)

    # -- what is read and what comes back ---------------------------------------------------------------------------

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
            if not isinstance(node, NESTED):
                stack += reversed(children(node))

    def reads(self, names: frozenset[str]) -> bool:
        """Whether one of `names` is used for more than a message."""
        return any(isinstance(n, ast.Name) and n.id in names and id(n) not in self.logged for n in self.nodes())

    def reads_parameters(self) -> bool:
        """Whether a parameter or ``self`` is used for more than a message."""
        return self.reads(self.parameters | ({self.own} if self.own else frozenset()))

    def calls_anything(self) -> bool:
        """Whether there is a call that is no message."""
        return any(isinstance(n, ast.Call) and not is_message_call(n) for n in self.nodes())

    def values(self) -> list[ast.expr]:
        """What the function returns outside its except branches; what these return where that is all."""
        return self.returns or self.fallbacks

    def origins(self) -> list[ast.expr]:
        """The expressions that the returned values come from, local names followed."""
        return [origin for value in self.values() for origin in self._origins(value)]

    def _origins(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> list[ast.expr]:
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Name) and node.id in self.locals and node.id not in seen:
            inner = seen | {node.id}
            return [origin for value in self.locals[node.id] for origin in self._origins(value, inner)]
        if isinstance(node, ast.Call) and self.is_stub_call(node):
            return [o for arg in node.args[:1] for o in self._origins(arg, seen)] or [node]
        return [node]

    def is_stub_call(self, node: ast.Call) -> bool:
        """Whether a function of this file that is a stub is called."""
        func = node.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        return name in self.around.stubs

    def hands_back_argument(self) -> bool:
        """Whether every returned value is an argument, unchanged."""
        origins = self.origins()
        named = [o for o in origins if isinstance(o, ast.Name) and o.id in self.parameters]
        return bool(named) and len(named) == len(origins)

    def returns_plain(self) -> bool:
        """Whether something other than None comes back, and all of it is made of nothing."""
        values = [o for o in self.origins() if not (isinstance(o, ast.Constant) and o.value is None)]
        return bool(values) and all(self._is_plain(value) for value in values)

    def returns_none(self) -> bool:
        """Whether None is all that is returned."""
        origins = self.origins()
        return bool(origins) and all(isinstance(o, ast.Constant) and o.value is None for o in origins)

    def returns_empty(self) -> bool:
        """Whether every returned value is an empty container."""
        origins = self.origins()
        return bool(origins) and all(_is_empty_container(o) for o in origins)

    def returns_filled_in(self) -> bool:
        """Whether what comes back is a form in which arguments are only filled in or looked up: nothing is computed."""
        return all(isinstance(n, _FORM) or _is_lookup(n) for value in self.values() for n in self._sources(value))

    def returns_number(self) -> bool:
        """Whether a number comes back, bare or in a container."""
        inside = [n for origin in self.origins() for n in walk(origin) if isinstance(n, ast.Constant)]
        return any(type(n.value) in (int, float) for n in inside)

    def _is_plain(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a value is made of constants, fresh containers, chance and the clock only."""
        for part in walk(node):
            if isinstance(part, ast.Name) and not self._is_plain_name(part, seen):
                return False
            if isinstance(part, ast.Attribute) and not self.module.dotted(part).startswith(words.PURE_ROOTS):
                if part.attr not in words.PURE_METHODS and not _is_enum_member(part):
                    return False
        return True

    def _is_plain_name(self, name: ast.Name, seen: frozenset[str]) -> bool:
        if name.id in seen:
            return True
        if name.id in self.locals:
            inner = seen | {name.id}
            return all(self._is_plain(value, inner) for value in self.locals[name.id])
        if name.id in self.parameters or name.id == self.own:
            return False
        pure = name.id in words.PURE_BUILTINS or name.id in self.around.stubs or name.id in self._in_comprehensions()
        return pure or name.id[:1].isupper() or f"{self.module.dotted(name)}.".startswith(words.PURE_ROOTS)

    def _in_comprehensions(self) -> frozenset[str]:
        if self._bound is None:
            targets = [n.target for s in self.rest for n in walk(s) if isinstance(n, ast.comprehension)]
            self._bound = frozenset(n.id for t in targets for n in walk(t) if isinstance(n, ast.Name))
        return self._bound

    # -- made-up figures --------------------------------------------------------------------------------------------

    def makes_up_figures(self) -> bool:
        """Whether a number by chance or by hash stands under the name of a metric, outside every fallback."""
        return any(
            words.is_metric(name) and self._is_by_chance(value)
            for node in self._outside_fallbacks()
            for name, value in named_values(node)
        )

    def returns_chance(self) -> bool:
        """Whether a number by chance is in what comes back."""
        return any(self._is_by_chance(value) for value in self.values())

    def returns_any_of(self, calls: list[ast.Call]) -> bool:
        """Whether what comes back is made with one of `calls`."""
        known = {id(call) for call in calls}
        return any(id(n) in known for value in self.values() for n in self._sources(value))

    def _outside_fallbacks(self) -> Iterator[ast.AST]:
        """Every node of the body but those in an except branch or in the ``else`` of a branch with work in it."""
        working = {id(n) for n in self.work}
        stack: list[ast.AST] = [*reversed(self.rest)]
        while stack:
            node = stack.pop()
            yield node
            if isinstance(node, (*NESTED, ast.ExceptHandler)):
                continue
            below = children(node)
            if isinstance(node, ast.If) and any(id(n) in working for s in node.body for n in walk(s)):
                below = [n for n in below if n not in node.orelse]
            stack += reversed(below)

    def counts_up(self) -> bool:
        """Whether a local name is counted up in a branch that depends on an argument: a result by computing."""
        branches = [s for s in all_statements(self.rest) if isinstance(s, ast.If)]
        return any(
            any(isinstance(n, ast.Name) and n.id in self.parameters for n in walk(branch.test))
            and any(isinstance(s, ast.AugAssign) for s in branch.body)
            for branch in branches
        )

    def _sources(self, value: ast.expr) -> Iterator[ast.AST]:
        """Every node of a value and of the values of the local names in it. The default of a ``.get`` and what is
        between the brackets of a subscript are left out: they choose, and make nothing."""
        seen: set[str] = set()
        stack: list[ast.AST] = [value]
        while stack:
            node = stack.pop()
            yield node
            if isinstance(node, ast.Name) and node.id in self.locals and node.id not in seen:
                seen.add(node.id)
                stack += self.locals[node.id]
            if isinstance(node, ast.Subscript):
                stack.append(node.value)
            elif not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
                stack += children(node)

    def _is_by_chance(self, value: ast.expr) -> bool:
        named = (self.module.dotted(n.func) for n in self._sources(value) if isinstance(n, ast.Call))
        return any(name == "hash" or name.startswith(words.CHANCE_ROOTS) for name in named)


def all_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body at any depth, those of nested functions left out."""
    stack: list[ast.AST] = [*reversed(body)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, _COMPOUND):
            stack += reversed([*statements(node)])


def loops(body: list[ast.stmt]) -> Iterator[ast.For | ast.AsyncFor | ast.While]:
    """The loops among the statements of a body."""
    return (s for s in all_statements(body) if isinstance(s, (ast.For, ast.AsyncFor, ast.While)))


def _is_pure_call(around: Surroundings, call: ast.Call, own: str) -> bool:
    module, stubs = around.module, around.stubs
    func = call.func
    if isinstance(func, ast.Name):
        if func.id in words.PURE_BUILTINS or func.id in stubs or func.id in words.PRINTERS:
            return True
        return module.dotted(func).startswith(words.PURE_ROOTS)
    if not isinstance(func, ast.Attribute):
        return False
    base = func.value
    if own and isinstance(base, ast.Name) and base.id == own:
        return func.attr in stubs
    if is_message_call(call) or (func.attr in words.PURE_METHODS and isinstance(base, _LOCAL_BASES)):
        return True
    while isinstance(base, ast.Attribute):
        base = base.value
    if not isinstance(base, ast.Name) or base.id == own:
        return False
    return module.dotted(func).startswith(words.PURE_ROOTS)


def _calls(root: ast.AST) -> list[ast.Call]:
    return [n for n in walk(root) if isinstance(n, ast.Call)]


def _is_enum_member(node: ast.Attribute) -> bool:
    """``Status.ACTIVE``: a constant of a class."""
    return isinstance(node.value, ast.Name) and node.value.id[:1].isupper() and node.attr.isupper()


def is_message_call(node: ast.Call) -> bool:
    """Whether a call prints, logs or sleeps, by its name."""
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in words.PRINTERS
    if not isinstance(func, ast.Attribute):
        return False
    base = func.value
    root = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    if func.attr in words.LOG_METHODS and (root in words.LOGGERS or root.lower().endswith(("logger", "log"))):
        return True
    return func.attr in words.SHOW_METHODS and root in words.SHOW_ROOTS


def _is_empty_container(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    if not isinstance(node, ast.Call) or node.args or node.keywords or not isinstance(node.func, ast.Name):
        return False
    return node.func.id in ("dict", "list", "set", "tuple", "defaultdict", "OrderedDict", "Counter")


def _is_lookup(node: ast.AST) -> bool:
    """Whether a call only looks something up, builds an object, or asks for the time."""
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name in ("get", "now", "utcnow", "isoformat", "time", "str", "uuid4") or name[:1].isupper()


def named_values(node: ast.AST) -> list[tuple[str, ast.expr]]:
    """The names that a node gives to values: dict keys, keywords, assigned names."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [(k.value, v) for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)]
    if isinstance(node, ast.keyword):
        return [(node.arg, node.value)] if node.arg else []
    if isinstance(node, ast.Assign):
        return [(t.id, node.value) for t in node.targets if isinstance(t, ast.Name)]
    return []
