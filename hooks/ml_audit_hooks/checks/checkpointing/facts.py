"""The shape of the facts that files hand to the fold.

``sites``: see `site`. ``functions``: (name, owner class, parameters, uses of parameters, what is returned, guarded).
``calls``: (name, symbol, line, cell, positional, keywords, uses of the result, guarded), arguments as tokens.
``has``: (owner, words): what the training loop of a class or of the module has. ``classes``: (name, bases).
``flags``: (name, line, column, cell, symbol) of resume options. ``reads``: names of options that are read.
``marks``: words about the file as a whole.

A token is a word of the contract, or a reference: ``p:FUNCTION:PARAMETER`` what callers hand in, ``r:FUNCTION`` what
a function returns, ``a:FUNCTION:ARGUMENT`` what a function does with an argument, ``c:FUNCTION`` what callers do with
what a function returns.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIELDS = ("sites", "functions", "calls", "has", "classes", "flags", "reads", "marks")
LIGHTNING = ("weights", "optimizer", "scheduler", "step", "epoch")  # of a ModelCheckpoint, in any case
# positions in a site
LINE, COLUMN, CELL, SYMBOL, WHAT, API, TOKENS, UNSAFE, ATOMIC, FLAGS = range(10)


def site(  # noqa: PLR0913, PLR0917  # the columns of a table
    line: int,
    column: int,
    cell: int | None,
    symbol: str,
    what: str,
    api: str,
    tokens: tuple[str, ...],
    unsafe: bool = False,
    atomic: bool = False,
    flags: tuple[str, ...] = (),
) -> tuple[Any, ...]:
    """A line that saves or loads. `line` and `column` from 1."""
    return line, column, cell, symbol, what, api, tuple(sorted(set(tokens))), unsafe, atomic, flags


def empty(**given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Facts of which only some fields say anything."""
    return tuple(given.get(name, ()) for name in FIELDS)
