"""Whether anything changed since the last run, answered by two reads and no process.

The audit file is a pure function of the staged tree, the configuration (which is staged too), the tool's version and
its own human parts, and the snapshot of advisories. git ends its index with a checksum of all of it, so (checksum,
audit file, version) names a run.
"""

from __future__ import annotations

import os

from ml_audit_hooks import __version__
from ml_audit_hooks.core import git
from ml_audit_hooks.core.source import blob_id

_TRAILER = 20  # bytes at the end of the index: its checksum, or the end of a longer one
_NAME = "ml-audit-stamp"


def index(repository: git.Repository) -> bytes:
    """The checksum of the staged tree as git keeps it; empty where there is none."""
    try:
        with open(repository.index_file, "rb") as file:
            file.seek(-_TRAILER, os.SEEK_END)
            trailer = file.read()
            if not any(trailer):  # index.skipHash leaves zeros
                file.seek(0)
                trailer = blob_id(file.read()).encode()
            return trailer
    except OSError:
        return b""


def compute(repository: git.Repository, audit_path: str) -> str:
    """The name of the present state; "" where it cannot be had."""
    try:
        trailer = index(repository)
        if not trailer or not os.path.isfile(audit_path):  # a FIFO would be waited for
            return ""
        with open(audit_path, "rb") as file:
            audit = file.read()
    except OSError:
        return ""
    clock = os.environ.get("SOURCE_DATE_EPOCH", "")
    return blob_id(b"\0".join((trailer, audit, __version__.encode(), _code(), clock.encode(), _snapshot())))


def _snapshot() -> bytes:
    """Something that changes with the snapshot of advisories; one that the configuration names is not seen here."""
    from ml_audit_hooks.vulndb.location import where

    try:
        about = os.stat(where())
    except (OSError, ValueError):
        return b""
    return f"{about.st_mtime_ns} {about.st_size}".encode()


def _code() -> bytes:
    """Something that changes when the tool's own code does, as in an editable install."""
    try:
        return str(os.stat(os.path.dirname(os.path.dirname(__file__))).st_mtime_ns).encode()
    except OSError:
        return b""


def is_known(repository: git.Repository, stamp: str) -> bool:
    """Whether the last run left this very state behind."""
    try:
        with open(os.path.join(repository.git_dir, _NAME), encoding="ascii") as file:
            return bool(stamp) and file.read() == stamp
    except (OSError, ValueError):
        return False


def remember(repository: git.Repository, stamp: str) -> None:
    """Note the state that a run leaves behind. A note that is lost or torn costs one full run."""
    try:
        with open(os.path.join(repository.git_dir, _NAME), "w", encoding="ascii") as file:
            file.write(stamp)
    except OSError:
        pass
