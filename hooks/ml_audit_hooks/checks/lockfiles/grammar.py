"""One requirement as PEP 508 writes it. The plain forms are read here, all others by ``packaging``, imported then.

A plain form is a name, extras, comparisons with numbers in dots, and a marker that is kept as it is written. The
tests hold it to ``packaging``: what it takes, packaging takes and reads alike.
"""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import normalised
from ml_audit_hooks.core.values import NamedTuple

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_NAME = _LETTERS | frozenset("._-")
_OPERATORS = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")
_COMPARISONS = frozenset(("==", "!=", "<=", ">=", "<", ">"))
_VARIABLES = frozenset(
    "extra implementation_name implementation_version os_name platform_machine platform_python_implementation"
    " platform_release platform_system platform_version python_full_version python_version sys_platform".split()
)


class Requirement(NamedTuple):
    """A requirement, taken apart."""

    name: str  # normalised
    extras: tuple[str, ...]  # normalised and sorted
    specifier: str  # comparisons sorted and joined by commas, without blanks
    url: str
    marker: str  # as it is written

    @property
    def pinned(self) -> str:
        """The exact version; "" for none and for a wildcard."""
        for part in self.specifier.split(","):
            if part.startswith("==") and not part.endswith(".*"):
                return part.lstrip("=")
        return ""


class Malformed(ValueError):
    """What stands there is no requirement."""


def requirement(text: str) -> Requirement:
    """The requirement in `text`. Raises Malformed."""
    return plain(text) or _by_packaging(text)


def _by_packaging(text: str) -> Requirement:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        read = Parsed(text)
    except (InvalidRequirement, RecursionError):
        raise Malformed(text) from None
    extras = tuple(sorted(normalised(extra) for extra in read.extras))
    parts = sorted(str(read.specifier).split(",")) if len(read.specifier) else []
    marker = text.rpartition(";")[2].strip() if read.marker is not None else ""
    if read.marker is not None and marker.count('"') % 2 + marker.count("'") % 2:
        marker = str(read.marker)  # a semicolon inside a quoted value
    return Requirement(normalised(read.name), extras, ",".join(parts), read.url or "", marker)


def plain(text: str) -> Requirement | None:
    """The requirement where it is of a plain form; None for all others, wrong ones among them."""
    body, semicolon, marker = text.partition(";")
    marker = marker.strip()
    if semicolon and not _is_plain_marker(marker):
        return None
    body = body.strip()
    end = 0
    while end < len(body) and body[end] in _NAME:
        end += 1
    name, rest = body[:end], body[end:].lstrip()
    if not name or name[0] not in _LETTERS or name[-1] not in _LETTERS:
        return None
    extras: tuple[str, ...] = ()
    if rest.startswith("["):
        inside, closed, rest = rest[1:].partition("]")
        words = [word.strip() for word in inside.split(",")]
        if not closed or not all(_is_name(word) for word in words):
            return None
        extras, rest = tuple(sorted({normalised(word) for word in words})), rest.lstrip()
    parts = []
    for piece in rest.split(",") if rest else ():
        part = _comparison(piece.strip())
        if not part:
            return None
        parts.append(part)
    return Requirement(normalised(name), extras, ",".join(sorted({*parts})), "", marker)


def _is_name(word: str) -> bool:
    return bool(word) and word[0] in _LETTERS and word[-1] in _LETTERS and all(c in _NAME for c in word)


def _comparison(piece: str) -> str:
    """``>=1.2`` of ``>= 1.2``; "" for what is not plain."""
    for operator in _OPERATORS:
        if piece.startswith(operator):
            version = piece[len(operator) :].strip()
            numbers = version
            if operator == "==":
                numbers, plus, local = version.partition("+")
                if plus and not _is_local(local):
                    return ""
                numbers = numbers if plus else version.removesuffix(".*")
            elif operator == "!=":
                numbers = version.removesuffix(".*")
            good = numbers.isascii() and numbers.replace(".", "").isdigit() and "" not in numbers.split(".")
            if not good or (operator == "~=" and "." not in version):
                return ""
            return operator + version
    return ""


def _is_local(local: str) -> bool:
    """Whether a local version segment is in its normal form: ``cu121``."""
    parts = local.split(".")
    return local.isascii() and local.islower() and all(part.isalnum() and not part.isdigit() for part in parts)


def _is_plain_marker(marker: str) -> bool:
    """Whether the marker is comparisons of a variable with a quoted word, joined by ``and`` or ``or``."""
    words = marker.split()
    if len(words) % 4 != 3:
        return False
    for i in range(0, len(words), 4):
        variable, operator, value = words[i : i + 3]
        quoted = len(value) > 2 and value[0] == value[-1] and value[0] in "'\""
        if variable not in _VARIABLES or operator not in _COMPARISONS or not quoted:
            return False
        if not all(c in _NAME for c in value[1:-1]) or (i and words[i - 1] not in ("and", "or")):
            return False
    return True
