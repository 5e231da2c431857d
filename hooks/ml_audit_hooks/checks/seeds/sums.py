"""Sums up functions: each once a way of being called, circles of calls until nothing changes."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.knowing import Settings
from ml_audit_hooks.checks.seeds.summary import Summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeAlias

    from ml_audit_hooks.checks.seeds.tree import Class, Unit
    from ml_audit_hooks.checks.seeds.values import Value

    # (path and symbol of a function, what its parameters hold, number of the class, how it runs)
    Key: TypeAlias = tuple[tuple[str, str], tuple[tuple[str, Value], ...], int, str]
    Evaluate: TypeAlias = Callable[[Unit, Mapping[str, Value], Class | None, str], Summary]

_DEPTH = 40  # calls inside calls
_ROUNDS = 4  # in which a circle of calls is summed up
_CONTEXTS = 24  # ways of calling a function that are told apart
NOTHING = Summary()  # of a function that does nothing


class Sums:
    """The summaries of the functions of a tree, under the settings of one program after another."""

    def __init__(self, evaluate: Evaluate) -> None:
        """`evaluate` sums up the events of one function, and asks here for those of others."""
        self._evaluate = evaluate
        self._shared: dict[Key, Summary] = {}  # of functions whose summary no setting decides
        self._by_settings: dict[Settings, dict[Key, Summary]] = {}
        self._mine: dict[Key, Summary] = {}
        self._open: dict[Key, Summary] = {}  # at work, or in a circle that is: what is known so far
        self._waiting: dict[Key, tuple[Unit, Mapping[str, Value], Class | None, str]] = {}  # those in order of entry
        self._numbers: dict[Key, int] = {}  # of those, the place in that order
        self._lows: list[int] = []  # of each function at work, the first of those that it leads back to
        self._contexts: dict[tuple[str, str], set[Any]] = {}

    def use(self, settings: Settings) -> None:
        """Take the settings of a program."""
        self._mine = self._by_settings.setdefault(settings, {})

    def summary(self, unit: Unit, bound: Mapping[str, Value], cls: Class | None, how: str = "") -> Summary:
        """The summary of a function whose parameters hold what is in `bound`, as a method of `cls`. `how`: "main" of a
        module that is the program, "import" for what runs while a module is imported."""
        if not unit.events:
            return NOTHING
        key = self._key(unit, bound, cls, how)
        found = self._shared.get(key) or self._mine.get(key)
        if found is not None:
            return found
        if key in self._open:
            self._lows[-1] = min(self._lows[-1], self._numbers[key])
            return self._open[key]
        if len(self._lows) >= _DEPTH:  # left for the next round of the outermost, which begins less deep
            self._lows[-1] = 0
            return NOTHING
        return self._sum_up(key, unit, dict(key[1]), cls, how)

    def _key(self, unit: Unit, bound: Mapping[str, Value], cls: Class | None, how: str) -> Key:
        name = unit.path, unit.symbol
        held = tuple(sorted(((k, v) for k, v in bound.items() if k in unit.refs), key=repr)) if bound else ()
        if held:
            contexts = self._contexts.setdefault(name, set())
            if len(contexts) >= _CONTEXTS and held not in contexts:
                held = ()
            contexts.add(held)
        return name, held, cls.number if cls is not None else -1, how

    def _sum_up(self, key: Key, unit: Unit, bound: Mapping[str, Value], cls: Class | None, how: str) -> Summary:
        """As Tarjan: who leads back to no function before itself closes the circle of those entered since."""
        number = len(self._open)
        self._open[key], self._numbers[key] = Summary(), number
        self._waiting[key] = unit, bound, cls, how
        self._lows.append(number + 1)
        self._open[key] = self._evaluate(unit, bound, cls, how)
        low = self._lows.pop()
        if low < number and self._lows:
            self._lows[-1] = min(self._lows[-1], low)
        else:
            if low <= number:
                self._go_round(number)
            while len(self._open) > number:
                closed, found = self._open.popitem()
                del self._numbers[closed], self._waiting[closed]
                (self._mine if found.touched else self._shared)[closed] = found
        return self._shared.get(key) or self._mine.get(key) or self._open[key]

    def _go_round(self, start: int) -> None:
        """Sum up a circle of calls until nothing changes."""
        for _ in range(_ROUNDS):
            before = [(k, self._open[k].shape()) for k in [*self._open][start:]]
            for key, _ in reversed(before):
                self._lows.append(len(self._open))
                self._open[key] = self._evaluate(*self._waiting[key])
                self._lows.pop()
            if len(self._open) == start + len(before) and all(self._open[k].shape() == s for k, s in before):
                break
