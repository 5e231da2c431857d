"""The base: what a finding is new against. Git is the baseline; there is no baseline file.

During a commit it is ``HEAD`` (and ``MERGE_HEAD``); with ``pre-commit run --from-ref`` the from-ref; else the
configured ``baseline``; else nothing, and everything is new. A commit is under way when git says so
(``GIT_INDEX_FILE``), or when something is staged: ``pre-commit run`` by hand then rehearses the commit.
"""

from __future__ import annotations

import os

from ml_audit_hooks.core import git, show
from ml_audit_hooks.core.config import Config
from ml_audit_hooks.core.errors import AuditError, GitError
from ml_audit_hooks.core.fill import run_checks
from ml_audit_hooks.core.finding import Check, Finding, Record
from ml_audit_hooks.core.source import Reader
from ml_audit_hooks.core.tree import AUDIT_FILE, Entry, committed
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    Counts: TypeAlias = dict[tuple[str, ...], int]

_MAX_PATHS = 200  # named in a git call; more than these, and the whole tree is asked for


def revisions(repository: git.Repository, config: Config) -> tuple[str, ...]:
    """The commits that the staged tree is compared with; empty for none. Raises AuditError for a wrong revision."""
    named = os.environ.get("PRE_COMMIT_FROM_REF", "")
    if named:
        return (_commit(repository, named, "PRE_COMMIT_FROM_REF"),)
    merging = merge_heads(repository)
    if os.environ.get("GIT_INDEX_FILE") or merging or _something_staged(repository):
        head = git.run(repository, "rev-parse", "-q", "--verify", "HEAD^{commit}", fails=(1, 128)).decode().strip()
        return (head, *merging) if head else ()
    if config.baseline:
        return (_commit(repository, config.baseline, "the configured `baseline`"),)
    return ()


def _commit(repository: git.Repository, name: str, origin: str) -> str:
    found = (
        b""
        if name.startswith("-")
        else git.run(repository, "rev-parse", "-q", "--verify", f"{name}^{{commit}}", fails=(1, 128))
    )
    if not found:
        raise AuditError(f"{show.plain(name)}: no such commit, but {origin} names it; fetch it or correct the name")
    return found.decode().strip()


def merge_heads(repository: git.Repository) -> tuple[str, ...]:
    """The other sides of a merge: in MERGE_HEAD, which git writes only after the hook ``pre-merge-commit``; until then
    they are named by the environment, a variable ``GITHEAD_<id>`` each."""
    try:
        with open(os.path.join(repository.git_dir, "MERGE_HEAD"), encoding="ascii") as file:
            return tuple(file.read().split())
    except OSError:
        pass
    named = sorted(name.removeprefix("GITHEAD_") for name in os.environ if name.startswith("GITHEAD_"))
    return tuple(name for name in named if len(name) in (40, 64) and set(name) <= set("0123456789abcdef"))


def _something_staged(repository: git.Repository) -> bool:
    try:
        git.run(repository, "diff-index", "--cached", "--quiet", "--ignore-submodules", "HEAD", "--")
    except GitError:  # 1: there are differences; 128: no HEAD, so nothing to compare with either way
        return True
    return False


def modified(repository: git.Repository, commit: str, most: int) -> list[tuple[Entry, Entry]] | None:
    """(before, staged) of each file that was modified since `commit`; None where a file came, went or moved, or more
    than `most` were modified. The audit file is left out."""
    options = ("diff-index", "--cached", "--raw", "-z", "--full-index", commit, "--")
    parts = os.fsdecode(git.run(repository, *options)).split("\0")
    pairs: list[tuple[Entry, Entry]] = []
    for meta, path in zip(parts[::2], parts[1::2], strict=False):
        _, mode, old, new, status = meta.split(" ")
        if path == AUDIT_FILE:
            continue
        if status != "M" or len(pairs) == most:
            return None
        pairs.append((Entry(path, mode, old), Entry(path, mode, new)))
    return pairs


class Base:
    """Findings of the base's files, asked for path by path."""

    def __init__(self, repository: git.Repository, commits: tuple[str, ...]) -> None:
        self._repository = repository
        self.commits = commits
        self.revisions = (*commits, *self._merge_base())  # the sides, and what both come from
        self._reader = Reader(repository.root, repository)
        self._known: dict[tuple[str, str, str], Record] = {}

    def close(self) -> None:
        """End git's processes."""
        self._reader.close()

    def new(
        self,
        check: Check,
        staged: Mapping[str, tuple[Entry, tuple[Finding, ...]]],
        counted: Callable[[str, Record], tuple[Finding, ...]],
        folded: Sequence[Mapping[str, tuple[Finding, ...]]] = (),
    ) -> dict[str, tuple[bool, ...]]:
        """For each path, which of its findings the base lacks. Of two equal ones, the later is the new one.

        `counted` keeps the findings of a record that count at a path. `folded`: for a check that judges trees as a
        whole, all findings of each of `revisions` by path; no record is asked for then.
        """
        asked = {path: item for path, item in staged.items() if item[1]}
        if not self.commits:
            return {path: (True,) * len(findings) for path, (_, findings) in asked.items()}
        if not asked:
            return {}
        entries = [self._paths(commit, tuple(asked)) for commit in self.revisions]
        out = {}
        for path, (entry, findings) in asked.items():
            sides = []
            for i, files in enumerate(entries):
                before = files.get(path)
                if before is None:
                    sides.append(Sides({}, {}))
                elif folded:
                    sides.append(_sides(check, folded[i].get(before.path, ())))
                else:
                    same = before.blob == entry.blob
                    found = findings if same else counted(entry.path, self._record(check, before))
                    sides.append(_sides(check, found))
            out[path] = _flags(check, findings, sides, len(self.commits))
        if check.moves and any(True in flags for flags in out.values()):
            for i, commit in enumerate(self.commits):
                whole = folded[i] if folded else None
                out = self._less_moved(check, commit, staged, out, counted, whole)
        return out

    def _less_moved(
        self,
        check: Check,
        commit: str,
        staged: Mapping[str, tuple[Entry, tuple[Finding, ...]]],
        flags: Mapping[str, tuple[bool, ...]],
        counted: Callable[[str, Record], tuple[Finding, ...]],
        whole: Mapping[str, tuple[Finding, ...]] | None,
    ) -> dict[str, tuple[bool, ...]]:
        """`flags` without those of findings that only moved to another file since `commit`.

        All files that changed are looked at, not the staged ones of this process alone: hooks run in batches.
        """
        surplus: Counts = {}  # identity -> by how many there are more in the changed files than there were
        risen: dict[tuple[str, ...], list[tuple[str, int]]] = {}  # identity -> (path, more there than before)
        for path, before, after in self._changed(commit):
            if whole is not None:  # `staged` is the whole tree then
                old = _sides(check, whole.get(path, ())).counts
                now = _sides(check, staged[path][1] if path in staged else ()).counts
            else:
                old = _sides(check, counted(path, self._record(check, before))).counts if before else {}
                now = _sides(check, counted(path, self._record(check, after))).counts if after else {}
            for name in {*old, *now}:
                more = now.get(name, 0) - old.get(name, 0)
                surplus[name] = surplus.get(name, 0) + more
                if more > 0:
                    risen.setdefault(name, []).append((path, more))
        excused: dict[tuple[str, tuple[str, ...]], int] = {}
        for name, places in risen.items():
            moved = sum(more for _, more in places) - max(0, surplus[name])
            for path, more in sorted(places):
                excused[path, name] = min(more, moved)
                moved -= min(more, moved)
        out = {}
        for path, row in flags.items():
            kept = []
            for finding, flag in zip(staged[path][1], row, strict=True):
                name = check.identity(finding)
                left = excused.get((path, name), 0)
                excused[path, name] = left - 1 if flag else left
                kept.append(flag and left <= 0)
            out[path] = tuple(kept)
        return out

    def _changed(self, commit: str) -> list[tuple[str, Entry | None, Entry | None]]:
        """(path, entry at `commit`, staged entry) of every file that differs."""
        options = ("diff-index", "--cached", "--raw", "-z", "--no-renames", "--full-index", commit, "--")
        words = os.fsdecode(git.run(self._repository, *options)).split("\0")
        found = []
        for meta, path in zip(words[::2], words[1::2], strict=False):
            old_mode, mode, old, blob, _ = meta.lstrip(":").split(" ")
            before = Entry(path, old_mode, old) if old.strip("0") and old_mode.startswith("100") else None
            after = Entry(path, mode, blob) if blob.strip("0") and mode.startswith("100") else None
            found.append((path, before, after))
        return found

    def _merge_base(self) -> tuple[str, ...]:
        if len(self.commits) < 2:
            return ()
        found = git.run(self._repository, "merge-base", "--octopus", *self.commits, fails=(1,)).decode().split()
        return tuple(found[:1])

    def _paths(self, commit: str, paths: tuple[str, ...]) -> dict[str, Entry]:
        """The base's entry for each staged path, renames followed."""
        few = len(paths) <= _MAX_PATHS
        entries = committed(self._repository, commit, paths if few else ()).entries
        found = {entry.path: entry for entry in entries}
        lost = [path for path in paths if path not in found]
        if lost:
            origins = self._renames(commit)
            old = tuple(origins[path] for path in lost if path in origins)
            if old:
                before = {e.path: e for e in committed(self._repository, commit, old if few else ()).entries}
                found.update((path, before[origins[path]]) for path in lost if origins.get(path) in before)
        return found

    def _renames(self, commit: str) -> dict[str, str]:
        """New path to old path of every rename between `commit` and the index."""
        options = ("diff-index", "--cached", "-M", "-z", "--name-status", "--diff-filter=R", commit, "--")
        words = os.fsdecode(git.run(self._repository, *options)).split("\0")
        return {words[i + 2]: words[i + 1] for i in range(0, len(words) - 2, 3)}

    def _record(self, check: Check, entry: Entry) -> Record:
        name = (check.name, entry.blob, entry.path)
        if name not in self._known:
            rows, _ = run_checks((check,), entry.path, self._reader.read(entry))
            self._known[name] = Record.of(rows[0]) if rows[0] is not None else Record()
        return self._known[name]


class Sides(NamedTuple):
    """The findings of one file in one revision, by identity."""

    counts: Counts
    largest: Counts  # the greatest measure of each


def _sides(check: Check, findings: Iterable[Finding]) -> Sides:
    counts: Counts = {}
    largest: Counts = {}
    for finding in findings:
        name = check.identity(finding)
        counts[name] = counts.get(name, 0) + 1
        largest[name] = max(largest.get(name, 0), finding.measure)
    return Sides(counts, largest)


def _flags(check: Check, findings: Sequence[Finding], sides: list[Sides], commits: int) -> tuple[bool, ...]:
    """Which of a file's findings are more than its revisions account for, or greater than in any side."""
    left = _allowed([side.counts for side in sides], commits)
    flags = []
    for finding in findings:
        name = check.identity(finding)
        left[name] = left.get(name, 0) - 1
        known = max((side.largest.get(name, 0) for side in sides[:commits]), default=0)
        flags.append(left[name] < 0 or finding.measure > known)
    return tuple(flags)


def _allowed(counts: list[Counts], sides: int) -> Counts:
    """How many of each finding the bases account for.

    One base: what it has. A merge: what was there before both sides, and what each side added to it.
    """
    if sides < 2:
        return dict(counts[0])
    ancestor = counts[sides] if len(counts) > sides else {}
    allowed: Counts = {}
    for name in {name for side in counts[:sides] for name in side}:
        before = ancestor.get(name, 0)
        grown = before + sum(max(0, side.get(name, 0) - before) for side in counts[:sides])
        allowed[name] = max(grown, *(side.get(name, 0) for side in counts[:sides]))
    return allowed
