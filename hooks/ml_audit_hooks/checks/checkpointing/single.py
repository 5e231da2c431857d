"""Which findings of a single file count at a path."""

from __future__ import annotations

from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Finding, Record


def is_product(path: str) -> bool:
    """Whether a path is neither test code, nor a copy of another's package, nor generated."""
    return not (places.is_vendored(path) or places.is_generated(path) or places.is_test(path))


def counted(path: str, record: Record) -> tuple[Finding, ...]:
    """The findings of a file that other files have no say in."""
    if places.is_vendored(path) or places.is_generated(path):
        return ()
    if places.is_test(path) and places.language(path) != places.MODEL:
        return tuple(f for f in record.findings if f.code.startswith("AUD"))
    return record.findings
