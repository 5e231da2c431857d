"""Placeholder bodies: functions that print success, sleep, and return made-up figures.

The question is never whether a body looks short or poor, but whether anything in it *could* do what the name promises.
A body is **inert** when every statement only prints, logs, sleeps, or moves constants, arguments and random numbers
about in local names. An inert body is a placeholder when it says so itself, or when the function's name promises work
and what comes back is made of nothing. A few bodies with calls in them are placeholders too: a training loop in which
nothing happens but sleep, a loop over the data that passes. Calls of functions of the same file that are stubs
themselves count as nothing; a caller that does more is never reported for what it calls.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import words
from ml_audit_hooks.checks.stubs.bodies import after_docstring, docstring, in_import_fallback, is_type_checking_only
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope, statements, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import FunctionNode

_NESTED = (*FUNCTION_TYPES, ast.ClassDef, ast.Lambda)


class Body:
    """What a function's body does, read once."""

    def __init__(self, module: Module, scope: Scope, stubs: frozenset[str]) -> None:
        node = scope.node
        assert isinstance(node, FUNCTION_TYPES)
        self.node: FunctionNode = node
        self.module = module
        self.scope = scope
        self.stubs = stubs  # names of functions of this file that are stubs
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        extra = [a for a in (arguments.vararg, arguments.kwarg) if a]
        in_class = isinstance(scope.parents[-1], ast.ClassDef)
        own = named[0].arg if in_class and named and named[0].arg in ("self", "cls") else ""
        self.parameters = frozenset(a.arg for a in [*named, *extra]) - {own}
        self.own = own
        self.rest = after_docstring(node.body)
        self.returns: list[ast.expr] = []
        self.locals: dict[str, list[ast.expr]] = {}
        self.logged: set[int] = set()  # nodes that only feed a message
        self.work = 0
        for statement in self.rest:
            self._statement(statement)

    # -- statements -------------------------------------------------------------------------------------------------

    def _statement(self, node: ast.AST) -> None:
        """Count the work in a statement; note returns and local assignments."""
        if isinstance(node, (ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom)):
            return
        if isinstance(node, ast.Expr):
            if not self._is_message(node.value):
                self._expression(node.value)
                self._filling(node.value)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self.returns.append(node.value)
                self._expression(node.value)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assignment(node)
        elif isinstance(node, ast.Raise):
            return
        elif isinstance(node, (ast.If, ast.While)):
            self._expression(node.test)
            self._block(node)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expression(node.iter)
            self._bind(node.target, node.iter)
            self._block(node)
        elif isinstance(node, ast.Try) or isinstance(node, ast.ExceptHandler):
            self._block(node)
        else:  # with, match, del, global, nested definitions, assert, yield, …: something real
            self.work += 1

    def _block(self, node: ast.AST) -> None:
        for below in statements(node):
            self._statement(below)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
            if isinstance(part, ast.Name):
                self.locals.setdefault(part.id, []).append(value)
            elif isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
                if part.value.id not in self.locals or part.value.id in self.parameters:
                    self.work += 1
                else:
                    self.locals[part.value.id].append(value)
                    self._expression(part.slice)
            else:
                self.work += 1

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
                self.work += 1

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        if node.value is None:
            return
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
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
        calls = [n for part in inside for n in walk(part) if isinstance(n, ast.Call)]
        if any(not self._is_pure(call) for call in calls):
            return False
        self.logged.update(id(n) for part in inside for n in walk(part))
        return True

    def _expression(self, root: ast.expr) -> None:
        """Count the calls and other effects in an expression."""
        for node in walk(root):
            if isinstance(node, ast.Call):
                if not self._is_pure(node):
                    self.work += 1
            elif isinstance(node, (ast.Yield, ast.YieldFrom, ast.Lambda, ast.NamedExpr)) or (isinstance(node, ast.Await) and not (isinstance(node.value, ast.Call) and is_message_call(node.value))):
                self.work += 1

    def _is_pure(self, call: ast.Call) -> bool:
        func = call.func
        if isinstance(func, ast.Name):
            if func.id in words.PURE_BUILTINS or func.id in ("Path", "defaultdict", "Counter", "OrderedDict"):
                return True
            return func.id in self.stubs or self.module.dotted(func).startswith(words.PURE_ROOTS)
        if isinstance(func, ast.Attribute):
            if is_message_call(call) or self.module.dotted(func).startswith(words.PURE_ROOTS):
                return True
            if isinstance(func.value, ast.Name) and func.value.id == self.own and self.own:
                return func.attr in self.stubs
            base = func.value
            local = isinstance(base, (ast.Name, ast.Constant, ast.JoinedStr, ast.Subscript, ast.Call))
            return func.attr in words.PURE_METHODS and local
        return False

    # -- what comes back --------------------------------------------------------------------------------------------

    def reads(self, names: frozenset[str]) -> bool:
        """Whether one of `names` is used for more than a message."""
        for statement in self.rest:
            for node in walk(statement):
                if isinstance(node, ast.Name) and node.id in names and id(node) not in self.logged:
                    return True
        return False

    def _origins(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> list[ast.expr]:
        """The expressions that a value comes from, local names followed."""
        if isinstance(node, ast.Name) and node.id in self.locals and node.id not in seen:
            inner = seen | {node.id}
            return [origin for value in self.locals[node.id] for origin in self._origins(value, inner)]
        if isinstance(node, ast.Call) and self._is_stub_call(node):
            return [o for arg in node.args[:1] for o in self._origins(arg, seen)] or [node]
        return [node]

    def _is_stub_call(self, node: ast.Call) -> bool:
        func = node.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        return name in self.stubs

    def hands_back_argument(self) -> bool:
        """Whether every returned value is an argument, unchanged."""
        origins = [o for value in self.returns for o in self._origins(value)]
        named = [o for o in origins if isinstance(o, ast.Name) and o.id in self.parameters]
        return bool(named) and len(named) == len(origins)

    def _is_plain(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a value is made of constants, fresh containers, chance and the clock only."""
        for part in walk(node):
            if isinstance(part, ast.Name) and not self._is_plain_name(part, seen):
                return False
            if isinstance(part, ast.Attribute) and not self.module.dotted(part).startswith(words.PURE_ROOTS):
                if part.attr not in words.PURE_METHODS:
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
        return name.id[:1].isupper() or self._names_pure(name)

    def _names_pure(self, node: ast.Name) -> bool:
        dotted = self.module.dotted(node) + "."
        return node.id in words.PURE_BUILTINS or node.id in self.stubs or dotted.startswith(words.PURE_ROOTS)

    def returns_plain(self) -> bool:
        """Whether something other than None comes back, and all of it is made of nothing."""
        origins = [o for value in self.returns for o in self._origins(value)]
        values = [o for o in origins if not (isinstance(o, ast.Constant) and o.value is None)]
        return bool(values) and all(self._is_plain(value) for value in values)

    def returns_empty(self) -> bool:
        """Whether every returned value is an empty container."""
        values = [o for value in self.returns for o in self._origins(value)]
        return bool(values) and all(_is_empty_container(value) for value in values)

    def makes_up_figures(self) -> bool:
        """Whether a number by chance, by hash or out of the air stands under the name of a metric."""
        for statement in self.rest:
            for node in walk(statement):
                for name, value in _named_values(node):
                    if not words.METRICS.isdisjoint(words.name_parts(name)) and self._is_made_up(value):
                        return True
        return False

    def _is_made_up(self, value: ast.expr) -> bool:
        for node in walk(value):
            if isinstance(node, ast.Call):
                dotted = self.module.dotted(node.func)
                if dotted.startswith(words.CHANCE_ROOTS) or dotted == "hash":
                    return True
        return False


def is_message_call(node: ast.Call) -> bool:
    """Whether a call prints, logs or sleeps, by its name."""
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in words.PRINTERS
    if not isinstance(func, ast.Attribute):
        return False
    base = func.value
    root = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    if func.attr in words.LOG_METHODS:
        return root in words.LOGGERS or root.lower().endswith(("logger", "log"))
    return func.attr in ("print", "echo", "secho", "sleep", "rule") and root in (
        *("typer", "click", "console", "rich", "time", "asyncio", "trio", "anyio"),
    )


def _is_empty_container(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return not node.elts
    if isinstance(node, ast.Dict):
        return not node.keys
    empty_call = isinstance(node, ast.Call) and not node.args and not node.keywords
    return (
        empty_call
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in (*("dict", "list", "set", "tuple", "defaultdict", "OrderedDict", "Counter"),)
    )


def _named_values(node: ast.AST) -> list[tuple[str, ast.expr]]:
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [(k.value, v) for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)]
    if isinstance(node, ast.keyword):
        return [(node.arg, node.value)] if node.arg else []
    if isinstance(node, ast.Assign):
        return [(t.id, node.value) for t in node.targets if isinstance(t, ast.Name)]
    return []


class _Words:
    """What a function says of itself: comments, docstring and messages."""

    def __init__(self, body: Body, module_says: str) -> None:
        node = body.node
        lines = body.module.lines[node.lineno - 1 : node.end_lineno or node.lineno]
        comments = [line[line.find("#") :] for line in lines if "#" in line]
        messages = [n.value for s in body.rest for n in walk(s) if isinstance(n, ast.Constant)]
        spoken = [m for m in messages if isinstance(m, str) and " " in m]
        self.comments = "\n".join(comments).lower()
        self.said = "\n".join([*comments, *spoken]).lower()
        self.docstring = (docstring(node.body) or "").lower()
        self.module_says = module_says

    def outright(self) -> bool:
        """An outright phrase in a comment or message of the body, or in its docstring."""
        return words.has_phrase(self.said, words.OUTRIGHT) or words.has_phrase(self.docstring, words.OUTRIGHT)

    def any(self) -> bool:
        """Any sign word, at the weakest one in the module's docstring."""
        both = f"{self.said}\n{self.docstring}\n{self.module_says}"
        return words.has_phrase(both, words.OUTRIGHT + words.HINTS)


def is_placeholder(module: Module, scope: Scope, stubs: frozenset[str], module_says: str) -> bool:
    """Whether the function's body only pretends. `stubs`: the names of this file's functions known to be stubs;
    `module_says`: the module docstring in lower case."""
    node = scope.node
    assert isinstance(node, FUNCTION_TYPES)
    if not after_docstring(node.body) or is_type_checking_only(scope) or _is_excused(scope, node):
        return False
    body = Body(module, scope, stubs)
    promise = words.promises_work(node.name)
    said = _Words(body, module_says)
    if body.work == 0:
        return _inert_is_placeholder(body, promise, said)
    return _busy_is_placeholder(body, promise, said)


def _is_excused(scope: Scope, node: FunctionNode) -> bool:
    """Whether another rule already says that the body may be empty of work."""
    if any(isinstance(p, FUNCTION_TYPES) for p in scope.parents) or node.name.startswith("__"):
        return True
    decorators = {d.attr if isinstance(d, ast.Attribute) else getattr(d, "id", "") for d in node.decorator_list}
    if decorators & {"abstractmethod", "overload", "property", "cached_property", "fixture", "setter"}:
        return True
    owners = [p.name for p in scope.parents if isinstance(p, ast.ClassDef)]
    return any(words.is_harmless(name) for name in owners)


def _inert_is_placeholder(body: Body, promise: bool, said: _Words) -> bool:
    name = body.node.name
    harmless = words.is_harmless(name)
    if body.makes_up_figures() and (promise or said.any()) and not harmless:
        return True
    if not body.returns:
        speaks = bool(body.logged)
        if harmless:
            return False
        if said.outright() and (speaks or promise or body.parameters):
            return True
        return promise and speaks and bool(body.parameters or body.own) and _claims_success(body)
    if harmless and not said.outright():
        return False
    if body.hands_back_argument():
        return _identity_is_placeholder(body, promise, said)
    if not body.returns_plain():
        return False
    unread = bool(body.parameters) and not body.reads(body.parameters | {body.own} - {""})
    if said.outright():
        return promise or bool(body.parameters)
    if in_import_fallback(body.scope):
        return promise and unread and _has_number(body)
    if body.returns_empty():
        return promise and unread and (said.any() or bool(body.logged))
    return promise and unread and (_has_figures(body) or said.any())


def _identity_is_placeholder(body: Body, promise: bool, said: _Words) -> bool:
    """An argument that comes back unchanged, where the name promises to change it."""
    if in_import_fallback(body.scope):
        return False
    if _has_branches(body.rest):  # returned as it is in some case only
        return promise and said.outright() and not body.reads(body.parameters - _returned_names(body))
    if said.outright():
        return promise or len(body.parameters) > 0
    changes = {"apply", "quantize", "prune", "compress", "train", "optimize", "setup", "convert", "distill", "finetune"}
    changes |= {"fuse", "calibrate", "compile", "augment", "normalize", "preprocess", "tokenize", "encode", "adapt"}
    parts = words.name_parts(body.node.name)
    strong = bool(parts) and (parts[0] in changes or "_".join(parts[:2]) == "fine_tune")
    return strong and (bool(body.logged) or said.any())


def _returned_names(body: Body) -> frozenset[str]:
    return frozenset(v.id for v in body.returns if isinstance(v, ast.Name))


def _has_branches(rest: list[ast.stmt]) -> bool:
    return any(isinstance(n, (ast.If, ast.IfExp, ast.Match)) for s in rest for n in walk(s))


_PERFECT = (
    "completed",
    "complete",
    "finished",
    "successfully",
    "started",
    "saved",
    "loaded",
    "trained",
    "done",
    "deployed",
)


def _claims_success(body: Body) -> bool:
    """Whether a message without variables or with them says that the work is done."""
    for statement in body.rest:
        for node in walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) in body.logged:
                if words.has_phrase(node.value.lower(), _PERFECT):
                    return True
    return False


def _has_figures(body: Body) -> bool:
    """Whether a number other than 0 and 1, or a number under a metric's name, comes back."""
    for value in body.returns:
        for origin in body._origins(value):
            for node in walk(origin):
                if isinstance(node, ast.Constant) and type(node.value) is float and node.value not in (0.0, 1.0):
                    return True
                for name, figure in _named_values(node):
                    number = isinstance(figure, ast.Constant) and type(figure.value) in (int, float)
                    if number and not words.METRICS.isdisjoint(words.name_parts(name)):
                        return True
    return False


def _has_number(body: Body) -> bool:
    """Whether a number comes back, bare or in a container."""
    origins = [o for value in body.returns for o in body._origins(value)]
    numbers = [n for o in origins for n in walk(o) if isinstance(n, ast.Constant) and type(n.value) in (int, float)]
    return bool(numbers)


# -- bodies with calls in them ----------------------------------------------------------------------------------------


def _busy_is_placeholder(body: Body, promise: bool, said: _Words) -> bool:
    name = body.node.name
    outright = said.outright()
    if outright and promise and (_sleeps_in_epochs(body) or _passes_over_data(body)):
        return True
    if promise and _sleeps_in_epochs(body) and said.any():
        return True
    if outright and body.makes_up_figures() and (promise or "simulate" in name):
        return True
    if promise and in_import_fallback(body.scope) and _has_number(body) and _only_calls_parameters(body):
        return True
    if outright and promise and _drops_what_it_builds(body):
        return True
    return outright and promise and _wraps_one_call(body)


def _loops(body: Body) -> list[ast.For | ast.AsyncFor | ast.While]:
    found = [n for s in body.rest for n in walk(s) if isinstance(n, (ast.For, ast.AsyncFor, ast.While))]
    return [loop for loop in found if isinstance(loop, (ast.For, ast.AsyncFor, ast.While))]


def _sleeps_in_epochs(body: Body) -> bool:
    """A loop in which nothing happens but messages and sleep, and it does sleep."""
    for loop in _loops(body):
        calls = [n for s in loop.body for n in walk(s) if isinstance(n, ast.Call)]
        sleeps = [c for c in calls if body.module.dotted(c.func) in ("time.sleep", "asyncio.sleep")]
        if sleeps and all(is_message_call(c) or body._is_pure(c) for c in calls):
            return True
    return False


def _passes_over_data(body: Body) -> bool:
    """A loop over an argument whose body has no call and no assignment."""
    for loop in _loops(body):
        if isinstance(loop, ast.While):
            continue
        over = {n.id for n in walk(loop.iter) if isinstance(n, ast.Name)}
        doing = (ast.Call, ast.Assign, ast.AugAssign, ast.Return, ast.Yield, ast.Raise)
        idle = not any(isinstance(n, doing) for s in loop.body for n in walk(s))
        if over & body.parameters and idle:
            return True
    return False


def _only_calls_parameters(body: Body) -> bool:
    calls = [n for s in body.rest for n in walk(s) if isinstance(n, ast.Call)]
    return all(isinstance(c.func, ast.Name) and c.func.id in body.parameters for c in calls)


def _drops_what_it_builds(body: Body) -> bool:
    """A local ``optimizer`` is built and then only handed to stubs, and the loop around them is told to be pretence."""
    built = [n for n in body.locals if "optim" in n.lower() and all(isinstance(v, ast.Call) for v in body.locals[n])]
    for name in built:
        uses = [n for s in body.rest for n in walk(s) if isinstance(n, ast.Name) and n.id == name]
        loads = [n for n in uses if isinstance(n.ctx, ast.Load)]
        to_stubs: set[int] = set()
        for statement in body.rest:
            for node in walk(statement):
                if isinstance(node, ast.Call) and body._is_stub_call(node):
                    to_stubs.update(id(a) for a in node.args)
        if all(id(n) in to_stubs for n in loads):
            return True
    return False


def _wraps_one_call(body: Body) -> bool:
    """One ``return f(...)`` that leaves out an argument, under a comment that says it is a placeholder."""
    if len(body.rest) != 1 or len(body.returns) != 1:
        return False
    return any(not body.reads(frozenset((name,))) for name in body.parameters)
