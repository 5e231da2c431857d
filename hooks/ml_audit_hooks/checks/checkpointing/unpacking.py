"""The pickles in the bytes of a model file, and where each begins.

torch writes a zip with a ``data.pkl`` (since 1.6) or several pickles in a row; numpy pickles arrays of objects behind
its header; joblib compresses.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MAX_PICKLE = 64 * 1024 * 1024  # bytes, of one pickle in it, unpacked
MAX_UNPACKED = 4 * MAX_PICKLE  # bytes, of all that are compressed in it
MAX_OPCODES = 1_000_000


class Limits:
    """What is left of the work on one file, and whether some of it was left undone."""

    def __init__(self) -> None:
        self.opcodes = MAX_OPCODES
        self.unpacked = MAX_UNPACKED  # bytes
        self.cut = False

    def kept(self, data: bytes, whole: bool) -> bytes:
        """`data`, noted as a part if it is not the whole."""
        self.unpacked -= len(data)
        self.cut = self.cut or not whole
        return data


def pickles(data: bytes, limits: Limits) -> Iterator[tuple[bytes, int]]:
    """Bytes, and where in them a pickle begins, or several in a row."""
    if data.startswith(b"PK"):
        yield from _in_zip(data, limits)
    elif data.startswith(b"\x93NUMPY"):
        yield from _in_array(data, 0)
    else:  # a pickle needs no mark at its start, and whatever follows its stop is not looked at
        yield _unpacked(data, limits) or data, 0


def _in_zip(data: bytes, limits: Limits) -> Iterator[tuple[bytes, int]]:
    """The members by their local headers, whatever the checksums, flags and the directory at the end say: what
    Python's reader refuses for these torch's reader takes (4.3.7 of the ZIP specification, APPNOTE.TXT)."""
    start = 0
    while (start := data.find(b"PK\x03\x04", start)) >= 0:
        method = int.from_bytes(data[start + 8 : start + 10], "little")
        name_size = int.from_bytes(data[start + 26 : start + 28], "little")
        first = start + 30 + name_size + int.from_bytes(data[start + 28 : start + 30], "little")
        named = data[start + 30 : start + 30 + name_size].endswith((b".pkl", b".pickle"))
        member = _inflated(data, first, named, limits) if method == 8 else data
        first = 0 if method == 8 else first
        if member.startswith(b"\x93NUMPY", first):
            yield from _in_array(member, first)
        elif named or member[first : first + 1] == b"\x80":
            yield member, first
        start += 4


def _in_array(data: bytes, first: int) -> Iterator[tuple[bytes, int]]:
    """What follows the header of an array of objects. ``descr`` holds an O for these."""
    if len(data) < first + 12:
        return
    wide = data[first + 6] >= 2
    size = int.from_bytes(data[first + 8 : first + 12] if wide else data[first + 8 : first + 10], "little")
    start = first + (12 if wide else 10) + size
    if b"O" in data[first + 10 : start].partition(b"fortran_order")[0]:
        yield data, start


def _inflated(data: bytes, first: int, named: bool, limits: Limits) -> bytes:
    """A deflated member; nothing of what is neither a pickle nor an array of objects by its beginning."""
    import zlib

    unpacker = zlib.decompressobj(-15)
    head = _fed(unpacker, data, first, 1 << 10, 1 << 16)
    if head.startswith(b"\x93NUMPY"):
        wanted = any(_in_array(head, 0))
    else:
        wanted = named or head[:1] == b"\x80"
    if not wanted:
        return b""
    unpacker = zlib.decompressobj(-15)
    found = _fed(unpacker, data, first, 1 << 18, min(MAX_PICKLE, limits.unpacked))
    return limits.kept(found, unpacker.eof or len(found) < min(MAX_PICKLE, limits.unpacked))


def _fed(unpacker: Any, data: bytes, first: int, step: int, most: int) -> bytes:
    """Up to about `most` bytes of what is packed in `data` from `first` on, taken in by `step` bytes at a time; what
    is damaged ends it."""
    import zlib

    view, found, size = memoryview(data), [], 0
    for place in range(first, len(data), step):
        left, pending = most - size, view[place : place + step]
        if left <= 0 or unpacker.eof:
            break
        try:
            found.append(unpacker.decompress(pending, left))
        except zlib.error:
            break
        size += len(found[-1])
    return b"".join(found)


def _unpacked(data: bytes, limits: Limits) -> bytes:
    """The first bytes of a compressed file, as joblib writes them; nothing where it is none."""
    import bz2
    import lzma
    import zlib

    try:
        if data.startswith(b"\x1f\x8b") or data[:1] == b"\x78":
            plain = zlib.decompressobj(31 if data[:1] == b"\x1f" else 15)
            found = plain.decompress(data, MAX_PICKLE)
            return limits.kept(found, plain.eof or not plain.unconsumed_tail)
        if data.startswith(b"BZh"):
            packed = bz2.BZ2Decompressor()
            found = packed.decompress(data, MAX_PICKLE)
            return limits.kept(found, packed.eof or packed.needs_input)
        if data.startswith((b"\xfd7zXZ", b"\x5d\x00\x00")):
            crossed = lzma.LZMADecompressor()
            found = crossed.decompress(data, MAX_PICKLE)
            return limits.kept(found, crossed.eof or crossed.needs_input)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError):
        return b""
    return b""
