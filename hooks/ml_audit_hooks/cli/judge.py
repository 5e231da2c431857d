"""One check over some files of a subject: what it found, and how each finding stands against the base."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import standing
from ml_audit_hooks.core import fill, pool, suppress, tree
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.fill import Crash
    from ml_audit_hooks.core.finding import Check, Finding, Record
    from ml_audit_hooks.core.settings import Settings
    from ml_audit_hooks.core.tree import Entry

_REMEMBER_FROM = 24  # files; fewer are scanned faster than the store is read


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


def judge(check: Check, subject: Subject, entries: Sequence[Entry], strict: bool, chosen: Settings) -> Outcome:
    """The outcome of `check` for `entries`; of a check with a fold, `subject` must be whole."""
    from ml_audit_hooks.core import config

    if check.fold is not None:
        everything = [e for e in subject.tree.entries if config.audited(e.path, subject.config)]
    else:
        everything = list(entries)
    jobs = 1 if os.environ.get("PRE_COMMIT") else pool.cores()  # pre-commit already runs one process a core
    remembered = len(everything) >= _REMEMBER_FROM
    filled = fill.fill(everything, (check,), subject.reader, subject.store, jobs, remembered=remembered)
    records = filled.records[check.name]
    wider = _all_records(check, subject) if check.fold is None and check.needs_all(records) else records
    here = standing.local(check, wider, chosen)
    whole = standing.folded(check, records, chosen)
    wanted = {entry.path: entry for entry in entries}
    looked_at = [path for path in records if path in wanted]
    found = {path: here(path, records[path]) + whole.get(path, ()) for path in looked_at}
    found, suppressed = _live(found)
    asked = {path: (wanted[path], findings) for path, findings in found.items() if findings}
    new = _new(check, subject, asked, wider, chosen)
    judged = []
    for path, (_, findings) in asked.items():
        for finding, is_new in zip(findings, new[path], strict=True):
            judged.append(Judged(path, finding, is_new, is_new and fails(check, subject, finding, strict, chosen)))
    judged.sort(key=lambda row: (row.path, row.finding.cell or 0, row.finding.line, row.finding.column))
    return Outcome(tuple(judged), suppressed, len(looked_at), filled.crashes)


def of_records(check: Check, subject: Subject, records: Mapping[str, Record]) -> list[Judged]:
    """Every finding of a whole tree whose records are known, by path and line; suppressed ones left out."""
    chosen = standing.settings(check, subject)
    entries = {entry.path: entry for entry in subject.tree.entries}
    found = standing.of_tree(check, records, chosen)
    live = {path: tuple(f for f in findings if not f.ignored) for path, findings in found.items()}
    asked = {path: (entries[path], findings) for path, findings in live.items() if findings}
    new = _new(check, subject, asked, records, chosen)
    return [
        Judged(path, finding, is_new, False)
        for path, (_, findings) in sorted(asked.items())
        for finding, is_new in zip(findings, new[path], strict=True)
    ]


def fails(check: Check, subject: Subject, finding: Finding, strict: bool, chosen: Settings) -> bool:
    """Whether a finding that the base lacks fails the commit."""
    if strict or not finding.code.startswith(check.prefix):
        return True
    if any(finding.code.startswith(code) for code in subject.config.strict):
        return True
    return check.fails(finding, chosen) if check.fails is not None else finding.code in check.failing


def _live(found: Mapping[str, tuple[Finding, ...]]) -> tuple[dict[str, tuple[Finding, ...]], int]:
    """(findings that no suppression of today covers, how many it covers)."""
    if not any(finding.ignored for findings in found.values() for finding in findings):
        return dict(found), 0
    day = today()
    left = {p: tuple(f for f in findings if not suppress.is_suppressed(f, day)) for p, findings in found.items()}
    return left, sum(len(findings) - len(left[path]) for path, findings in found.items())


def _all_records(check: Check, subject: Subject) -> dict[str, Record]:
    """The records of the whole tree: a method may be the contract of a class in another file."""
    every = tree.staged(subject.repository).entries if subject.repository else subject.tree.entries
    return fill.fill(every, (check,), subject.reader, subject.store, pool.cores()).records[check.name]


def _new(
    check: Check,
    subject: Subject,
    asked: dict[str, tuple[Entry, tuple[Finding, ...]]],
    everything: Mapping[str, Record],
    chosen: Settings,
) -> dict[str, tuple[bool, ...]]:
    if not asked:
        return {}
    if subject.repository is None:
        return {path: (True,) * len(findings) for path, (_, findings) in asked.items()}
    from ml_audit_hooks.core import base

    compared = base.Base(subject.repository, base.revisions(subject.repository, subject.config))
    try:
        whole = [_tree_at(check, subject, commit, chosen) for commit in compared.revisions] if check.fold else []
        return compared.new(standing.comparable(check), asked, standing.local(check, everything, chosen), whole)
    finally:
        compared.close()


def _tree_at(check: Check, subject: Subject, commit: str, chosen: Settings) -> dict[str, tuple[Finding, ...]]:
    """All findings of a check in the tree of `commit`, today's suppressions and settings left as they are."""
    from ml_audit_hooks.cli.subject import at_commit
    from ml_audit_hooks.core import config

    before = at_commit(subject, commit)
    entries = [e for e in before.tree.entries if config.audited(e.path, before.config)]
    filled = fill.fill(entries, (check,), before.reader, before.store, pool.cores())
    return standing.of_tree(check, filled.records[check.name], chosen)
