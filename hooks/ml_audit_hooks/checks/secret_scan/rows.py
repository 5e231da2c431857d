"""What the rules that need regular expressions find in one line."""

from __future__ import annotations

from ml_audit_hooks.checks.secret_scan import assigned, quality, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Row: TypeAlias = tuple[int, str, str, str, bool]  # column from 1, code, kind, value, whether it counts in test code

_STRONG = (quality.RANDOM, quality.GOOD)


def of_address(line: str) -> Iterator[Row]:
    """Credentials in the addresses of a line."""
    for at, kind, value, how in urls.found(line):
        yield at + 1, "SEC003" if how in _STRONG else "SEC006", kind, value, how == quality.RANDOM


def of_line(path: str, line: str, named: bool, bare: bool, known: bool, hashed: bool) -> Iterator[Row]:
    """What a file's format, a hashed password and a name that says secret show in a line."""
    if known or hashed:
        from ml_audit_hooks.checks.secret_scan import formats
    if known:
        for at, kind, value in formats.found(path, line):
            yield at + 1, "SEC004", kind, value, True
    if hashed:
        for at, kind, value in formats.hashes(line):
            yield at + 1, "SEC006", kind, value, False
    if named:
        for code, rows in (("SEC005", assigned.found(line, bare)), ("SEC003", urls.connection(line))):
            for at, kind, value, how in rows:
                yield at + 1, code if how in _STRONG else "SEC006", kind, value, how == quality.RANDOM
