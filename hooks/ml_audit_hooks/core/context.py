"""A Python module as detectors see it: names resolved through imports, values followed through simple assignments."""

from __future__ import annotations

import _ast as ast
from bisect import bisect_left, bisect_right

from ml_audit_hooks.core import places
from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.capability import Signal
from ml_audit_hooks.core.python import Module, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from ml_audit_hooks.core.file import File

    _N = TypeVar("_N", bound=ast.AST)
    _T = TypeVar("_T")

_OFF = (None, False, "", "no", "none", "None", "off", "false", "False", 0)
UNKNOWN = object()  # a value that cannot be followed


class Context:
    """One module of a file."""

    def __init__(self, file: File, module: Module, before: Context | None = None) -> None:
        """`before`: the cell of the notebook before this one."""
        self.file = file
        self.module = module
        self.in_test = places.is_test(file.path)
        self._known_origins = before.origins if before is not None else {}
        self._known_roots: frozenset[str] = before.roots if before is not None else frozenset()
        self._known_values: dict[str, ast.expr | None] = before.globals if before is not None else {}
        self._origins: dict[str, str] | None = None
        self._values: dict[tuple[str, str], list[ast.expr]] | None = None
        self._names: frozenset[str] | None = None
        self._roots: frozenset[str] | None = None
        self._classes: dict[str, ast.ClassDef] | None = None
        self._symbols: dict[int, str] = {}  # of lines
        self._aliases = module.aliases
        self._dotted: dict[int, str] = {}  # of attributes, by their identity
        self._resolved: dict[int, str] = {}  # of nodes, by their identity
        self._lines: dict[type, tuple[list[int], list[ast.AST]]] = {}  # the nodes of a type by their first line
        self._walks: dict[int, list[ast.AST]] = {}  # of nodes, by their identity
        self._calls: dict[str, list[ast.Call]] | None = None
        self._written: dict[str, list[ast.Call]] | None = None
        self._assigned: dict[str, list[ast.Assign]] | None = None
        self._options: dict[str, list[ast.Call]] | None = None
        self._facts: dict[Callable[[Context], Any], Any] = {}
        self._packages: frozenset[str] | None = None
        self._owners: dict[str, ast.AST] | None = None

    # -- places -----------------------------------------------------------------------------------------------------

    def symbol(self, node: ast.AST) -> str:
        """The innermost function or class around a node; "<module>" outside all."""
        line: int = getattr(node, "lineno", 1)
        known = self._symbols.get(line)
        if known is None:
            known = self._symbols[line] = self.module.symbol_at(line)
        return known

    def signal(self, name: str, node: ast.AST, why: str, place: bool = False) -> Signal:
        """A signal at a node."""
        return Signal(name, getattr(node, "lineno", 1), self.module.cell, self.symbol(node), why, place)

    @property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes of the module by name."""
        if self._classes is None:
            nodes = [scope.node for scope in self.module.scopes]
            self._classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
        return self._classes

    @property
    def owners(self) -> dict[str, ast.AST]:
        """The functions and classes of the module by symbol, the module itself as ``<module>``."""
        if self._owners is None:
            self._owners = {scope.symbol: scope.node for scope in self.module.scopes}
            self._owners["<module>"] = self.module.tree
        return self._owners

    # -- calls ------------------------------------------------------------------------------------------------------

    @property
    def calls(self) -> dict[str, list[ast.Call]]:
        """The calls by the last part of what is called, as its import names it; "" for what has no name."""
        if self._calls is None:
            aliases = self.module.aliases
            self._calls = {}
            for name, found in self.written.items():
                plain = [call for call in found if call.func.__class__ is ast.Name] if name in aliases else None
                if not plain:
                    self._calls.setdefault(name, []).extend(found)
                    continue
                self._calls.setdefault(aliases[name].rpartition(".")[2], []).extend(plain)
                if len(plain) < len(found):
                    rest = [call for call in found if call.func.__class__ is not ast.Name]
                    self._calls.setdefault(name, []).extend(rest)
        return self._calls

    @property
    def written(self) -> dict[str, list[ast.Call]]:
        """The calls by the last identifier of what is called, see `last_name`; under "" those of what is no name."""
        if self._written is None:
            found: dict[str, list[ast.Call]] = {}
            for call in self.nodes(ast.Call):
                func = call.func
                if func.__class__ is ast.Attribute:
                    name = func.attr
                elif func.__class__ is ast.Name:
                    name = func.id
                else:
                    name = last_name(func)
                    if name:
                        found.setdefault("", []).append(call)
                if name in found:
                    found[name].append(call)
                else:
                    found[name] = [call]
            self._written = found
        return self._written

    @property
    def options(self) -> dict[str, list[ast.Call]]:
        """The calls by their keyword arguments, ``**options`` opened as `keywords` does."""
        if self._options is None:
            found: dict[str, list[ast.Call]] = {}
            for call in self.nodes(ast.Call):
                given = call.keywords
                if given:
                    names = [keyword.arg for keyword in given if keyword.arg is not None]
                    for name in names if len(names) == len(given) else self.keywords(call):
                        if name in found:
                            found[name].append(call)
                        else:
                            found[name] = [call]
            self._options = found
        return self._options

    def once(self, fact: Callable[[Context], _T]) -> _T:
        """A fact about the module, found out once."""
        if fact not in self._facts:
            self._facts[fact] = fact(self)
        return self._facts[fact]  # type: ignore[no-any-return]

    @property
    def assigned(self) -> dict[str, list[ast.Assign]]:
        """The assignments by the last identifier of each target, see `last_name`; those to several at once are under
        each of their names, and under ""."""
        if self._assigned is None:
            found: dict[str, list[ast.Assign]] = {}
            for node in self.nodes(ast.Assign):
                for target in node.targets:
                    parts = _parts(target) if target.__class__ in (ast.Tuple, ast.List) else (target,)
                    for part in parts:
                        found.setdefault(last_name(part), []).append(node)
            self._assigned = found
        return self._assigned

    def calls_of(self, names: frozenset[str], options: frozenset[str] = frozenset()) -> list[ast.Call]:
        """The calls of one of these names (see `calls`), and those that give one of these options."""
        found = {id(call): call for name in self.calls.keys() & names for call in self.calls[name]}
        for option in self.options.keys() & options if options else ():
            found.update((id(call), call) for call in self.options[option])
        return [*found.values()]

    def nodes(self, kind: type[_N]) -> list[_N]:
        """The nodes of a type, in no particular order."""
        return self.module.nodes.get(kind, [])  # type: ignore[return-value]

    # -- names ------------------------------------------------------------------------------------------------------

    def dotted(self, node: ast.AST | None) -> str:
        """The dotted name, its first part resolved through imports; "" for what is none."""
        if node.__class__ is ast.Name:
            return self._aliases.get(node.id, node.id)
        if node.__class__ is not ast.Attribute:
            return ""
        known = self._dotted.get(id(node))
        if known is None:
            known = self._dotted[id(node)] = self.module.dotted(node)
        return known

    @property
    def names(self) -> frozenset[str]:
        """The names that the module uses."""
        if self._names is None:
            self._names = frozenset([node.id for node in self.nodes(ast.Name)])
        return self._names

    @property
    def roots(self) -> frozenset[str]:
        """The packages that the module imports and uses (first part of their names; "" for relative imports); those of
        a notebook's earlier cells are among them."""
        if self._roots is None:
            used = self.names
            aliases = self.module.aliases
            own = frozenset(o.partition(".")[0] for name, o in aliases.items() if name in used)
            self._roots = self._known_roots | own
        return self._roots

    @property
    def packages(self) -> frozenset[str]:
        """The packages that the module imports, in use or not; "" for the repository's own by a relative import."""
        if self._packages is None:
            self._packages = frozenset(origin.partition(".")[0] for origin in self.module.aliases.values())
        return self._packages

    def call_name(self, call: ast.Call) -> str:
        """The resolved name of what is called. A method on a local value gets the name that made the value:
        ``tokenizer.encode`` after ``tokenizer = AutoTokenizer.from_pretrained(…)`` is
        ``transformers.AutoTokenizer.from_pretrained().encode``; a call on a call likewise."""
        return self.resolved(call.func)

    def resolved(self, node: ast.AST) -> str:
        """As `dotted`, local values followed one step to the call that made them."""
        if node.__class__ is ast.Attribute:
            known = self._resolved.get(id(node))
            if known is None:
                known = self._resolved[id(node)] = self._resolved_attribute(node)
            return known
        if node.__class__ is ast.Name:
            return self.origins.get(node.id) or self._aliases.get(node.id, node.id)
        if isinstance(node, ast.Call):
            inner = self.resolved(node.func)
            return f"{inner}()" if inner else ""
        if isinstance(node, ast.Await):
            return self.resolved(node.value)
        return ""

    def _resolved_attribute(self, node: ast.Attribute) -> str:
        own = self.origins.get(_spelled(node))
        if own:
            return own
        base = self.resolved(node.value)
        return f"{base}.{node.attr}" if base else f".{node.attr}"

    @property
    def origins(self) -> dict[str, str]:
        """Local name or ``self.name`` to ``made.by.call()`` for names that calls are assigned to, module-wide."""
        if self._origins is None:
            self._origins = {}
            found: dict[str, str] = dict(self._known_origins)
            made = (ast.Call, ast.Await)  # most values are neither
            assigned = self.nodes(ast.Assign)
            pairs: list[tuple[ast.expr, Any]]
            pairs = [(target, n.value) for n in assigned if n.value.__class__ in made for target in n.targets]
            pairs += [(n.target, n.value) for n in self.nodes(ast.AnnAssign) if n.value is not None]
            pairs += [(n.optional_vars, n.context_expr) for n in self.nodes(ast.withitem) if n.optional_vars]
            aliases = self._aliases
            for target, value in pairs:
                call = value.value if value.__class__ is ast.Await else value
                if call.__class__ is ast.Call:
                    key = _spelled(target)
                    if key and key not in aliases and (name := self.dotted(call.func)):
                        found[key] = f"{name}()"
            self._origins = found
        return self._origins

    # -- values -----------------------------------------------------------------------------------------------------

    @property
    def values(self) -> dict[tuple[str, str], list[ast.expr]]:
        """(symbol of the scope, name) to the expressions assigned to the name there."""
        if self._values is None:
            found: dict[tuple[str, str], list[ast.expr]] = {}
            for node in self.module.nodes.get(ast.Assign, ()):
                assert isinstance(node, ast.Assign)
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault((self.symbol(node), target.id), []).append(node.value)
            self._values = found
        return self._values

    def value_of(self, name: ast.Name) -> ast.expr | None:
        """The one expression that a name is assigned in its function, else at the top of the module."""
        for scope in (self.symbol(name), "<module>"):
            found = self.values.get((scope, name.id), [])
            if found:
                return found[0] if len(found) == 1 else None
        return self._known_values.get(name.id)

    @property
    def globals(self) -> dict[str, ast.expr | None]:
        """What the names at the top of this and of earlier cells were last assigned, where it is one thing."""
        own = {n: found[0] if len(found) == 1 else None for (s, n), found in self.values.items() if s == "<module>"}
        return {**self._known_values, **own}

    def constant(self, node: ast.AST | None) -> Any:
        """The constant that an expression is, one assignment followed; UNKNOWN for others."""
        if isinstance(node, ast.Name):
            node = self.value_of(node)
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            return -value if isinstance(value, (int, float)) else UNKNOWN
        return UNKNOWN

    def keywords(self, call: ast.Call) -> dict[str, ast.expr]:
        """The keyword arguments of a call; ``**options`` opened where it is a dict written down nearby."""
        found: dict[str, ast.expr] = {}
        for keyword in call.keywords:
            if keyword.arg is not None:
                found[keyword.arg] = keyword.value
                continue
            value = self.value_of(keyword.value) if isinstance(keyword.value, ast.Name) else keyword.value
            if isinstance(value, ast.Dict):
                for key, item in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        found[key.value] = item
            elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
                found.update((k.arg, k.value) for k in value.keywords if k.arg)
        return found

    def is_on(self, node: ast.expr) -> bool:
        """Whether a value may switch something on: anything but None, False, "", "no", "none", "off" and 0."""
        value = self.constant(node)
        return value is UNKNOWN or not any(value is off or (value == off and type(value) is type(off)) for off in _OFF)

    def argument(self, call: ast.Call, name: str, position: int = -1) -> ast.expr | None:
        """An argument by keyword, or by position where it is not negative."""
        found = self.keywords(call).get(name)
        if found is None and 0 <= position < len(call.args):
            found = call.args[position]
        return found

    def within(self, block: ast.AST, kind: type[_N]) -> list[_N]:
        """The nodes of a type in the lines of a compound statement, its decorators among them, or of the module."""
        if kind not in self._lines:
            found = sorted(self.nodes(kind), key=lambda n: n.lineno)  # type: ignore[attr-defined]
            self._lines[kind] = [n.lineno for n in found], found  # type: ignore[assignment, attr-defined]
        lines, nodes = self._lines[kind]
        if isinstance(block, ast.Module):
            return nodes  # type: ignore[return-value]
        first: int = block.lineno  # type: ignore[attr-defined]
        last: int = block.end_lineno or first  # type: ignore[attr-defined]
        first = min([first, *(decorator.lineno for decorator in getattr(block, "decorator_list", ()))])
        return nodes[bisect_left(lines, first) : bisect_right(lines, last)]  # type: ignore[return-value]

    def inside(self, node: ast.AST, kind: type) -> list[Any]:
        """The nodes of a type below `node`, in source order."""
        below = self._walks.get(id(node))
        if below is None:
            below = self._walks[id(node)] = walk(node)
        return below if kind is ast.AST else [n for n in below if isinstance(n, kind)]


def _parts(target: ast.expr) -> list[ast.expr]:
    """A target of several, and the single ones in it."""
    below = target.elts if isinstance(target, (ast.Tuple, ast.List)) else ()
    return [target, *(part for item in below for part in _parts(item))]


def _spelled(node: ast.AST) -> str:
    """``x`` or ``self.x`` as it is written; "" for others."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return f"{node.value.id}.{node.attr}"
    return ""
