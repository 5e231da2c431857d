"""Names and texts of the audited repository, made harmless for a terminal, Markdown and links."""

from __future__ import annotations

_MARKDOWN = {c: "\\" + c for c in "\\`*_[]|#~"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "\\$"}
_LINK_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def plain(text: str) -> str:
    """`text` on one line: control characters, bidirectional controls and undecodable bytes as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() and not "\u2028" <= c <= "\u202e" else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char)
    return short or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def markdown(text: str) -> str:
    """`text` as literal Markdown on one line, also inside a table cell."""
    text = plain(text)
    out = "".join(_MARKDOWN.get(c, c) for c in text)
    return out.replace("://", ":&#47;/").replace("@", "&#64;") if "://" in out or "@" in out else out


def code(text: str) -> str:
    """`text` as a code span, also inside a table cell."""
    text = plain(text).replace("|", "¦") if "|" in text else plain(text)
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text[:1] in ("`", "") or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def link(path: str, label: str = "") -> str:
    """A relative Markdown link to a file of the repository."""
    import os

    raw = os.fsencode(path)
    target = "".join(chr(b) if chr(b) in _LINK_SAFE else f"%{b:02X}" for b in raw)
    return f"[{markdown(label or path)}]({target})"
