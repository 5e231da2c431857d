"""Whether a string is words, told without regular expressions: for tests on the way of every commit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARE = 0.55  # of the letters and digits that must be in words
_LONGEST = 16  # letters of a word
_VOWELS = frozenset("aeiouyAEIOUY")


def segments(value: str) -> Iterator[str]:
    """The words of an identifier, a path or a label: ``AutoModelFor_HTMLText-2`` gives Auto, Model, For, HTML, Text."""
    word = ""
    for char in value:
        if not (char.isalpha() and char.isascii()):
            if word:
                yield word
            word = ""
            continue
        if word and char.isupper() and word[-1].islower():
            yield word
            word = ""
        elif len(word) > 1 and char.islower() and word[-1].isupper():
            yield word[:-1]
            word = word[-1]
        word += char
    if word:
        yield word


def is_wordy(value: str) -> bool:
    """Whether most of a string is words: an identifier, a path, a label, and no random string."""
    long = [word for word in segments(value) if 2 < len(word) <= _LONGEST]
    covered = sum(len(word) for word in long if len(word) > 3 or word.islower())
    spoken = sum(1 for word in long if not _VOWELS.isdisjoint(word))
    return covered >= _SHARE * sum(map(str.isalnum, value)) and spoken * 4 >= len(long) * 3


def is_mixed(value: str) -> bool:
    """Whether a string has the signs of both alphabets of base64 (RFC 4648): then it is in neither, but a path."""
    return ("/" in value or "+" in value) and ("_" in value or "-" in value)


def is_no_secret(plugin: str, value: bytes) -> bool:
    """Whether what a plug-in of detect-secrets can find there would be left out for certain, see `sieve`."""
    return plugin == "Base64HighEntropyString" and (
        value.startswith(b"/") or is_wordy(value.decode("ascii", "replace"))
    )
