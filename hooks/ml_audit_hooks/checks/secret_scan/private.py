"""Private keys: the armour of RFC 7468, RFC 4880 and OpenSSH, and PuTTY's own, with the key's body behind it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNS = (b"PRIVATE KEY", b"PuTTY-User-Key-File-")
_HEAD = re.compile(r"BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-{0,5}|PuTTY-User-Key-File-\d")
_LOOK = 4000  # characters behind the head in which the body stands
_MIN_BODY = 40  # base64 characters


def found(text: str, starts: Iterator[int] | None = None) -> Iterator[tuple[int, str, str]]:
    """(offset, kind, body) of the private keys in a text. A head without a body is a word about keys, and none."""
    for match in _HEAD.finditer(text):
        body = _body(text[match.end() : match.end() + _LOOK])
        if len(body) >= _MIN_BODY:
            kind = "encrypted private key" if "ENCRYPTED" in match[0] else "private key"
            yield match.start(), kind, body


def _body(text: str) -> str:
    """The base64 of a key, also where it stands in a string with escaped line breaks or concatenated pieces."""
    text = text.partition("-----END")[0].partition("Private-MAC")[0]
    if "Private-Lines" in text:  # PuTTY writes the public part first
        text = text.partition("Private-Lines")[2].partition("\n")[2]
    text = text.replace("\\n", "\n").replace("\\r", "")
    lines = [line.strip(" \t\"'+,;\\#*>") for line in text.split("\n")]
    runs = []
    for line in lines:
        if re.fullmatch(r"[A-Za-z0-9+/=]{16,}", line):
            runs.append(line)
        elif line and ":" not in line and runs:
            break
    body = "".join(runs)
    return "" if len(set(body)) < 16 else body
