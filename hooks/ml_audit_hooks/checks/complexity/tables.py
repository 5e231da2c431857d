"""What the audit's tables show: the heaviest functions, and sums over the repository."""

from __future__ import annotations

from ml_audit_hooks.checks.complexity import facts as fact
from ml_audit_hooks.checks.complexity.thresholds import is_own
from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.core.finding import Record


class Heavy(NamedTuple):
    """A row of the table of the heaviest functions."""

    path: str
    symbol: str
    cell: int | None  # from 0
    complexity: int
    lines: int


class Summary(NamedTuple):
    """Sums over a repository; test, vendored and generated code left out."""

    files: int  # with Python code that could be read
    lines: int  # with code, comments and blank lines left out
    functions: int  # methods and closures among them
    average: float  # complexity of a function; 0 where there is none
    grade: str  # radon's, of the average: A (to 5) … F (over 40)
    over: tuple[int, int, int, int, int, int]  # functions by radon's grade, A to F


def heaviest(records: Mapping[str, Record], n: int = 10) -> tuple[Heavy, ...]:
    """The `n` functions of the highest complexity; test, vendored and generated code left out."""
    rows = [
        Heavy(path, symbol, cell, complexity, lines)
        for path, record in records.items()
        if is_own(path) and not places.is_test(path)
        for symbol, cell, complexity, lines in fact.of(record).functions
    ]
    rows.sort(key=lambda row: (-row.complexity, -row.lines, row.path, row.cell or 0, row.symbol))
    return tuple(rows[:n])


def summary(records: Mapping[str, Record]) -> Summary:
    """The sums over a repository."""
    every = [fact.of(r) for p, r in records.items() if r.facts and is_own(p) and not places.is_test(p)]
    grades = [0] * 6
    total = functions = 0
    for facts in every:
        for _, _, complexity, _ in facts.functions:
            grades["ABCDEF".index(grade(complexity))] += 1
            total += complexity
            functions += 1
    average = total / functions if functions else 0.0
    lines = sum(facts.raw[2] for facts in every if facts.raw is not None)
    a, b, c, d, e, f = grades
    return Summary(len(every), lines, functions, average, grade(average), (a, b, c, d, e, f))


def grade(complexity: float) -> str:
    """radon's letter: A to 5, B to 10, C to 20, D to 30, E to 40, F above."""
    return "ABCDEF"[sum(complexity > limit for limit in (5, 10, 20, 30, 40))]
