"""Names of functions and classes as words."""

from __future__ import annotations


def name_parts(name: str) -> list[str]:
    """The lower-case words of a snake_case or CamelCase name: ``loadHFModel`` gives load, hfmodel."""
    spread = "".join(f"_{c}" if c.isupper() and i and not name[i - 1].isupper() else c for i, c in enumerate(name))
    return [part for part in spread.lower().split("_") if part]
