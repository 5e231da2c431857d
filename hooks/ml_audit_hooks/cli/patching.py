"""The atomic diffs of an audited tree: candidates of every kind, proved, the most valuable first."""

from __future__ import annotations

from ml_audit_hooks.cli.proof import Bench
from ml_audit_hooks.core import config, places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.patches import trees
from ml_audit_hooks.patches.catalog import KINDS
from ml_audit_hooks.patches.model import Change, Ground
from ml_audit_hooks.report.diffs import Diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ml_audit_hooks.cli.proof import Proved, Records
    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.finding import Check, Finding
    from ml_audit_hooks.core.source import Reader
    from ml_audit_hooks.patches.model import Kind, Patch
    from ml_audit_hooks.report.audit import Audit

MAX_SHOWN = 10
_MAX_TRIED = 30  # candidates that are proved; a proof judges the whole tree again
_MAX_A_KIND = 2


def ground(subject: Subject, audit: Audit, reader: Reader) -> Ground:
    """What the kinds of patches see."""
    entries = {e.path: e for e in subject.tree.entries if config.audited(e.path, subject.config)}
    files: dict[str, File] = {}

    def file(path: str) -> File:
        if path not in files:
            files[path] = File(path, reader.read(entries[path]))
        return files[path]

    findings: dict[str, list[tuple[str, Finding]]] = {}
    for found in audit.findings:
        findings.setdefault(found.finding.code, []).append((found.path, found.finding))
    rows = {row.name: row for row in audit.capabilities}
    return Ground(
        tuple(sorted(entries)),
        file,
        {code: tuple(items) for code, items in findings.items()},
        rows,
        tuple(dict.fromkeys(one.path for one in audit.entry_points)),
        tuple(path for path in sorted(entries) if places.is_test(path)),
    )


def shown(subject: Subject, audit: Audit, records: Records, checks: Sequence[Check]) -> tuple[Diff, ...]:
    """Up to ten proved patches, the most valuable first, and how they go together.

    `checks`: all whose `records` are given.
    """
    reader = subject.reader()
    try:
        bench = Bench(subject, records, checks)
        proved = [*_proved(bench, ground(subject, audit, reader), KINDS)]
    finally:
        reader.close()
    return tuple(_sequenced(proved))


def _proved(bench: Bench, here: Ground, kinds: Sequence[Kind]) -> Iterator[Proved]:
    tried = given = 0
    for kind in sorted(kinds, key=lambda kind: (-kind.value, kind.name)):
        of_kind = 0
        for patch in kind.build(here):
            if tried == _MAX_TRIED or given == MAX_SHOWN:
                return
            tried += 1
            result = bench.prove(patch)
            if not isinstance(result, str):
                given += 1
                of_kind += 1
                yield result
            if of_kind == _MAX_A_KIND:
                break


def _sequenced(proved: Sequence[Proved]) -> Iterator[Diff]:
    """Each patch with the earlier ones that touch the same lines: after them it does not apply any more."""
    for i, one in enumerate(proved):
        clashing = [other.patch.id for other in proved[:i] if not _go_together(other.patch, one.patch)]
        patch = one.patch
        closed = tuple((name[2], name[0], name[1]) for name in one.findings)
        texts = (patch.id, patch.title, patch.why, patch.risk, patch.rollback, patch.tests)
        yield Diff(*texts, one.diff, closed, one.facets, tuple(clashing))


def _go_together(first: Patch, second: Patch) -> bool:
    """Whether the second applies where the first was applied."""
    files: Mapping[str, Change] = {change.path: change for change in first.changes}
    shared = [change for change in second.changes if change.path in files]
    return all(trees.applies_after(files[change.path], change) for change in shared)
