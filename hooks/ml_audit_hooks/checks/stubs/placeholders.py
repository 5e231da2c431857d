"""Placeholder values in configuration: ``changeme``, ``TODO``, ``<your token>``, where a real value is expected."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = frozenset(("YAML", "TOML", "JSON", "INI", "Env", "Dockerfile"))
_WHOLE = frozenset(
    (
        "changeme change_me change-me fixme todo tbd xxx placeholder replaceme replace_me replace-me yourtoken"
        " your_token your-token insert_here fill_me_in fillme notset tobedefined to_be_defined dummy_value"
    ).split()
)
_STARTS = ("your_", "your-", "<your", "<insert", "<replace", "<change", "<enter", "<path", "<fill", "<put", "<add your")
_STARTS_SPACED = ("todo:", "todo ", "fixme:", "tbd:", "replace with ", "replace me", "change me", "insert your ")
_ENDS = ("_here", "-here", " here>", "/...", "<todo>", "<tbd>")
_HINT_BYTES = tuple(
    word.encode()
    for word in ("your", "change", "todo", "tbd", "fixme", "xxx", "placeholder", "replace", "insert", "fill", "here")
    + ("notset", "to_be", "tobe", "dummy", "/...", "<path", "<enter", "<put", "<add")
)


def is_template(path: str) -> bool:
    """Whether a file is a template to be copied and filled in: `.env.example`, `config.sample.yaml`."""
    parts = path.rpartition("/")[2].lower().split(".")
    return not {"example", "examples", "sample", "template", "tmpl", "dist", "default"}.isdisjoint(parts[1:])


class Value(NamedTuple):
    """A placeholder and the key it stands under."""

    line: int  # from 1
    column: int  # from 1
    key: str
    text: str


def may_hold(data: bytes) -> bool:
    """Whether a placeholder can be in a file: a necessary condition, on bytes."""
    lowered = data.lower()
    return any(hint in lowered for hint in _HINT_BYTES)


def is_placeholder(value: str) -> bool:
    """Whether a configuration value stands for one that somebody has to fill in."""
    low = value.strip().lower()
    if not low or len(low) > 200 or low.startswith(("http:", "https:")):
        return False
    if low in _WHOLE or low.strip("<>[]{}_ ") in _WHOLE:
        return True
    if low.startswith(_STARTS) and (low.startswith("<") or " " not in low):
        return True
    return low.startswith(_STARTS_SPACED) or (low.endswith(_ENDS) and " " not in low.rstrip(">").removesuffix(" here"))


def in_text(text: str, language: str) -> Iterator[Value]:
    """The placeholder values of a file, line by line (TOML, YAML, INI, .env and Dockerfile) or by string (JSON)."""
    for number, line in enumerate(text.split("\n"), 1):
        if not may_hold(line.encode("utf-8", "surrogateescape")):
            continue
        yield from _in_line(line.rstrip("\r"), number, language)


def _in_line(line: str, number: int, language: str) -> Iterator[Value]:
    bare = line.lstrip()
    if not bare or bare.startswith(("#", ";", "//", "{#")):
        return
    for key, value in _pairs(bare, language):
        text = _unquoted(value, language)
        if key != "placeholder" and is_placeholder(text):  # that key is a form's hint, not a value
            yield Value(number, line.find(text) + 1, key, text.strip())


def _pairs(bare: str, language: str) -> Iterator[tuple[str, str]]:
    if language == "Dockerfile":
        word, _, rest = bare.partition(" ")
        if word.upper() in ("ENV", "ARG", "LABEL"):
            for part in rest.split():
                key, equals, value = part.partition("=")
                if equals:
                    yield key, value
        return
    sign = {"YAML": ":", "JSON": ":"}.get(language, "=")
    if language == "YAML" and bare.startswith("- ") and (sign + " ") not in bare:
        yield "-", bare[2:]
        return
    bare = bare.removeprefix("- ").removeprefix("export ")
    key, found, value = bare.partition(sign)
    if language == "INI" and not found:
        key, found, value = bare.partition(":")
    if language == "JSON" and not (found and key.rstrip().endswith('"')):
        yield "", bare
    elif found and (language != "YAML" or not value or value[0].isspace()):
        yield key.strip().strip("\"'{ "), value


def _unquoted(value: str, language: str) -> str:
    value = value.strip()
    if language == "JSON":
        value = value.rstrip(",}] ").lstrip("[{ ")
    if value[:1] in ("'", '"'):
        inside, closed, _ = value[1:].partition(value[0])
        return inside if closed else ""
    if language == "JSON":
        return ""
    if value.startswith(("|", ">", "&", "*", "!", "{", "[")) and language == "YAML":
        return ""
    for sign in (" #", " ;") if language == "INI" else (" #",):
        value = value.partition(sign)[0]
    return value.strip()
