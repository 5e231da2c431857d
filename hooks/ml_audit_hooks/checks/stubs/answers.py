"""What a body gives back, and what that is made of: arguments, constants, chance, or work."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import calls, words
from ml_audit_hooks.checks.stubs.reading import Reading
from ml_audit_hooks.core.python import children, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Of what a form is made in which arguments are only filled in.
_FORM = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.JoinedStr, ast.FormattedValue, ast.keyword),
    *(ast.Dict, ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.DictComp, ast.comprehension),
)


class Body(Reading):
    """A function's body and its answer."""

    _chances: set[int] | None = None

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
            if isinstance(part, ast.Attribute) and not self._is_plain_attribute(part):
                return False
        return True

    def _is_plain_attribute(self, node: ast.Attribute) -> bool:
        if node.attr in words.PURE_METHODS or _is_enum_member(node):
            return True
        return self.module.dotted(node).startswith(words.PURE_ROOTS)

    def _is_plain_name(self, name: ast.Name, seen: frozenset[str]) -> bool:
        if name.id in seen:
            return True
        if name.id in self.locals:
            inner = seen | {name.id}
            return all(self._is_plain(value, inner) for value in self.locals[name.id])
        if name.id in self.parameters or name.id == self.own:
            return False
        if name.id in words.PURE_BUILTINS or name.id in self.around.stubs or name.id[:1].isupper():
            return True
        return f"{self.module.dotted(name)}.".startswith(words.PURE_ROOTS) or name.id in self._in_comprehensions()

    def _in_comprehensions(self) -> frozenset[str]:
        targets = [n.target for s in self.rest for n in walk(s) if isinstance(n, ast.comprehension)]
        return frozenset(n.id for t in targets for n in walk(t) if isinstance(n, ast.Name))

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
            if isinstance(node, (*calls.NESTED, ast.ExceptHandler)):
                continue
            below = children(node)
            if isinstance(node, ast.If) and any(id(n) in working for s in node.body for n in walk(s)):
                below = [n for n in below if n not in node.orelse]
            stack += reversed(below)

    def counts_up(self) -> bool:
        """Whether a local name is counted up in a branch that depends on an argument: a result by computing."""
        branches = [s for s in calls.all_statements(self.rest) if isinstance(s, ast.If)]
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
        return any(id(n) in self._chance for n in self._sources(value))

    @property
    def _chance(self) -> set[int]:
        """The ids of the calls outside every fallback that give a number by chance or by hash."""
        if self._chances is None:
            named = ((n, self.module.dotted(n.func)) for n in self._outside_fallbacks() if isinstance(n, ast.Call))
            self._chances = {id(n) for n, name in named if name == "hash" or name.startswith(words.CHANCE_ROOTS)}
        return self._chances


def _is_enum_member(node: ast.Attribute) -> bool:
    """``Status.ACTIVE``: a constant of a class."""
    return isinstance(node.value, ast.Name) and node.value.id[:1].isupper() and node.attr.isupper()


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
