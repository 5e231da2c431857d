"""What a record of the check holds beside its findings: plain tuples, so that the store can write them."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from ml_audit_hooks.core.finding import Record

    Row: TypeAlias = tuple[str, int | None, int, int]  # symbol, cell, complexity, lines
    Target: TypeAlias = tuple[int, str, tuple[str, ...], int, int]  # level, module, names, when (see below), line
    Role: TypeAlias = tuple[str, str, int]  # what it is, symbol, line
    Effect: TypeAlias = tuple[str, str, int]  # what it is, the call as it is named, line
    Copy: TypeAlias = tuple[str, str, int | None, int, int, int]  # digest, symbol, cell, line, lines, last line

AT_IMPORT, IN_FUNCTION, NEVER = range(3)  # when an import runs; NEVER: for types only, or in a script's own part


class Facts(NamedTuple):
    """Of one file."""

    functions: tuple[Row, ...] = ()
    raw: tuple[int, ...] | None = None  # radon's counts, see `raw_counts.Raw`
    maintainability: int | None = None  # the index in hundredths, from 0 to 10,000
    definitions: int = 0  # functions and classes at the top level, and methods
    imports: tuple[Target, ...] = ()
    roles: tuple[Role, ...] = ()
    effects: tuple[Effect, ...] = ()
    copies: tuple[Copy, ...] = ()


def of(record: Record) -> Facts:
    """The facts of a record; empty ones for a file that could not be read."""
    return Facts(*record.facts) if record.facts else EMPTY


EMPTY = Facts()
