"""Whether a commit can have brought anything new to a check that judges the tree as a whole, told from few files."""

from __future__ import annotations

from ml_audit_hooks.core import base
from ml_audit_hooks.core.fill import run_checks, wants
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.places import language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.finding import Check

_MAX_CHANGED = 20  # files that are compared one by one; for more, the whole tree is judged


def says_the_same(check: Check, subject: Subject) -> bool:
    """Whether the few files that changed against the base say to `check` what they said: then nothing is new."""
    if subject.repository is None:
        return False
    commits = base.revisions(subject.repository, subject.config)
    pairs = base.modified(subject.repository, commits[0], _MAX_CHANGED) if len(commits) == 1 else None
    if pairs is None:
        return False
    reader = subject.reader()
    try:
        for pair in pairs:
            said = []
            for entry in pair if wants(check, pair[1].path, language(pair[1].path)) else ():
                rows, broken = run_checks((check,), entry.path, reader.read(entry))
                if broken:
                    return False
                said.append(_said(check, Record.of(rows[0])))
            if said and said[0] != said[1]:
                return False
    finally:
        reader.close()
    return True


def _said(check: Check, record: Record) -> tuple[object, object, object]:
    assert check.gist is not None
    own = sorted((*check.identity(f), f.level, str(f.measure)) for f in record.findings)
    return own, check.gist(record), record.unread
