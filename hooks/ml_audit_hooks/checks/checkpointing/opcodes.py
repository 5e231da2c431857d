"""Committed model files: what their pickles would import and call, read from the opcodes without unpickling.

Format of pickles: https://docs.python.org/3/library/pickletools.html. torch writes a zip with a ``data.pkl`` (since
1.6) or several pickles in a row; numpy pickles arrays of objects behind its header; joblib has arrays in between.
"""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DANGEROUS, COMMITTED = "CKP030", "CKP031"
MAX_BYTES = 64 * 1024 * 1024  # of a file that is inspected
_MAX_PICKLE = 16 * 1024 * 1024  # bytes, of one pickle in it
_MAX_OPCODES = 1_000_000
_MAX_PICKLES = 8  # one after another in a file
_WEIGHTS = frozenset(("ckpt", "joblib", "keras", "pickle", "pkl", "pt", "pth"))

# Whole modules, each of whose functions a pickle could call to run code, reach files or the network.
_MODULES = frozenset(
    "_posixsubprocess _winapi aiohttp asyncio bdb cgi code codeop commands ctypes distutils doctest ensurepip"
    " ftplib http httplib idlelib imaplib importlib lib2to3 marshal mmap msvcrt multiprocessing nntplib nt"
    " ntpath os paramiko pdb pip pkgutil platform popen2 poplib posix posixpath profile pty pydoc requests"
    " runpy shlex shutil signal smtplib socket socketserver sqlite3 ssl subprocess sys telnetlib tempfile"
    " threading timeit trace turtledemo urllib urllib2 uuid venv webbrowser winreg xmlrpc zipimport".split()
)
_BUILTINS = "builtins"  # in Python 2 __builtin__
_HARMLESS_BUILTINS = frozenset(
    "Ellipsis NotImplemented bool bytearray bytes complex dict float frozenset int list long map object range reversed"
    " set slice str tuple type unicode xrange zip".split()
)
_NAMES = frozenset(  # single functions of modules that models do need
    (
        ("numpy.testing._private.utils", "runstring"),
        ("operator", "attrgetter"),
        ("operator", "methodcaller"),
        ("torch", "load"),
        ("torch.hub", "load"),
        ("torch.serialization", "load"),
        ("types", "CodeType"),
        ("types", "FunctionType"),
    )
)
_OFTEN_NEEDED = frozenset(
    (("functools", "partial"), ("torch.storage", "_load_from_bytes"))
)  # and harmless by themselves


def inspect(file: File) -> tuple[Finding, ...]:
    """The findings of one binary model file: one for all that its pickles would call, and one that it is there."""
    if file.content.binary is None:
        return ()
    data = file.content.binary(MAX_BYTES)
    ending = places.suffix(file.path)
    found = []
    if ending in _WEIGHTS:
        found.append(Finding(COMMITTED, 1, 1, None, "<file>", "committed", "a model file is kept in git"))
    if data is not None:
        called = sorted({f"{module}.{name}" for module, name in imported(data) if is_dangerous(module, name)})
        if called:
            shown = ", ".join(f"`{name[:80]}`" for name in called[:3]) + (" and more" if called[3:] else "")
            text = f"loading it imports {shown}"
            found.append(Finding(DANGEROUS, 1, 1, None, "<file>", "opcodes", text))
    return tuple(found)


def is_dangerous(module: str, name: str) -> bool:
    """Whether a pickle that imports this can run code of its author's choice."""
    if module == _BUILTINS:
        return name.partition(".")[0] not in _HARMLESS_BUILTINS
    return module.partition(".")[0] in _MODULES or (module, name) in _NAMES


def imported(data: bytes) -> set[tuple[str, str]]:
    """(module, name) of everything that the pickles in a file's bytes import. A name may be dotted."""
    found: set[tuple[str, str]] = set()
    for pickle in _pickles(data):
        found.update(_globals(pickle))
    return found


def _pickles(data: bytes) -> Iterator[bytes]:
    """The bytes of each pickle, or of several in a row."""
    if data.startswith(b"PK"):
        yield from _in_zip(data)
    elif data.startswith(b"\x93NUMPY"):
        yield from _in_array(data)
    elif data[:1] == b"\x80" or _is_old(data):
        yield data[:_MAX_PICKLE]
    else:
        unpacked = _unpacked(data)
        if unpacked[:1] == b"\x80":
            yield unpacked


def _is_old(data: bytes) -> bool:
    """Whether the bytes can be a pickle of protocol 0 or 1, which has no mark at its start but a stop at its end."""
    return data[:1] in (b"(", b"c", b"]", b"}", b"I", b"S", b"V", b"l", b"d") and data.rstrip().endswith(b".")


def _in_zip(data: bytes) -> Iterator[bytes]:
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for item in archive.infolist():
                if item.file_size > _MAX_PICKLE:
                    continue
                if item.filename.endswith((".pkl", ".pickle")):
                    yield archive.read(item)
                elif item.filename.endswith(".npy"):
                    yield from _in_array(archive.read(item))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return  # encrypted, damaged or of an unknown compression: torch and numpy cannot load it either


def _in_array(data: bytes) -> Iterator[bytes]:
    """What follows the header of an array of objects. ``descr`` holds an O for these."""
    if len(data) < 12:
        return
    wide = data[6] >= 2
    size = int.from_bytes(data[8:12] if wide else data[8:10], "little")
    start = (12 if wide else 10) + size
    if b"O" in data[10:start].partition(b"fortran_order")[0]:
        yield data[start : start + _MAX_PICKLE]


def _unpacked(data: bytes) -> bytes:
    """The first bytes of a compressed file, as joblib writes them; nothing where it is none."""
    import bz2
    import lzma
    import zlib

    try:
        if data.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(31).decompress(data, _MAX_PICKLE)
        if data[:1] == b"\x78":
            return zlib.decompressobj().decompress(data, _MAX_PICKLE)
        if data.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(data, _MAX_PICKLE)
        if data.startswith((b"\xfd7zXZ", b"\x5d\x00\x00")):
            return lzma.LZMADecompressor().decompress(data, _MAX_PICKLE)
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError):
        return b""
    return b""


def _globals(data: bytes) -> Iterator[tuple[str, str]]:
    """What the opcodes import, up to the first byte that is none (an array between two pickles)."""
    import io
    import pickletools

    stream = io.BytesIO(data)
    left = _MAX_OPCODES
    for _ in range(_MAX_PICKLES):
        names = _Names()
        try:
            for opcode, argument, _place in pickletools.genops(stream):
                left -= 1
                if left < 0:
                    return
                found = names.taken(opcode.name, argument)
                if found:
                    module, name = found
                    yield (_BUILTINS if module == "__builtin__" else module), name
        except (ValueError, EOFError, IndexError, OverflowError, AttributeError, KeyError):
            return
        if not stream.read(1):
            return
        stream.seek(-1, 1)


class _Names:
    """The strings that one pickle pushes and remembers: the last two name what STACK_GLOBAL imports."""

    def __init__(self) -> None:
        self._pushed: list[str] = []
        self._memo: dict[int, str] = {}
        self._last = ""  # what lies on top of the stack, where it is a string

    def taken(self, opcode: str, argument: object) -> tuple[str, str] | None:
        """What an opcode imports: (module, name); None for one that imports nothing."""
        found = None
        if opcode in ("GLOBAL", "INST"):
            module, _, name = str(argument).partition(" ")
            found = module, name
        elif opcode == "STACK_GLOBAL" and len(self._pushed) >= 2:
            found = self._pushed[-2], self._pushed[-1]
        if opcode in _STRINGS:
            self._push(str(argument))
        elif opcode in ("GET", "BINGET", "LONG_BINGET"):
            self._push(self._memo.get(int(str(argument)), ""))
        elif opcode == "MEMOIZE":
            self._memo[len(self._memo)] = self._last
        elif opcode in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[int(str(argument))] = self._last
        else:
            self._last = ""
        return found

    def _push(self, text: str) -> None:
        self._last = text
        self._pushed.append(text)


_STRINGS = frozenset("BINSTRING BINUNICODE BINUNICODE8 SHORT_BINSTRING SHORT_BINUNICODE STRING UNICODE".split())
