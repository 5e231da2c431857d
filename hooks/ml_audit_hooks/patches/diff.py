"""Unified diffs as git makes and takes them."""

from __future__ import annotations

from ml_audit_hooks.core.source import blob_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ml_audit_hooks.patches.model import Change

_CONTEXT = 3  # lines
_NO_END = b"\\ No newline at end of file\n"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&'()*+,-./:;<=>?@[]^_`{|}~")


def unified(changes: Iterable[Change]) -> bytes:
    """The changes as one diff that ``git apply`` takes, in any encoding and with any line ends."""
    return b"".join(_of_file(change) for change in sorted(changes))


def _of_file(change: Change) -> bytes:
    old, new = _name(b"a/", change.path), _name(b"b/", change.path)
    before, after = change.old or b"", change.new
    width = blob_id(after)[:12]
    head = [b"diff --git " + old + b" " + new + b"\n"]
    if change.old is None:
        head += [b"new file mode " + change.mode.encode() + b"\n", b"index 000000000000.." + width.encode() + b"\n"]
        old = b"/dev/null"
    else:
        index = f"index {blob_id(before)[:12]}..{width} {change.mode}\n"
        head.append(index.encode())
    hunks = _hunks(_lines(before), _lines(after))
    return b"".join([*head, b"--- " + old + b"\n", b"+++ " + new + b"\n", *hunks])


def _name(prefix: bytes, path: str) -> bytes:
    """A path as git writes it: quoted like a C string where it holds anything unusual."""
    import os

    raw = prefix + os.fsencode(path)
    if all(byte in _PLAIN for byte in raw) and b'"' not in raw:
        return raw + (b"\t" if b" " in raw else b"") if prefix == b"" else raw
    return b'"' + b"".join(bytes((b,)) if b in _PLAIN and b not in b'"\\' else b"\\%03o" % b for b in raw) + b'"'


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only a line feed ends one, as for git."""
    found = data.split(b"\n")
    return [line + b"\n" for line in found[:-1]] + ([found[-1]] if found[-1] else [])


def _hunks(old: Sequence[bytes], new: Sequence[bytes]) -> list[bytes]:
    from difflib import SequenceMatcher

    out = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT):
        first, last = group[0], group[-1]
        out.append(b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4])))
        for tag, a, b, c, d in group:
            if tag == "equal":
                out += [_line(b" ", line) for line in old[a:b]]
                continue
            out += [_line(b"-", line) for line in old[a:b]]
            out += [_line(b"+", line) for line in new[c:d]]
    return out


def _range(start: int, stop: int) -> bytes:
    length = stop - start
    begin = start + 1 if length else start
    return b"%d" % begin if length == 1 else b"%d,%d" % (begin, length)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + _NO_END
