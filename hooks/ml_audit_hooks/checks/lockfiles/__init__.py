"""``audit-lockfiles``: what a repository depends on, and whether that is pinned, fresh and safely fetched."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.core.finding import Folded
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-lockfiles"


def examine(file: File) -> Record:
    """What one file asks for or pins. `facts` are those of `facts.Found`; all findings are made by the fold."""
    from ml_audit_hooks.checks.lockfiles.kinds import kind

    if not kind(file.path):
        return Record()
    from ml_audit_hooks.checks.lockfiles.detect import examined

    return examined(file)


def reads(path: str) -> bool:
    """Whether the check reads a file of this name."""
    from ml_audit_hooks.checks.lockfiles.kinds import kind

    return bool(kind(path))


def gist(record: Record) -> object:
    """What `fold` reads of a record."""
    if not record.facts:
        return ()
    from ml_audit_hooks.checks.lockfiles import facts

    return facts.gist(record.facts)


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """The findings of the tree, by the file in which they stand."""
    from ml_audit_hooks.checks.lockfiles import advisories, fold

    found = dict(fold.folded(records, settings))
    for path, known in advisories.folded(records, settings).items():
        found[path] = (*found.get(path, ()), *known)
    return found


def status(settings: Settings) -> str:
    """One line on the snapshot of advisories, for the end of a run."""
    from ml_audit_hooks.checks.lockfiles import advisories

    return advisories.status(settings)


def fails(finding: Finding, settings: Settings) -> bool:
    """Whether a finding that the base lacks fails the commit: a known vulnerability, no lock or a stale one, an unsafe
    index."""
    return finding.code in FAILING and finding.level != "note"


def identity(finding: Finding) -> tuple[str, ...]:
    """A finding is known by what it is about: a lock that gets staler still is the same stale lock."""
    return finding.code, finding.symbol


FAILING = frozenset(("LCK001", "LCK002", "LCK003", "LCK007", "LCK008", "LCK009", "LCK101", "LCK102"))

CHECK = Check(
    name=NAME,
    version=1,
    prefix="LCK",
    languages=None,
    examine=examine,
    failing=FAILING,
    identity=identity,
    by_path=True,
    fold=folded,
    gist=gist,
    fails=fails,
    area="lockfiles",
    reads=reads,
    status=status,
)
