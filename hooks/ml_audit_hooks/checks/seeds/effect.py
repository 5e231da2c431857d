"""What a call does to randomness, and the numbers by which a summary counts it."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol, TypeAlias

    Value: TypeAlias = tuple[Any, ...]  # see `values.py`

    class Arguments(Protocol):
        """Position or name to value."""

        def __contains__(self, key: object, /) -> bool: ...
        def __getitem__(self, key: int | str, /) -> Value: ...
        def __len__(self) -> int: ...


SOURCES = ("python", "numpy", "torch", "torch.cuda", "tensorflow", "jax", "sklearn", "env")
NUMPY = ("numpy", "sklearn")  # scikit-learn draws from numpy's global state where no random_state is given
TORCH = ("torch", "torch.cuda")
TRIO = ("python", *NUMPY, *TORCH)
EVERYTHING = (*TRIO, "tensorflow")
# Kinds of draws: run, data and init (weights) as they say; late (made here, drawn from in a later loop), weak (what is
# drawn is overwritten), drop (dropout), own (a generator of its own, which no global seed reaches), aside (a stand-in:
# dummy, profiling), pick (only the seed of another source is drawn).
KINDS = ("run", "data", "init", "late", "weak", "drop", "own", "aside", "pick")
# Marks that a program leaves; `cuda` names torch.cuda in a seed, `gpu` uses the device; `dist` runs in several ranks.
# `feeds` trains by batches that Keras asks an object for, in an order of its own.
FLAGS = ("train", "eval", "load", "gpu", "write", "cuda", "dist", "strict", "feeds")
SOURCE_BIT = {name: 1 << i for i, name in enumerate(SOURCES)}
FLAG_BIT = {name: 1 << i for i, name in enumerate(FLAGS)}
ALL_KINDS = (1 << len(KINDS)) - 1
NOTHING: Value = ("c", None)
OPEN: Value = ("x",)  # a value that cannot be known: taken as given


class Effect(NamedTuple):
    """One thing that a call does. `op` is one of

    ``use``, ``seed``, ``helper`` (seeds, unless the repository has its own of that name), ``restore`` (a saved state),
    ``configured`` (calls what a configuration names), or one of `FLAGS`.
    """

    op: str
    sources: tuple[str, ...] = ()
    kind: str = ""  # of a use, one of `KINDS`
    value: Value | None = None  # the seed; of a use None where the global state is drawn from
    when: Value | None = None  # a value that must not be off for the use to happen


def sources_mask(sources: Iterable[str]) -> int:
    """The bits of some sources."""
    mask = 0
    for source in sources:
        mask |= SOURCE_BIT[source]
    return mask


def use_bit(source: int, kind: int) -> int:
    """The bit of a draw, by the places of its source and kind in the tables above."""
    return 1 << (source * len(KINDS) + kind)


def uses_mask(sources: Iterable[str], kind: str) -> int:
    """The bits of the draws of a kind from some sources."""
    mask = 0
    for source in sources:
        mask |= use_bit(SOURCES.index(source), KINDS.index(kind))
    return mask


def of_source(source: str, kinds: Iterable[str] = KINDS) -> int:
    """The bits of all draws from a source of one of these kinds."""
    mask = 0
    for kind in kinds:
        mask |= use_bit(SOURCES.index(source), KINDS.index(kind))
    return mask


def given(arguments: Arguments, *keys: int | str) -> Value | None:
    """The first of the arguments that is there."""
    for key in keys:
        if key in arguments:
            return arguments[key]
    return None


def has_rest(arguments: Arguments) -> bool:
    """Whether ``**options`` may hold more arguments."""
    return "**" in arguments or "*" in arguments


def own(sources: tuple[str, ...], arguments: Arguments, *keys: int | str) -> list[Effect]:
    """A generator of its own: only its own seed counts."""
    value = given(arguments, *keys)
    if value is None:
        value = OPEN if has_rest(arguments) else NOTHING
    return [Effect("use", sources, "own", value)]


def shared(sources: tuple[str, ...], kind: str, arguments: Arguments, *keys: int | str) -> list[Effect]:
    """A draw from the global state unless a seed or generator of its own is given."""
    value = given(arguments, *keys)
    if value is None and has_rest(arguments):
        value = OPEN
    return [Effect("use", sources, kind, value)]
