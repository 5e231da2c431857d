"""The store: records by content, in git's common directory, shared by every hook and worktree.

A check's records stand in *shards*: files that are written once, whole, under a name made of their content, and never
changed. So writers need no lock: two of them add two shards. Many shards are joined into one by whoever finds them; a
reader that loses a shard to that computes the records again. Each shard has a checksum; a damaged one is dropped.
Nothing here is more than a cache, so a full disk or a read-only folder costs time and one warning.
"""

from __future__ import annotations

import marshal
import os
import sys
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    Records: TypeAlias = dict[str, Any]

MAGIC = b"ml-audit shard 1\n"
MAX_SHARDS = 24  # of one check, before they are joined
MAX_BYTES = 48 * 1024 * 1024  # of one check's joined shard; the oldest records go first
_MARSHAL_VERSION = 4  # read by every supported Python
_STALE = 3600 * 10**9  # nanoseconds after which a temporary file is taken for the leaving of a killed process
_UNUSED = 30 * 24 * _STALE  # nanoseconds after which the records of another version of a check are dropped


class Store:
    """Records below one folder; with None for a folder, a store that keeps nothing."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._warned = False

    def _warn(self, fact: str) -> None:
        if not self._warned:
            self._warned = True
            print(f"{self._folder}: {fact}; records are computed again", file=sys.stderr)

    def load(self, name: str) -> Records:
        """All records under `name` (a check and its version), oldest first."""
        records: Records = {}
        for shard in self._shards(name):
            records.update(self._read(shard))
        return records

    def add(self, name: str, records: Records) -> None:
        """Keep `records`; values of built-in types that marshal can write."""
        if self._folder is None or not records:
            return
        folder = os.path.join(self._folder, name)
        try:
            _write(folder, records)
        except OSError as error:
            self._warn(f"not written ({error.strerror})")

    def tidy(self, name: str, live: Iterable[str]) -> None:
        """Join the shards of `name` when they are many; `live` keys are the last to be dropped."""
        shards = self._shards(name)
        if self._folder is None or len(shards) <= MAX_SHARDS:
            return
        joined: Records = {}
        for shard in shards:
            joined.update(self._read(shard))
        for key in live:
            if key in joined:
                joined[key] = joined.pop(key)
        try:
            kept = _write(os.path.join(self._folder, name), _bounded(joined))
            for shard in shards:
                if shard != kept:
                    _unlink(shard)
            self._sweep(name)
        except OSError as error:
            self._warn(f"not written ({error.strerror})")

    def _shards(self, name: str) -> list[str]:
        if self._folder is None:
            return []
        found = _listed(os.path.join(self._folder, name))
        return [path for _, path in sorted(found) if not os.path.basename(path).startswith(".")]

    def _read(self, shard: str) -> Records:
        try:
            with open(shard, "rb") as file:
                data = file.read()
        except FileNotFoundError:  # joined by another process in between
            return {}
        except OSError as error:
            self._warn(f"a shard cannot be read ({error.strerror})")
            return {}
        body = data[len(MAGIC) + 4 :]
        sound = data.startswith(MAGIC) and data[len(MAGIC) : len(MAGIC) + 4] == crc32(body).to_bytes(4, "big")
        try:
            # audit: ignore[B302] in git's own folder, which holds programs as well; behind a checksum
            records = marshal.loads(body) if sound else None
        except (ValueError, EOFError, TypeError):
            records = None
        if not isinstance(records, dict):
            self._warn("a damaged shard was dropped")
            _unlink(shard)
            return {}
        return records

    def _sweep(self, name: str) -> None:
        """Remove what killed processes and other versions left."""
        import time

        assert self._folder is not None
        now = time.time_ns()
        for written, path in _listed(os.path.join(self._folder, name)):
            if os.path.basename(path).startswith(".") and now - written > _STALE:
                _unlink(path)
        for written, folder in _listed(self._folder):
            if os.path.basename(folder) != name and now - written > _UNUSED:
                for _, path in _listed(folder):
                    _unlink(path)


def _bounded(records: Records) -> Records:
    if len(marshal.dumps(records, _MARSHAL_VERSION)) <= MAX_BYTES:
        return records
    left, kept = MAX_BYTES // 2, []
    for key in reversed(records):
        left -= len(key) + len(marshal.dumps(records[key], _MARSHAL_VERSION))
        if left < 0:
            break
        kept.append(key)
    return {key: records[key] for key in reversed(kept)}


def _listed(folder: str) -> list[tuple[int, str]]:
    """(time of the last change in nanoseconds, path) of what is in `folder`, less what vanishes meanwhile."""
    found = []
    try:
        with os.scandir(folder) as listing:
            for item in listing:
                try:
                    found.append((item.stat(follow_symlinks=False).st_mtime_ns, item.path))
                except FileNotFoundError:
                    continue
    except OSError:
        pass
    return found


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _write(folder: str, records: Records) -> str:
    """Write one shard under a temporary name, then rename it; its path. Raises OSError."""
    body = marshal.dumps(records, _MARSHAL_VERSION)
    checksum = crc32(body).to_bytes(4, "big")
    final = os.path.join(folder, f"{checksum.hex()}{len(body):x}")
    temporary = os.path.join(folder, f".{os.getpid()}-{checksum.hex()}")
    os.makedirs(folder, exist_ok=True)
    try:
        with open(temporary, "wb") as file:
            file.write(MAGIC + checksum + body)
        os.replace(temporary, final)
    except OSError:
        _unlink(temporary)
        raise
    return final
