"""What the outputs of a notebook weigh, and the text in them."""

from __future__ import annotations

import json

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.checks.notebooks.cells import Code

_OPAQUE = ("image/", "application/pdf", "audio/", "video/", "png", "jpeg", "pdf")  # the last three in nbformat 3
_ASIDE = frozenset(("output_type", "metadata", "execution_count", "prompt_number", "name", "stream", "ename"))


class Weighed(NamedTuple):
    """The outputs of one cell."""

    size: int  # characters, which but for a few are bytes
    texts: tuple[tuple[int, str], ...]  # (output from 0, text), pictures and sound left out


def weighed(cell: Code) -> Weighed:
    """Size and texts of a cell's outputs."""
    size = 0
    texts: list[tuple[int, str]] = []
    for i, output in enumerate(cell.outputs):
        data = output.get("data")
        for key, value in (data if data.__class__ is dict else output).items():
            if key in _ASIDE:
                continue
            text = _text(value)
            size += len(text)
            if not key.startswith(_OPAQUE):
                texts.append((i, text))
    return Weighed(size, tuple(texts))


def _text(value: Any) -> str:
    """A value of a MIME bundle as one text; of a JSON object its JSON."""
    if value.__class__ is str:
        return value
    if value.__class__ is list:
        try:
            return "".join(value)
        except TypeError:
            pass
    try:
        return json.dumps(value)
    except RecursionError:
        return ""


def kilobytes(size: int) -> int:
    """Whole kilobytes of 1,000, at least 1 where there is anything."""
    return max(1, round(size / 1000)) if size else 0
