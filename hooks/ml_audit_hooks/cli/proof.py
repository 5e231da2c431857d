"""Proving a patch: it applies, it can be taken back, it changes only what it changes, and the audit is better for it.

Nothing of the repository is touched: git works on copies of the patched files in a temporary folder, and the audit of
the patched tree is made from the records that there are and those of the patched contents.
"""

from __future__ import annotations

from ml_audit_hooks.checks.stubs import CHECK as STUBS
from ml_audit_hooks.cli import pipeline, standing, tables
from ml_audit_hooks.cli.catalog import CHECKS
from ml_audit_hooks.core import config, fill, places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Content, Unreadable, blob_id
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import diff, trees
from ml_audit_hooks.report.audit import Stub

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.finding import Check
    from ml_audit_hooks.patches.model import Change, Patch

    Records: TypeAlias = Mapping[str, Mapping[str, Record]]  # check name -> path -> record
    Names: TypeAlias = Counter[tuple[str, ...]]  # (path, symbol, *identity) of findings


class Verdict(NamedTuple):
    """What the audit says of a tree."""

    findings: Names  # known again by identity: what opens
    places: Names  # (path, symbol, code): what closes
    states: dict[str, str]  # facet id -> state


class Proved(NamedTuple):
    """A patch that passed, and what it closes by the audit's own word."""

    patch: Patch
    diff: bytes
    findings: tuple[tuple[str, ...], ...]  # (path, symbol, code), sorted
    facets: tuple[str, ...]  # ids that became present


class Bench:
    """One audited tree on which patches are tried."""

    def __init__(self, subject: Subject, records: Records, checks: Sequence[Check]) -> None:
        """`checks`: all whose records are there."""
        self._subject = subject
        self._records = records
        self._checks = checks
        self._before: Verdict | None = None
        self._modes = {entry.path: entry.mode for entry in subject.tree.entries}

    @property
    def before(self) -> Verdict:
        """What the audit says of the tree as it is."""
        if self._before is None:
            self._before = self._verdict(self._records)
        return self._before

    def prove(self, patch: Patch) -> Proved | str:
        """The proved patch, or the reason why it is not shown."""
        patch = patch._replace(changes=tuple(c._replace(mode=self._modes.get(c.path, c.mode)) for c in patch.changes))
        for change in patch.changes:
            if not config.audited(change.path, self._subject.config):
                return f"{change.path} is not audited"
            wrong = _wrong(change)
            if wrong:
                return f"{change.path} {wrong}"
        text = diff.unified(patch.changes)
        wrong = trees.refused(text, patch.changes)
        if wrong:
            return wrong
        after = self._verdict(self._patched(patch.changes))
        opened = after.findings - self.before.findings
        if opened:
            return f"it opens {min(opened)}"
        fallen = [name for name, state in self.before.states.items() if state == "present" != after.states[name]]
        if fallen:
            return f"{fallen[0]} falls"
        closed = self.before.places - after.places
        facets = tuple(n for n, state in after.states.items() if state == "present" != self.before.states[n])
        missing = [item for item in patch.findings if not _is_among(item, closed)]
        missing_facets = set(patch.facets) - set(facets)
        if missing or missing_facets or not (closed or facets):
            return f"it does not close {[*missing, *sorted(missing_facets)][:1]}"
        return Proved(patch, text, tuple(sorted(closed.elements())), tuple(sorted(facets)))

    def _patched(self, changes: Sequence[Change]) -> Records:
        """The records of the tree with the changes made."""
        fresh = {name: dict(records) for name, records in self._records.items()}
        for change in changes:
            content = Content(change.new, blob_id(change.new))
            language = places.language(change.path)
            wanting = [check for check in self._checks if fill.wants(check, change.path, language)]
            rows, broken = fill.run_checks(wanting, change.path, content)
            assert not broken, broken
            for check, row in zip(wanting, rows, strict=True):
                fresh[check.name][change.path] = Record.of(row)
        return fresh

    def _verdict(self, records: Records) -> Verdict:
        from collections import Counter

        found, broken = tables.findings(self._subject, records)
        assert not broken, broken
        names: Names = Counter()
        spots: Names = Counter()
        for check in CHECKS:
            known = standing.comparable(check)
            for path, finding in found[check.name]:
                names[path, finding.symbol, *known.identity(finding)] += 1
                spots[path, finding.symbol, finding.code] += 1
            for path, record in records[check.name].items():
                for finding in standing.unread_findings(path, record):
                    names[path, finding.symbol, *known.identity(finding)] += 1
        stubs = [Stub(path, finding) for path, finding in found[STUBS.name]]
        filled = fill.Filled({name: dict(rows) for name, rows in records.items()}, ())
        _, judged = pipeline.judged(self._subject.config, filled, stubs)
        pairs = ((one.capability, zip(one.capability.facets, one.verdicts, strict=True)) for one in judged)
        return Verdict(names, spots, {f"{c.name}.{facet.name}": v.state for c, rows in pairs for facet, v in rows})


def _is_among(item: tuple[str, str, str], closed: Names) -> bool:
    """Whether a promised (code, path, symbol) is among the findings that went."""
    code, path, symbol = item
    return (path, symbol, code) in closed


def _wrong(change: Change) -> str:
    """What is wrong with a change by itself; "" for nothing: Python must parse, and keep its other statements."""
    if change.old == change.new:
        return "is not changed"
    if places.language(change.path) != "Python":
        return ""
    try:
        new = File(change.path, Content(change.new, "")).modules[0]
        old = File(change.path, Content(change.old or b"", "")).modules[0]
    except Unreadable as error:
        return str(error)
    return "" if trees.keeps_the_rest(old, new, change) else "changes more than its lines"
