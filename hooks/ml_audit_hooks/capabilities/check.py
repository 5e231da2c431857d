"""``audit-capabilities``: the check that leaves the signals of each file for the fold."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record

NAME = "audit-capabilities"


def examine(file: File) -> Record:
    """The signals of one file; the detectors are imported by the process that reads files."""
    from ml_audit_hooks.capabilities.detect import examine as detect

    return detect(file)


CHECK = Check(NAME, 3, "", None, examine, noun="fallen capability", by_path=True)
