"""Whether a commit can have brought anything new to a check that judges the tree as a whole, told from few files.

What is asked here is asked on every commit, so it costs one call of git and the reading of what changed: neither the
index nor the configuration is read. A configuration only leaves files out or moves thresholds, for both sides alike.
"""

from __future__ import annotations

import os

from ml_audit_hooks.core import base, config, git
from ml_audit_hooks.core.errors import GitError
from ml_audit_hooks.core.fill import run_checks, wants
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.places import language
from ml_audit_hooks.core.source import Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Check
    from ml_audit_hooks.core.tree import Entry

_MAX_CHANGED = 20  # files that are compared one by one; for more, the whole tree is judged


def nothing_new(check: Check) -> bool:
    """Whether a commit on HEAD is under way whose few changed files say to `check` what they said before."""
    repository = git.find_repository(".")
    if repository is None or os.environ.get("PRE_COMMIT_FROM_REF") or base.merge_heads(repository):
        return False
    try:
        pairs = base.modified(repository, "HEAD", _MAX_CHANGED)
    except GitError:  # no commit yet
        return False
    if pairs is None or (not pairs and not os.environ.get("GIT_INDEX_FILE")):
        return False
    if any(after.path in config.FILES for _, after in pairs):
        return False
    wanted = [pair for pair in pairs if wants(check, pair[1].path, language(pair[1].path))]
    return not wanted or _say_the_same(check, Reader(repository.root, repository), wanted)


def _say_the_same(check: Check, reader: Reader, pairs: list[tuple[Entry, Entry]]) -> bool:
    try:
        for pair in pairs:
            said = []
            for entry in pair:
                rows, broken = run_checks((check,), entry.path, reader.read(entry))
                if broken:
                    return False
                said.append(_said(check, Record.of(rows[0])))
            if said[0] != said[1]:
                return False
    finally:
        reader.close()
    return True


def _said(check: Check, record: Record) -> tuple[object, object, object]:
    assert check.gist is not None
    own = sorted((*check.identity(f), f.level, str(f.measure)) for f in record.findings)
    return own, check.gist(record), record.unread
