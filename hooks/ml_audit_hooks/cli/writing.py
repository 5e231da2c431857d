"""Bringing the audit file on disk up to date."""

from __future__ import annotations

import os

from ml_audit_hooks.cli.subject import Subject
from ml_audit_hooks.core import show, write
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.tree import AUDIT_FILE
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report import markdown, previous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ml_audit_hooks.core.fill import Crash


class ForeignFile(AuditError):
    """The audit file on disk was written by somebody else."""


class Written(NamedTuple):
    """What a run did to the audit file."""

    path: str
    changed: bool
    changes: tuple[str, ...]  # up to ten lines
    captures: int  # error capture blocks in the file
    new_captures: int  # those that the previous file did not hold
    crashes: tuple[Crash, ...]


def read_previous(path: str, adopt: bool) -> tuple[str, previous.Previous]:
    """(text, human parts) of the audit file on disk. Raises AuditError for one that this tool did not write."""
    if os.path.lexists(path) and not os.path.isfile(path):  # a FIFO would be waited for
        raise AuditError(f"{show.plain(path)}: is no regular file; move it away")
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return "", previous.Previous()
    except OSError as error:
        raise AuditError(f"{show.plain(path)}: cannot be read ({error.strerror}); mend or move it") from None
    if not text.strip():
        return text, previous.Previous()
    if previous.is_ours(text):
        return text, previous.parse(text, AUDIT_FILE)
    if not adopt:
        raise ForeignFile(
            f"{AUDIT_FILE}: was not written by ml-audit and is kept as it is; "
            "run `ml-audit run --adopt` to carry its text into a notes block, or move it away"
        )
    return text, previous.Previous((previous.adopted(text, AUDIT_FILE),))


def update(
    subject: Subject, adopt: bool = False, jobs: int = 0, progress: Callable[[int, int], None] = lambda a, b: None
) -> Written:
    """Audit `subject` and put the audit file right. Nothing is written where it is right already."""
    path = os.path.join(subject.root, AUDIT_FILE)
    old, kept = read_previous(path, adopt)
    from ml_audit_hooks.cli import pipeline

    audited = pipeline.audit(subject, jobs, progress)
    stamps = pipeline.timestamps(audited.audit, kept, subject)
    new = markdown.render(audited.audit, kept.notes, stamps)
    known = {body for body, _ in kept.timestamps}
    fresh = sum(1 for failure in audited.audit.failures if pipeline.block_body(failure) not in known)
    changes: list[str] = []
    if new != old:
        from ml_audit_hooks.report.changes import summary

        changes = summary(old, new) if old else []
        write.replace(path, new.encode("utf-8", "surrogateescape"))
    captures = len(audited.audit.failures)
    return Written(path, new != old, tuple(changes), captures, fresh, audited.crashes)
