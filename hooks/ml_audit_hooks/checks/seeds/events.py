"""From a module's functions to what they do in order: draws, seeds, calls, branches."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import libraries, values
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from ml_audit_hooks.checks.seeds.values import Value
    from ml_audit_hooks.core.python import FunctionNode

    Event: TypeAlias = tuple[Any, ...]  # (op, line, cell, ...), see `Walker`
    Events: TypeAlias = list[Event]

_SAME = frozenset("to cuda cpu eval train half float double bfloat16 compile prepare requires_grad_ unwrapped".split())
_QUIET = frozenset(  # builtins: called everywhere, never of the repository
    "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr hash"
    " hex id input int isinstance issubclass iter len list locals map max min next object oct open ord pow print range"
    " repr reversed round set setattr slice sorted str sum tuple type vars vectorize zip".split()
)
_WRAPS = ("torch.compile", "DataParallel", "DistributedDataParallel", ".prepare_model", "FullyShardedDataParallel")
_EXITS = frozenset(("sys.exit", "exit", "quit", "os._exit"))
_SPAWNS = ("multiprocessing.spawn", "multiprocessing.start_processes", "xla_multiprocessing.spawn")
_FOREIGN = ("statsmodels.", "scipy.", "pmdarima.", "prophet.")  # whose `fit` draws nothing
_TRAINING_METHODS = frozenset(("fit", "fit_generator", "train_on_batch"))
_EVALUATING = frozenset(("evaluate", "validate", "test", "predict"))


class Walker:
    """Walks the functions of one file. The events, each followed by line and cell:

    ``effect`` (symbol of an `Effect`…), ``call`` target arguments mode, ``if`` test body orelse, ``loop`` body,
    ``exit``, ``import`` module, ``module`` name (a module handed on as a value), ``globals``, ``instantiate``.
    """

    def __init__(self, functions: dict[str, FunctionNode], classes: dict[str, ast.ClassDef], prefix: str = "") -> None:
        self.module: Module
        self.functions = functions  # by symbol
        self.classes = classes
        self.attributes: dict[str, dict[str, str]] = {}  # class symbol -> attribute -> what made it
        self.constants: dict[str, Value] = {}  # of the module's top level
        self.tops: dict[str, Any] = {}  # origins at the module's top level
        self.local: dict[str, Any] = {}  # name -> origin (str), value (tuple), or display of references (list)
        self.parameters: frozenset[str] = frozenset()
        self.symbol = ""
        self.owner = ""  # the class whose method is walked
        self.roots: frozenset[str] = frozenset()

    # -- names ------------------------------------------------------------------------------------------------------

    def named(self, node: ast.AST) -> str:
        """The resolved name of an expression: ``torch.nn.Linear``, ``model.GPT().forward``, ``self.step``."""
        if isinstance(node, ast.Name):
            found = self.local.get(node.id)
            if found is None and node.id not in self.parameters:
                found = self.tops.get(node.id)
            if isinstance(found, str):
                return found
            if found is not None or node.id in self.parameters:
                return node.id if isinstance(found, list) else f"?{node.id}"
            inner = f"{self.symbol}.{node.id}" if self.symbol else ""
            if inner in self.functions or inner in self.classes:
                return inner
            return self.module.aliases.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.named(node.value)
            if base in ("self", "cls") and self.owner:
                made = self.attributes.get(self.owner, {}).get(node.attr)
                return made if made else f"{base}.{node.attr}"
            return f"{base}.{node.attr}"
        if isinstance(node, ast.Call):
            func = node.func
            inner = self.named(func)
            if inner.endswith(_WRAPS) and node.args:
                return self.named(node.args[0])
            if isinstance(func, ast.Attribute) and func.attr in _SAME and "()" in inner:
                return self.named(func.value)
            return f"{inner}()" if inner else "?"
        if isinstance(node, (ast.Subscript, ast.Await, ast.Starred)):
            return self.named(node.value)
        return "?"

    def known(self, name: str) -> Value | None:
        """What a name is known to hold."""
        found = self.local.get(name)
        if isinstance(found, tuple):
            return found
        if found is None and name in self.parameters:
            return "p", name
        if found is None:
            return self.constants.get(name)
        return values.OPEN

    def value(self, node: ast.AST | None) -> Value:
        """The value of an expression here."""
        return values.value(node, self.named, self.known)

    # -- functions --------------------------------------------------------------------------------------------------

    def function(
        self, symbol: str, node: FunctionNode, owner: str
    ) -> tuple[tuple[tuple[str, Value | None], ...], Events]:
        """(parameters with their defaults, events) of a function."""
        spec = node.args
        positional = [*spec.posonlyargs, *spec.args]
        gap = len(positional) - len(spec.defaults)
        found: list[tuple[str, Value | None]] = []
        self.symbol, self.owner, self.local = symbol, owner, {}
        self.parameters = frozenset()
        for i, arg in enumerate(positional):
            found.append((arg.arg, self._default(spec.defaults[i - gap]) if i >= gap else None))
        for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            found.append((arg.arg, self._default(default) if default is not None else None))
        every = [*positional, *spec.kwonlyargs, *(a for a in (spec.vararg, spec.kwarg) if a is not None)]
        self.parameters = frozenset(a.arg for a in every) - {"self", "cls"}
        for arg in every:
            if arg.annotation is not None:
                made = self._annotated(arg.annotation)
                if made:
                    self.local[arg.arg] = made
        return tuple(found), self.block(node.body)

    def _default(self, node: ast.AST) -> Value:
        """A parameter's default; ``typer.Option(None)`` and ``Field(default=…)`` are looked into."""
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "default":
                    return self.value(keyword.value)
            if node.args and self.named(node.func).rpartition(".")[2] in ("Option", "Argument", "Field", "option"):
                return self.value(node.args[0])
        return self.value(node)

    def _annotated(self, node: ast.AST) -> str:
        """``made()`` for an annotation that names an imported class or one of the file."""
        if isinstance(node, ast.Name) and node.id not in self.module.aliases and node.id not in self.classes:
            return ""
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = self.named(node)
            if name.rpartition(".")[2][:1].isupper() and not name.startswith("typing."):
                return f"{name}()"
        return ""

    # -- statements -------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> Events:
        """The events of some statements."""
        out: Events = []
        for statement in body:
            self.statement(statement, out)
        return out

    def _at(self, node: ast.AST) -> tuple[int, int | None]:
        return getattr(node, "lineno", 1), self.module.cell

    def statement(self, node: ast.AST, out: Events) -> None:
        """Add what a statement does."""
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assign(node, out)
        elif isinstance(node, ast.If):
            self._if(node, out)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            self._loop(node, out)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with(node, out)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, out)
        elif isinstance(node, ast.Match):
            self._match(node, out)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, out)
        elif isinstance(node, FUNCTION_TYPES):
            for decorator in node.decorator_list:
                self.expression(decorator, out)
        elif isinstance(node, ast.ClassDef):
            kept = dict(self.local)
            out += self.block([s for s in node.body if not isinstance(s, (*FUNCTION_TYPES, ast.ClassDef))])
            self.local = kept
        else:
            for child in children(node):
                self.expression(child, out)
            if isinstance(node, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
                self._exit(node, out)

    def _exit(self, node: ast.AST, out: Events) -> None:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            inner = f"{self.symbol}.{node.value.id}"
            if inner in self.functions:  # a closure that is handed back is called by whoever asked for it
                out.append(("call", *self._at(node), inner, (), "reference"))
        out.append(("exit", *self._at(node), "loop" if isinstance(node, (ast.Break, ast.Continue)) else "function"))

    def _if(self, node: ast.If, out: Events) -> None:
        asked = values.asked(node.test, self.named, self.known)
        self.expression(node.test, out)
        before = dict(self.local)
        body = self.block(node.body)
        kept, self.local = self.local, dict(before)
        orelse = self.block(node.orelse)
        for name, held in before.items():  # a value that one way changes is not known after it
            ways = (held, kept.get(name), self.local.get(name))
            if any(way != held for way in ways) and any(isinstance(way, tuple) for way in ways):
                kept[name] = self.local[name] = values.OPEN
        self.local = {**kept, **self.local} if node.orelse else {**before, **kept}
        if body or orelse:
            out.append(("if", *self._at(node), asked, tuple(body), tuple(orelse)))

    def _with(self, node: ast.With | ast.AsyncWith, out: Events) -> None:
        for item in node.items:
            self.expression(item.context_expr, out)
            if isinstance(item.optional_vars, ast.Name):
                self._bind(item.optional_vars.id, item.context_expr)
        out += self.block(node.body)

    def _try(self, node: Any, out: Events) -> None:
        out += self.block(node.body)
        for handler in node.handlers:
            inner = self.block(handler.body)
            if inner:
                out.append(("if", *self._at(handler), ("rare",), tuple(inner), ()))
        out += self.block(node.orelse)
        out += self.block(node.finalbody)

    def _match(self, node: ast.Match, out: Events) -> None:
        self.expression(node.subject, out)
        rest: tuple[Event, ...] = ()
        for case in reversed(node.cases):
            rest = (("if", *self._at(node), ("?",), tuple(self.block(case.body)), rest),)
        out += rest

    def _import(self, node: ast.Import | ast.ImportFrom, out: Events) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                out.append(("import", *self._at(node), name.name))
            return
        origin = "." * node.level + (node.module or "")
        joint = "" if origin.endswith(".") or not origin else "."
        for name in node.names:
            out.append(("import", *self._at(node), origin if name.name == "*" else f"{origin}{joint}{name.name}"))

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, out: Events) -> None:
        body: Events = []
        if isinstance(node, ast.While):
            self.expression(node.test, body)
        else:
            self.expression(node.iter, out)
            for target in _names(node.target):
                self.local[target] = values.OPEN
        body += self.block(node.body)
        if body:
            out.append(("loop", *self._at(node), tuple(body)))
        out += self.block(node.orelse)

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, out: Events) -> None:
        if node.value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        start = len(out)
        self.expression(node.value, out)
        if all(
            values.is_seed_name(_last(target)) for target in targets
        ):  # a draw that picks a seed decides nothing else
            out[start:] = [e for e in out[start:] if e[0] != "effect" or e[3] != "use" or e[5] == "own"]
        for target in targets:
            if not isinstance(target, ast.Name):
                self.expression(target, out)
                for name in _names(target):
                    self.local[name] = values.OPEN
                continue
            if isinstance(node, ast.AugAssign):
                continue
            made = self._annotated(node.annotation) if isinstance(node, ast.AnnAssign) else ""
            if made and not isinstance(node.value, ast.Constant):
                self.local[target.id] = made
            else:
                self._bind(target.id, node.value)

    def _bind(self, name: str, node: ast.AST) -> None:
        """Remember what a local name holds."""
        if isinstance(node, ast.IfExp):
            node = node.body
        if isinstance(node, ast.Dict):
            refs = [self.named(v) for v in node.values if isinstance(v, (ast.Name, ast.Attribute))]
            self.local[name] = refs or values.OPEN
            return
        if isinstance(node, ast.Call):
            found = self.value(node)
            if found[0] != "x":
                self.local[name] = found
                return
        if isinstance(node, (ast.Call, ast.Subscript, ast.Await)):
            made = self.named(node)
            self.local[name] = made if not made.startswith("?") else values.OPEN
            return
        if isinstance(node, (ast.Name, ast.Attribute)):
            made = self.named(node)
            root = made.partition(".")[0]
            imported = isinstance(node, ast.Attribute) and root in self.roots
            if made.endswith("()") or imported or made in self.functions or made in self.classes:
                self.local[name] = made
                return
        self.local[name] = self.value(node)

    # -- expressions ------------------------------------------------------------------------------------------------

    def expression(self, node: ast.AST, out: Events) -> None:
        """Add what evaluating an expression does, in the order of evaluation."""
        if isinstance(node, (ast.Constant, ast.Name)):
            return
        if isinstance(node, ast.Call):
            self._call(node, out)
            return
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                self.expression(generator.iter, out)
                for condition in generator.ifs:
                    self.expression(condition, out)
            for name in ("elt", "key", "value"):
                part = getattr(node, name, None)
                if part is not None:
                    self.expression(part, out)
            return
        if isinstance(node, ast.Lambda):
            self.expression(node.body, out)
            return
        for child in children(node):
            self.expression(child, out)

    def _call(self, node: ast.Call, out: Events) -> None:
        func = node.func
        if isinstance(func, ast.Attribute):
            self.expression(func.value, out)
        elif not isinstance(func, ast.Name):
            self.expression(func, out)
        for arg in node.args:
            self.expression(arg, out)
        for keyword in node.keywords:
            self.expression(keyword.value, out)
        name = self.named(func)
        if name in _EXITS:
            out.append(("exit", *self._at(node), "function"))
            return
        if name in ("exec", "runpy.run_path", "runpy.run_module"):
            return
        arguments = self.arguments(node)
        if name == "fire.Fire" and not arguments:
            out.append(("globals", *self._at(node)))
            return
        spawned = name.endswith(_SPAWNS)
        self._references(node, name, spawned, out)
        if isinstance(func, ast.Subscript):
            self._looked_up(func, node, out)
            return
        if name in _QUIET or not name:
            return
        found = libraries.effects(name, arguments) or self._guessed(name, arguments)
        for effect in found:
            out.append(("effect", *self._at(node), *effect, name, self.symbol))
        if not found or found[0].op == "helper" or name.startswith(("self.", "?")):
            out.append(("call", *self._at(node), name, tuple(arguments.items()), ""))

    def _guessed(self, name: str, arguments: libraries.Arguments) -> list[libraries.Effect]:
        """The effects of a method on an object of unknown making, by the libraries in use."""
        last = name.rpartition(".")[2]
        if "." not in name or name.startswith(_FOREIGN):
            return []
        lightning = not self.roots.isdisjoint(("lightning", "pytorch_lightning"))
        keras = not self.roots.isdisjoint(("keras", "tensorflow"))
        if last in _TRAINING_METHODS and (lightning or keras or "sklearn" in self.roots or "optuna" in self.roots):
            use = [libraries.Effect("use", ("tensorflow",), "data")] if keras and not lightning else []
            return [libraries.Effect("train"), *use, *([libraries.Effect("gpu")] if lightning else [])]
        if last in _EVALUATING and (lightning or keras):
            return [libraries.Effect("eval")]
        if last == "sample" and "pandas" in self.roots and ("n" in arguments or "frac" in arguments):
            return libraries.effects("pandas.DataFrame().sample", arguments)
        if last in ("shuffle", "train_test_split") and "datasets" in self.roots and "random" not in name:
            return libraries.effects(f"datasets.Dataset().{last}", arguments)
        if last == "sample" and "torch" in self.roots and not arguments and "dist" in name.lower():
            return [libraries.Effect("use", ("torch",), "run")]
        if last == "train" and not self.roots.isdisjoint(("transformers", "trl")) and "trainer" in name.lower():
            return [libraries.Effect("train"), libraries.Effect("gpu")]
        return []

    def arguments(self, node: ast.Call) -> dict[int | str, Value]:
        """The arguments of a call as values; ``*`` and ``**`` for those that cannot be counted."""
        found: dict[int | str, Value] = {}
        for i, arg in enumerate(node.args):
            if isinstance(arg, ast.Starred):
                found["*"] = values.OPEN
                break
            found[i] = self.value(arg)
        for keyword in node.keywords:
            found[keyword.arg or "**"] = self.value(keyword.value) if keyword.arg else values.OPEN
        return found

    def _references(self, node: ast.Call, name: str, spawned: bool, out: Events) -> None:
        """Functions, classes and modules that are handed on as values: whoever gets them may call them."""
        if name.rpartition(".")[2] in ("isinstance", "issubclass", "super", "Process") and "Process" not in name:
            return
        for arg in [*node.args, *(k.value for k in node.keywords)]:
            if not isinstance(arg, (ast.Name, ast.Attribute)):
                continue
            if isinstance(arg, ast.Name) and (arg.id in self.local or arg.id in self.parameters):
                continue
            target = self.named(arg)
            if (
                target in self.functions
                or target in self.classes
                or self._is_imported(arg)
                or target.startswith("self.")
            ):
                out.append(("call", *self._at(node), target, (), "spawn" if spawned else "reference"))

    def _is_imported(self, node: ast.AST) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.module.aliases

    def _looked_up(self, func: ast.Subscript, node: ast.Call, out: Events) -> None:
        """``MODELS[name](…)`` calls one of what the table holds; ``globals()[name](…)`` any function of the file."""
        base = func.value
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id in ("globals", "locals"):
            out.append(("globals", *self._at(node)))
            return
        if isinstance(base, ast.Name):
            refs = self.local.get(base.id, self.tops.get(base.id))
            for target in refs if isinstance(refs, list) else ():
                out.append(("call", *self._at(node), target, (), "reference"))


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, (ast.Tuple, ast.List)):
        return [name for item in node.elts for name in _names(item)]
    return _names(node.value) if isinstance(node, ast.Starred) else []
