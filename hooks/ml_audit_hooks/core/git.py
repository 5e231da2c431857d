"""git, asked as rarely and as cheaply as possible.

``os.posix_spawn`` instead of ``subprocess`` saves one bare interpreter start per hook. Every call is barred from the
network (a partial clone would fetch missing objects by itself), from optional locks and from file-system monitors.
"""

from __future__ import annotations

import os

from ml_audit_hooks.core.errors import GitError
from ml_audit_hooks.core.values import NamedTuple

_OFFLINE = ("-c", "protocol.allow=never", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_LOCATORS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


class Repository(NamedTuple):
    """A checkout. All paths are absolute and decoded by ``os.fsdecode``."""

    root: str
    git_dir: str  # of this worktree
    common_dir: str  # shared by all worktrees
    index_file: str  # GIT_INDEX_FILE during a commit
    inherited: bool  # GIT_* of the environment speak of this checkout


def _absolute(path: str, base: str) -> str:
    return os.path.normpath(os.path.join(base, path))


def _git_dir_at(folder: str) -> str | None:
    """The git directory of a work tree whose root is `folder`; None where it is none."""
    dot = os.path.join(folder, ".git")
    try:
        if os.path.isdir(dot):
            return dot if os.path.exists(os.path.join(dot, "HEAD")) else None
        with open(dot, "rb") as file:
            text = file.read(65536)
    except OSError:
        return None
    if not text.startswith(b"gitdir:"):
        return None
    return _absolute(os.fsdecode(text[7:].strip()), folder)


def _same(a: str, b: str) -> bool:
    try:
        return os.path.samefile(a, b)
    except OSError:
        return False


def find_repository(start: str) -> Repository | None:
    """The checkout that holds the folder `start`; None outside git.

    ``GIT_DIR`` and ``GIT_INDEX_FILE`` are obeyed when they speak of that very checkout, as they do in a hook.
    """
    start = os.path.abspath(start)
    folder, git_dir = start, None
    while True:
        git_dir = _git_dir_at(folder)
        if git_dir or os.path.dirname(folder) == folder:
            break
        folder = os.path.dirname(folder)
    environ = os.environ
    if git_dir is None and "GIT_DIR" in environ and _same(environ.get("GIT_WORK_TREE", os.getcwd()), start):
        folder, git_dir = start, os.path.abspath(environ["GIT_DIR"])
    if git_dir is None:
        return None
    common = git_dir
    try:
        with open(os.path.join(git_dir, "commondir"), "rb") as file:
            common = _absolute(os.fsdecode(file.read().strip()), git_dir)
    except OSError:
        pass
    index_file = _absolute(environ.get("GIT_INDEX_FILE") or os.path.join(git_dir, "index"), folder)
    inherited = find_prefix(folder) is not None and _speaks_of(folder, git_dir, index_file)
    if not inherited:
        index_file = os.path.join(git_dir, "index")
    return Repository(folder, git_dir, common, index_file, inherited)


def _speaks_of(folder: str, git_dir: str, index_file: str) -> bool:
    """Whether GIT_* of the environment are about this checkout, not about one whose hook runs us in here."""
    for name, own in (("GIT_DIR", git_dir), ("GIT_WORK_TREE", folder)):
        if name in os.environ and not _same(os.environ[name], own):
            return False
    beside = os.path.dirname(index_file)
    return _same(beside, git_dir) or (os.path.isdir(beside) and not os.path.exists(os.path.join(beside, "HEAD")))


def find_prefix(root: str) -> str | None:
    """The current folder relative to `root` with a trailing slash ("" at the root); None outside it."""
    relative = os.path.relpath(os.path.realpath("."), os.path.realpath(root))
    if relative == ".":
        return ""
    return None if relative == ".." or relative.startswith("../") else relative + "/"


def environment(repository: Repository | None) -> dict[str, str]:
    """The environment for a git call: in English, offline, without locks; GIT_* only where they fit."""
    env = dict(os.environ)
    if repository is None or not repository.inherited:
        for name in _LOCATORS:
            env.pop(name, None)
    else:  # git runs in the root, where a relative path would mean another place
        fitting = {"GIT_DIR": repository.git_dir, "GIT_WORK_TREE": repository.root}
        fitting["GIT_INDEX_FILE"] = repository.index_file
        env.update((name, path) for name, path in fitting.items() if name in env)
    env.update(LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_NO_LAZY_FETCH="1", GIT_TERMINAL_PROMPT="0")
    env.update(GIT_NO_REPLACE_OBJECTS="1", GIT_LITERAL_PATHSPECS="1")
    return env


class Process:
    """A running git whose standard output is read through a pipe."""

    def __init__(self, repository: Repository | None, args: tuple[str, ...], keep_input: bool = False) -> None:
        place = ("-C", repository.root) if repository else ()
        argv = ["git", *_OFFLINE, *place, *args]
        out_read, self._out_write = os.pipe()
        in_read, in_write = os.pipe() if keep_input else (os.open(os.devnull, os.O_RDONLY), -1)
        quiet = os.open(os.devnull, os.O_WRONLY)
        actions = [
            (os.POSIX_SPAWN_DUP2, in_read, 0),
            (os.POSIX_SPAWN_DUP2, self._out_write, 1),
            (os.POSIX_SPAWN_DUP2, quiet, 2),
        ]
        try:
            self._pid = os.posix_spawnp("git", argv, environment(repository), file_actions=actions)
        except OSError as error:
            os.close(out_read)
            if keep_input:
                os.close(in_write)
            raise GitError(f"git: cannot be started ({error.strerror}); install git and put it on PATH") from None
        finally:
            for handle in (in_read, self._out_write, quiet):
                os.close(handle)
        self.output = out_read
        self._input = in_write

    def write(self, data: bytes) -> None:
        """Send `data` to git's standard input."""
        while data:
            data = data[os.write(self._input, data) :]

    def read_all(self) -> bytes:
        """Everything up to the end of git's output."""
        parts = []
        while part := os.read(self.output, 1 << 20):
            parts.append(part)
        return b"".join(parts)

    def close(self) -> int:
        """Close the pipes and wait; git's exit code (negative for a signal)."""
        if self._input >= 0:
            os.close(self._input)
        os.close(self.output)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def run(repository: Repository | None, *args: str, fails: tuple[int, ...] = ()) -> bytes:
    """git's output for `args`. Raises GitError on any exit code but 0 and those in `fails`, which give ``b""``."""
    process = Process(repository, args)
    out = process.read_all()
    code = process.close()
    if code in fails and code:
        return b""
    if code:
        where = repository.root if repository else "."
        raise GitError(f"{where}: `git {' '.join(args[:2])}` ended with {code}; run it by hand to see why")
    return out


class Objects:
    """Blobs by id, through one ``git cat-file`` that is started at the first question."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._running: dict[str, Process] = {}
        self._buffer: dict[str, bytes] = {}

    def _ask(self, mode: str, blob: str) -> int | None:
        """The size that git answers; None where it has no such object, or ends because it may not fetch it."""
        if mode not in self._running:
            self._running[mode] = Process(self._repository, ("cat-file", mode), keep_input=True)
            self._buffer[mode] = b""
        process = self._running[mode]
        try:
            process.write(blob.encode() + b"\n")
        except BrokenPipeError:
            self._end(mode)
            return None
        while b"\n" not in self._buffer[mode]:
            part = os.read(process.output, 1 << 16)
            if not part:
                self._end(mode)
                return None
            self._buffer[mode] += part
        line, _, self._buffer[mode] = self._buffer[mode].partition(b"\n")
        words = line.split()
        return int(words[2]) if len(words) == 3 else None

    def _end(self, mode: str) -> None:
        self._running.pop(mode).close()

    def size(self, blob: str) -> int | None:
        """Size in bytes; None where the object is missing (a partial clone)."""
        return self._ask("--batch-check", blob)

    def read(self, blob: str) -> bytes | None:
        """Content; None where the object is missing."""
        mode = "--batch"
        size = self._ask(mode, blob)
        if size is None:
            return None
        parts, have = [self._buffer[mode]], len(self._buffer[mode])
        while have < size + 1:
            part = os.read(self._running[mode].output, 1 << 20)
            if not part:
                self._end(mode)
                return None
            parts.append(part)
            have += len(part)
        whole = b"".join(parts)
        self._buffer[mode] = whole[size + 1 :]
        return whole[:size]

    def close(self) -> None:
        """End the processes."""
        for process in self._running.values():
            process.close()
        self._running.clear()
