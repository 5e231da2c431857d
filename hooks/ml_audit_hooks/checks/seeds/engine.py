"""Follows functions through the repository: the events of one, and the summaries of those that it calls."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls, knowing, values
from ml_audit_hooks.checks.seeds.arguments import unpacked
from ml_audit_hooks.checks.seeds.effect import FLAG_BIT, sources_mask, uses_mask
from ml_audit_hooks.checks.seeds.knowing import Frame, Settings
from ml_audit_hooks.checks.seeds.marks import Effects
from ml_audit_hooks.checks.seeds.outcome import hook_names
from ml_audit_hooks.checks.seeds.summary import Place, Summary
from ml_audit_hooks.checks.seeds.sums import NOTHING, Sums
from ml_audit_hooks.checks.seeds.tree import Class, Tree, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ml_audit_hooks.checks.seeds.values import Value

_LOAD = FLAG_BIT["load"]


class Engine(Effects):
    """Follows the functions of one tree under the settings of one program after another."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self._sums = Sums(self._evaluated)
        self.summary = self._sums.summary
        self._hooks_by: dict[Settings, dict[tuple[int, int], Summary | None]] = {}
        self._hooks: dict[tuple[int, int], Summary | None] = {}  # by the number of the class, lengths of lists

    def begin(self, settings: Settings) -> None:
        """Take the settings of a program."""
        self.settings = settings
        self._sums.use(settings)
        self._hooks = self._hooks_by.setdefault(settings, {})

    def _evaluated(self, unit: Unit, bound: Mapping[str, Value], cls: Class | None, how: str) -> Summary:
        out = Summary()
        frame = Frame(unit, bound, cls, how == "main", how == "import", False, out)
        out.gen = self._block(unit.events, frame, 0)[0]
        return out

    def hooks(self, cls: Class, lists: int = 0) -> Summary | None:
        """What the methods draw and seed that a framework calls on the objects of a class; None without any. `lists`:
        how long the lists are with which the program calls objects."""
        key = cls.number, lists
        if key not in self._hooks:
            found: Summary | None = None
            for name in hook_names(self, cls.number):
                unit = self.tree.method(cls, name)
                if unit is not None and unit.events:
                    found = found or Summary()
                    found.add(self.called(unit, cls, lists), 0, (unit.path, -1, unit.symbol))
            self._hooks[key] = found
        return self._hooks[key]

    def called(self, unit: Unit, cls: Class, lists: int) -> Summary:
        """The summary of a method of which the arguments are not known. Where the program calls objects with lists of
        one length only, so it does a ``forward`` that asks for the length of its first argument."""
        bound: dict[str, Value] = {}
        if lists and not lists & (lists - 1) and unit.symbol.endswith(".forward"):
            bound = {name: ("n", lists.bit_length() - 1) for name, _ in unit.parameters[1:2] if name in unit.refs}
        return self.summary(unit, bound, cls)

    # -- events -----------------------------------------------------------------------------------------------------

    def _block(self, events: Iterable[Any], frame: Frame, gen: int) -> tuple[int, str]:
        """(sources seeded after some events, how they were left: "" (at their end), "loop" or "function")."""
        before = frame.out.exposed
        for event in events:
            op = event[0]
            if op == "ways":
                gen, left = self._ways(event[1], frame, gen)
                if left:
                    return gen, left
            elif op == "exit":
                return gen, event[1]
            elif op == "loop":
                after, left = self._block(event[1], frame, gen)
                gen = gen if left == "function" else after  # left early in some round: what follows may still run
            elif op == "rare":
                self._block(event[1], frame, gen)
            else:
                gen = self._step(op, event, frame, gen)
                if op == "flag" and event[1] & _LOAD:  # on every way from where the weights are drawn: no resuming
                    frame.out.overwrite(before)
        return gen, ""

    def _step(self, op: str, event: Any, frame: Frame, gen: int) -> int:
        """The sources seeded after a plain event."""
        if op == "call":
            return self._call(event, frame, gen)
        if op == "use":
            self.use(event, frame, gen)
        elif op == "flag":
            self.flag(event[1], frame, gen)
        elif op == "seed":
            return self.seed(event, frame, gen)
        elif op == "import":
            return self._import(event, frame, gen)
        elif op == "named":
            return self._methods(event, frame, gen)
        elif op == "loaded":
            return self._loaded(event, frame, gen)
        elif op == "lists":
            frame.out.lists |= event[1]
        elif op == "restore":
            return gen | int(event[1])
        elif op == "globals":
            self._everything(frame.unit.path, event[1], frame, gen, frame.unit.symbol)
        elif op == "configured":
            return self.configured(event, frame, gen)
        return gen

    def _ways(self, ways: Iterable[Any], frame: Frame, gen: int) -> tuple[int, str]:
        ends: list[tuple[int, str]] = []
        on_gpu = False
        for test, body, at in ways:
            answer = True if test is None else knowing.answer(self.tree, self.settings, test, frame)
            if answer is False:
                if body:
                    self._note_unset(test, body, at, frame, gen)
                continue
            ends.append(self._block(body, frame, gen))
            on_gpu = on_gpu or knowing.asks_for_gpu(test)
            if answer:
                break
        else:
            ends.append((gen, ""))
        through = [end for end, left in ends if not left]
        if not through:
            kinds = {left for _, left in ends}
            return _all_of([end for end, _ in ends]), kinds.pop() if len(kinds) == 1 else "loop"
        if on_gpu:
            merged = 0
            for end in through:
                merged |= end
            return merged, ""
        return _all_of(through), ""

    def _note_unset(self, test: Any, body: Any, at: int, frame: Frame, gen: int) -> None:
        """Remember that a seeding call is passed over because its setting is off by default."""
        name = values.setting_in(test)
        if name and not frame.assumed:
            trial = frame._replace(assumed=True, out=Summary())
            seeded = self._block(body, trial, gen)[0] & ~gen
            if seeded:
                frame.out.unset.setdefault((name, Place(frame.unit.path, at, frame.unit.symbol, name)), seeded)

    # -- calls ------------------------------------------------------------------------------------------------------

    def _add(self, found: Summary, at: int, frame: Frame, gen: int) -> int:
        return frame.out.add(found, gen, (frame.unit.path, at, frame.unit.symbol)) if found is not NOTHING else gen

    def _call(self, event: Any, frame: Frame, gen: int) -> int:
        _, at, target, packed, mode = event
        if frame.quiet and mode:
            return gen
        found = self.targets.find(target, frame)
        if found is None and mode == "reference" and "()." in target:
            return gen  # an attribute of an object
        if found is None:
            return self._beyond(target, packed, at, frame, gen)
        if mode == "spawn":  # a process of its own: nothing is seeded there, and nothing that it seeds is seeded here
            self._run(found, (), mode, at, frame, 0)
            return gen
        if isinstance(found, str):
            if mode == "reference":
                self._everything(found, at, frame, gen, "")
            return gen
        return self._run(found, packed, mode, at, frame, gen)

    def _run(self, found: Any, packed: Any, mode: str, at: int, frame: Frame, gen: int) -> int:
        if isinstance(found, Class):
            return self._instantiate(found, packed, mode, at, frame, gen)
        if isinstance(found, str):
            return gen
        unit, cls = found
        bound = knowing.bound(self.tree, self.settings, unit, packed, cls is not None, mode, frame)
        return self._add(self.summary(unit, bound, cls, _how(frame)), at, frame, gen)

    def _beyond(self, target: str, packed: Any, at: int, frame: Frame, gen: int) -> int:
        """A call that the tree does not define: of a library's base class, by configuration, of an unknown object."""
        if target.startswith("super().") and frame.owner is not None:
            name = target.removeprefix("super().")
            for base in self.tree.lineage(frame.owner)[1]:
                called = base if name == "__init__" else f"{base}().{name}"
                gen = self._outside(called, packed, at, frame, gen)
        elif target.startswith("hydra.utils."):
            for path in sorted(self.tree.configs):
                for named, _ in self.tree.configs[path][2]:
                    found = self.tree.find(frame.unit.path, named)
                    if isinstance(found, Class):
                        gen = self._instantiate(found, _ANY, "reference", at, frame, gen)
        else:
            self._inherited_flags(target, frame)
            last = target.rpartition(".")[2]
            if "." in target and last in self.tree.methods:
                gen = self._methods(("named", at, (last,)), frame, gen)
        return gen

    def _inherited_flags(self, target: str, frame: Frame) -> None:
        """A method that a class of the repository has from a library: that a trainer trains is told by its base."""
        head, dot, rest = target.partition("().")
        owner = self.tree.find(frame.unit.path, head) if dot and "." not in rest and "(" not in rest else None
        for base in self.tree.lineage(owner)[1] if isinstance(owner, Class) else ():
            for effect in calls.effects(f"{base}().{rest}", {}):
                if effect.op in ("train", "eval", "gpu"):
                    frame.out.flags |= FLAG_BIT[effect.op]

    def _methods(self, event: Any, frame: Frame, gen: int) -> int:
        """Methods of objects of unknown making: followed once it is known which objects the program makes; those that
        are named for seeding are followed at once."""
        _, at, names = event
        later = 0
        for name in names:
            if name not in self.tree.methods:
                continue
            if "seed" in name:
                for unit in self.tree.methods[name]:
                    cls = self.tree.codes[unit.path].classes.get(unit.symbol.rpartition(".")[0])
                    gen = self._add(self.summary(unit, {}, cls), at, frame, gen)
            else:
                later |= 0 if frame.quiet else 1 << self.targets.number(name)
        if later:
            frame.out.named[gen] = frame.out.named.get(gen, 0) | later
        return gen

    def _loaded(self, event: Any, frame: Frame, gen: int) -> int:
        """A method of an object read from a pickle, if only one class of the repository has such a method."""
        _, at, name = event
        units = self.tree.methods.get(name, ())
        if len(units) != 1:
            return gen
        cls = self.tree.codes[units[0].path].classes.get(units[0].symbol.rpartition(".")[0])
        return self._add(self.summary(units[0], {}, cls), at, frame, gen)

    def _outside(self, called: str, packed: Any, at: int, frame: Frame, gen: int) -> int:
        for effect in calls.effects(called, unpacked(packed)):
            mask = sources_mask(effect.sources)
            if effect.op in ("seed", "helper"):
                place = Place(frame.unit.path, at, frame.unit.symbol, called)
                gen = self.seeded(mask, effect.value, place, frame, gen)
            elif effect.op == "use":
                uses = uses_mask(effect.sources, effect.kind)
                self.use(("use", at, called, uses, effect.value, effect.when), frame, gen)
            elif effect.op in FLAG_BIT:
                self.flag(FLAG_BIT[effect.op], frame, gen)
        return gen

    def _instantiate(self, cls: Class, packed: Any, mode: str, at: int, frame: Frame, gen: int) -> int:
        made = frame.out.instances
        made[gen] = made.get(gen, 0) | 1 << cls.number
        init = self.tree.method(cls, "__init__")
        if init is not None:
            bound = knowing.bound(self.tree, self.settings, init, packed, True, mode, frame)
            return self._add(self.summary(init, bound, cls, _how(frame)), at, frame, gen)
        for base in self.tree.lineage(cls)[1]:
            gen = self._outside(base, packed, at, frame, gen)
        return gen

    def _everything(self, path: str, at: int, frame: Frame, gen: int, but: str) -> None:
        """A module that is handed on: any class or function of it may be called there."""
        code = self.tree.codes[path]
        for cls in code.classes.values() if not but else ():
            if "." not in cls.symbol:
                self._instantiate(cls, _ANY, "reference", at, frame, gen)
        for symbol, unit in code.units.items():
            if "." not in symbol and symbol not in ("<module>", but):
                self._add(self.summary(unit, {}, None), at, frame, gen)

    def _import(self, event: Any, frame: Frame, gen: int) -> int:
        for path in self.targets.files(frame.unit.path, event[1]):
            if path != frame.unit.path:
                found = self.summary(self.tree.codes[path].units["<module>"], {}, None, "import")
                gen = frame.out.add_import(found, gen, (frame.unit.path, event[2], frame.unit.symbol))
        return gen


_ANY = (0, (), "*")


def _how(frame: Frame) -> str:
    """How a function runs that is called there."""
    return "import" if frame.quiet else ""


def _all_of(gens: list[int]) -> int:
    merged = gens[0]
    for gen in gens[1:]:
        merged &= gen
    return merged
