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
