"""Adding a key to a configuration file's text, and reading such files: TOML and INI, nothing else moved."""

from __future__ import annotations

from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.patches.model import Ground

PYPROJECT = "pyproject.toml"


def text_of(ground: Ground, path: str) -> str:
    """A file's text; "" where it is not there, cannot be read or is not UTF-8."""
    if not ground.has(path):
        return ""
    try:
        file = ground.file(path)
        return file.text if file.text.encode() == file.data else ""
    except Unreadable:
        return ""


def toml(text: str) -> Mapping[str, Any]:
    """The document of a TOML text; empty where it does not parse."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def ini(text: str) -> Mapping[str, Mapping[str, str]]:
    """The sections of an INI text; empty where it does not parse."""
    import configparser

    parser = configparser.RawConfigParser(strict=True, allow_no_value=True)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def at(document: Mapping[str, Any], dotted: str) -> Any:
    """What stands at a dotted place of a document; None where nothing does."""
    value: Any = document
    for name in dotted.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def newline(text: str) -> str:
    """The line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def with_key(text: str, section: str, key: str) -> str:
    """The text with the line `key` at the end of ``[section]``, which is added at the end of the file where it is
    missing."""
    end = newline(text)
    rows = text.splitlines(keepends=True)
    heads = [number for number, row in enumerate(rows) if row.partition("#")[0].strip() == f"[{section}]"]
    if not heads:
        lead = text if not text or text.endswith("\n") else text + end
        return f"{lead}{end if lead else ''}[{section}]{end}{key}{end}"
    last = heads[0]
    for number in range(heads[0] + 1, len(rows)):
        if rows[number].startswith("["):
            break
        if rows[number].strip() and not rows[number].lstrip().startswith(("#", ";")):
            last = number
    if not rows[last].endswith("\n"):
        rows[last] += end
    rows.insert(last + 1, key + end)
    return "".join(rows)


def adds_only(path: str, old: str, new: str, section: str, name: str) -> bool:
    """Whether two texts of a file say the same, but for one key more in a section."""
    read = toml if path.endswith(".toml") else ini
    before, after = read(old), read(new)
    if old.strip() and not before:
        return False
    return _without(after, section, name, path) == _with(before, section, path)


def _with(document: Mapping[str, Any], section: str, path: str) -> Mapping[str, Any]:
    """The document with the section there, if only empty."""
    import copy

    whole = dict(copy.deepcopy(document))
    place = whole
    for part in section.split(".") if path.endswith(".toml") else [section]:
        place = place.setdefault(part, {})
    return whole


def _without(document: Mapping[str, Any], section: str, name: str, path: str) -> Mapping[str, Any] | None:
    """The document less one key; None where it is not there."""
    whole = _with(document, section, path)
    place: Any = whole
    for part in section.split(".") if path.endswith(".toml") else [section]:
        place = place[part]
    return whole if place.pop(name, None) is not None else None
