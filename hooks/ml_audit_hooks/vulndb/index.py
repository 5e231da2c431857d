"""The file of the index: one row a (package, record), found by the package's name without reading the rest.

::

    magic         8 bytes
    buckets       4 bytes, little-endian as all numbers here; a prime
    length        4 bytes, of the head
    size          8 bytes, of the whole file
    checksum      4 bytes, CRC-32 of all that follows
    head          UTF-8, lines "key: value": see `Info`; then the attribution
    directory     buckets + 1 offsets of 8 bytes: where the rows of each bucket begin
    rows          UTF-8, lines "package TAB row", see ``records``

The bucket of a name is its bytes as a number, modulo the prime. A look-up is two short reads, however large the file.
It is text and nothing in it is run, so that a damaged or foreign file can give wrong answers and no more.
"""

from __future__ import annotations

import os
import stat

from ml_audit_hooks.core import show
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAGIC = b"MLAVDB1\n"
_HEADER = 28  # bytes before the head
_OFFSET = 8
_HEAD_LIMIT = 1 << 20
_NUMBERS = ("records", "packages", "withdrawn", "unusable")


class Info(NamedTuple):
    """What an index holds."""

    date: str  # YYYY-MM-DD of the newest change in the data; "" where no record says
    records: int  # that name a Python package and were not withdrawn
    packages: int
    withdrawn: int  # left out
    unusable: int  # left out: not of the schema
    attribution: str  # who made the data, under which licence, what was changed

    def snapshot(self) -> str:
        """The words by which a message names the snapshot."""
        return f"advisories of {self.date or 'an unknown date'}, {self.records:,} records"


class Index:
    """An index opened for look-ups. Raises AuditError for a file that is none."""

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                raise AuditError(f"{show.plain(path)}: is no index of advisories; name a file that `update` wrote")
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115  # closed by `close`
        except OSError as error:
            raise AuditError(f"{show.plain(path)}: cannot be read ({error.strerror}); mend it") from None
        try:
            self._start()
        except BaseException:
            self._file.close()
            raise

    def _start(self) -> None:
        header = self._file.read(_HEADER)
        if header[:8] != MAGIC or len(header) != _HEADER:
            raise self._damaged()
        self._buckets, length, size = _number(header[8:12]), _number(header[12:16]), _number(header[16:24])
        if size != os.fstat(self._file.fileno()).st_size or not self._buckets or length > _HEAD_LIMIT:
            raise self._damaged()
        self._directory = _HEADER + length
        try:
            self.info = _info(self._file.read(length).decode())
        except ValueError:
            raise self._damaged() from None

    def rows(self, package: str) -> list[str]:
        """The rows of a package by its normalised name. Raises AuditError where the file is damaged."""
        self._file.seek(self._directory + _OFFSET * (_bucket(package, self._buckets)))
        offsets = self._file.read(2 * _OFFSET)
        start, end = _number(offsets[:_OFFSET]), _number(offsets[_OFFSET:])
        if start == end:
            return []
        self._file.seek(start)
        try:
            lines = self._file.read(end - start).decode().split("\n")
        except (ValueError, OverflowError, MemoryError):
            raise self._damaged() from None
        sign = package + "\t"
        return [line[len(sign) :] for line in lines if line.startswith(sign)]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _damaged(self) -> AuditError:
        return AuditError(f"{show.plain(self._path)}: is no whole index of advisories; run `ml-audit vulndb update`")

    def verify(self) -> None:
        """Read all and compare the checksum. Raises AuditError."""
        import zlib

        self._file.seek(_HEADER - 4)
        expected, checksum = _number(self._file.read(4)), 0
        while block := self._file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
        if checksum != expected:
            raise self._damaged()


def info(path: str) -> Info | None:
    """What the index at `path` holds, its checksum compared; None where there is no file. Raises AuditError."""
    if not path or not os.path.lexists(path):
        return None
    index = Index(path)
    try:
        index.verify()
        return index.info
    finally:
        index.close()


def stamp(path: str) -> str:
    """A word that changes with the content of the index, read from its first bytes; "" where there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return ""
        with open(path, "rb", buffering=0) as file:
            return file.read(_HEADER)[8:].hex()
    except OSError:
        return ""


def encoded(packages: Mapping[str, Iterable[str]], about: Info) -> bytes:
    """The bytes of an index; `packages`: normalised name to rows."""
    import zlib

    count = _prime(max(3, len(packages)))
    buckets: list[list[str]] = [[] for _ in range(count)]
    for package, rows in sorted(packages.items()):
        buckets[_bucket(package, count)] += [f"{package}\t{row}\n" for row in sorted(rows)]
    head = _head(about).encode()
    blocks = ["".join(lines).encode() for lines in buckets]
    at = _HEADER + len(head) + _OFFSET * (count + 1)
    offsets = [at]
    for block in blocks:
        offsets.append(offsets[-1] + len(block))
    body = b"".join((head, *(offset.to_bytes(_OFFSET, "little") for offset in offsets), *blocks))
    numbers = ((count, 4), (len(head), 4), (_HEADER + len(body), 8), (zlib.crc32(body), 4))
    return b"".join((MAGIC, *(number.to_bytes(size, "little") for number, size in numbers), body))


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _bucket(package: str, buckets: int) -> int:
    return int.from_bytes(package.encode(errors="surrogateescape"), "little") % buckets


def _prime(least: int) -> int:
    """The first prime from `least`."""
    number = least
    while any(number % factor == 0 for factor in range(2, int(number**0.5) + 1)):
        number += 1
    return number


def _head(about: Info) -> str:
    numbers = "".join(f"{name}: {getattr(about, name)}\n" for name in _NUMBERS)
    return f"date: {about.date}\n{numbers}\n{about.attribution}"


def _info(head: str) -> Info:
    """The head read. Raises ValueError."""
    lines, _, attribution = head.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in lines.split("\n"))
    try:
        records, packages, withdrawn, unusable = (int(fields[name]) for name in _NUMBERS)
        return Info(fields["date"], records, packages, withdrawn, unusable, attribution)
    except KeyError:
        raise ValueError from None
