"""The facts of one file, and how a fold reads them: a tuple of (name, value), each name once."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import Package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.core.finding import Facts, Record

    Index = tuple[int, str, str, int | None]  # line, option, address, cell


class Found:
    """What a reader found in one file."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.packages: list[Package] = []
        self.indexes: list[Index] = []
        self.includes: list[tuple[int, str, str]] = []  # line, "-r" or "-c", the path as it is written
        self.pythons: list[tuple[int, str, str]] = []  # line, where it is said, the version or range
        self.unread: list[tuple[int | None, str]] = []  # cell, reason
        self.more: dict[str, Any] = {}  # other facts: values that marshal can write

    def facts(self) -> Facts:
        """As the record keeps them."""
        rows: list[tuple[str, Any]] = [("kind", self.kind)]
        for name in ("packages", "indexes", "includes", "pythons"):
            value = getattr(self, name)
            if value:
                rows.append((name, tuple(map(tuple, value))))
        rows += sorted(self.more.items())
        return tuple(rows)


def read(record: Record) -> dict[str, Any]:
    """The facts by name."""
    return dict(record.facts)


def packages(record: Record) -> tuple[Package, ...]:
    """The packages that a file asks for or pins."""
    return tuple(Package(*row) for row in dict(record.facts).get("packages", ()))


def packages_by_path(records: Mapping[str, Record]) -> dict[str, tuple[Package, ...]]:
    """The packages of all files that have any."""
    found = {path: packages(record) for path, record in records.items() if record.facts}
    return {path: rows for path, rows in found.items() if rows}


_WITHOUT_LINE = frozenset(("includes", "indexes", "pythons", "patterns"))


def gist(facts: Facts) -> object:
    """What a fold reads of the facts, lines left out."""
    rows: list[object] = []
    for name, value in facts:
        if name == "packages":
            rows.append((name, tuple((*row[:2], *row[3:]) for row in value)))
        elif name in _WITHOUT_LINE:
            rows.append((name, tuple(row[1:] for row in value)))
        elif name == "imports":
            rows.append((name, tuple((top, weak) for top, _, _, weak in value)))
        else:
            rows.append((name, value))
    return tuple(rows)
