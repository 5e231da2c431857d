"""A file, read once: bytes, text, and why it could not be read.

The content is that of the staged blob. The work tree's copy serves when its hash is the blob's; else git is asked.
"""

from __future__ import annotations

import os
import stat

from ml_audit_hooks.core import git, places
from ml_audit_hooks.core.tree import Entry
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES = 8 * 1024 * 1024  # of a file that is parsed; notebooks with their outputs included
_LFS_HEAD = b"version https://git-lfs.github.com/spec/v1"
_LFS_REASON = "is a Git LFS pointer; its content is not in the repository"
MISSING = "has no staged content in the object store (a partial clone)"
_WRONG_COOKIE = "names an encoding that does not exist or does not fit"
_TOO_LARGE = f"is larger than {MAX_BYTES >> 20} MiB"
_LFS_MAX = 1024  # bytes; the specification's limit of a pointer file


class Unreadable(Exception):
    """Why a file could not be judged. The text is a fact about the file: ``does not parse as Python 3: line 12``."""


class Content(NamedTuple):
    """What reading gave: the bytes, or None and the reason as a fact about the file."""

    data: bytes | None
    blob: str
    reason: str = ""
    lfs: bool = False
    binary: Callable[[int], bytes | None] | None = None  # of a binary format: its bytes, None over a limit in bytes


def blob_id(data: bytes, width: int = 40) -> str:
    """git's object id of a blob, 40 (SHA-1) or 64 (SHA-256) hexadecimal digits."""
    head = b"blob %d\0" % len(data)
    if width == 64:
        from hashlib import sha256

        return sha256(head + data).hexdigest()
    try:
        from _sha1 import sha1  # type: ignore[import-not-found]  # hashlib costs a fifth of an interpreter start
    except ImportError:  # an interpreter built without it
        from hashlib import sha1
    digest = sha1(head, usedforsecurity=False)
    digest.update(data)
    return str(digest.hexdigest())


def _from_disk(path: str, most: int = MAX_BYTES) -> tuple[bytes | None, int]:
    """(bytes, size) of a regular file; (None, size) over the limit, (None, -1) where it is none or is gone."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return None, -1
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None, -1
        if status.st_size > most:
            return None, status.st_size
        parts = []
        while part := os.read(handle, 1 << 20):
            parts.append(part)
        return b"".join(parts), status.st_size
    except OSError:
        return None, -1
    finally:
        os.close(handle)


class Reader:
    """Contents of a tree's entries."""

    def __init__(self, root: str, repository: git.Repository | None) -> None:
        self._root = root
        self._objects = git.Objects(repository) if repository else None

    def read(self, entry: Entry) -> Content:
        """The content of `entry` as it is staged; outside git, as it is on the disk. A binary format is not read."""
        if places.is_binary(entry.path):
            lfs = self._is_lfs_pointer(entry)
            if lfs:
                return Content(None, entry.blob, _LFS_REASON, lfs)
            return Content(None, entry.blob, "is a binary file", binary=lambda most: self._bytes(entry, most))
        data, size = _from_disk(os.path.join(self._root, entry.path))
        if self._objects is None or not entry.blob:
            if data is None:
                return Content(None, entry.blob, "cannot be read" if size < 0 else _TOO_LARGE)
            return self._checked(data, blob_id(data))
        if data is not None and blob_id(data, len(entry.blob)) == entry.blob:
            return self._checked(data, entry.blob)
        return self._stored(self._objects, entry.blob)

    def _bytes(self, entry: Entry, most: int) -> bytes | None:
        """The bytes of a binary file; None where there are more than `most`, or none are to be had."""
        if self._objects is None or not entry.blob:
            return _from_disk(os.path.join(self._root, entry.path), most)[0]
        size = self._objects.size(entry.blob)
        return self._objects.read(entry.blob) if size is not None and size <= most else None

    def _stored(self, objects: git.Objects, blob: str) -> Content:
        size = objects.size(blob)
        if size is not None and size > MAX_BYTES:
            return Content(None, blob, _TOO_LARGE)
        data = objects.read(blob) if size is not None else None
        return Content(None, blob, MISSING) if data is None else self._checked(data, blob)

    def disk_size(self, entry: Entry) -> int:
        """Bytes of the work tree's copy; 0 where there is none. Good for an order of work, not for facts."""
        try:
            return os.lstat(os.path.join(self._root, entry.path)).st_size
        except (OSError, ValueError):
            return 0

    def _is_lfs_pointer(self, entry: Entry) -> bool:
        """Whether the blob is a Git LFS pointer, without reading a large file to find out."""
        if self._objects is None or not entry.blob:
            data, _ = _from_disk(os.path.join(self._root, entry.path))
            return data is not None and is_lfs_pointer(data)
        size = self._objects.size(entry.blob)
        if size is None or size > _LFS_MAX:
            return False
        data = self._objects.read(entry.blob)
        return data is not None and is_lfs_pointer(data)

    def _checked(self, data: bytes, blob: str) -> Content:
        if is_lfs_pointer(data):
            return Content(None, blob, _LFS_REASON, lfs=True)
        return Content(data, blob)

    def close(self) -> None:
        """End git's processes."""
        if self._objects:
            self._objects.close()


def is_lfs_pointer(data: bytes) -> bool:
    """Whether `data` is a pointer file of Git LFS (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md)."""
    return len(data) <= _LFS_MAX and data.startswith(_LFS_HEAD)


def decode(data: bytes, python: bool) -> str:
    """The text of a file: a byte-order mark obeyed, and in Python a PEP 263 cookie; UTF-8 otherwise.

    Raises Unreadable.
    """
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Unreadable(f"holds a NUL byte: line {line}")
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        if python:
            raise Unreadable("is UTF-16, which Python cannot read")
        encoding = "utf-16"
    elif python and b"coding" in data[: (data.find(b"\n", data.find(b"\n") + 1) + 1) or len(data)]:
        import io
        import tokenize

        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError:
            raise Unreadable(_WRONG_COOKIE) from None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1  # without the mark
        raise Unreadable(f"is not {encoding.removesuffix('-sig').upper()}: line {line}") from None
    except (LookupError, UnicodeError):  # a codec that is not of text: rot13, idna
        raise Unreadable(_WRONG_COOKIE) from None
