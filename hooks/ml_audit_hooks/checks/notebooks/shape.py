"""Whether a notebook's JSON is what nbformat's public schemas (4.0 to 4.5, and 3) ask for.

https://github.com/jupyter/nbformat/tree/main/nbformat/v4
"""

from __future__ import annotations

import re

from ml_audit_hooks.checks.notebooks import cells
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Fault(NamedTuple):
    """One thing that is not as the schema says."""

    cell: int | None  # None: of the notebook as a whole
    text: str
    level: str = ""


_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_JSON_MIME = re.compile(r"application/(?:.*\+)?json")
_TOP = frozenset(("cells", "metadata", "nbformat", "nbformat_minor"))
_TOP_3 = frozenset(("metadata", "nbformat", "nbformat_minor", "orig_nbformat", "orig_nbformat_minor", "worksheets"))
_TEXT_CELL = frozenset(("attachments", "cell_type", "metadata", "source"))
_CELL = {
    "code": frozenset(("cell_type", "execution_count", "metadata", "outputs", "source")),
    "markdown": _TEXT_CELL,
    "raw": _TEXT_CELL,
}
_NEEDED = {kind: keys - {"attachments"} for kind, keys in _CELL.items()}
_NEEDED_3 = {
    "code": frozenset(("input", "language", "outputs")),
    "heading": frozenset(("level", "source")),
    "html": frozenset(("source",)),
    "markdown": frozenset(("source",)),
    "raw": frozenset(("source",)),
}
_OUTPUT = {
    "display_data": frozenset(("data", "metadata", "output_type")),
    "error": frozenset(("ename", "evalue", "output_type", "traceback")),
    "execute_result": frozenset(("data", "execution_count", "metadata", "output_type")),
    "stream": frozenset(("name", "output_type", "text")),
}
_OUTPUT_3 = {
    "display_data": frozenset(("output_type",)),
    "pyerr": frozenset(("ename", "evalue", "output_type", "traceback")),
    "pyout": frozenset(("output_type", "prompt_number")),
    "stream": frozenset(("output_type", "stream", "text")),
}
_WIDGETS = "application/vnd.jupyter.widget-state+json"


def faults(document: dict[str, Any]) -> Iterator[Fault]:
    """Everything that is not as the schema of the notebook's own version says."""
    major, minor = document.get("nbformat"), document.get("nbformat_minor")
    for key, value in (("nbformat", major), ("nbformat_minor", minor)):
        if key not in document:
            yield Fault(None, f"the notebook has no `{key}`")
        elif not _is_count(value):
            yield Fault(None, f"`{key}` is no whole number")
    if not isinstance(document.get("metadata"), dict):
        yield Fault(None, "the notebook has no `metadata` object")
    else:
        yield from _of_metadata(document["metadata"])
    found = cells.raw(document)
    if isinstance(major, int) and major < 4:
        yield from _of_three(document, found)
        return
    if isinstance(major, int) and major > 4:
        yield Fault(None, f"`nbformat` is {major}, which no version of the schema describes")
        return
    for key in sorted(document.keys() - _TOP):
        yield Fault(None, f"the notebook has the unknown key `{key}`", "warning")
    yield from _of_four(found, minor if isinstance(minor, int) else 0)


def _is_count(value: Any) -> bool:
    return value.__class__ is int and value >= 0


def _of_metadata(metadata: dict[str, Any]) -> Iterator[Fault]:
    for key, needed in (("kernelspec", ("display_name", "name")), ("language_info", ("name",))):
        if key in metadata:
            part = metadata[key]
            if not isinstance(part, dict):
                yield Fault(None, f"the notebook's `{key}` is no object")
                continue
            for name in needed:
                if not isinstance(part.get(name), str):
                    yield Fault(None, f"the notebook's `{key}` has no `{name}`")
    widgets = metadata.get("widgets")
    if isinstance(widgets, dict) and isinstance(widgets.get(_WIDGETS), dict) and "state" not in widgets[_WIDGETS]:
        yield Fault(None, "the saved widgets (`metadata.widgets`) have no `state`: GitHub shows no preview", "warning")


def _of_four(found: list[Any], minor: int) -> Iterator[Fault]:
    with_id = minor >= 5
    seen: set[str] = set()
    for number, cell in enumerate(found):
        kind = cell.get("cell_type")
        allowed = _CELL.get(kind) if isinstance(kind, str) else None
        if allowed is None:
            yield Fault(number, "a cell is of no known `cell_type`")
            continue
        keys = cell.keys()
        if keys != _NEEDED[kind] or with_id:
            yield from _of_keys(number, cell, kind, with_id, seen)
        if not isinstance(cell.get("metadata", {}), dict):
            yield Fault(number, "a cell's `metadata` is no object")
        elif cell.get("metadata"):
            yield from _of_tags(number, cell["metadata"])
        if kind == "code":
            yield from _of_run(number, cell)


def _of_keys(number: int, cell: dict[str, Any], kind: str, with_id: bool, seen: set[str]) -> Iterator[Fault]:
    for key in sorted(_NEEDED[kind] - cell.keys()):
        yield Fault(number, f"a {kind} cell has no `{key}`")
    for key in sorted(cell.keys() - _CELL[kind] - {"id"}):
        yield Fault(number, f"a {kind} cell has the unknown key `{key}`", "warning")
    if not with_id:
        if "id" in cell:
            yield Fault(number, "cells have an `id`, which the notebook's version does not know (4.5 does)", "warning")
        return
    name = cell.get("id")
    if name is None:
        yield Fault(number, "a cell has no `id`, which version 4.5 asks for", "warning")
    elif not isinstance(name, str) or not _ID.fullmatch(name):
        yield Fault(number, "a cell's `id` is not of 1 to 64 letters, digits, - and _")
    elif name in seen:
        yield Fault(number, "two cells have the same `id`")
    else:
        seen.add(name)


def _of_tags(number: int, metadata: dict[str, Any]) -> Iterator[Fault]:
    tags = metadata.get("tags", ())
    if tags == ():
        return
    good = isinstance(tags, list) and all(isinstance(tag, str) and tag and "," not in tag for tag in tags)
    if not good or len(set(tags)) < len(tags):
        yield Fault(number, "a cell's `tags` is no list of distinct words")


def _of_run(number: int, cell: dict[str, Any]) -> Iterator[Fault]:
    count = cell.get("execution_count")
    if count is not None and not _is_count(count):
        yield Fault(number, "an `execution_count` is neither a whole number nor null")
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list):
        yield Fault(number, "a cell's `outputs` is no list")
        return
    for output in outputs:
        if not isinstance(output, dict):
            yield Fault(number, "an output is no object")
            continue
        kind = str(output.get("output_type"))
        needed = _OUTPUT.get(kind)
        if needed is None:
            yield Fault(number, "an output is of no known `output_type`")
            continue
        if output.keys() != needed:
            for key in sorted(needed - output.keys()):
                yield Fault(number, f"an output of type {kind} has no `{key}`")
            for key in sorted(output.keys() - needed):
                yield Fault(number, f"an output of type {kind} has the unknown key `{key}`", "warning")
        yield from _of_output(number, kind, output)


def _of_output(number: int, kind: str, output: dict[str, Any]) -> Iterator[Fault]:
    if kind == "stream":
        if not _is_text(output.get("text", "")) or not isinstance(output.get("name", ""), str):
            yield Fault(number, "an output of type stream is no text")
    elif kind == "error":
        lines = output.get("traceback", [])
        if not isinstance(lines, list) or not _is_text(lines):
            yield Fault(number, "an error's `traceback` is no list of lines")
    else:
        data = output.get("data", {})
        if not isinstance(data, dict):
            yield Fault(number, "an output's `data` is no object")
            return
        if not isinstance(output.get("metadata", {}), dict):
            yield Fault(number, "an output's `metadata` is no object")
        for mime, value in data.items():
            if value.__class__ is not str and not _is_text(value) and not _JSON_MIME.fullmatch(mime):
                yield Fault(number, "an output's `data` is neither text nor JSON by its type")


def _is_text(value: Any) -> bool:
    """Whether a value is text, whole or by lines."""
    if isinstance(value, str):
        return True
    if not isinstance(value, list):
        return False
    try:
        "".join(value)  # the one test of all items that runs at the speed of C
    except TypeError:
        return False
    return True


def _of_three(document: dict[str, Any], found: list[Any]) -> Iterator[Fault]:
    if document.get("nbformat") != 3:  # nothing is known of the older ones
        return
    for key in sorted(document.keys() - _TOP_3):
        yield Fault(None, f"the notebook has the unknown key `{key}`", "warning")
    for number, cell in enumerate(found):
        kind = cell.get("cell_type")
        needed = _NEEDED_3.get(kind) if isinstance(kind, str) else None
        if needed is None:
            yield Fault(number, "a cell is of no known `cell_type`")
            continue
        for key in sorted(needed - cell.keys()):
            yield Fault(number, f"a {kind} cell has no `{key}`")
        outputs = cell.get("outputs") if kind == "code" else None
        for output in outputs if isinstance(outputs, list) else ():
            of = output.get("output_type") if isinstance(output, dict) else None
            wanted = _OUTPUT_3.get(of) if isinstance(of, str) else None
            if wanted is None:
                yield Fault(number, "an output is of no known `output_type`")
                continue
            for key in sorted(wanted - output.keys()):
                yield Fault(number, f"an output of type {of} has no `{key}`")
