"""The texts of a file that are looked into: the file itself, or a notebook's cells and their text outputs."""

from __future__ import annotations

from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.core.file import File

BINARY = "is a binary file"


class Part(NamedTuple):
    """One text with lines of its own."""

    cell: int | None  # from 0
    output: bool  # what a cell printed
    path: str  # by which the engine knows the language
    data: bytes  # UTF-8; lines end with \n only


def recoded(data: bytes) -> bytes | None:
    """The text of a file as UTF-8; None for a binary one. It is taken for Latin-1 where it is not UTF-8: what a secret
    is made of is ASCII."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _encoded(data.decode("utf-16", "replace"))
    if b"\0" in data:
        return None
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            data = data.decode("latin-1").encode("utf-8")
    return _unified(data)


def _encoded(text: str) -> bytes:
    return _unified(text.encode("utf-8", "surrogatepass"))


def _unified(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def parts(file: File) -> tuple[Part, ...]:
    """The texts of a file; none of a binary one. Raises Unreadable."""
    data = file.content.data
    if data is None:
        if file.content.reason == BINARY:
            return ()
        raise Unreadable(file.content.reason)
    if file.language == "Notebook":
        try:
            return tuple(_of_notebook(file))
        except Unreadable:  # not a notebook at all: read as it stands
            pass
    text = recoded(data)
    return () if text is None else (Part(None, False, file.path, text),)


def _of_notebook(file: File) -> Iterator[Part]:
    """Sources and text outputs. Images, widgets' states, hashes of kernels and ids of cells are no text of anybody."""
    notebook = file.notebook
    document = notebook.document
    raw = document.get("cells")
    if not isinstance(raw, list):
        raw = [cell for sheet in document.get("worksheets", ()) if isinstance(sheet, dict) for cell in sheet["cells"]]
    for cell, node in zip(notebook.cells, raw, strict=True):
        if cell.source.strip():
            yield Part(cell.number, False, "cell.py", _encoded(cell.source))
        outputs = node.get("outputs")
        text = "\n".join(_printed(outputs)) if isinstance(outputs, list) else ""
        if text.strip():
            yield Part(cell.number, True, "cell.py", _encoded(text))


def _printed(outputs: list[Any]) -> Iterator[str]:
    for output in outputs:
        if not isinstance(output, dict):
            continue
        bundle = output.get("data")
        bundle = bundle if isinstance(bundle, dict) else output  # nbformat 3 has the types on the output itself
        for value in (
            output.get("text"),
            bundle.get("text/plain"),
            bundle.get("text/html"),
            bundle.get("application/json"),
            output.get("evalue"),
            output.get("traceback"),
        ):
            yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        yield ("" if any(part.endswith("\n") for part in value) else "\n").join(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
