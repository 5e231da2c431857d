"""Which findings of a single file count at a path."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import words
from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Finding, Record

# What, done anywhere in the repository, makes the findings of a code void.
EXCUSES = {
    "SEED008": ("worker_init_fn", "workers=True"),
    "SEED010": ("CUBLAS_WORKSPACE_CONFIG",),
    "SEED015": ("action_space.seed(",),
    "SEED017": ("random.set_seed(", "set_random_seed("),
}
MARKS = tuple(sorted({mark for marks in EXCUSES.values() for mark in marks}))


def counted(path: str, record: Record) -> tuple[Finding, ...]:
    """The findings of a file that other files have no say in."""
    if places.is_vendored(path) or places.is_generated(path):
        return ()
    if places.is_test(path) or words.measures(path):
        return tuple(f for f in record.findings if f.code.startswith("AUD"))
    return tuple(f for f in record.findings if f.code not in EXCUSES)
