"""What a program as a whole draws and seeds, once it is known which objects it makes."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import FLAG_BIT, KINDS, SOURCE_BIT, SOURCES, of_source
from ml_audit_hooks.checks.seeds.summary import Place, Summary
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.seeds.engine import Engine
    from ml_audit_hooks.checks.seeds.knowing import Frame
    from ml_audit_hooks.checks.seeds.summary import Link

_HOOKS = frozenset(  # methods that a framework calls on the objects that it is given
    "__call__ __getitem__ __iter__ __next__ __len__ apply augment build call collate_fn compute_loss"
    " configure_optimizers forward predict_dataloader predict_step prepare_data reset sample setup step test_dataloader"
    " test_step train_dataloader train_step training_step transform val_dataloader validation_step".split()
)
_PLAIN = frozenset("Exception BaseException Enum IntEnum StrEnum NamedTuple TypedDict Protocol Generic".split())
_ONCE = ("weak", "late", "drop")  # what is drawn later, or does not last, counts where nothing ever seeds the source
_IDLE = sum(of_source(source, ("weak", "drop")) for source in SOURCES)
_ON_GPU = of_source("torch.cuda", ("run", "late", "aside"))
_LAYERS = of_source("torch", ("drop",)) | of_source("torch.cuda", ("drop",))
_STEP = of_source("torch.cuda", ("data",))  # see `marks.py`


class Source(NamedTuple):
    """A source of randomness that an entry point reaches."""

    source: str
    seeded: bool
    line: int | None  # from 1, of the first draw where it stands in the entry point's own file


class Outcome(NamedTuple):
    """The end of a program."""

    path: str
    now: Summary  # in the order of the program
    later: Summary  # called by a framework, once everything is set up
    lines: tuple[tuple[int, int], ...]  # (bit of a source, line) of first draws in the program's own file

    def has(self, flag: str) -> bool:
        """Whether the program leaves a mark."""
        return bool((self.now.flags | self.later.flags) & FLAG_BIT[flag])

    @property
    def trains(self) -> bool:
        """Whether it updates weights."""
        return self.has("train")

    @property
    def only_loads(self) -> bool:
        """Whether all that nothing seeds are weights that are overwritten, and layers that rest."""
        bare = self.now.exposed | self.later.exposed
        return bool(bare) and not bare & ~_IDLE and self.has("load") and not self.trains

    def drops(self, source: str) -> bool:
        """Whether what is drawn in training only is drawn: by layers, or where Keras orders the batches."""
        return self.has("feeds" if source == "python" else "train")

    @property
    def seeds(self) -> int:
        """The sources that it seeds on some way."""
        return self.now.seeds | self.later.seeds

    def seeder(self, source: str) -> Place | None:
        """The first call that seeds a source."""
        bit = SOURCE_BIT[source]
        return self.now.seeders.get(bit) or self.later.seeders.get(bit)

    def counts(self, source: str) -> int:
        """The kinds of draws from a source that count in such a program."""
        drops = self.drops(source)
        kinds = [kind for kind in KINDS if kind != "pick" and (kind != "drop" or drops)]
        if self.seeds & SOURCE_BIT[source]:
            kinds = [kind for kind in kinds if kind not in _ONCE]
        return of_source(source, kinds)

    def unseeded(self, source: str) -> Iterator[tuple[int, Place, Link | None, bool]]:
        """(bit, first draw, calls to it, whether later) of each kind of draw that nothing had seeded."""
        mask = self.counts(source)
        for found, later in ((self.now, False), (self.later, True)):
            left = found.exposed & mask
            while left:
                bit = left & -left
                left ^= bit
                yield bit, *found.why[bit], later

    def picked(self) -> int:
        """The sources whose seed is drawn from one that nothing seeds."""
        found = 0
        for one in (self.now, self.later):
            for _, sources in one.picks.values():
                found |= sources
        return found


def finished(engine: Engine, path: str, frame: Frame, gen: int) -> Outcome:
    """Follow the methods of the objects that the program makes, then what frameworks call on them."""
    now, later = frame.out, Summary()
    done: dict[int, list[int]] = {}
    link = path, -1, "<module>"
    while _follow(engine, now, link, done):
        pass
    later.instances, later.lists = dict(now.instances), now.lists
    hooked: set[int] = set()
    done = {}
    while _hooks(engine, later, hooked, gen, link) or _follow(engine, later, link, done):
        pass
    code = engine.tree.codes[path]
    lines = tuple(
        (bit, code.positions[place.at] % 1_000_000)
        for one in (later, now)
        for bit, place in one.first.items()
        if place.path == path and place.at >= 0
    )
    return Outcome(path, now, later, lines)


def _follow(engine: Engine, out: Summary, link: tuple[str, int, str], done: dict[int, list[int]]) -> bool:
    """Add the methods that are called on objects of unknown making; whether there were new ones.

    `done`: state -> [names, classes] of which every pair was followed.
    """
    fresh = False
    methods_of, every = engine.targets.methods_of, engine.tree.every
    for gen, names in [*out.named.items()]:
        old = done.setdefault(gen, [0, 0])
        instances = out.made_by(gen)
        if old == [names, instances]:
            continue
        left = instances
        while left:
            bit = left & -left
            left ^= bit
            cls = every[bit.bit_length() - 1]
            called = names & methods_of(cls)
            if bit & old[1]:
                called &= ~old[0]
            while called:
                one = called & -called
                called ^= one
                unit = engine.tree.method(cls, engine.targets.name(one.bit_length() - 1))
                if unit is not None and unit.events:
                    out.add(engine.called(unit, cls, out.lists), gen, link)
                    fresh = True
        done[gen] = [names, instances]
    return fresh


def _hooks(engine: Engine, later: Summary, done: set[int], gen: int, link: tuple[str, int, str]) -> bool:
    """Add what frameworks call on the objects of classes that are not wholly the repository's own."""
    fresh = False
    left = later.made_by(-1)
    while left:
        bit = left & -left
        left ^= bit
        cls = engine.tree.every[bit.bit_length() - 1]
        if cls.number in done:
            continue
        done.add(cls.number)
        found = engine.hooks(cls, later.lists)
        if found is not None:
            later.add(found, gen, link)
            fresh = True
    return fresh


def hook_names(engine: Engine, number: int) -> list[str]:
    """The methods of a class that a framework calls, if it has a base of one."""
    cls = engine.tree.every[number]
    if not any(base.rpartition(".")[2] not in _PLAIN for base in engine.tree.lineage(cls)[1]):
        return []
    names = engine.targets.methods_of(cls)
    found = []
    while names:
        bit = names & -names
        names ^= bit
        name = engine.targets.name(bit.bit_length() - 1)
        if name in _HOOKS or name.startswith("on_"):
            found.append(name)
    return sorted(found)


def sources(outcome: Outcome, on_cpu: bool = False, whole: bool = False) -> Iterator[Source]:
    """The sources that a program reaches, in the order of the contract; `whole`: where its layers drop nothing."""
    used = (outcome.now.used | outcome.later.used) & ~(_LAYERS if whole else 0)
    reached = outcome.now.reached | outcome.later.reached
    picked = outcome.picked()
    drops = [name for name in ("python", "torch") if outcome.drops(name) and used & of_source(name, ("drop",))]
    lines = dict(outcome.lines)
    for name in SOURCES:
        bit = SOURCE_BIT[name]
        if name == "torch.cuda":
            layers = outcome.trains and used & of_source(name, ("drop",))
            if (layers or used & _ON_GPU) and not on_cpu and (outcome.has("gpu") or outcome.has("cuda")):
                bare = (outcome.now.exposed | outcome.later.exposed) & outcome.counts(name)
                yield Source(name, not bare & (bare if layers else ~_STEP), None)
        elif name == "numpy" and not reached & bit and _by_sklearn(outcome):
            yield Source(name, True, None)
        elif reached & bit or name in drops:
            seeded = not picked & bit and next(outcome.unseeded(name), None) is None
            yield Source(name, seeded, lines.get(bit))


def _by_sklearn(outcome: Outcome) -> bool:
    """Whether scikit-learn draws from numpy's global state where that is seeded."""
    drawn = (outcome.now.used | outcome.later.used) & of_source("sklearn", ("run",))
    return bool(drawn and outcome.seeds & SOURCE_BIT["numpy"]) and next(outcome.unseeded("sklearn"), None) is None
