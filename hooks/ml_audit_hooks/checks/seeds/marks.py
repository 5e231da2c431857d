"""What single events do to the summary of the function that is at work: draws, seeds, marks."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls, knowing, values
from ml_audit_hooks.checks.seeds.effect import (
    ALL_KINDS,
    FLAG_BIT,
    KINDS,
    OPEN,
    SOURCE_BIT,
    SOURCES,
    sources_mask,
    use_bit,
    uses_mask,
)
from ml_audit_hooks.checks.seeds.knowing import Frame, Settings
from ml_audit_hooks.checks.seeds.summary import Place
from ml_audit_hooks.checks.seeds.targets import Targets
from ml_audit_hooks.checks.seeds.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.checks.seeds.values import Value

_WIDTH = len(KINDS)
_DROPS = sum(use_bit(i, KINDS.index("drop")) for i in range(len(SOURCES)))
_OWN = sum(use_bit(i, KINDS.index("own")) for i in range(len(SOURCES)))
_CUDA_STEP = uses_mask(("torch.cuda",), "data")  # a training step, in which layers may draw there


class Effects:
    """Adds the effects of events under the settings of one program."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.targets = Targets(tree)
        self.settings = Settings()
        self._applied = tuple((p, facts[6]) for p, facts in sorted(tree.configs.items()) if facts[6])

    def flag(self, mask: int, frame: Frame, gen: int) -> None:
        """Leave marks; a training step may draw on the GPU."""
        frame.out.flags |= mask
        if mask & FLAG_BIT["train"]:
            frame.out.draw(_CUDA_STEP, Place(frame.unit.path, -1, frame.unit.symbol, ""), gen)

    def seed(self, event: Any, frame: Frame, gen: int) -> int:
        """The sources seeded after a seeding call."""
        _, at, name, sources, value, is_helper, _ = event
        if is_helper and self.targets.find(name, frame) is not None:
            return gen  # the repository's own function of that name, which is read
        return self.seeded(sources, value, Place(frame.unit.path, at, frame.unit.symbol, name), frame, gen)

    def seeded(self, sources: int, value: Value | None, place: Place, frame: Frame, gen: int) -> int:
        """The sources seeded after `value` was given as seed to some."""
        held = knowing.known(self.tree, self.settings, value, frame) if value is not None else OPEN
        if held == values.NOTHING:
            name = str(value[1]) if value and value[0] in "sp" else ""
            if name:
                frame.out.unset.setdefault((name, place), sources)
            return gen
        if held[0] == "t":
            frame.out.moving[place] = sources
            return gen
        if held[0] == "r" and not SOURCE_BIT[held[1]] & gen:
            frame.out.picks[place] = SOURCE_BIT[held[1]], sources
        frame.out.seed(sources, place)
        if "cuda" in place.text:
            frame.out.flags |= FLAG_BIT["cuda"]
        return gen | sources

    def use(self, event: Any, frame: Frame, gen: int) -> None:
        """Take in a draw."""
        _, at, name, mask, value, when = event
        if when is not None:
            flag = knowing.known(self.tree, self.settings, when, frame)
            if flag[0] == "c" and not flag[1]:
                return
        held = knowing.known(self.tree, self.settings, value, frame) if value is not None else values.NOTHING
        out = frame.out
        place = Place(frame.unit.path, at, frame.unit.symbol, name)
        out.used |= mask
        sources = _of(mask)
        reached = sources & ~out.reached if not mask & _DROPS else 0
        out.reached |= reached
        while reached:
            bit = reached & -reached
            reached ^= bit
            out.first[bit] = place
        if held != values.NOTHING and held[0] != "t":
            return
        if mask & _OWN:
            out.own[place] = sources
        if value is not None and held[0] == "t":
            gen = 0
        while mask:
            bit = mask & -mask
            mask ^= bit
            out.draw(bit, place, gen)

    def configured(self, event: Any, frame: Frame, gen: int) -> int:
        """What loading the configurations beside the program seeds."""
        folder = frame.unit.path.rpartition("/")[0]
        place = Place(frame.unit.path, event[1], frame.unit.symbol, event[2])
        for path, names in self._applied:
            if not folder or path.startswith(f"{folder}/"):
                for name in names:
                    for effect in calls.effects(name, {0: OPEN}):
                        if effect.op in ("seed", "helper"):
                            sources = sources_mask(effect.sources)
                            frame.out.seed(sources, place)
                            gen |= sources
        return gen


def _of(mask: int) -> int:
    """The sources of some draws."""
    found = 0
    for i in range(len(SOURCES)):
        if mask >> (i * _WIDTH) & ALL_KINDS:
            found |= 1 << i
    return found
