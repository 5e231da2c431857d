"""Records out of a folder, an archive (.zip, .tar, .tar.gz, …), one file, or an https address of an archive.

Nothing is unpacked to disk, links are not followed, and sizes are bounded. YAML is read with every scalar as a string:
``1.10`` is a version and no number.
"""

from __future__ import annotations

import json
import os
from typing import IO, Any

from ml_audit_hooks.core import show
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.vulndb.records import ECOSYSTEM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Found: TypeAlias = tuple[str, Any]  # (name, parsed record), or (name, None) where it does not parse
    Opened: TypeAlias = Callable[[str], IO[bytes]]

_SUFFIXES = (".json", ".yaml", ".yml")
_LARGEST = 8 << 20  # bytes of one record
_LARGEST_DOWNLOAD = 2 << 30
_MOST = 2_000_000  # records
_SIGN = ECOSYSTEM.encode()  # a file without this word names no Python package
_ESCAPE = b"\\u00"  # behind which the word could hide
_TIMEOUT = 60  # seconds without a byte


def records(source: str, opened: Opened | None = None) -> Iterator[Found]:
    """Every record in `source`; `opened` opens an address. Raises AuditError where there is nothing to read."""
    if "://" in source:
        yield from _downloaded(source, opened or _open_address)
    elif os.path.isdir(source):
        yield from _in_folder(source)
    elif os.path.isfile(source):
        yield from _in_file(source, show.plain(source))
    else:
        raise AuditError(f"{show.plain(source)}: is neither a folder nor a file; name a checkout or an archive")


def _in_folder(top: str) -> Iterator[Found]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(_SUFFIXES) and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    yield from _parsed(path, file)


def _in_file(path: str, shown: str) -> Iterator[Found]:
    import tarfile
    import zipfile

    try:
        if zipfile.is_zipfile(path):
            yield from _in_zip(path)
        elif tarfile.is_tarfile(path):
            yield from _in_tar(path)
        elif path.endswith(_SUFFIXES):
            with open(path, "rb") as file:
                yield from _parsed(path, file)
        else:
            raise AuditError(f"{shown}: is no archive that is read here; give a .zip or .tar.gz")
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError) as error:
        raise AuditError(f"{shown}: cannot be read ({show.plain(str(error))}); fetch it again") from None
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma"):
            raise AuditError(f"{shown}: is damaged ({show.plain(str(error))}); fetch it again") from None
        raise


def _in_zip(path: str) -> Iterator[Found]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist()[:_MOST]:
            if entry.filename.endswith(_SUFFIXES) and not entry.is_dir():
                with archive.open(entry) as file:
                    yield from _parsed(entry.filename, file)


def _in_tar(path: str) -> Iterator[Found]:
    import tarfile

    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isreg() and entry.name.endswith(_SUFFIXES):
                file = archive.extractfile(entry)
                if file:
                    yield from _parsed(entry.name, file)


def _parsed(name: str, file: IO[bytes]) -> Iterator[Found]:
    data = file.read(_LARGEST + 1)
    if _SIGN not in data and _ESCAPE not in data:
        return
    try:
        if len(data) > _LARGEST:
            raise ValueError
        value = json.loads(data) if name.endswith(".json") else _yaml(data)
    except (ValueError, RecursionError):
        yield name, None
        return
    for record in value if isinstance(value, list) else (value,):
        yield name, record


def _yaml(data: bytes) -> Any:
    """A YAML document whose scalars are strings. Raises ValueError."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the one of libyaml is ten times as fast
    try:
        # audit: ignore[B506] the base loader makes strings, lists and maps only
        return yaml.load(data, Loader=loader)  # a base loader makes nothing but strings, lists and maps
    except yaml.YAMLError as error:
        raise ValueError from error


def _downloaded(address: str, opened: Opened) -> Iterator[Found]:
    """The records of an archive behind an https address."""
    import tempfile
    from http.client import HTTPException

    shown = show.plain(address.partition("?")[0])
    if not address.startswith("https://"):
        raise AuditError(f"{shown}: is no https address; advisories are fetched over nothing else")
    with tempfile.NamedTemporaryFile(suffix=".archive") as copy:
        try:
            with opened(address) as answer:
                size = 0
                while block := answer.read(1 << 20):
                    size += len(block)
                    if size > _LARGEST_DOWNLOAD:
                        raise AuditError(f"{shown}: is larger than {_LARGEST_DOWNLOAD >> 30} GiB; fetch it by hand")
                    copy.write(block)
        except (OSError, HTTPException) as error:  # urllib's errors are OSErrors
            raise AuditError(f"{shown}: cannot be fetched ({show.plain(str(error))}); fetch it by hand") from None
        copy.flush()
        yield from _in_file(copy.name, shown)


def _open_address(address: str) -> IO[bytes]:
    """An address opened over https, redirects included."""
    from urllib import request

    class Secure(request.HTTPRedirectHandler):
        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            if not newurl.startswith("https://"):
                raise OSError("it leads away from https")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    answer: IO[bytes] = request.build_opener(Secure).open(address, timeout=_TIMEOUT)
    return answer
