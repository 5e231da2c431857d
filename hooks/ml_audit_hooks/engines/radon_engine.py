"""radon 6 as a library: its own numbers, by its own visitors, for what ``checks.complexity`` counts by itself.

The check never needs it: `walk` and `raw_counts` give the same numbers in one pass over the tree that is parsed
already. Here is the yardstick that the tests and the benchmark hold them against, and the answer for a text that the
check's own counting gives up on. radon's command line is not used: it reads ``setup.cfg`` and ``radon.cfg`` of the
folder that it runs in, and the library reads nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import Module
    from typing import Any, TypeAlias

    Counts: TypeAlias = tuple[int, int, int, int, int, int, int]


def raw(text: str) -> Counts | None:
    """radon's (loc, lloc, sloc, comments, multi, blank, single_comments) of a text; None where radon gives up."""
    from tokenize import TokenError

    from radon.raw import analyze  # type: ignore[import-untyped]

    try:
        return tuple(analyze(text))
    except (SyntaxError, TokenError):  # radon tokenises statement by statement, and loses its place in a few texts
        return None


def blocks(tree: Module) -> list[Any]:
    """radon's blocks of a tree: its `Function` and `Class` tuples, closures and inner classes within them."""
    from radon.visitors import ComplexityVisitor  # type: ignore[import-untyped]

    found: list[Any] = ComplexityVisitor.from_ast(tree).blocks
    return found


def total(tree: Module) -> int:
    """radon's complexity of a whole file."""
    from radon.visitors import ComplexityVisitor

    return int(ComplexityVisitor.from_ast(tree).total_complexity)


def volume(tree: Module) -> float:
    """radon's Halstead volume of a whole file."""
    from radon.metrics import h_visit_ast  # type: ignore[import-untyped]

    return float(h_visit_ast(tree).total.volume)


def maintainability(text: str) -> float | None:
    """radon's maintainability index from 0 to 100, docstrings counted as comments; None where radon gives up."""
    from tokenize import TokenError

    from radon.metrics import mi_visit

    try:
        return float(mi_visit(text, True))
    except (SyntaxError, TokenError):
        return None
