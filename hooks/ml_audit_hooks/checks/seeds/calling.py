"""From one call to its events: effects of a library, calls into the repository, functions that are handed on."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import calls, guesses, values, words
from ml_audit_hooks.checks.seeds.arguments import Arguments, displayed, packed
from ml_audit_hooks.checks.seeds.effect import FLAG_BIT, KINDS, SOURCES, Effect, sources_mask, use_bit, uses_mask
from ml_audit_hooks.checks.seeds.naming import BY_CONFIG, LOADED, PARTIAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.checks.seeds.naming import Names
    from ml_audit_hooks.checks.seeds.values import Value
    from ml_audit_hooks.checks.seeds.walker import Events

_RUNS_MAIN = frozenset(("absl.app.run", "tensorflow.app.run", "tensorflow.compat.v1.app.run"))
_EXITS = frozenset(("sys.exit", "exit", "quit", "os._exit"))
_SPAWNS = ("multiprocessing.spawn", "multiprocessing.start_processes", "xla_multiprocessing.spawn")
_SKIPPED = frozenset(("exec", "runpy.run_path", "runpy.run_module"))
_OWN = sum(use_bit(i, KINDS.index("own")) for i in range(len(SOURCES)))
CELL = 1_000_000  # a position: (cell + 1) * CELL + line in a notebook, the line elsewhere


class Caller:
    """Makes the events of calls."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.positions: list[int] = []
        self.refs: set[str] = set()  # the parameters of the function that its events speak of
        self.flags: frozenset[str] = frozenset()
        self.in_lambda: set[int] = set()  # the calls in lambdas, by their identity
        self.stands_in = False  # whether what is being assigned is called a stand-in
        self._asides: dict[str, bool] = {}
        self._guesses = not names.roots.isdisjoint(guesses.ROOTS)

    def at(self, node: ast.AST) -> int:
        """The index of a node's position."""
        cell = self.names.context.module.cell
        line: int = node.lineno  # type: ignore[attr-defined]
        self.positions.append(line if cell is None else (cell + 1) * CELL + line)
        return len(self.positions) - 1

    def enter(self, flags: frozenset[str]) -> None:
        """Begin a function; `flags` are its parameters whose default is a constant."""
        self.flags, self.refs = flags, set()

    def short(self, value: Value | None) -> Value | None:
        """A value as an event holds it."""
        return None if value is None else values.short(value, self.refs, self.flags)

    def is_own(self, event: Any) -> bool:
        """Whether a use is that of a generator of its own."""
        return bool(event[3] & _OWN)

    def imported(self, dotted: str, node: ast.AST, out: Events) -> None:
        """Add an import that may run a file of the repository."""
        if dotted.partition(".")[0] not in words.FOREIGN:
            out.append(("import", dotted, self.at(node)))

    def call(self, node: ast.Call, out: Events) -> None:
        """Add what a call does; its arguments were added before."""
        func = node.func
        names = self.names
        if func.__class__ is ast.Name:
            last: str = func.id
            if last in words.PLAIN and last not in names.aliases:
                return
        elif func.__class__ is ast.Attribute:
            last = func.attr
            if last in words.COMMON and not calls.may_matter("", last, ""):
                return
        else:
            if isinstance(func, ast.Subscript):
                self._looked_up(func, node, out)
                self._references(node, "", out)
            return
        name = names.named(func)
        if name in _EXITS:
            out.append(("exit", "function"))
        elif name == "fire.Fire" and not node.args:
            out.append(("globals", self.at(node)))
        elif name in _RUNS_MAIN and not node.args and "main" in names.functions:
            out.append(("call", self.at(node), "main", (), "reference"))
        elif name not in _SKIPPED:
            if name == "time.sleep":
                _drop_draws(out)
            elif last not in words.QUIET or name != last:
                self._named(node, name, last, out)
            if (node.args or node.keywords) and name not in PARTIAL:  # whoever gets a function calls it in his own time
                self._references(node, name, out)

    def _named(self, node: ast.Call, name: str, last: str, out: Events) -> None:
        root = name.partition(".")[0]
        last = name.rpartition(".")[2]
        found: list[Effect] = []
        arguments = Arguments(self.names, node)
        if calls.may_matter(root, last, name):
            found = calls.effects(name, arguments)
        if not found and self._guesses and last in guesses.METHODS:
            found = guesses.effects(self.names.roots, name, last, arguments)
        for effect in found:
            self._effect(effect, node, name, out)
        if not found or found[0].op == "helper" or name.startswith(("self.", "?")):
            self._own(node, name, root, last, arguments, out)

    def _effect(self, effect: Effect, node: ast.Call, name: str, out: Events) -> None:
        op, sources, kind, value, when = effect
        if op == "use":
            if kind not in ("drop", "weak") and (self.stands_in or self._is_aside()):
                kind = "aside"
            elif kind in ("run", "data", "init") and id(node) in self.in_lambda:  # whoever gets it calls it later
                kind = "late"
            elif kind == "run" and sources[0] == "torch" and self._initialises():
                kind, sources = "init", sources[:1]
            mask = uses_mask(sources, kind)
            out.append(("use", self.at(node), name, mask, self.short(value), self.short(when)))
        elif op in ("seed", "helper"):
            mask = sources_mask(sources)
            if value is not None and value[0] == "p":
                self.flags |= {value[1]}
            fixed = value is not None and value[0] == "c" and value[1] is not None
            fixed = fixed and (op == "seed" or len(node.args) + len(node.keywords) == 1)
            out.append(("seed", self.at(node), name, mask, self.short(value), op == "helper", fixed))
        elif op == "restore":
            out.append(("restore", sources_mask(sources)))
        elif op == "configured":
            out.append(("configured", self.at(node), name))
        elif op in FLAG_BIT and (op not in ("train", "eval") or not self._is_aside()):
            mask = FLAG_BIT[op]
            if out and out[-1][0] == "flag":
                out[-1] = ("flag", out[-1][1] | mask)
            else:
                out.append(("flag", mask))

    def _is_aside(self) -> bool:
        symbol = self.names.symbol
        known = self._asides.get(symbol)
        if known is None:
            known = self._asides[symbol] = words.is_aside(symbol)
        return known

    def _initialises(self) -> bool:
        """Whether the function makes weights, which a checkpoint may overwrite."""
        owner, _, last = self.names.symbol.rpartition(".")
        return bool(owner) and ("init" in last or last.startswith("reset_param"))

    def _own(self, node: ast.Call, name: str, root: str, last: str, arguments: Arguments, out: Events) -> None:
        """Add a call that may lead into the repository."""
        made = "()." in name
        if node.args and isinstance(node.args[0], ast.List) and (name[0] == "?" or name[-2:] == "()" or root == "self"):
            shown = displayed(node.args[0])
            if shown[0] == "n":
                out.append(("lists", 1 << shown[1]))
        if name[0] == "?" or (root in ("self", "cls") and (made or name.count(".") > 1)):
            if "." in name and last not in words.COMMON:
                _add_named(last, node, self, out)
        elif name in BY_CONFIG:
            out.append(("call", self.at(node), name, (), ""))
        elif name.rpartition(".")[0] in LOADED:
            if last not in words.COMMON:
                out.append(("loaded", self.at(node), last))
        elif root in words.FOREIGN or (made and root.partition("(")[0] in words.FOREIGN):
            return
        elif not made or last not in words.COMMON:
            out.append(("call", self.at(node), name, packed(arguments, self.short), ""))

    def _references(self, node: ast.Call, name: str, out: Events) -> None:
        """Add functions, classes and modules that are handed on as values: whoever gets them may call them."""
        names = self.names
        mode = "spawn" if name.endswith(_SPAWNS) else "reference"
        asked = False
        compiled = name.startswith("jax.")  # what is compiled there draws by keys
        for arg in [*node.args, *[k.value for k in node.keywords]] if node.keywords else node.args:
            kind = arg.__class__
            if arg.__class__ is ast.Call and arg.args and not compiled and names.named(arg.func) in PARTIAL:
                arg = arg.args[0]
                kind = arg.__class__
            if isinstance(arg, ast.Name):
                target = self._handed(arg.id)
                if not target:
                    continue
                known = True
            elif kind is ast.Attribute:
                first = arg
                while first.__class__ is ast.Attribute:
                    first = first.value
                if first.__class__ is not ast.Name:
                    continue
                imported = first.id in names.aliases
                if not imported and first.id not in ("self", "cls"):
                    if first.id in names.parameters or not _is_object(names.local.get(first.id)):
                        continue
                    imported = True  # a method of what was made here
                target = names.named(arg)
                known = imported or (target.startswith("self.") and f"{names.owner}.{target[5:]}" in names.functions)
            else:
                continue
            if known and target.partition(".")[0] not in words.FOREIGN:
                if not asked and name.rpartition(".")[2] in ("isinstance", "issubclass", "super"):
                    return
                asked = True
                out.append(("call", self.at(node), target, (), mode))

    def _handed(self, text: str) -> str:
        """The function, class or module that a name stands for; "" for other values."""
        names = self.names
        held = names.local.get(text)
        if held is None:
            inner = f"{names.symbol}.{text}"
            known = text in names.aliases or text in names.functions or text in names.classes
            if text in names.parameters or not (known or (names.symbol and inner in names.functions)):
                return ""
            return names.of_name(text)
        is_thing = held.__class__ is str and not held.endswith("()") and not held.startswith("?")
        return str(held) if is_thing else ""

    def _looked_up(self, func: ast.Subscript, node: ast.Call, out: Events) -> None:
        """``MODELS[name](…)`` calls one of what the table holds; ``globals()[name](…)`` any function of the file."""
        base = func.value
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id in ("globals", "locals"):
            out.append(("globals", self.at(node)))
        elif isinstance(base, ast.Name):
            held = self.names.local.get(base.id, self.names.tops.get(base.id))
            for target in held if isinstance(held, list) else ():
                if target.partition(".")[0] not in words.FOREIGN and not target.startswith("?"):
                    out.append(("call", self.at(node), target, (), "reference"))


def _add_named(last: str, node: ast.Call, caller: Caller, out: Events) -> None:
    """Add a method of an object of unknown making; several in a row are one event."""
    if out and out[-1][0] == "named":
        _, at, names = out[-1]
        if last not in names:
            out[-1] = ("named", at, (*names, last))
    else:
        out.append(("named", caller.at(node), (last,)))


def _drop_draws(out: Events) -> None:
    """Forget the draws just made: how long a program waits decides nothing."""
    while out and out[-1][0] == "use":
        out.pop()


def _is_object(held: Any) -> bool:
    """Whether a local name holds an object of a class, by the custom of capitals."""
    return held.__class__ is str and held.endswith("()") and held[:-2].rpartition(".")[2][:1].isupper()
