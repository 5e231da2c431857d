"""The aggregator's own look at each file, for the Repo Map: language, lines, whether it is a program."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record
from ml_audit_hooks.core.values import NamedTuple

TEXT, BINARY, LFS, UNKNOWN = "text", "binary", "lfs", "unknown"
_SNIFFED = 8000  # bytes; a NUL byte among them makes a file binary, as it does for git


class Outline(NamedTuple):
    """What one file is."""

    state: str  # TEXT, BINARY, LFS (a pointer) or UNKNOWN (too large or not there)
    language: str  # "" for none
    lines: int
    program: bool  # starts by itself: a `#!` line or an `if __name__ == "__main__":`


def examine(file: File) -> Record:
    """The outline of one file, as the record's facts."""
    return Record(facts=tuple(_outline(file)))


def _outline(file: File) -> Outline:
    data = file.content.data
    if data is None:
        state = LFS if file.content.lfs else BINARY if places.is_binary(file.path) else UNKNOWN
        return Outline(state, "", 0, False)
    if b"\0" in data[:_SNIFFED] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Outline(BINARY, "", 0, False)
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    return Outline(TEXT, file.language or "", lines, _is_program(data, file.language))


def _is_program(data: bytes, language: str | None) -> bool:
    if language != "Python":
        return language == "Shell" and data.startswith(b"#!")
    at = data.find(b"if __name__")
    return at == 0 or (at > 0 and data[at - 1] in b"\r\n" and b"__main__" in data[at : at + 60])


CHECK = Check("outline", 1, "", None, examine)


def of(record: Record) -> Outline:
    """The outline in a record; of a file that could not be read, an unknown one."""
    return Outline(*record.facts) if record.facts else Outline(UNKNOWN, "", 0, False)
