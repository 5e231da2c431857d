"""Names of functions and classes as words."""

from __future__ import annotations

_MAX_KNOWN = 20_000
_KNOWN: dict[str, list[str]] = {}  # a name to its words: the same names come again in every file


def name_parts(name: str) -> list[str]:
    """The lower-case words of a snake_case or CamelCase name: ``loadHFModel`` gives load, hfmodel."""
    parts = _KNOWN.get(name)
    if parts is None:
        if len(_KNOWN) >= _MAX_KNOWN:
            _KNOWN.clear()
        parts = _KNOWN[name] = _cut(name)
    return parts


def _cut(name: str) -> list[str]:
    if name.islower():
        return [part for part in name.split("_") if part]
    spread = "".join(f"_{c}" if c.isupper() and i and not name[i - 1].isupper() else c for i, c in enumerate(name))
    return [part for part in spread.lower().split("_") if part]
