"""The torch that the repository's requirement and lock files allow at least."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from ml_audit_hooks.core.finding import Record

    Version: TypeAlias = tuple[int, int]

MARK = "torch"  # the head of the facts
SAFE = (2, 6)  # `torch.load` has `weights_only=True` by default from here on (PyTorch 2.6 release notes)
_FLOORS = ("==", ">=", "~=", "=", ">")


def lowest(text: str) -> Version | None:
    """The lowest torch that some line lets in: ``torch==2.6.0``, ``- pytorch=2.5``, ``torch>=2.7``; None where no line
    names one with a floor."""
    found = []
    for line in text.split("\n"):
        if "torch" in line:
            version = _floor(line)
            if version is not None:
                found.append(version)
    return min(found, default=None)


def _floor(line: str) -> Version | None:
    bare = line.strip().lstrip("-").strip().strip("\"',").partition("[")[0].strip()
    for name in ("torch", "pytorch"):
        rest = bare.removeprefix(name).lstrip() if bare.startswith(name) else ""
        rest = rest.replace('= "', "=").lstrip()  # torch = "^2.6" of a table
        sign = next((s for s in _FLOORS if rest.startswith(s)), "")
        if sign:
            return _version(rest[len(sign) :].lstrip(" ^~=>\"'"))
    return None


def _version(text: str) -> Version | None:
    major, _, rest = text.partition(".")
    digits = rest[: next((i for i, c in enumerate(rest) if not c.isdigit()), len(rest))]
    return (int(major), int(digits or 0)) if major.isascii() and major.isdigit() and len(major) < 3 else None


def loads_weights_only(records: Iterable[Record]) -> bool:
    """Whether every file that sets a floor for torch sets one at which a bare `torch.load` refuses code."""
    floors = [record.facts[1] for record in records if record.facts and record.facts[0] == MARK]
    return bool(floors) and min(floors) >= SAFE
