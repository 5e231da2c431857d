"""What a previous audit file hands on: people's notes, and when each error was first met."""

from __future__ import annotations

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

MARK = "<!-- ml-audit-hooks "
_HEAD_LINES = 12  # among these the mark stands, even below the lines of a merge conflict
OPEN, OPEN_END, CLOSE = "<!-- audit:notes ", "-->", "<!-- /audit:notes -->"
_LAST_SECTION = 8
_QUESTION = "Question for ChatGPT-5 "
_NOT_OPENED = f"closes a notes block that was not opened; add `{OPEN}ID {OPEN_END}` where it begins, or remove the line"


class Note(NamedTuple):
    """A block that belongs to people, kept to the byte."""

    section: int  # 0 above the first, 1 to 8
    text: str  # with both marker lines, without the last line end


class Previous(NamedTuple):
    """The human parts and the timestamps of an audit file."""

    notes: tuple[Note, ...] = ()
    timestamps: tuple[tuple[str, str], ...] = ()  # (the block without its timestamp, the timestamp)


def is_ours(text: str) -> bool:
    """Whether an audit file was written by this tool."""
    return any(line.startswith(MARK) for line in text.split("\n", _HEAD_LINES)[:_HEAD_LINES])


def _opens(line: str) -> bool:
    bare = line.strip()
    return bare.startswith(OPEN) and bare.endswith(OPEN_END)


def parse(text: str, name: str) -> Previous:
    """The human parts of the audit file `name`. Of a merge conflict that cuts through notes, those of both sides.

    Raises AuditError for a notes block that is not closed, or not opened.
    """
    try:
        return _parsed(text, name)
    except AuditError:
        sides = _sides(text)
        if not sides:
            raise
    ours, theirs = (_parsed(side, name) for side in sides)
    notes = sorted(dict.fromkeys((*ours.notes, *theirs.notes)), key=lambda note: note.section)
    return Previous(tuple(notes), tuple({**dict(theirs.timestamps), **dict(ours.timestamps)}.items()))


def _sides(text: str) -> tuple[str, ...]:
    """The file as each side of a merge has it, by git's conflict markers; empty where there are none."""
    sides: tuple[list[str], list[str]] = ([], [])
    current, conflicts = "both", 0
    for line in text.split("\n"):
        if line.startswith("<<<<<<< "):
            current, conflicts = "ours", conflicts + 1
        elif current != "both" and line.startswith("||||||| "):
            current = "base"
        elif current != "both" and line == "=======":
            current = "theirs"
        elif current != "both" and line.startswith(">>>>>>> "):
            current = "both"
        else:
            for side, its in zip(sides, ("ours", "theirs"), strict=True):
                if current in ("both", its):
                    side.append(line)
    return tuple("\n".join(side) for side in sides) if conflicts else ()


def _parsed(text: str, name: str) -> Previous:
    notes: list[Note] = []
    stamps: list[tuple[str, str]] = []
    section, depth = 0, 0
    held: list[str] = []
    block: list[str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if depth:
            held.append(line)
            depth += _opens(line) - (line.strip() == CLOSE)
            if not depth:
                notes.append(Note(section, "\n".join(held)))
            continue
        if _opens(line):
            held, depth, opened = [line], 1, number
        elif line.strip() == CLOSE:
            raise AuditError(f"{name}:{number}: {_NOT_OPENED}")
        elif line.startswith("## ") and line[3:4].isdigit() and line[4:5] == ".":
            section = min(int(line[3]), _LAST_SECTION)  # a heading of somebody's own may go on counting
        elif line == ":::":
            if block is not None:
                stamps += _stamp(block)
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
    if depth:
        raise AuditError(f"{name}:{opened}: a notes block is not closed; add `{CLOSE}` where it ends")
    return Previous(tuple(notes), tuple(stamps))


def _stamp(block: list[str]) -> list[tuple[str, str]]:
    if not block or not block[0].startswith(_QUESTION):
        return []
    time = block[0][len(_QUESTION) :].removesuffix(":")
    return [(known_by("\n".join(block[1:])), time)] if _is_time(time) else []


def known_by(body: str) -> str:
    """A block's text without the line at which a file ends to parse: that moves while the error stands."""
    return "\n".join(_without_line(line) for line in body.split("\n"))


def _without_line(line: str) -> str:
    fact, found, number = line.rpartition(": line ")
    return fact if found and number.isdigit() else line


def _is_time(text: str) -> bool:
    """Whether `text` has the form of our timestamps; what people made of one is not carried on."""
    return text.isascii() and "".join("0" if c.isdigit() else c for c in text) == "0000-00-00T00:00:00Z"


def adopted(text: str, name: str) -> Note:
    """A foreign audit file's whole text as a notes block above the first section."""
    lines = text.rstrip("\n").split("\n")
    depth = 0
    for number, line in enumerate(lines, 1):
        depth += _opens(line) - (line.strip() == CLOSE)
        if depth < 0:
            raise AuditError(f"{name}:{number}: {_NOT_OPENED}")
    if depth:
        raise AuditError(f"{name}: a notes block is not closed; add `{CLOSE}` where it ends")
    return Note(0, "\n".join((f"{OPEN}adopted {OPEN_END}", *lines, CLOSE)))
