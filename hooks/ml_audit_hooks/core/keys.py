"""Keys and values of configuration files with their lines, without a parser of each format.

Enough to find settings by name: nested maps and lists of block YAML, tables of TOML, sections of INI, objects of JSON.
What spans lines in other ways (flow maps, anchors, multi-line strings) gives its key and no value.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_JSON = 30_000  # characters; what is longer is data, not settings
LANGUAGES = frozenset(("YAML", "TOML", "INI", "JSON", "Env"))


class Key(NamedTuple):
    """One setting."""

    line: int  # from 1
    name: str  # dotted from the top: trainer.precision; a list item adds nothing
    value: str  # without quotes and comment; "" for a map, a list or an empty value


_LAST: list[tuple[str, str, tuple[Key, ...]]] = []  # several detectors ask for the settings of one file in turn


def keys(text: str, language: str) -> tuple[Key, ...]:
    """The settings of a file in order of their lines."""
    if not _LAST or _LAST[0][0] is not text or _LAST[0][1] != language:
        _LAST[:] = [(text, language, tuple(_read(text, language)))]
    return _LAST[0][2]


def _read(text: str, language: str) -> Iterator[Key]:
    if language == "YAML":
        return _yaml(text)
    if language == "JSON":
        return _json(text) if len(text) <= MAX_JSON else iter(())
    return _sections(text)


def unquoted(value: str, comment: str = " #") -> str:
    """A scalar without its quotes and without the comment behind it."""
    value = value.strip()
    if value[:1] in ("'", '"'):
        inside, closed, _ = value[1:].partition(value[0])
        return inside if closed else ""
    return value.partition(comment)[0].strip() if not value.startswith("#") else ""


def _yaml(text: str) -> Iterator[Key]:
    stack: list[tuple[int, str]] = []  # (indentation, key) of the maps around
    block = -1  # indentation of the key whose literal block is being skipped
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", "---", "...", "{#", "{%")):
            continue
        indent = len(line) - len(line.lstrip())
        if block >= 0:
            if indent > block:
                continue
            block = -1
        while bare.startswith("- "):
            inner = bare[2:].lstrip()
            indent += len(bare) - len(inner)
            bare = inner
        key, found, value = _split(bare)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        prefix = "".join(f"{name}." for _, name in stack)
        if not found:
            if line.lstrip().startswith("-"):
                yield Key(number, prefix.rstrip("."), unquoted(bare))
            continue
        stack.append((indent, key))
        value = value.strip()
        if value[:1] in ("|", ">"):
            block = indent
            value = ""
        yield Key(number, prefix + key, unquoted(value))


def _split(bare: str) -> tuple[str, bool, str]:
    """(key, whether there is one, value) of one line of block YAML."""
    if bare[:1] in ("'", '"'):
        end = bare.find(bare[0], 1)
        rest = bare[end + 1 :].lstrip() if end > 0 else ""
        if rest.startswith(":"):
            return bare[1:end], True, rest[1:]
        return "", False, bare
    key, colon, value = bare.partition(":")
    while colon and value and not value[0].isspace():
        more, colon, rest = value.partition(":")
        key, value = f"{key}:{more}", rest
    return key.strip(), bool(colon), value


def _sections(text: str) -> Iterator[Key]:
    """TOML, INI and .env: ``[section]`` and ``key = value``; indented lines continue a value or a list."""
    section, open_key = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(("#", ";")):
            continue
        inside, closed, rest = bare.partition("]")
        head = bare.startswith("[") and closed and "=" not in inside and rest.lstrip("] ")[:1] in ("", "#", ";")
        if head and not (open_key and line[:1].isspace()):
            section, open_key = inside.strip("[] ").replace('"', "").replace("'", ""), ""
            yield Key(number, section, "")
            continue
        prefix = f"{section}." if section else ""
        key, equals, value = bare.partition("=")
        if line[:1].isspace() and open_key:
            yield Key(number, prefix + open_key, unquoted(bare.rstrip(",")))
            continue
        if not equals:
            key, equals, value = bare.partition(":")
        name = key.strip().removeprefix("export ").strip("\"' ")
        if equals and name:
            open_key = name
            yield Key(number, prefix + name, unquoted(value))


def _json(text: str) -> Iterator[Key]:
    """Objects that are written a key a line, as configuration is."""
    stack: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        key = ""
        if bare.startswith('"'):
            end = bare.find('"', 1)
            rest = bare[end + 1 :].lstrip()
            if rest.startswith(":"):
                key = bare[1:end]
                value = rest[1:].strip().rstrip(",")
                scalar = "" if value[:1] in ("{", "[") else unquoted(value, "\0")
                yield Key(number, ".".join([*filter(None, stack), key]), scalar)
            elif stack:
                yield Key(number, ".".join(filter(None, stack)), unquoted(bare.rstrip(","), "\0"))
        opened = bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")
        if opened > 0:
            stack += [key] + [""] * (opened - 1)
        for _ in range(-opened):
            if stack:
                stack.pop()
