"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat

from ml_audit_hooks.core import show
from ml_audit_hooks.core.errors import AuditError


def replace(path: str, data: bytes) -> None:
    """Put `data` at `path` by a temporary file beside it, fsync and rename. Raises AuditError."""
    temporary = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.tmp")
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            raise AuditError(f"{show.plain(path)}: is no regular file and is not replaced; move it away")
    except FileNotFoundError:
        mode = 0
    except OSError as error:
        raise AuditError(f"{show.plain(path)}: cannot be written ({error.strerror}); mend the folder") from None
    try:
        with open(temporary, "xb") as file:  # never through a link that the repository put there
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if mode and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
        os.replace(temporary, path)
    except OSError as error:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise AuditError(f"{show.plain(path)}: cannot be written ({error.strerror}); free space or mend it") from None


def _sweep(path: str) -> None:
    """Remove what writers of the same file left that were killed before their rename."""
    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return
    for left in names:
        number = left.removeprefix(f".{name}.").removesuffix(".tmp")
        if left == f".{name}.{number}.tmp" and number.isdigit() and not _runs(int(number)):
            try:
                os.unlink(os.path.join(folder, left))
            except OSError:
                pass


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
