"""Which findings of a single file count at a path."""

from __future__ import annotations

from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.finding import Counted, Finding, Record


_UNPICKLED = frozenset(("CKP002", "CKP003"))


def is_product(path: str) -> bool:
    """Whether a path is neither test code, nor a copy of another's package, nor generated."""
    return not (places.is_vendored(path) or places.is_generated(path) or places.is_test(path))


def counted(records: Iterable[Record]) -> Counted:
    """The findings of a file that other files have no say in, but that they may have written what it reads."""
    written: set[str] | None = None

    def of_file(path: str, record: Record) -> tuple[Finding, ...]:
        nonlocal written
        if places.is_vendored(path) or places.is_generated(path):
            return ()
        if places.is_test(path) and places.language(path) != places.MODEL:
            return tuple(f for f in record.findings if f.code.startswith("AUD"))
        if not record.facts or not record.facts[8]:
            return record.findings
        if written is None:
            written = {mark[6:] for r in records if r.facts for mark in r.facts[7] if mark.startswith("dumps:")}
        own = {pick[:3] for pick in record.facts[8] if pick[3] in written}
        return tuple(
            f._replace(level="note") if f.code in _UNPICKLED and (f.line, f.column, f.cell) in own else f
            for f in record.findings
        )

    return of_file
