"""From the records of all files to the stubs that count: what one file alone cannot tell."""

from __future__ import annotations

from ml_audit_hooks.checks.stubs import placeholders
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import CONTRACT, EVERYWHERE, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    Heirs: TypeAlias = dict[str, list[tuple[str, tuple[str, ...]]]]  # base name -> (class, methods)


def heirs(records: Iterable[Record]) -> Heirs:
    """For every base class its direct subclasses in the repository, by the last part of their names."""
    found: Heirs = {}
    for record in records:
        for name, bases, methods in record.facts:
            for base in bases:
                if base and base != name:
                    found.setdefault(base, []).append((name, methods))
    return found


def overridden(table: Heirs, symbol: str) -> bool:
    """Whether a subclass, near or far, of the method's class defines the method again."""
    owner, _, method = symbol.rpartition(".")
    waiting, seen = [owner.rpartition(".")[2]], set()
    while waiting:
        base = waiting.pop()
        seen.add(base)
        for name, methods in table.get(base, ()):
            if method in methods:
                return True
            if name not in seen:
                waiting.append(name)
    return False


def counted(path: str, record: Record, table: Heirs) -> tuple[Finding, ...]:
    """The findings of the file at `path` that count in this repository."""
    if places.is_vendored(path) or places.is_generated(path):
        return ()
    in_test = places.is_test(path)
    kept = []
    for finding in record.findings:
        if finding.holds != EVERYWHERE and in_test:
            continue
        if finding.kind == "placeholder-value" and placeholders.is_template(path):
            continue
        if finding.holds == CONTRACT and overridden(table, finding.symbol):
            continue
        kept.append(finding)
    return tuple(kept)
