"""Comments by which other scanners are told to look away."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = (b"pragma:", b"gitleaks:allow")


def may_hold(data: bytes) -> bool:
    """Whether there may be such a comment."""
    return any(sign in data for sign in _SIGNS)


def lines(texts: Sequence[str]) -> frozenset[int]:
    """The lines, from 1, on which nothing is found: ``pragma: allowlist [nextline] secret``, ``gitleaks:allow``."""
    found = set()
    for number, text in enumerate(texts, 1):
        if "gitleaks:allow" in text:
            found.add(number)
        words = text.partition("pragma:")[2].replace("-", " ").split()[:3]
        if words[:1] in (["allowlist"], ["whitelist"]):
            if words[1:2] == ["secret"]:
                found.add(number)
            elif words[1:3] == ["nextline", "secret"]:
                found.add(number + 1)
    return frozenset(found)
