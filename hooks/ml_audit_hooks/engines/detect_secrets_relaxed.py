"""Whether detect-secrets can find anything in the other form in which it reads a file: INI by pairs, YAML by values.

Its readers quote every value, drop comments and join lines. The parsers are slow, above all that of YAML, so that these
conditions are worth more than their price.
"""

from __future__ import annotations

from ml_audit_hooks.engines import detect_secrets_gates as gates
from ml_audit_hooks.engines.detect_secrets_surface import DIGITS, LETTERS, WORD, Surface, positions, run_end, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_AWS = table(a=DIGITS + LETTERS + b"/+")
_AWS_SIZE = 40
_BLANKS = b" \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f"
_EDGES = _BLANKS + b"\"'`,:[]{}\\"  # between a whole value and the rest of a YAML file
_CODED = (b"\\x", b"\\u", b"\\U")  # escapes that can write any sign
_LOOK = 400  # bytes around a name


def may_be_keys(data: bytes) -> bool:
    """Whether no line proves that the text, under a header, does not parse as an INI file."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = end if end >= 0 else len(data)
        at_margin = 0x20 < data[start] < 0x80 and data[start] not in b"#;["  # no blank, comment or more of a value
        if at_margin and data.find(b"=", start, end) < 0 and data.find(b":", start, end) < 0:
            return False
        start = end + 1
    return True


def in_pairs(surface: Surface) -> bool:
    """Whether a plug-in can match in the pairs of an INI file, or in any other form of a text."""
    data, low = surface.data, surface.low
    if gates.keyword_ends(surface) or any(True for _ in gates.anywhere(surface)):
        return True
    if any(end - start >= 24 for start, end in surface.runs) and any(word in low for word in gates.KEYWORD_ENDS):
        return True
    classes = data.translate(gates.BASE64)
    if b"aws" in low and _has_run(data, classes, b"a", 40, 1):
        return True
    return _has_run(data, data.translate(gates.HEX), b"h", gates.HEX_MIN, gates.HEX_MIN) or _has_run(
        data, classes, b"a", gates.BASE64_MIN, gates.BASE64_MIN
    )


def in_values(surface: Surface, unwanted: gates.Unwanted | None) -> bool:
    """Whether a plug-in can match in the values of a YAML file, each with its key, or in the lines of one that does not
    parse. A value is a run of the text there, unless the file is one of the few that `_is_odd` tells.

    `unwanted`: see `gates.candidates`.
    """
    data = surface.data
    if _is_odd(surface):
        return in_pairs(surface)
    for plugin, _, value in gates.anywhere(surface):
        if not (value and unwanted and unwanted(plugin, value)):
            return True
    return (
        _is_given(surface)
        or _has_long_value(surface)
        or any(True for _ in gates.keyword_lines(surface, "config"))
        or _has_random(data, gates.HEX, b"h", "HexHighEntropyString", unwanted)
        or _has_random(data, gates.BASE64, b"a", "Base64HighEntropyString", unwanted)
    )


def _is_odd(surface: Surface) -> bool:
    """Whether values can be written in other letters (escapes, base64), be put together of several runs, or stand far
    from their keys (aliases)."""
    data = surface.data
    if not data.isascii() or b"binary" in surface.low or any(code in data for code in _CODED):
        return True
    if any(data[at - 1 : at].isalnum() or data[at - 1 : at] in (b"_", b"-") for at in positions(data, b"\\\n")):
        return True
    return _has_mark(data, b"&") and _has_mark(data, b"*")


def _has_mark(data: bytes, sign: bytes) -> bool:
    """Whether there can be an anchor or an alias, https://yaml.org/spec/1.1/#id899912."""
    for at in positions(data, sign):
        name = data[at + 1 : at + 2]
        if (name.isalnum() or name in (b"_", b"-")) and (not at or data[at - 1] in _EDGES):
            return True
    return False


def _is_given(surface: Surface) -> bool:
    """Whether a value can be given to a name of the keyword plug-in, or be compared with one."""
    ends, compact = gates.keyword_ends(surface), surface.compact
    if ends and any(sign in compact for sign in (b'";', b"';", b"`;")):
        return True
    return any(_is_followed(compact, end) or _is_preceded(compact, end) for end in ends)


def _is_followed(compact: bytes, end: int) -> bool:
    """Whether a sign of assignment can come behind a name, quotes and line breaks between them left out."""
    tail = compact[end : end + _LOOK].lstrip(WORD).lstrip(_BLANKS + b"]'\"")
    return tail[:1] in (b":", b"=", b"!", b"#", b"\\") or (not tail and end + _LOOK < len(compact))


def _is_preceded(compact: bytes, end: int) -> bool:
    """Whether a sign of comparison can come before a name."""
    head = compact[max(end - _LOOK, 0) : end].rstrip(WORD).rstrip(_BLANKS)
    return head.endswith((b"=", b"!", b"\\")) or (not head and end > _LOOK)


def _has_long_value(surface: Surface) -> bool:
    """Whether there is a value as long as those that plug-ins look for behind a name."""
    low = surface.low
    if not any(word in low for word in gates.KEYWORD_ENDS):
        return False
    for start, end in surface.runs:
        size = end - start
        if size == 44 or (size >= 48 and b"secret" in low) or (size >= 64 and (b"cl" in low or b"sl" in low)):
            return True
        if size >= 24 and surface.data[start : start + 24].isalpha() and b"cl" in low:
            return True
    if b"aws" not in low:
        return False
    found = _values(surface.data, surface.data.translate(_AWS), b"a", _AWS_SIZE)
    return any(len(value) == _AWS_SIZE or b"\\" in value for value in found)


def _has_random(data: bytes, classes: bytes, letter: bytes, plugin: str, unwanted: gates.Unwanted | None) -> bool:
    """Whether a value can have an entropy over the limit."""
    is_hex = classes is gates.HEX
    least, limit = (gates.HEX_MIN, gates.HEX_LIMIT) if is_hex else (gates.BASE64_MIN, gates.BASE64_LIMIT)
    for run in _values(data, data.translate(classes), letter, least - 1):
        if b"\\" in run:  # an escape: the value is another one
            return True
        for value in (run, run + b"\\"):  # the reader puts it before a quote in a value, and it is in one alphabet
            if (is_hex and value.isdigit()) or not gates.is_over(value, least, limit):
                continue
            if not (unwanted and unwanted(plugin, value)):
                return True
    return False


def _values(data: bytes, classes: bytes, letter: bytes, size: int) -> Iterator[bytes]:
    """The runs of at least `size` bytes that can be a whole value or quoted string; behind an escape, with its sign."""
    at = classes.find(letter * size)
    while at >= 0:
        end = run_end(classes, letter, at + size)
        if (not at or data[at - 1] in _EDGES) and (end == len(data) or data[end] in _EDGES):
            yield data[max(at - 1, 0) : end] if data[at - 1 : at] == b"\\" else data[at:end]
        at = classes.find(letter * size, end)


def _has_run(data: bytes, classes: bytes, letter: bytes, size: int, least: int) -> bool:
    """Whether there is a run of at least `size` bytes with at least `least` distinct ones."""
    at = classes.find(letter * size)
    while at >= 0:
        end = run_end(classes, letter, at + size)
        if len(set(data[at:end])) >= least:
            return True
        at = classes.find(letter * size, end)
    return False
