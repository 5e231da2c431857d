"""Names and texts of the audited repository, made harmless for a terminal, Markdown and links."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARKDOWN = {c: "\\" + c for c in "\\`*[]|#~"} | {"@": "&#64;", "<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "\\$"}
_LINK_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def plain(text: str) -> str:
    """`text` on one line: control characters, bidirectional controls and undecodable bytes as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def markdown(text: str) -> str:
    """`text` as literal Markdown on one line, also inside a table cell. Inside a word ``_`` means nothing and stays."""
    text = plain(text)
    out = "".join(_MARKDOWN.get(c, c) for c in text)
    if "_" not in out:
        return out
    last = len(out) - 1
    inside = (0 < i < last and out[i - 1].isalnum() and out[i + 1].isalnum() for i in range(len(out)))
    return "".join("\\_" if c == "_" and not within else c for c, within in zip(out, inside, strict=True))


def code(text: str) -> str:
    """`text` as a code span for a table cell, where a pipe is escaped even inside one."""
    text = plain(text).replace("|", "\\|")
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str) -> str:
    """`text` as literal Markdown, but what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markdown(text)
    return "".join(code(part) if i % 2 else markdown(part) for i, part in enumerate(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table. The cells are Markdown already."""
    return [f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *(f"| {' | '.join(row)} |" for row in rows)]


def link(path: str) -> str:
    """A relative Markdown link to a file or folder of the repository, for a table cell."""
    import os

    raw = os.fsencode(path)
    target = "".join(chr(b) if chr(b) in _LINK_SAFE else f"%{b:02X}" for b in raw)
    return f"[{code(path)}]({target})"
