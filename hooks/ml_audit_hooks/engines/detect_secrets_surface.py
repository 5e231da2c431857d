"""The bytes of a text in the forms on which necessary conditions are tested, and how to find things in them fast."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUN = 20  # bytes of the shortest token that `Surface.runs` lists
# Letters of other scripts that a pattern without regard to case takes for i, s and k
_EXOTIC = ((b"\xc4\xb0", b"i"), (b"\xc4\xb1", b"i"), (b"\xc5\xbf", b"s"), (b"\xe2\x84\xaa", b"k"))
_HIGH = bytes(range(0x80, 0x100))  # bytes of characters beyond ASCII: a digit or letter for Unicode patterns
DIGITS = b"0123456789"
LOWER = b"abcdefghijklmnopqrstuvwxyz"
LETTERS = LOWER + LOWER.upper()
WORD = DIGITS + LETTERS + b"_" + _HIGH


def table(**classes: bytes) -> bytes:
    """A table for ``bytes.translate``: each byte to the letter of its class, others to a space."""
    made = bytearray(b" " * 256)
    for letter, members in classes.items():
        for byte in members:
            made[byte] = ord(letter)
    return bytes(made)


_TOKEN = table(a=WORD + b"-")
_COMPACT = bytes(range(0x41)) + LOWER + bytes(range(0x5B, 0x100))


class Surface:
    """The bytes of a text in the forms that conditions are tested on, each made once. Lines end with ``\\n`` only."""

    def __init__(self, data: bytes) -> None:
        """`data`: UTF-8, in which surrogates may stand."""
        self._own = data
        if not data.isascii():
            for exotic, plain in _EXOTIC:
                if exotic[-1:] in data:  # one byte is found thirty times as fast as two
                    data = data.replace(exotic, plain)
        self.data = data
        self._lines: list[str] | None = None
        self._low: bytes | None = None
        self._compact: bytes | None = None
        self._runs: list[tuple[int, int]] | None = None
        self.keyword_ends: list[int] | None = None  # see `detect_secrets_gates.keyword_ends`
        self._at: dict[bytes, list[int]] = {}

    @property
    def text(self) -> str:
        """The text that was given, with its exotic letters."""
        return self._own.decode("utf-8", "surrogatepass")

    @property
    def lines(self) -> list[str]:
        """The lines of `text`."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines

    def at(self, literal: bytes, rare: bytes = b"") -> list[int]:
        """Every offset of `data` at which `literal` stands. `rare`: see `positions`."""
        found = self._at.get(literal)
        if found is None:
            found = self._at[literal] = list(positions(self.data, literal, rare))
        return found

    @property
    def low(self) -> bytes:
        """In lower case."""
        if self._low is None:
            self._low = self.data.lower()
        return self._low

    @property
    def compact(self) -> bytes:
        """In lower case, without underscores; the lines stay."""
        if self._compact is None:
            self._compact = self.data.translate(_COMPACT, b"_")
        return self._compact

    @property
    def runs(self) -> list[tuple[int, int]]:
        """(start, end) of the runs of letters, digits, ``_`` and ``-`` that are at least `RUN` bytes long."""
        if self._runs is None:
            self._runs = list(_long_runs(self.data.translate(_TOKEN)))
        return self._runs

    def line_of(self, offset: int) -> tuple[int, int]:
        """(start, end) of the line around an offset of `data`."""
        end = self.data.find(b"\n", offset)
        return self.data.rfind(b"\n", 0, offset) + 1, end if end >= 0 else len(self.data)


def begins_with_section(data: bytes) -> bool:
    """Whether the first line that is neither blank nor comment can be the header of a section of an INI file."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = end if end >= 0 else len(data)
        line = data[start:end].strip()
        if line and not line.startswith((b"#", b";")):
            return (line.startswith(b"[") and b"]" in line) or line[0] >= 0x80 or line[0] < 0x20
        start = end + 1
    return False


def positions(data: bytes, literal: bytes, rare: bytes = b"") -> Iterator[int]:
    """Every offset at which `literal` stands. `rare`: a byte of it that is rare in most texts; one byte is found thirty
    times as fast as two."""
    if rare:
        yield from _led(data, literal, rare)
        return
    at = data.find(literal)
    while at >= 0:
        yield at
        at = data.find(literal, at + 1)


def _led(data: bytes, literal: bytes, rare: bytes) -> Iterator[int]:
    before = literal.index(rare)
    at = data.find(rare, before)
    while at >= 0:
        if data.startswith(literal, at - before):
            yield at - before
        at = data.find(rare, at + 1)


def numbers(data: bytes, offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(offset, number of its line from 0), by offset."""
    line = last = 0
    for offset in sorted(offsets):
        line += data.count(b"\n", last, offset)
        last = offset
        yield offset, line


def _long_runs(classes: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of runs in a text of two classes. A pattern of one repeated byte skips by its length: 1 GB/s."""
    pattern = b"a" * RUN
    at = classes.find(pattern)
    while at >= 0:
        end = classes.find(b" ", at + RUN)
        end = end if end >= 0 else len(classes)
        yield at, end
        at = classes.find(pattern, end)


def run_end(classes: bytes, letter: bytes, start: int) -> int:
    """Where the run of `letter` that begins at `start` ends."""
    while piece := classes[start : start + 4096]:
        left = len(piece.lstrip(letter))
        start += len(piece) - left
        if left:
            break
    return start
