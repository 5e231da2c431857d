"""One check over some files of a subject: what it found, and how each finding stands against the base."""

from __future__ import annotations

import os

from ml_audit_hooks.core import fill, places, pool, suppress, tree
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.fill import Crash
    from ml_audit_hooks.core.finding import Check, Counted, Finding, Record
    from ml_audit_hooks.core.tree import Entry

_REMEMBER_FROM = 24  # files; fewer are scanned faster than the store is read
UNREAD = "AUD001"
_DATA_LANGUAGES = frozenset(("JSON", "YAML"))  # past the size limit they are data, not configuration


class Judged(NamedTuple):
    """A finding and its standing."""

    path: str
    finding: Finding
    new: bool
    fails: bool


class Outcome(NamedTuple):
    """What one check says of some files."""

    judged: tuple[Judged, ...]  # by path, line and column; suppressed ones left out
    suppressed: int
    files: int
    crashes: tuple[Crash, ...]

    @property
    def failing(self) -> tuple[Judged, ...]:
        """The findings that fail the commit."""
        return tuple(row for row in self.judged if row.fails)


def today() -> str:
    """The day by which suppressions end (YYYY-MM-DD, UTC); ``SOURCE_DATE_EPOCH`` is obeyed."""
    import time

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch) if epoch.isdigit() else None))


def judge(check: Check, subject: Subject, entries: Sequence[Entry], strict: bool) -> Outcome:
    """The outcome of `check` for `entries`."""
    jobs = 1 if os.environ.get("PRE_COMMIT") else pool.cores()  # pre-commit already runs one process a core
    remembered = len(entries) >= _REMEMBER_FROM
    filled = fill.fill(entries, (check,), subject.reader, subject.store, jobs, remembered=remembered)
    records = filled.records[check.name]
    everything = _all_records(check, subject) if check.needs_all(records) else records
    counted = check.counted(everything.values())
    found: dict[str, tuple[Finding, ...]] = {}
    suppressed = 0
    for path, record in records.items():
        findings = counted(path, record)
        if any(f.ignored for f in findings):
            day = today()
            left = tuple(f for f in findings if not suppress.is_suppressed(f, day))
            suppressed += len(findings) - len(left)
            findings = left
        found[path] = findings + unread_findings(path, record)
    by_path = {entry.path: entry for entry in entries}
    asked = {path: (by_path[path], findings) for path, findings in found.items() if findings}
    new = _new(check, subject, asked, counted)
    judged = []
    for path, (_, findings) in asked.items():
        for finding, is_new in zip(findings, new[path], strict=True):
            serious = strict or finding.code in check.failing or not finding.code.startswith(check.prefix)
            listed = any(finding.code.startswith(code) for code in subject.config.strict)
            judged.append(Judged(path, finding, is_new, is_new and (serious or listed)))
    judged.sort(key=lambda row: (row.path, row.finding.cell or 0, row.finding.line, row.finding.column))
    return Outcome(tuple(judged), suppressed, len(records), filled.crashes)


def _all_records(check: Check, subject: Subject) -> dict[str, Record]:
    """The records of the whole tree: a method may be the contract of a class in another file."""
    every = tree.staged(subject.repository).entries if subject.repository else subject.tree.entries
    return fill.fill(every, (check,), subject.reader, subject.store, pool.cores()).records[check.name]


def is_content_elsewhere(path: str, reason: str) -> bool:
    """Whether a file that was not read is none to mend: a Git LFS pointer, which the Repo Map names, or large data."""
    return "Git LFS pointer" in reason or ("is larger than" in reason and places.language(path) in _DATA_LANGUAGES)


def unread_findings(path: str, record: Record) -> tuple[Finding, ...]:
    """A finding for each part of a file that could not be judged."""
    from ml_audit_hooks.core.finding import Finding

    rows = []
    for cell, reason in record.unread:
        if is_content_elsewhere(path, reason):
            continue
        _, _, number = reason.rpartition(": line ")
        line = int(number) if number.isdigit() else 1
        rows.append(Finding(UNREAD, line, 1, cell, "<file>", "unread", reason))
    return tuple(rows)


def comparable(check: Check) -> Check:
    """`check`, to which an unread file stays the same finding whatever line its parsing ends at."""
    return check._replace(identity=lambda f: (UNREAD,) if f.code == UNREAD else check.identity(f))


def _new(
    check: Check,
    subject: Subject,
    asked: dict[str, tuple[Entry, tuple[Finding, ...]]],
    counted: Counted,
) -> dict[str, tuple[bool, ...]]:
    if not asked:
        return {}
    if subject.repository is None:
        return {path: (True,) * len(findings) for path, (_, findings) in asked.items()}
    from ml_audit_hooks.core import base

    compared = base.Base(subject.repository, base.revisions(subject.repository, subject.config))

    def standing(path: str, record: Record) -> tuple[Finding, ...]:
        return counted(path, record) + unread_findings(path, record)

    try:
        return compared.new(comparable(check), asked, standing)
    finally:
        compared.close()
