"""One entry point, followed through the repository: what it draws from, and what was seeded by then."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import libraries, values
from ml_audit_hooks.checks.seeds.program import Class, Repository, Unit
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ml_audit_hooks.checks.seeds.values import Test, Value

_DEPTH = 60  # calls inside calls
_STEPS = 60_000  # events of one entry point; past them what was found so far stands
_HOOKS = frozenset(  # methods that a framework calls on the objects that it is given
    "__call__ __getitem__ __iter__ __next__ __len__ apply augment build call collate_fn compute_loss"
    " configure_optimizers forward predict_dataloader predict_step prepare_data reset sample setup step test_dataloader"
    " test_step train_dataloader train_step training_step transform val_dataloader validation_step".split()
)
_PLAIN = frozenset("Exception BaseException Enum IntEnum StrEnum NamedTuple TypedDict Protocol Generic".split())
_GIVEN = values.OPEN


class Place(NamedTuple):
    """A line of the repository."""

    path: str
    line: int
    cell: int | None
    symbol: str
    text: str  # the resolved name of what stands there


class Use(NamedTuple):
    """A draw that nothing had seeded."""

    source: str
    kind: str
    place: Place
    later: bool  # called by a framework, at a time that is not known
    entry: Place | None = None  # the line of the entry point's own file that leads there


class Unset(NamedTuple):
    """A seed that is not given unless the user asks for it."""

    name: str
    place: Place  # of the seeding call or the question
    sources: tuple[str, ...]


class _Frame(NamedTuple):
    """A function at work."""

    unit: Unit
    bound: Mapping[str, Value]
    cls: Class | None
    main: bool
    later: bool


class Run:
    """What running an entry point would do."""

    def __init__(self, repository: Repository, path: str, config: str = "", overrides: Mapping[str, Any] | None = None):
        self.repository = repository
        self.path = path
        self.config = config  # the path of its primary configuration
        self.overrides = overrides or {}
        self.uses: list[Use] = []
        self.reached: dict[str, Place] = {}  # source -> its first draw
        self.kinds: set[tuple[str, str]] = set()
        self.seeds: dict[str, list[Place]] = {}
        self.unset: list[Unset] = []
        self.moving: list[Place] = []
        self.flags: set[str] = set()
        self.cuda: list[bool] = []  # whether torch.cuda was seeded at each thing that may draw on a GPU
        self._instances: dict[tuple[str, str], Class] = {}
        self._imported: set[str] = set()
        self._done: dict[Any, frozenset[str]] = {}
        self._executed: set[tuple[str, str]] = set()
        self._active: list[tuple[str, str]] = []
        self._steps = 0
        self._assumed = False  # whether every seed counts as given, to see what a call would seed
        self._first: list[Place] = []

    # -- the whole --------------------------------------------------------------------------------------------------

    def start(self, symbol: str) -> Run:
        """Run the module at the path, then the function `symbol` of it (if it is one)."""
        code = self.repository.codes[self.path]
        state: set[str] = set()
        is_function = symbol in code.units and symbol != "<module>"
        self._imported.add(self.path)
        self._execute(code.units["<module>"], {}, None, state, main=not is_function)
        if is_function:
            unit = code.units[symbol]
            self._execute(unit, self._defaults(unit), None, state)
        self._finish(state)
        return self

    def _finish(self, state: set[str]) -> None:
        """What frameworks call on the objects that were made, once everything is set up."""
        seen: set[tuple[str, str]] = set()
        while len(seen) < len(self._instances):
            for key, cls in list(self._instances.items()):
                if key in seen:
                    continue
                seen.add(key)
                own, outside = self.repository.lineage(cls)
                if not any(base.rpartition(".")[2] not in _PLAIN for base in outside):
                    continue
                names = {
                    s[len(o.symbol) + 1 :]
                    for o in own
                    for s in self.repository.codes[o.path].units
                    if s.startswith(o.symbol + ".")
                }
                for name in sorted(names):
                    unit = self.repository.method(cls, name) if name in _HOOKS or name.startswith("on_") else None
                    if unit is not None and (unit.path, unit.symbol) not in self._executed:
                        self._execute(unit, {}, cls, set(state), later=True)

    def _defaults(self, unit: Unit) -> dict[str, Value]:
        return {name: default for name, default in unit.parameters if default is not None}

    # -- functions --------------------------------------------------------------------------------------------------

    def _execute(
        self,
        unit: Unit,
        bound: Mapping[str, Value],
        cls: Class | None,
        state: set[str],
        main: bool = False,
        later: bool = False,
    ) -> None:
        key = unit.path, unit.symbol
        if self._active.count(key) or len(self._active) > _DEPTH or self._steps > _STEPS:
            return
        memo = (key, frozenset(state), tuple(sorted(bound.items(), key=repr)), cls and (cls.path, cls.symbol), later)
        if memo in self._done:
            state |= self._done[memo]
            return
        self._executed.add(key)
        self._active.append(key)
        self._block(unit.events, _Frame(unit, bound, cls, main, later), state)
        self._active.pop()
        self._done[memo] = frozenset(state)

    def _block(self, events: Iterable[Any], frame: _Frame, state: set[str]) -> str:
        """Run events; how the block was left: "" (it ran to its end), "loop" or "function"."""
        for event in events:
            self._steps += 1
            op = event[0]
            if op == "exit":
                return str(event[3])
            if frame.unit.path == self.path and not frame.later:
                self._first = [Place(self.path, event[1], event[2], frame.unit.symbol, "")]
            if op == "effect":
                self._effect(event, frame, state)
            elif op == "call":
                self._call(event, frame, state)
            elif op == "if":
                left = self._branch(event, frame, state)
                if left:
                    return left
            elif op == "loop":
                if self._block(event[3], frame, state) == "function":
                    continue  # left early in some round: what follows may still run
            elif op == "import":
                self._import(event[3], frame, state)
            elif op == "globals":
                for symbol, unit in self.repository.codes[frame.unit.path].units.items():
                    if "." not in symbol and symbol not in ("<module>", frame.unit.symbol):
                        self._execute(unit, {}, None, set(state))
        return ""

    def _branch(self, event: Any, frame: _Frame, state: set[str]) -> str:
        asked, body, orelse = event[3:6]
        if asked == ("rare",):
            self._block(body, frame, set(state))
            return ""
        answer = self._answer(asked, frame, state)
        if answer is not None:
            if not answer and body:
                self._note_unset(asked, body, event, frame, state)
            return self._block(body if answer else orelse, frame, state)
        one, other = set(state), set(state)
        left, right = self._block(body, frame, one), self._block(orelse, frame, other)
        if left and right:
            state |= one & other
            return left if left == right else "loop"
        if _asks_for_gpu(asked):
            merged = one | other
        else:
            merged = other if left else one if right else one & other
        state |= merged
        return ""

    def _note_unset(self, asked: Test, body: Any, event: Any, frame: _Frame, state: set[str]) -> None:
        """Remember that a seeding call is passed over because its setting is off by default."""
        name = _setting_in(asked)
        if not name:
            return
        trial = Run(self.repository, self.path, self.config, self.overrides)
        trial._assumed = True
        seeded: set[str] = set()
        trial._block(body, frame, seeded)
        if seeded - state:
            place = Place(frame.unit.path, event[1], event[2], frame.unit.symbol, name)
            self.unset.append(Unset(name, place, tuple(sorted(seeded - state))))

    # -- effects ----------------------------------------------------------------------------------------------------

    def _effect(self, event: Any, frame: _Frame, state: set[str]) -> None:
        _, line, cell, op, sources, kind, value, when, name, _ = event
        place = Place(frame.unit.path, line, cell, frame.unit.symbol, name)
        if op in ("seed", "helper"):
            if op == "helper" and self._is_own(name, frame):
                return
            self._seed(sources, value, place, frame, state)
        elif op == "configured":
            self._configured(place, state)
        elif op == "restore":
            state.update(sources)
        elif op == "use":
            if when is not None:
                flag = self._known(when, frame, state)
                if flag[0] == "c" and not flag[1]:
                    return
            self._use(sources, kind, value, place, frame, state)
        else:
            self.flags.add(op)
            if op == "train":
                self.cuda.append("torch.cuda" in state)

    def _configured(self, place: Place, state: set[str]) -> None:
        """What loading the configurations beside the program seeds."""
        folder = self.path.rpartition("/")[0]
        for path in sorted(self.repository.configs):
            if not folder or path.startswith(f"{folder}/"):
                for name in self.repository.configs[path][7]:
                    for effect in libraries.effects(name, {0: _GIVEN}):
                        if effect.op in ("seed", "helper"):
                            state.update(effect.sources)
                            for source in effect.sources:
                                self.seeds.setdefault(source, []).append(place)

    def _is_own(self, name: str, frame: _Frame) -> bool:
        """Whether a helper's name stands for a function of the repository."""
        return self._target(name, frame) is not None

    def _seed(self, sources: Iterable[str], value: Value | None, place: Place, frame: _Frame, state: set[str]) -> None:
        held = self._known(value, frame, state) if value is not None else _GIVEN
        if held == values.NOTHING:
            name = value[1] if value and value[0] in "sp" else ""
            if name:
                self.unset.append(Unset(str(name), place, tuple(sources)))
            return
        if held[0] == "t":
            self.moving.append(place)
            return
        state.update(sources)
        for source in sources:
            self.seeds.setdefault(source, []).append(place)

    def _use(
        self, sources: Iterable[str], kind: str, value: Value | None, place: Place, frame: _Frame, state: set[str]
    ) -> None:
        own = kind == "own"
        held = self._known(value, frame, state) if value is not None else values.NOTHING
        for source in sources:
            self.kinds.add((source, kind))
            if kind != "drop":
                self.reached.setdefault(source, place)
            if value is not None and held != values.NOTHING and held[0] != "t":
                continue
            seeded = source in state and not own and held[0] != "t"
            if source == "torch" and kind in ("run", "drop"):
                self.cuda.append("torch.cuda" in state)
            if not seeded:
                self.uses.append(Use(source, kind, place, frame.later, self._first[0] if self._first else None))

    # -- values -----------------------------------------------------------------------------------------------------

    def _known(self, value: Value | None, frame: _Frame, state: set[str], depth: int = 0) -> Value:
        """A value as far as it is known here: a constant, ``("t", …)`` or ``("x",)``."""
        if value is None or depth > 6:
            return _GIVEN
        kind = value[0]
        if self._assumed and kind in "ps" and values.is_seed_name(str(value[1])):
            return _GIVEN
        if kind in "ct":
            return value
        if kind == "r":
            return _GIVEN if value[1] in state else ("t", f"{value[1]} drawn before it is seeded")
        if kind == "p":
            return frame.bound.get(value[1], _GIVEN)
        if kind == "s" and values.is_seed_name(str(value[1])):
            found = self._setting(str(value[1]), frame.unit.path)
            return self._known(found, frame, state, depth + 1) if found is not None and found != value else _GIVEN
        return _GIVEN

    def _setting(self, name: str, path: str) -> Value | None:
        """The default of an option: of this file, the entry point's, those it imports, or of its configuration."""
        if name in self.overrides:
            return "c", self.overrides[name]
        if self.config:
            _, _, seeds, *_ = self.repository.configs[self.config]
            for key, found, _ in seeds:
                if key == name:
                    return "c", found
        for where in (path, self.path, *sorted(self._imported)):
            found = [row[1] for row in self.repository.codes[where].options if row[0] == name]
            if found:
                return found[0] if all(v == found[0] for v in found) else None
        return None

    def _answer(self, asked: Test, frame: _Frame, state: set[str]) -> bool | None:
        """What an ``if`` would answer with the settings as they are by default; None where it cannot be known."""
        kind = asked[0]
        if kind == "main":
            return frame.main
        if kind == "not":
            inner = self._answer(asked[1], frame, state)
            return None if inner is None else not inner
        if kind in ("and", "or"):
            parts = [self._answer(part, frame, state) for part in asked[1]]
            decisive = kind == "or"
            return decisive if decisive in parts else None if None in parts else not decisive
        if kind in ("truthy", "none", "cmp"):
            value = asked[2] if kind == "cmp" else asked[1]
            held = self._known(value, frame, state)
            if held[0] == "c":
                return _compared(asked, held[1])
            if value[0] in "sp" and values.is_seed_name(str(value[1])):
                return bool(kind != "none")  # a seed that is given
        return None

    # -- calls ------------------------------------------------------------------------------------------------------

    def _call(self, event: Any, frame: _Frame, state: set[str]) -> None:
        _, _, _, target, arguments, mode = event
        found = self._target(target, frame)
        if mode == "spawn":
            state = set()
        if isinstance(found, str):
            if mode == "reference":
                self._everything(found, state)
        elif isinstance(found, Class):
            self._instantiate(found, dict(arguments), mode, frame, state)
        elif isinstance(found, tuple) and found and isinstance(found[0], Unit):
            for unit, cls in zip(found[::2], found[1::2], strict=True):
                self._execute(
                    unit,
                    self._bound(unit, dict(arguments), cls is not None, mode, frame, state),
                    cls,
                    state,
                    later=frame.later,
                )
        elif target.startswith("super().") and frame.cls is not None:
            self._above(target, dict(arguments), event, frame, state)
        elif target.endswith(("hydra.utils.instantiate", "hydra.utils.call")):
            self._by_config(frame, state)

    def _target(self, target: str, frame: _Frame) -> Any:
        """What is called: a class, the path of a module, (function, its class)…, or None."""
        head, dot, rest = target.partition("().")
        if target == "cls" and frame.cls is not None:
            return frame.cls
        if target.startswith(("self.", "cls.")) and "()" not in target:
            name = target.partition(".")[2]
            if "." in name or frame.cls is None:
                return self._by_name(target.rpartition(".")[2])
            unit = self.repository.method(frame.cls, name)
            return (unit, frame.cls) if unit is not None else None
        if target.startswith("super()."):
            return self._inherited(target.removeprefix("super()."), frame)
        if dot:
            owner = self.repository.find(frame.unit.path, head)
            if isinstance(owner, Class) and "." not in rest and "(" not in rest:
                unit = self.repository.method(owner, rest)
                return (unit, owner) if unit is not None else self._outer(owner, rest)
            if owner is None and head.partition(".")[0] in libraries.KNOWN_ROOTS:
                return None
            return self._by_name(target.rpartition(".")[2])
        if target.endswith("()"):
            owner = self.repository.find(frame.unit.path, target.removesuffix("()"))
            if isinstance(owner, Class):
                unit = self.repository.method(owner, "forward") or self.repository.method(owner, "__call__")
                return (unit, owner) if unit is not None else None
            return None
        if target.startswith("?"):
            return self._by_name(target.rpartition(".")[2]) if "." in target else None
        found = self.repository.find(frame.unit.path, target)
        if isinstance(found, Unit):
            owner_name, _, _ = found.symbol.rpartition(".")
            cls = self.repository.codes[found.path].classes.get(owner_name)
            return found, cls
        return found

    def _outer(self, owner: Class, name: str) -> None:
        """A method that a class of the repository has from a library."""
        for base in self.repository.lineage(owner)[1]:
            for effect in libraries.effects(f"{base}().{name}", {}):
                if effect.op in ("train", "eval", "gpu"):
                    self.flags.add(effect.op)
                    if effect.op == "train":
                        self.kinds.add(("torch", "data")) if "Trainer" in base else None

    def _by_name(self, name: str) -> Any:
        """The methods of that name of the objects made so far."""
        found: list[Any] = []
        for cls in list(self._instances.values()):
            unit = self.repository.method(cls, name)
            if unit is not None and unit not in found:
                found += [unit, cls]
        return tuple(found) or None

    def _inherited(self, name: str, frame: _Frame) -> Any:
        """The method that ``super()`` names."""
        if frame.cls is None:
            return None
        own, _ = self.repository.lineage(frame.cls)
        here = frame.unit.symbol.rpartition(".")[0]
        past = False
        for one in own:
            if past:
                unit = self.repository.codes[one.path].units.get(f"{one.symbol}.{name}")
                if unit is not None:
                    return unit, frame.cls
            past = past or (one.symbol == here and one.path == frame.unit.path)
        return None

    def _above(self, target: str, arguments: dict[Any, Value], event: Any, frame: _Frame, state: set[str]) -> None:
        """``super().method(…)`` that ends in a library's class."""
        assert frame.cls is not None
        name = target.removeprefix("super().")
        for base in self.repository.lineage(frame.cls)[1]:
            called = base if name == "__init__" else f"{base}().{name}"
            self._outside(called, arguments, event, frame, state)

    def _outside(self, called: str, arguments: dict[Any, Value], event: Any, frame: _Frame, state: set[str]) -> None:
        for effect in libraries.effects(called, arguments):
            self._effect(("effect", event[1], event[2], *effect, called, ""), frame, state)

    def _instantiate(self, cls: Class, arguments: dict[Any, Value], mode: str, frame: _Frame, state: set[str]) -> None:
        key = cls.path, cls.symbol
        fresh = key not in self._instances
        self._instances[key] = cls
        if mode == "reference" and not fresh:
            return
        init = self.repository.method(cls, "__init__")
        if init is not None:
            self._execute(init, self._bound(init, arguments, True, mode, frame, state), cls, state, later=frame.later)
            return
        for base in self.repository.lineage(cls)[1]:
            self._outside(base, arguments, ("", frame.unit.line, frame.unit.cell), frame, state)

    def _bound(
        self, unit: Unit, arguments: dict[Any, Value], is_method: bool, mode: str, frame: _Frame, state: set[str]
    ) -> dict[str, Value]:
        """The parameters of a call whose values are known."""
        if mode in ("reference", "spawn"):
            return {}
        found: dict[str, Value] = {}
        names = [name for name, _ in unit.parameters]
        if is_method and names[:1] in (["self"], ["cls"]):
            names = names[1:]
        defaults = dict(unit.parameters)
        open_ended = "*" in arguments or "**" in arguments
        for i, name in enumerate(names):
            value = arguments.get(name, arguments.get(i))
            if value is None:
                value = None if open_ended else defaults.get(name)
            if value is not None:
                held = self._known(value, frame, state)
                if held[0] != "x":
                    found[name] = held
        return found

    def _everything(self, path: str, state: set[str]) -> None:
        """A module that is handed on: any class or function of it may be called there."""
        code = self.repository.codes[path]
        frame = _Frame(code.units["<module>"], {}, None, False, False)
        for cls in code.classes.values():
            if "." not in cls.symbol:
                self._instantiate(cls, {"**": _GIVEN}, "reference", frame, state)
        for symbol, unit in code.units.items():
            if "." not in symbol and symbol != "<module>":
                self._execute(unit, {}, None, set(state))

    def _by_config(self, frame: _Frame, state: set[str]) -> None:
        """What configurations name as ``_target_`` is made where the program instantiates by configuration."""
        for path in sorted(self.repository.configs):
            _, _, _, targets, *_ = self.repository.configs[path]
            for target, _, _ in targets:
                found = self.repository.find(self.path, target)
                if isinstance(found, Class):
                    self._instantiate(found, {"**": _GIVEN}, "reference", frame, state)

    def _import(self, dotted: str, frame: _Frame, state: set[str]) -> None:
        words = dotted.split(".")
        for cut in range(1, len(words) + 1):
            head = ".".join(words[:cut])
            path = self.repository.module(frame.unit.path, head) if head.strip(".") else None
            if path is not None and path not in self._imported:
                self._imported.add(path)
                self._execute(self.repository.codes[path].units["<module>"], {}, None, state)


def _compared(asked: Test, held: Any) -> bool | None:
    if asked[0] == "truthy":
        return bool(held)
    if asked[0] == "none":
        return held is None
    _, operator, _, limit = asked
    if operator == "==":
        return bool(held == limit)
    if operator == "!=":
        return bool(held != limit)
    if isinstance(held, (int, float)) and isinstance(limit, (int, float)):
        return {">": held > limit, ">=": held >= limit, "<": held < limit, "<=": held <= limit}[operator]
    return None


def _asks_for_gpu(asked: Test) -> bool:
    if asked[0] == "gpu":
        return True
    if asked[0] == "not":
        return _asks_for_gpu(asked[1])
    return asked[0] in ("and", "or") and any(_asks_for_gpu(part) for part in asked[1])


def _setting_in(asked: Test) -> str:
    """The name of the seed that a test asks for."""
    if asked[0] == "not":
        return _setting_in(asked[1])
    if asked[0] in ("and", "or"):
        return next((name for name in map(_setting_in, asked[1]) if name), "")
    value = asked[2] if asked[0] == "cmp" else asked[1] if len(asked) > 1 else ()
    return str(value[1]) if value and value[0] in "sp" and values.is_seed_name(str(value[1])) else ""
