"""Rows of the audit that checks give and the report shows, in the shapes of its JSON."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple


class Source(NamedTuple):
    """A source of randomness that an entry point reaches."""

    source: str  # python, numpy, torch, torch.cuda, tensorflow, jax, sklearn, env
    seeded: bool  # on every way, before the first use
    line: int  # from 1: of the seeding call, else of the first use


class EntryPoint(NamedTuple):
    """A program and the randomness that it reaches."""

    path: str
    cell: int | None
    symbol: str
    sources: tuple[Source, ...]


class Site(NamedTuple):
    """A place that writes or reads model or training state."""

    path: str
    line: int  # from 1
    cell: int | None
    what: str  # save, load
    holds: tuple[str, ...]  # of weights optimizer scheduler scaler step epoch rng config metric
    unsafe: bool
    atomic: bool


class Heavy(NamedTuple):
    """A function and how hard it is to follow."""

    path: str
    cell: int | None
    symbol: str
    complexity: int  # cyclomatic, from 1
    lines: int


class Gate(NamedTuple):
    """A command by which the repository judges itself."""

    command: str  # the line to type at the root
    purpose: str
    where: str  # path of the file that defines it
    network: str  # what in it needs a network; "" for nothing seen
    offline: bool  # whether it sets a switch that keeps libraries off the network


class Tested(NamedTuple):
    """A test function and what it is about."""

    path: str
    name: str
    category: str  # data, model, infrastructure, regression, performance


class Item(NamedTuple):
    """One of the 28 items of the ML Test Score."""

    id: str  # data.1
    section: str
    title: str
    state: str  # shown, not shown, cannot be decided statically
    points: float  # 0, 0.5 or 1
    evidence: str
    note: str  # what the evidence leaves open, or why it cannot be decided


class TestScore(NamedTuple):
    """The ML Test Score of Breck et al. 2017, as far as local evidence shows it."""

    items: tuple[Item, ...] = ()
    sections: tuple[tuple[str, float], ...] = ()  # sums of points in the paper's order
    total: float = 0.0  # the smallest of them
    meaning: str = ""
