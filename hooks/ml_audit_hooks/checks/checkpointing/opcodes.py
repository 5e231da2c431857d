"""Committed model files: what their pickles would import and call, read from the opcodes without unpickling.

Format of pickles: https://docs.python.org/3/library/pickletools.html. torch writes a zip with a ``data.pkl`` (since
1.6) or several pickles in a row; numpy pickles arrays of objects behind its header; joblib has arrays in between.
"""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing.unpacking import Limits, pickles
from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

DANGEROUS, COMMITTED = "CKP030", "CKP031"
MAX_BYTES = 64 * 1024 * 1024  # of a file that is inspected
_NO_PICKLES = frozenset(("h5", "hdf5"))  # formats that hold none
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
UNREAD = "is inspected in part only: its pickles are too large or have too many opcodes"
TOO_LARGE = "is not inspected: it has more than 64 MiB, or its bytes are not to be had"
COMPUTED = "?"  # for a name that does not stand before the opcode that imports it, which no writer of pickles makes


def inspect(file: File) -> Record:
    """The findings of one binary model file: one for all that its pickles would call, and one that it is there. What
    was not read to its end is told."""
    if file.content.binary is None:
        return Record()
    data = file.content.binary(MAX_BYTES)
    ending = places.suffix(file.path)
    found = []
    if ending in _WEIGHTS:
        level = "note" if places.is_test(file.path) else ""  # a fixture
        found.append(Finding(COMMITTED, 1, 1, None, "<file>", "committed", "a model file is kept in git", level=level))
    limits = Limits()
    if data is not None:
        called = sorted({f"{module}.{name}" for module, name in imported(data, limits) if is_dangerous(module, name)})
        if called:
            shown = ", ".join(_shown(name) for name in called[:3]) + (" and more" if called[3:] else "")
            text = f"loading it imports {shown}"
            found.append(Finding(DANGEROUS, 1, 1, None, "<file>", "opcodes", text))
    if limits.cut:
        return Record(tuple(found), unread=((None, UNREAD),))
    missing = data is None and ending not in _NO_PICKLES
    return Record(tuple(found), unread=((None, TOO_LARGE),) if missing else ())


def _shown(name: str) -> str:
    return "a name that it hides" if name.startswith(COMPUTED) else f"`{name[:80]}`"


def is_dangerous(module: str, name: str) -> bool:
    """Whether a pickle that imports this can run code of its author's choice."""
    if module == _BUILTINS:
        return name.partition(".")[0] not in _HARMLESS_BUILTINS
    if module == COMPUTED or module.partition(".")[0] in _MODULES or (module, name) in _NAMES:
        return True
    return f"{module}.".startswith(_BRANCHES)


def imported(data: bytes, limits: Limits | None = None) -> set[tuple[str, str]]:
    """(module, name) of everything that the pickles in a file's bytes import. A name may be dotted."""
    limits = limits or Limits()
    found: set[tuple[str, str]] = set()
    for pickle, start in pickles(data, limits):
        found.update(_globals(pickle, start, limits))
    return found


def _globals(data: bytes, start: int, limits: Limits) -> Iterator[tuple[str, str]]:
    """What the opcodes import, up to the first byte that is none (an array between two pickles)."""
    import io
    import pickletools

    stream = io.BytesIO(data)
    stream.seek(start)
    while True:
        names = _Names()
        untold = False  # bytes that are no pickle may look like such an import, but do not come to a stop
        try:
            for opcode, argument, _place in pickletools.genops(stream):
                limits.opcodes -= 1
                if limits.opcodes < 0:
                    limits.cut = True
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
