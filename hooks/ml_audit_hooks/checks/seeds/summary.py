"""What a function, or a whole program, draws and seeds: the sum of its events and of the functions that it calls.

A summary says nothing of what was seeded before the function began; adding it to another at a known state does. So
each function is summed up once, however many programs call it.
"""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import ALL_KINDS, KINDS, SOURCES, use_bit
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Link: TypeAlias = tuple[str, int, str, Any]  # path, position, symbol of a call, and the link below it; or None

_WIDTH = len(KINDS)
_INIT_AT, _WEAK_AT = KINDS.index("init"), KINDS.index("weak")
_INIT = sum(use_bit(i, _INIT_AT) for i in range(len(SOURCES)))
_LATER = sum(use_bit(i, KINDS.index(kind)) for i in range(len(SOURCES)) for kind in ("aside", "drop", "late", "weak"))
for _source in ("torch", "torch.cuda"):
    _LATER |= use_bit(SOURCES.index(_source), KINDS.index("run"))
_OWN = sum(use_bit(i, KINDS.index("own")) for i in range(len(SOURCES)))


class Place(NamedTuple):
    """A line of the repository."""

    path: str
    at: int  # index into the positions of the file
    symbol: str
    text: str  # the resolved name of what stands there


class Summary:
    """Masks are those of `effect.py`."""

    __slots__ = (
        "exposed",
        "first",
        "flags",
        "gen",
        "instances",
        "lists",
        "moving",
        "named",
        "own",
        "picks",
        "reached",
        "seeders",
        "seeds",
        "touched",
        "unset",
        "used",
        "why",
    )

    def __init__(self) -> None:
        self.gen = 0  # sources that are seeded afterwards, on every way
        self.exposed = 0  # draws that nothing in here has seeded before
        self.why: dict[int, tuple[Place, Link | None]] = {}  # a bit of `exposed` -> its first draw, the calls to it
        self.used = 0  # all draws
        self.reached = 0  # sources that are drawn from, dropout aside
        self.first: dict[int, Place] = {}  # a bit of `reached` -> its first draw
        self.seeds = 0  # sources that are seeded on some way
        self.seeders: dict[int, Place] = {}  # a bit of `seeds` -> the first call that does it
        self.flags = 0
        self.lists = 0  # 1 << n for lists of n elements with which objects are called
        self.named: dict[int, int] = {}  # sources seeded by then -> names of methods of unknown objects
        self.instances: dict[int, int] = {}  # sources seeded by then -> classes of which objects are made
        self.unset: dict[tuple[str, Place], int] = {}  # seed that is off by default, where -> what it would seed
        self.moving: dict[Place, int] = {}  # seed that differs from run to run -> what it should seed
        self.picks: dict[Place, tuple[int, int]] = {}  # seed drawn from a source -> (that source, what it seeds)
        self.own: dict[Place, int] = {}  # generators of their own without a seed -> their sources
        self.touched = False  # whether the settings of the program decided anything

    def shape(self) -> tuple[int, ...]:
        """What changes while a circle of calls is summed up."""
        return (
            self.gen,
            self.exposed,
            self.used,
            self.flags,
            self.lists,
            self.seeds,
            len(self.unset),
            *self.named.values(),
            *self.instances.values(),
        )

    def draw(self, bit: int, place: Place, gen: int) -> None:
        """Take in a draw of which the sources in `gen` are seeded."""
        self.used |= bit
        if not bit & blocked(gen) and not self.exposed & bit:
            self.exposed |= bit
            self.why[bit] = place, None

    def seed(self, sources: int, place: Place) -> None:
        """Take in a seeding call."""
        left = sources & ~self.seeds
        self.seeds |= sources
        while left:
            bit = left & -left
            left ^= bit
            self.seeders[bit] = place

    def add(self, other: Summary, gen: int, link: tuple[str, int, str], but: int = 0) -> int:
        """Take in what a call does that is made where the sources in `gen` are seeded; what is seeded then. The draws
        `but` are left out."""
        new = other.exposed & ~blocked(gen) & ~self.exposed & ~but
        if new:
            self.exposed |= new
            why, below = self.why, other.why
            while new:
                bit = new & -new
                new ^= bit
                place, chain = below[bit]
                why[bit] = place, (*link, chain)
        self.used |= other.used
        self.flags |= other.flags
        self.lists |= other.lists
        new = other.reached & ~self.reached
        if new:
            self.reached |= new
            while new:
                bit = new & -new
                new ^= bit
                self.first[bit] = other.first[bit]
        new = other.seeds & ~self.seeds
        if new:
            self.seeds |= new
            while new:
                bit = new & -new
                new ^= bit
                self.seeders[bit] = other.seeders[bit]
        if other.named:
            _merge(self.named, other.named, gen)
        if other.instances:
            _merge(self.instances, other.instances, gen)
        self._add_rare(other, gen)
        return gen | other.gen

    def add_import(self, other: Summary, gen: int, link: tuple[str, int, str]) -> int:
        """As `add`, of a module that is imported: the methods that it calls are not those of objects made later, and
        what it makes to draw from later is mostly for other programs. A tensor drawn there tries out the machine."""
        named, instances = self.named, self.instances
        self.named, self.instances = {}, {}
        gen = self.add(other, gen, link, _LATER)
        self.named, self.instances = named, instances
        return gen

    def overwrite(self, before: int) -> None:
        """The weights drawn since only the draws `before` were exposed are overwritten by those of a checkpoint."""
        left = self.exposed & _INIT & ~before
        while left:
            bit = left & -left
            left ^= bit
            weak = bit << (_WEAK_AT - _INIT_AT)
            self.exposed = self.exposed & ~bit | weak
            self.why.setdefault(weak, self.why.pop(bit))

    def made_by(self, gen: int) -> int:
        """The classes of which there can be objects where `gen` is seeded: of a later object more is seeded."""
        found = 0
        for state, classes in self.instances.items():
            if not state & ~gen:
                found |= classes
        return found

    def _add_rare(self, other: Summary, gen: int) -> None:
        if other.touched:
            self.touched = True
        if other.unset:
            for key, sources in other.unset.items():
                if sources & ~gen:
                    self.unset.setdefault(key, sources & ~gen)
        if other.moving:
            self.moving.update(other.moving)
        if other.own:
            self.own.update(other.own)
        for place, (source, sources) in other.picks.items():
            if not source & gen:
                self.picks[place] = source, sources


def _merge(into: dict[int, int], other: dict[int, int], gen: int) -> None:
    """Add masks by state, each where `gen` is seeded besides."""
    for state, mask in other.items():
        state |= gen
        into[state] = into.get(state, 0) | mask


_BLOCKED: dict[int, int] = {}  # of states, see `blocked`


def blocked(gen: int) -> int:
    """The draws that the sources in `gen`, being seeded, make harmless: all but those of own generators."""
    known = _BLOCKED.get(gen)
    if known is None:
        known = 0
        for i in range(len(SOURCES)):
            if gen >> i & 1:
                known |= ALL_KINDS << (i * _WIDTH)
        known = _BLOCKED[gen] = known & ~_OWN
    return known
