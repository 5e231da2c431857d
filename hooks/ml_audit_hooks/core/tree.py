"""What is audited: the files of git's index, or of a folder outside git."""

from __future__ import annotations

import os
import stat

from ml_audit_hooks.core import git
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

AUDIT_FILE = "CODEBASE_AUDIT.md"
SYMLINK, SUBMODULE = "120000", "160000"
_OURS = "2"  # the stage of our side in the index
_SKIPPED_FOLDERS = frozenset((".git", "__pycache__", "node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache"))


class Entry(NamedTuple):
    """A path of the audited tree."""

    path: str  # relative, with "/"; any bytes, as os.fsdecode gives them
    mode: str  # git's: 100644, 100755, 120000 (symlink), 160000 (submodule)
    blob: str  # hexadecimal object id; "" outside git until the content is read


class Tree(NamedTuple):
    """The audited files, sorted by path, and what git names beside them."""

    entries: tuple[Entry, ...]
    symlinks: tuple[str, ...]
    submodules: tuple[str, ...]
    unmerged: tuple[str, ...]


def parse_index(listing: bytes) -> Tree:
    """The tree in the output of ``git ls-files -s -z``. Of an unmerged path, our side is taken, where there is one."""
    entries: list[Entry] = []
    symlinks: list[str] = []
    submodules: list[str] = []
    unmerged: set[str] = set()
    for record in os.fsdecode(listing).split("\0"):
        if not record:
            continue
        mode, blob, rest = record.split(" ", 2)
        stage, _, path = rest.partition("\t")
        if path == AUDIT_FILE:
            continue
        if stage != "0":
            unmerged.add(path)
            if stage != _OURS:
                continue
        if mode == SYMLINK:
            symlinks.append(path)
        elif mode == SUBMODULE:
            submodules.append(path)
        else:
            entries.append(Entry(path, mode, blob))
    entries.sort()
    return Tree(tuple(entries), tuple(sorted(symlinks)), tuple(sorted(submodules)), tuple(sorted(unmerged)))


def staged(repository: git.Repository, paths: tuple[str, ...] = ()) -> Tree:
    """The staged tree; with `paths` (relative to the root), of these only."""
    return parse_index(git.run(repository, "ls-files", "-s", "-z", "--", *paths))


def committed(repository: git.Repository, revision: str, paths: tuple[str, ...] = ()) -> Tree:
    """The tree of a revision. Raises GitError where it does not exist."""
    listing = git.run(repository, "ls-tree", "-r", "-z", "--full-tree", revision, "--", *paths)
    entries = []
    for record in os.fsdecode(listing).split("\0"):
        if record:
            meta, _, path = record.partition("\t")
            mode, kind, blob = meta.split(" ")
            if kind == "blob" and mode != SYMLINK and path != AUDIT_FILE:
                entries.append(Entry(path, mode, blob))
    return Tree(tuple(sorted(entries)), (), (), ())


def _ignored_by_git(root: str) -> frozenset[str] | None:
    """Paths that .gitignore files in `root` leave over, asked of git with an empty repository; None without git."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        try:
            git.run(None, "init", "-q", "--bare", scratch)
            outside = git.Repository(root, scratch, scratch, os.path.join(scratch, "index"), False)
            options = (f"--git-dir={scratch}", f"--work-tree={root}", "ls-files", "-o", "-z", "--exclude-standard")
            return frozenset(os.fsdecode(git.run(outside, *options)).split("\0"))
        except AuditError:
            return None


def folder(root: str) -> Tree:
    """The regular files of a folder outside git: .gitignore obeyed, virtual environments and caches left out."""
    entries: list[Entry] = []
    symlinks: list[str] = []
    nested: list[str] = []
    kept = _ignored_by_git(root)
    stack = [""]
    while stack:
        prefix = stack.pop()
        try:
            with os.scandir(os.path.join(root, prefix)) as listing:
                found = sorted(listing, key=lambda item: item.name)
        except OSError:
            continue
        names = {item.name for item in found}
        if prefix and ("pyvenv.cfg" in names or ".git" in names):
            if ".git" in names:
                nested.append(prefix.rstrip("/"))
            continue
        for item in found:
            path = prefix + item.name
            if path == AUDIT_FILE:
                continue
            if item.is_symlink():
                symlinks.append(path)
            elif item.is_dir(follow_symlinks=False):
                if item.name not in _SKIPPED_FOLDERS:
                    stack.append(path + "/")
            elif item.is_file(follow_symlinks=False) and (kept is None or path in kept):
                mode = "100755" if item.stat(follow_symlinks=False).st_mode & stat.S_IXUSR else "100644"
                entries.append(Entry(path, mode, ""))
    return Tree(tuple(sorted(entries)), tuple(sorted(symlinks)), tuple(sorted(nested)), ())
