"""Versions as keys that compare as PEP 440 orders them.

Nine of ten pinned versions are numbers and dots; their keys are made here, without ``packaging`` and the regular
expressions behind it. All others are read by ``packaging``. A local segment (``2.1.0+cu121``) names a build of the
same release and never counts in a pin.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from packaging.version import Version

    # (epoch, release without trailing zeros, (phase, pre, post, no dev, dev, local))
    Key: TypeAlias = tuple[int, tuple[int, ...], tuple[int, ...]]

_PHASES = {"a": 1, "b": 2, "rc": 3}
_DEVELOPMENT, _FINAL = 0, 4  # of the phases: `1.0.dev1` stands before `1.0a1`, `1.0` after `1.0rc1`
_PLAIN = (_FINAL, 0, -1, 1, 0, 0)
LEAST: Key = (-1, (), ())  # before every version: an introduced "0", and what PEP 440 cannot read
_MOST_DIGITS = 300  # of a version; longer ones are no versions


def plain_key(text: str) -> Key | None:
    """The key of a version that is numbers and dots; None for any other."""
    if not (text.isascii() and text.replace(".", "").isdigit() and len(text) <= _MOST_DIGITS):
        return None
    parts = text.split(".")
    if "" in parts:
        return None
    numbers = [int(part) for part in parts]
    while numbers and not numbers[-1]:
        numbers.pop()
    return 0, tuple(numbers), _PLAIN


def key_of(version: Version) -> Key:
    """The key of a version that ``packaging`` has read."""
    release = list(version.release)
    while release and not release[-1]:
        release.pop()
    pre, dev, post = version.pre, version.dev, version.post
    phase = _PHASES[pre[0]] if pre else _DEVELOPMENT if dev is not None and post is None else _FINAL
    return (
        version.epoch,
        tuple(release),
        (
            phase,
            pre[1] if pre else 0,
            -1 if post is None else post,
            1 if dev is None else 0,
            dev or 0,
            1 if version.local else 0,
        ),
    )


def pinned_key(text: str) -> Key | None:
    """The key of a pinned version, its local segment left out; None for what PEP 440 cannot read."""
    text = text.partition("+")[0]
    found = plain_key(text)
    if found is None:
        version = parsed(text)
        found = key_of(version) if version else None
    return found


def parsed(text: str) -> Version | None:
    """The version that ``packaging`` reads in `text`; None where it reads none."""
    from packaging.version import InvalidVersion, Version  # 1.1 of an interpreter start

    if len(text) > _MOST_DIGITS:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


def written(key: Key) -> str:
    """A key as text, for the index."""
    epoch, release, suffix = key
    return ".".join(map(str, (epoch, *release))) + "/" + ".".join(map(str, suffix))


def read(text: str) -> Key:
    """The key that `written` wrote."""
    numbers, _, suffix = text.partition("/")
    epoch, *release = map(int, numbers.split("."))
    return epoch, tuple(release), tuple(map(int, suffix.split(".")))
