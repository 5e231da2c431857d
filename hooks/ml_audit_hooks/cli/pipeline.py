"""From a subject to its audit: fill the records, fold them, merge them."""

from __future__ import annotations

from ml_audit_hooks.capabilities.check import CHECK as CAPABILITIES
from ml_audit_hooks.checks.stubs import CHECK as STUBS
from ml_audit_hooks.cli import standing, tables
from ml_audit_hooks.cli.catalog import CHECKS
from ml_audit_hooks.cli.subject import Subject
from ml_audit_hooks.core import capture, config, fill, git, pool
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.gates import CHECK as GATES
from ml_audit_hooks.report import outline, previous, reproducing
from ml_audit_hooks.report.audit import Audit, Failure, Stub

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ml_audit_hooks.capabilities.status import Judged
    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.capability import Row
    from ml_audit_hooks.core.config import Config
    from ml_audit_hooks.core.fill import Crash, Filled
    from ml_audit_hooks.core.finding import Record
    from ml_audit_hooks.report.previous import Previous

_NO_BODY = frozenset(("todo-comment", "placeholder-value"))


class Audited(NamedTuple):
    """An audit and the records that it was made from."""

    audit: Audit
    records: Mapping[str, Mapping[str, Record]]  # check name -> path -> record
    crashes: tuple[Crash, ...]


class JudgedTree(NamedTuple):
    """The capabilities of one tree."""

    judged: tuple[Judged, ...]
    crashes: tuple[Crash, ...]


def judged_of(subject: Subject) -> JudgedTree:
    """Every capability of the subject's tree."""
    entries = [e for e in subject.tree.entries if config.audited(e.path, subject.config)]
    filled = fill.fill(entries, (STUBS, CAPABILITIES), subject.reader, subject.store, pool.cores())
    stubs = filled.records[STUBS.name]
    counted = STUBS.counted(stubs.values(), {})
    every = [Stub(path, f) for path in sorted(stubs) for f in counted(path, stubs[path])]
    return JudgedTree(judged(subject.config, filled, every)[1], filled.crashes)


def audit(subject: Subject, jobs: int = 0, progress: Callable[[int, int], None] = lambda done, total: None) -> Audited:
    """The audit of the whole subject, by `jobs` processes (0: as many as there are cores)."""
    entries = [e for e in subject.tree.entries if config.audited(e.path, subject.config)]
    checks = (outline.CHECK, *CHECKS, GATES, reproducing.CHECK, CAPABILITIES)
    filled = fill.fill(entries, checks, subject.reader, subject.store, jobs or pool.cores(), progress)
    outlines = {path: outline.of(record) for path, record in sorted(filled.records[outline.CHECK.name].items())}
    found, broken = tables.findings(subject, filled.records)
    stubs = filled.records[STUBS.name]
    every = [Stub(path, f) for path, f in found[STUBS.name] if f.kind != "suppression"]
    crashes = tuple(sorted({*filled.crashes, *broken}))
    merged = Audit(
        outlines=outlines,
        audited=sum(1 for path, record in stubs.items() if not (record.unread and record.unread[0][0] is None)),
        excluded=len(subject.tree.entries) - len(entries),
        symlinks=subject.tree.symlinks,
        submodules=subject.tree.submodules,
        stubs=tuple(stub for stub in every if not stub.finding.ignored),
        suppressed=tuple(Stub(path, f) for rows in found.values() for path, f in rows if f.ignored),
        failures=_failures(subject, _unread(filled), crashes),
        capabilities=rows(subject.config, filled, tuple(stub for stub in every)),
        stub_check=True,
        findings=tables.explained(found),
        entry_points=tables.entry_points(filled.records),
        sites=tables.sites(filled.records),
        heaviest=tables.heaviest(filled.records),
        gates=tables.gates(filled.records[GATES.name]),
        tests=tables.tests(filled.records[GATES.name]),
        signs={path: reproducing.of(r) for path, r in filled.records[reproducing.CHECK.name].items()},
    )
    merged = merged._replace(score=tables.score(filled.records[GATES.name], merged.capabilities))
    if not crashes:
        from ml_audit_hooks.cli import patching

        merged = merged._replace(diffs=patching.shown(subject, merged, filled.records, checks))
    return Audited(merged, filled.records, crashes)


def judged(settings: Config, filled: Filled, stubs: Sequence[Stub]) -> tuple[View, tuple[Judged, ...]]:
    """All signals together, and every capability judged by them."""
    from ml_audit_hooks.capabilities import catalog, detect, status, view

    records = filled.records[CAPABILITIES.name]
    hollow = frozenset((s.path, s.finding.symbol) for s in stubs if s.finding.kind not in _NO_BODY)
    seen = view.View(records, {path: detect.source(record) for path, record in records.items()}, hollow)
    excused = dict(settings.not_applicable)
    return seen, tuple(status.judge(capability, seen, excused) for capability in catalog.CAPABILITIES)


def rows(settings: Config, filled: Filled, stubs: Sequence[Stub]) -> tuple[Row, ...]:
    """The report's row of every capability."""
    from ml_audit_hooks.capabilities import rows as rendered

    seen, verdicts = judged(settings, filled, stubs)
    return rendered.rows(verdicts, seen, settings.not_audited, dict(settings.not_applicable))


def head(repository: git.Repository | None) -> str | None:
    """The commit that is checked out; None before the first."""
    if repository is None:
        return None
    found = git.run(repository, "rev-parse", "-q", "--verify", "HEAD^{commit}", fails=(1, 128)).decode().strip()
    return found or None


def _unread(filled: Filled) -> list[tuple[str, int | None, str]]:
    """(path, cell, reason) of all that no check could judge, each once."""
    found: dict[tuple[str, int | None, str], None] = {}
    for records in filled.records.values():
        for path, record in records.items():
            for cell, reason in record.unread:
                if not standing.is_content_elsewhere(path, reason):
                    found[path, cell, reason] = None
    return sorted(found, key=lambda item: (item[0], item[1] or 0, item[2]))


def _failures(
    subject: Subject, unread: Sequence[tuple[str, int | None, str]], crashes: Sequence[Crash]
) -> tuple[Failure, ...]:
    rows = [Failure(*capture.of_unread(*item)) for item in unread]
    for path in subject.tree.unmerged:
        error = f"{path}: is not merged; our side was audited"
        rows.append(Failure(capture.READING, error, "a merge is under way; the audit is that of our side"))
    rows += [Failure(*failure) for failure in capture.of_crashes(crashes)]
    return tuple(rows)


def timestamps(audit: Audit, kept: Previous, subject: Subject) -> dict[Failure, str]:
    """The time of each failure: that of the previous file where it stands there, else the commit's."""
    if not audit.failures:
        return {}
    before = dict(kept.timestamps)
    out, fresh = {}, ""
    for failure in audit.failures:
        body = block_body(failure)
        if body not in before and not fresh:
            fresh = _moment(subject.repository)
        out[failure] = before.get(body) or fresh
    return out


def block_body(failure: Failure) -> str:
    """A failure's block without its frame and timestamp, by which it is known again."""
    return previous.known_by("\n".join(capture.block(*failure, "").split("\n")[2:-1]))


def _moment(repository: git.Repository | None) -> str:
    """``SOURCE_DATE_EPOCH``; else the committer date of HEAD, the same on every machine; else the clock."""
    import os

    if repository is not None and not os.environ.get("SOURCE_DATE_EPOCH", "").isdigit():
        shown = git.run(repository, "log", "-1", "--format=%ct", "HEAD", fails=(128,)).decode().strip()
        if shown.isdigit():
            return capture.stamp(int(shown))
    return capture.now()
