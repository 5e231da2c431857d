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
_WEIGHTS = frozenset(("ckpt", "joblib", "keras", "pickle", "pkl", "pt", "pth"))

# Whole modules, each of whose functions a pickle could call to run code, reach files or the network.
_MODULES = frozenset(
    "_aix_support _osx_support _pickle _posixsubprocess _pyrepl _thread _winapi aiohttp asyncio bdb cProfile"
    " cgi code codeop commands ctypes distutils doctest ensurepip ftplib http httplib idlelib imaplib importlib"
    " lib2to3 marshal mmap msvcrt multiprocessing nntplib nt ntpath os paramiko pdb pickle pip pkgutil platform"
    " popen2 poplib posix posixpath profile pty pydoc requests runpy shlex shutil signal smtplib socket"
    " socketserver sqlite3 ssl subprocess sys telnetlib tempfile threading timeit trace turtledemo urllib"
    " urllib2 uuid venv webbrowser winreg xmlrpc zipimport".split()
)
_BUILTINS = "builtins"  # in Python 2 __builtin__
_HARMLESS_BUILTINS = frozenset(
    "Ellipsis NotImplemented bool bytearray bytes complex dict float frozenset int list long map object print"
    " range reversed set slice str tuple type unicode xrange zip".split()
)
_NAMES = frozenset(  # single functions of modules that models do need
    (
        ("_io", "FileIO"),
        ("_io", "open"),
        ("_operator", "attrgetter"),
        ("_operator", "methodcaller"),
        ("dill", "load"),
        ("dill", "loads"),
        ("functools", "reduce"),
        ("io", "FileIO"),
        ("io", "open"),
        ("joblib", "load"),
        ("joblib.numpy_pickle", "load"),
        ("logging", "FileHandler"),
        ("numpy", "load"),
        ("numpy.testing._private.utils", "runstring"),
        ("operator", "attrgetter"),
        ("operator", "methodcaller"),
        ("pandas", "read_pickle"),
        ("site", "main"),
        ("torch", "load"),
        ("torch.hub", "load"),
        ("torch.serialization", "load"),
        ("types", "CodeType"),
        ("types", "FunctionType"),
    )
)
_BRANCHES = (  # parts of packages that models do need, whose functions compile or start what they are given
    "cloudpickle.cloudpickle.",
    "numpy.f2py.",
    "numpy.testing._private.",
    "pandas.core.computation.",
    "pandas.io.pickle.",
    "test.support.",
    "torch._dynamo.",
    "torch._inductor.",
    "torch.distributed.run.",
    "torch.fx.experimental.",
    "torch.hub.",
    "torch.jit.unsupported_tensor_ops.",
    "torch.package.",
    "torch.utils._config_module.",
    "torch.utils.bottleneck.",
    "torch.utils.collect_env.",
    "torch.utils.cpp_extension.",
)
COMPUTED = "?"  # for a name that does not stand before the opcode that imports it, which no writer of pickles makes


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
            shown = ", ".join(_shown(name) for name in called[:3]) + (" and more" if called[3:] else "")
            text = f"loading it imports {shown}"
            found.append(Finding(DANGEROUS, 1, 1, None, "<file>", "opcodes", text))
    return tuple(found)


def _shown(name: str) -> str:
    return "a name that it hides" if name.startswith(COMPUTED) else f"`{name[:80]}`"


def is_dangerous(module: str, name: str) -> bool:
    """Whether a pickle that imports this can run code of its author's choice."""
    if module == _BUILTINS:
        return name.partition(".")[0] not in _HARMLESS_BUILTINS
    if module == COMPUTED or module.partition(".")[0] in _MODULES or (module, name) in _NAMES:
        return True
    return f"{module}.".startswith(_BRANCHES)


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
    else:  # a pickle needs no mark at its start, and whatever follows its stop is not looked at
        yield _unpacked(data) or data[:_MAX_PICKLE]


def _in_zip(data: bytes) -> Iterator[bytes]:
    """The members by their local headers, whatever the checksums, flags and the directory at the end say: what
    Python's reader refuses for these torch's reader takes (4.3.7 of the ZIP specification, APPNOTE.TXT)."""
    import zlib

    start = 0
    while (start := data.find(b"PK\x03\x04", start)) >= 0:
        method = int.from_bytes(data[start + 8 : start + 10], "little")
        name_size = int.from_bytes(data[start + 26 : start + 28], "little")
        first = start + 30 + name_size + int.from_bytes(data[start + 28 : start + 30], "little")
        name = data[start + 30 : start + 30 + name_size]
        if method == 8:
            try:
                member = zlib.decompressobj(-15).decompress(data[first : first + _MAX_PICKLE], _MAX_PICKLE)
            except zlib.error:
                member = b""
        else:
            wanted = name.endswith((b".pkl", b".pickle", b".npy")) or data[first : first + 1] in (b"\x80", b"\x93")
            member = data[first : first + _MAX_PICKLE] if wanted else b""
        if member.startswith(b"\x93NUMPY"):
            yield from _in_array(member)
        elif member[:1] == b"\x80" or name.endswith((b".pkl", b".pickle")):
            yield member
        start += 4


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
    while True:
        names = _Names()
        untold = False  # bytes that are no pickle may look like such an import, but do not come to a stop
        try:
            for opcode, argument, _place in pickletools.genops(stream):
                left -= 1
                if left < 0:
                    return
                found = names.taken(opcode.name, argument)
                if found == (COMPUTED, COMPUTED):
                    untold = True
                elif found:
                    module, name = found
                    yield (_BUILTINS if module == "__builtin__" else module), name
        except (ValueError, EOFError, IndexError, OverflowError, AttributeError, KeyError):
            return
        if untold:
            yield COMPUTED, COMPUTED
        if not stream.read(1):
            return
        stream.seek(-1, 1)


class _Names:
    """The strings that one pickle pushes and remembers. Writers push the two names of STACK_GLOBAL right before it,
    with nothing but memo opcodes between; what is pushed otherwise is a name that cannot be told."""

    def __init__(self) -> None:
        self._run: list[str] = []  # the strings pushed since the last other opcode
        self._memo: dict[int, str] = {}
        self._last = ""  # what lies on top of the stack, where it is a string

    def taken(self, opcode: str, argument: object) -> tuple[str, str] | None:
        """What an opcode imports: (module, name); None for one that imports nothing."""
        found = None
        if opcode in ("GLOBAL", "INST"):
            module, _, name = str(argument).partition(" ")
            found = module, name
        elif opcode == "STACK_GLOBAL":
            run = self._run[-2:]
            found = (run[0], run[1]) if len(run) == 2 and all(run) else (COMPUTED, COMPUTED)
        if opcode in _STRINGS:
            self._push(str(argument))
        elif opcode in ("GET", "BINGET", "LONG_BINGET"):
            self._push(self._memo.get(int(str(argument)), ""))
        elif opcode == "MEMOIZE":
            self._memo[len(self._memo)] = self._last
        elif opcode in ("PUT", "BINPUT", "LONG_BINPUT"):
            self._memo[int(str(argument))] = self._last
        elif opcode not in ("FRAME", "PROTO"):
            self._last = ""
            self._run.clear()
        return found

    def _push(self, text: str) -> None:
        self._last = text
        self._run.append(text)


_STRINGS = frozenset("BINSTRING BINUNICODE BINUNICODE8 SHORT_BINSTRING SHORT_BINUNICODE STRING UNICODE".split())
