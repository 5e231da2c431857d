"""The outputs of one notebook taken away, and nothing else of its JSON moved."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.patches import settings_text
from ml_audit_hooks.patches.model import Change, Closed, Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.patches.model import Ground

_CODES = ("NBK001", "NBK002", "NBK003", "NBK008", "NBK009")  # all that a run leaves behind
_BEYOND = frozenset(("NBK003", "NBK008", "NBK009"))  # more is wrong than that there are outputs
_MAX_TAKEN = 1_000_000  # characters: a diff is read by people
_HANDY = 50_000
_MAX_NAME = 40  # characters of an id
_MAX_SHOWN = 3
_DOCUMENTS = frozenset(("doc", "docs", "documentation", "tutorial", "tutorials"))  # where outputs are what is read
_BLANK = " \t\r\n"


def build(ground: Ground) -> Iterator[Patch]:
    """A patch a notebook that no document names: those first in which more is wrong, then the smaller ones."""
    found = []
    named = _named(ground) if ground.findings.get("NBK001") else ""
    results = _are_results(ground)
    for path in dict.fromkeys(path for code in _CODES for path, _ in ground.findings.get(code, ())):
        codes = [code for code in _CODES if any(path == other for other, _ in ground.findings.get(code, ()))]
        if (
            "NBK001" not in codes
            or (results and _BEYOND.isdisjoint(codes))
            or places.is_vendored(path)
            or _is_read(path, named)
        ):
            continue
        change = _stripped(ground, path)
        if change is not None:
            taken = len(change.old or b"") - len(change.new)
            found.append((taken > _HANDY, _BEYOND.isdisjoint(codes), taken, path, codes, change))
    shown = sorted(found)[:_MAX_SHOWN]
    stems = [_slug(path.rpartition("/")[2]) for _, _, _, path, _, _ in shown]
    for stem, (_, _, taken, path, codes, change) in zip(stems, shown, strict=True):
        name = stem if stems.count(stem) == 1 else _slug(path)
        yield _patch(ground, path, f"stripped-notebook-{name}", codes, change, taken)


def _named(ground: Ground) -> str:
    """The texts of all documents: a notebook that one of them names is there to be read with its outputs."""
    texts = (settings_text.text_of(ground, path) for path in ground.paths if path.lower().endswith((".md", ".rst")))
    return "\n".join(text for text in texts if ".ipynb" in text)


def _are_results(ground: Ground) -> bool:
    """Whether there are more notebooks than modules: they are the work itself, and their outputs its results."""
    endings = [places.suffix(path) for path in ground.paths if path not in ground.tests]
    return endings.count("ipynb") > endings.count("py")


def _is_read(path: str, named: str) -> bool:
    name = path.rpartition("/")[2]
    in_documents = not _DOCUMENTS.isdisjoint(path.lower().split("/")[:-1])
    return in_documents or name in named or name.replace(" ", "%20") in named


def _stripped(ground: Ground, path: str) -> Change | None:
    """The notebook without outputs and counts; None where it is not written as nbformat 4, or is too large a diff."""
    file = ground.file(path)
    try:
        text = file.text
        if text.encode() != file.data or file.notebook.document.get("nbformat") != 4:
            return None
        splices = [*_splices(text)]
    except (Unreadable, ValueError, RecursionError):
        return None
    if not splices or sum(end - start for start, end, _ in splices) > _MAX_TAKEN:
        return None
    out, at = [], 0
    for start, end, put in splices:
        out += [text[at:start], put]
        at = end
    new = "".join([*out, text[at:]])
    return Change(path, file.data, new.encode()) if _is_sound(text, new) else None


def _is_sound(old: str, new: str) -> bool:
    """Whether two notebooks are the same but for the outputs and counts of code cells."""
    import json

    before, after = json.loads(old), json.loads(new)
    for cell in before["cells"]:
        if cell.get("cell_type") == "code":
            cell.update({name: value for name, value in (("outputs", []), ("execution_count", None)) if name in cell})
    return bool(before == after)


def _splices(text: str) -> Iterator[Splice]:
    """What takes the outputs and counts of the code cells away, from top to bottom."""
    for key, start, end in _members(text, _skip(text, 0)):
        if key == "cells":
            for cell, _ in _items(text, start):
                yield from _of_cell(text, cell)
            return
        assert end > start


def _of_cell(text: str, start: int) -> Iterator[Splice]:
    members = [*_members(text, start)]
    if not any(key == "cell_type" and text[a:b] == '"code"' for key, a, b in members):
        return
    for key, a, b in members:
        empty = {"outputs": "[]", "execution_count": "null"}.get(key)
        if empty is not None and text[a:b] != empty:
            yield Splice(a, b, empty)


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """(key, start of the value, end of the value) of the JSON object that begins at `at`. Raises ValueError."""
    import json

    decoder = json.JSONDecoder()
    if text[at] != "{":
        raise ValueError("no object")
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # behind the colon
        _, end = decoder.raw_decode(text, start)
        yield key, start, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the items of the JSON array that begins at `at`. Raises ValueError."""
    import json

    decoder = json.JSONDecoder()
    if text[at] != "[":
        raise ValueError("no array")
    at = _skip(text, at + 1)
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        yield at, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    """Where the next character stands that is no blank. Raises ValueError at the end."""
    while at < len(text):
        if text[at] not in _BLANK:
            return at
        at += 1
    raise ValueError("the text ends")


def _patch(ground: Ground, path: str, name: str, codes: Sequence[str], change: Change, taken: int) -> Patch:
    told = [finding.text for other, finding in ground.findings["NBK001"] if other == path]
    secret = "NBK009" in codes
    return Patch(
        id=name,
        title=f"Take the outputs out of {path.rpartition('/')[2]}",
        why=f"{path} carries {told[0]}: every run rewrites them, so {taken / len(change.old or b' '):.0%} of the file "
        "hides in reviews what changed in its cells."
        + (" One output holds a secret, which stays in the history: revoke it too." if secret else ""),
        risk="Whoever reads the notebook on the web sees no figures and tables any more; no cell is changed.",
        rollback=f"git apply -R, or run {path} once and save it.",
        tests=(f"Restart the kernel, run all cells of {path} and compare the figures with those of the old revision.",),
        changes=(change,),
        findings=tuple(sorted({Closed(c, p, f.symbol) for c in codes for p, f in ground.findings[c] if p == path})),
    )


def _slug(path: str) -> str:
    """The words of a path without its ending, as many as are handy."""
    words = "".join(c if c.isalnum() and c.isascii() else " " for c in path.lower().removesuffix(".ipynb")).split()
    kept = [word for i, word in enumerate(words) if len("-".join(words[: i + 1])) <= _MAX_NAME]
    return "-".join(kept) or "notebook"


KIND = Kind("stripped_notebook", 12, build)
