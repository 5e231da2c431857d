"""What the names and expressions of a file stand for at the place that is being walked."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import values
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.checks.seeds.values import Value
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.python import FunctionNode

_MAX_CHAIN = 40  # links of an expression that are followed
_SAME = frozenset("to cuda cpu eval train half float double bfloat16 compile prepare requires_grad_ unwrapped".split())
_WRAPS = ("torch.compile", "DataParallel", "DistributedDataParallel", ".prepare_model", "FullyShardedDataParallel")
BY_CONFIG = frozenset(("hydra.utils.instantiate", "hydra.utils.call"))  # makes what a configuration names
PARTIAL = frozenset(("functools.partial", "partial"))  # stands for what it will call
LOADED = frozenset(f"{name}.load()" for name in "cloudpickle dill joblib pickle torch".split())  # objects of any class
_DECLARES = ("Option", "Argument", "Field", "option")  # calls that stand for a default
_NO_OBJECTS = ("?", "self", "super", "int", "str", "list", "dict")


class Names:
    """The names of one file."""

    def __init__(self, contexts: tuple[Context, ...]) -> None:
        self.contexts = contexts
        self.context = contexts[0]
        self.aliases: dict[str, str] = contexts[0].module.aliases
        self.functions: dict[str, FunctionNode] = {}  # by symbol
        self.classes: dict[str, ast.ClassDef] = {}
        self.homes: dict[str, tuple[Context, str]] = {}  # symbol -> its module and the class that it is a method of
        self.attributes: dict[str, dict[str, str]] = {}  # class symbol -> attribute -> what made it
        self.constants: dict[str, Value] = {}  # of the module's top level
        self.tops: dict[str, Any] = {}  # origins at the module's top level
        self.local: dict[str, Any] = {}  # name -> origin (str), value (tuple), or display of references (list)
        self.parameters: frozenset[str] = frozenset()
        self.symbol = ""
        self.owner = ""  # the class whose method is walked
        for context in contexts:
            self._take(context)
        origins = contexts[-1].module.aliases.values()
        self.roots = frozenset(origin.partition(".")[0] for origin in origins)

    def _take(self, context: Context) -> None:
        for scope in context.module.scopes:
            node, symbol = scope.node, scope.symbol
            if node.__class__ is ast.ClassDef:
                self.classes[symbol] = node
                self.homes[symbol] = context, ""
            elif isinstance(node, FUNCTION_TYPES):
                owner = ""
                if len(scope.parents) > 1:
                    around = (p for p in reversed(scope.parents) if isinstance(p, (*FUNCTION_TYPES, ast.ClassDef)))
                    if isinstance(next(around, None), ast.ClassDef):
                        owner = symbol.rpartition(".")[0]
                self.functions[symbol] = node
                self.homes[symbol] = context, owner

    def enter(self, context: Context, symbol: str) -> None:
        """Stand in a function, a class or (by "") the top of a module."""
        self.context, self.aliases, self.symbol = context, context.module.aliases, symbol
        self.local, self.parameters = {}, frozenset()
        self.owner = self.homes[symbol][1] if symbol in self.homes else ""
        while not self.owner and "." in symbol:  # a nested function: its `self` is that of the method around it
            symbol = symbol.rpartition(".")[0]
            self.owner = self.homes[symbol][1] if symbol in self.homes else ""

    # -- names ------------------------------------------------------------------------------------------------------

    def named(self, node: ast.AST, depth: int = 0) -> str:
        """The resolved name of an expression: ``torch.nn.Linear``, ``model.GPT().forward``, ``self.step``; "?" for
        what has none."""
        kind = node.__class__
        if kind is ast.Name:
            return self.of_name(node.id)  # type: ignore[attr-defined]
        if kind is ast.Attribute:
            return self._attribute(node, depth)
        if depth > _MAX_CHAIN:
            return "?"
        if kind is ast.Call:
            func: ast.expr = node.func  # type: ignore[attr-defined]
            inner = self.named(func, depth + 1)
            if (inner.endswith(_WRAPS) or inner in PARTIAL) and node.args:  # type: ignore[attr-defined]
                return self.named(node.args[0], depth + 1)  # type: ignore[attr-defined]
            if isinstance(func, ast.Attribute) and func.attr in _SAME and "()" in inner:
                return self.named(func.value, depth + 1)
            return f"{inner}()" if inner else "?"
        if isinstance(node, (ast.Subscript, ast.Await, ast.Starred)):
            return self.named(node.value, depth + 1)
        return "?"

    def of_name(self, name: str) -> str:
        """The resolved name of an identifier."""
        found = self.local.get(name)
        if found is None:
            if name in self.parameters:
                return f"?{name}"
            found = self.tops.get(name)
        if found is not None:
            if found.__class__ is str:
                return found
            return name if found.__class__ is list else f"?{name}"
        if self.symbol:
            inner = f"{self.symbol}.{name}"
            if inner in self.functions or inner in self.classes:
                return inner
        return self.aliases.get(name, name)

    def _attribute(self, node: ast.AST, depth: int) -> str:
        parts: list[str] = []
        below = node.value  # type: ignore[attr-defined]
        if below.__class__ is ast.Name and below.id not in ("self", "cls"):  # as below: most chains have one link
            base = self.of_name(below.id)
            if base not in ("self", "cls"):
                return f"{base}.{node.attr}"  # type: ignore[attr-defined]
        while node.__class__ is ast.Attribute:
            parts.append(node.attr)
            node = node.value
            if len(parts) > _MAX_CHAIN:
                return "?"
        base = self.named(node, depth + 1)
        if base in ("self", "cls") and self.owner:
            made = self.attributes.get(self.owner, {}).get(parts[-1])
            if made:
                base = made
                parts.pop()
        return ".".join([base, *reversed(parts)]) if parts else base

    def known(self, name: str) -> Value | None:
        """What a name is known to hold; ``#name`` asks for its length, which a rebound parameter mostly keeps."""
        if name[0] == "#":
            return ("#", name[1:]) if name[1:] in self.parameters else values.OPEN
        found = self.local.get(name)
        if found.__class__ is tuple:
            return found
        if found is None:
            return ("p", name) if name in self.parameters else self.constants.get(name)
        return values.OPEN

    def value(self, node: ast.AST | None) -> Value:
        """The value of an expression here."""
        return values.value(node, self.named, self.known)

    # -- what names are bound to ------------------------------------------------------------------------------------

    def bind_parameters(self, node: FunctionNode) -> tuple[tuple[str, Value | None], ...]:
        """Take in a function's parameters; each with its default, None where it has none."""
        spec = node.args
        positional = [*spec.posonlyargs, *spec.args]
        gap = len(positional) - len(spec.defaults)
        found: list[tuple[str, Value | None]] = []
        for i, arg in enumerate(positional):
            found.append((arg.arg, self.default(spec.defaults[i - gap]) if i >= gap else None))
        for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            found.append((arg.arg, self.default(default) if default is not None else None))
        every = [*positional, *spec.kwonlyargs, *(a for a in (spec.vararg, spec.kwarg) if a is not None)]
        for arg in every:
            made = self.annotated(arg.annotation) if arg.annotation is not None else ""
            if made:
                self.local[arg.arg] = made
        self.parameters = frozenset([a.arg for a in every]) - {"self", "cls"}
        return tuple(found)

    def default(self, node: ast.AST) -> Value:
        """A parameter's default; ``typer.Option(None)`` and ``Field(default=…)`` are looked into."""
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "default":
                    return self.value(keyword.value)
            if node.args and self.named(node.func).rpartition(".")[2] in _DECLARES:
                return self.value(node.args[0])
        return self.value(node)

    def declared(self, annotation: ast.AST, value: ast.AST) -> str:
        """As `annotated`, of what is assigned: a trainer that a configuration makes is ``Trainer.by_config()``."""
        made = self.annotated(annotation)
        if made.endswith(".Trainer()") and isinstance(value, ast.Call) and self.named(value.func) in BY_CONFIG:
            return f"{made[:-2]}.by_config()"
        return made

    def annotated(self, node: ast.AST) -> str:
        """``made()`` for an annotation that names an imported class or one of the file."""
        if isinstance(node, ast.Name) and node.id not in self.aliases and node.id not in self.classes:
            return ""
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self.named(node)
            if name.rpartition(".")[2][:1].isupper() and not name.startswith("typing."):
                return f"{name}()"
        return ""

    def bind(self, name: str, node: ast.AST) -> None:
        """Remember what a local name holds."""
        if isinstance(node, ast.IfExp):
            node = node.body
        kind = node.__class__
        if kind is ast.Constant or kind is ast.JoinedStr:
            self.local[name] = self.value(node)
        elif kind is ast.Dict:
            held = node.values  # type: ignore[attr-defined]
            self.local[name] = [self.named(v) for v in held if isinstance(v, (ast.Name, ast.Attribute))] or values.OPEN
        elif kind is ast.Call or kind is ast.Subscript or kind is ast.Await:
            made = self.named(node)
            if kind is ast.Call and values.may_tell(made):
                found = self.value(node)
                if found[0] != "x":
                    self.local[name] = found
                    return
            self.local[name] = values.OPEN if made[0] == "?" else made
        elif kind is ast.Name or kind is ast.Attribute:
            made = self.named(node)
            imported = kind is ast.Attribute and made.partition(".")[0] in self.roots
            is_thing = made.endswith("()") or imported or made in self.functions or made in self.classes
            self.local[name] = made if is_thing else self.value(node)
        else:
            self.local[name] = self.value(node)

    def learn_attributes(self) -> None:
        """What made the attributes of ``self``, by class: the first call that an own method assigns to them."""
        self.attributes = {}
        entered = ""
        for context in self.contexts:
            for node in sorted(context.nodes(ast.Assign), key=lambda n: n.lineno):
                target, made_by = node.targets[0], node.value
                if target.__class__ is not ast.Attribute or made_by.__class__ not in (ast.Call, ast.Name):
                    continue
                if not isinstance(target.value, ast.Name) or target.value.id != "self":
                    continue
                symbol = context.symbol(node)
                home = self.homes.get(symbol)
                if home is None or not home[1] or symbol not in self.functions:
                    continue
                if symbol != entered:
                    self.enter(context, symbol)
                    self.bind_parameters(self.functions[symbol])
                    self.owner, entered = "", symbol
                made = self.named(made_by)
                if made.endswith("()") and not made.startswith(_NO_OBJECTS):
                    self.attributes.setdefault(home[1], {}).setdefault(target.attr, made)
