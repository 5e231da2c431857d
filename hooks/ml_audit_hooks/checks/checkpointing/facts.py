"""The shape of the facts that files hand to the fold.

``sites``: see `site`. ``functions``: (name, owner class, parameters, uses of parameters, what is returned).
``calls``: (name, symbol, positional, keywords, uses of the result, guarded), arguments as tokens.
``has``: (owner, word, symbol): what the training loop of a class or of the module has. ``classes``: (name, bases).
``flags``: (name, line, column, cell, symbol) of resume options. ``reads``: names of options that are read.
``marks``: words about the file as a whole. ``picks``: (line, column, cell, file) of unpickled files whose names are
written down.

A token is a word of the contract, ``k:KEY`` for a key that is written or read by subscript (``k:*``: others too),
``o:KEY`` for one that is asked for first, ``l:*`` for a read by keys that are not known, or a reference:
``p:FUNCTION:PARAMETER`` what callers hand in, ``r:FUNCTION`` what a function returns, ``a:FUNCTION:ARGUMENT`` what a
function does with an argument, ``c:FUNCTION`` what callers do with what a function returns; the last two with a ``/``
at their end for an entry of what was loaded.
"""

from __future__ import annotations

from ml_audit_hooks.core.finding import PRODUCT, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIELDS = ("sites", "functions", "calls", "has", "classes", "flags", "reads", "marks", "picks")
LIGHTNING = ("weights", "optimizer", "scheduler", "step", "epoch")  # of a ModelCheckpoint, in any case
KEY, ASKED, LOOSE = "k:", "o:", "l:"
NOTED = (KEY, ASKED, LOOSE)  # tokens that are neither words nor references
ANY = "k:*"
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


def said(tokens: frozenset[str] | set[str]) -> frozenset[str]:
    """The words among tokens."""
    return frozenset(t for t in tokens if ":" not in t)


def keys(tokens: frozenset[str] | set[str]) -> frozenset[str]:
    """The tokens of keys."""
    return frozenset(t for t in tokens if t.startswith(NOTED))


def empty(**given: tuple[Any, ...]) -> tuple[Any, ...]:
    """Facts of which only some fields say anything."""
    return tuple(given.get(name, ()) for name in FIELDS)


def site_finding(code: str, site: tuple[Any, ...], kind: str, text: str, level: str = "") -> Finding:
    """A finding at a site."""
    line = site[LINE]
    return Finding(code, line, site[COLUMN], site[CELL], site[SYMBOL], kind, text, line, line, PRODUCT, level=level)
