"""Placeholder values in configuration: ``changeme``, ``TODO``, ``<your token>``, where a real value is expected."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Pair: TypeAlias = tuple[str, str, int]  # key, value without quotes, its column from 0

LANGUAGES = frozenset(("YAML", "TOML", "JSON", "INI", "Env", "Dockerfile"))
MAX_LINE = 10_000  # characters; a longer one is data that a program wrote, not a setting that a person left open
MAX_VALUE = 200  # characters; what is longer is a text
_MARKERS = frozenset("fixme todo tbd xxx".split())
_WHOLE = frozenset(
    (
        "changeme change_me change-me placeholder replaceme replace_me replace-me yourtoken"
        " your_token your-token insert_here fill_me_in fillme notset tobedefined to_be_defined dummy_value"
    ).split()
)
_STARTS = ("your_", "your-", "<your", "<insert", "<replace", "<change", "<enter", "<path", "<fill", "<put", "<add your")
_SENTENCES = ("todo:", "todo ", "fixme:", "tbd:", "replace with ", "replace me", "change me", "insert your ")
_ENDS = ("_here", "-here", " here>", "/...", "<todo>", "<tbd>", "xxxx")
# Words of a value in angle brackets that only a person can know: <bucket-name>. <unk> and <image> are tokens.
_ASKED = frozenset(
    "account api base64 bucket credentials domain email encoded endpoint entity hostname password secret url"
    " username".split()
)
_HINT_BYTES = tuple(
    word.encode()
    for word in ("your", "change", "todo", "tbd", "fixme", "xxx", "placeholder", "replace", "insert", "fill", "here")
    + ("notset", "to_be", "tobe", "dummy", "/...", "<")
)
# Keys whose values are prose or vocabulary: a marker word in them is spoken of.
_PROSE = frozenset(
    (
        "about body comment comments content desc description help hint instruction instructions keywords label labels"
        " message msg name note notes pattern prompt query question reason regex summary tag tags text title tokens"
    ).split()
)
_COMMANDS = frozenset(("run", "script", "command", "args", "before_script", "after_script", "entry"))
_TEMPLATE_ENDINGS = frozenset(("example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default"))
_TEMPLATE_WORDS = frozenset(("example", "sample", "template"))


def is_template(path: str) -> bool:
    """Whether a file is a template to be copied and filled in: `.env.example`, `config.sample.yaml`, `env_template`."""
    name = path.rpartition("/")[2].lower()
    parts = name.split(".")
    words = name.replace("-", ".").replace("_", ".").split(".")
    return not _TEMPLATE_ENDINGS.isdisjoint(parts[1:]) or not _TEMPLATE_WORDS.isdisjoint(words)


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


def is_placeholder(value: str, key: str = "value") -> bool:
    """Whether a configuration value stands for one that somebody has to fill in. No key: an item of a list."""
    low = value.strip().lower()
    small_key = key.lower()
    if not low or len(low) > MAX_VALUE or low.startswith(("http:", "https:")) or small_key == "placeholder":
        return False
    if low.startswith("<") and (low.startswith(_STARTS) or low.endswith((" here>", "<todo>", "<tbd>")) or _asks(low)):
        return True
    if not key:  # of vocabulary, as like as not
        return False
    bare = low.strip("<>[]_ ")
    if bare in _MARKERS or low.startswith(_SENTENCES):
        return small_key not in _PROSE
    if bare in _WHOLE or (low.startswith(_STARTS) and " " not in low):
        return True
    return low.endswith(_ENDS) and " " not in low


def _asks(low: str) -> bool:
    """Whether a value in angle brackets names what only a person can know."""
    if not low.endswith(">") or low.startswith("<|"):
        return False
    return not _ASKED.isdisjoint(low[1:-1].replace("_", " ").replace("-", " ").split())


def in_text(text: str, language: str) -> Iterator[Value]:
    """The placeholder values of a file, line by line. Comments, commands and texts of several lines are passed over."""
    skip = _Blocks(language)
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if skip.is_inside(line) or len(line) > MAX_LINE or not may_hold(line.encode("utf-8", "surrogateescape")):
            continue
        bare = line.lstrip()
        if not bare or (bare.startswith(("#", ";", "//", "{#")) and language != "JSON"):
            continue
        for key, value, column in _pairs(line, language):
            if is_placeholder(value, key):
                yield Value(number, column + 1, key, value.strip())


class _Blocks:
    """Which lines belong to a text of several lines that is no configuration."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._indent = -1  # of the YAML key whose block goes on
        self._quotes = ""  # that close a TOML string

    def is_inside(self, line: str) -> bool:
        """Whether `line`, the next one of the file, is part of such a text."""
        if self._language == "TOML":
            return self._in_toml(line)
        if self._language != "YAML":
            return False
        bare = line.lstrip()
        indent = len(line) - len(bare)
        if self._indent >= 0 and (not bare or indent > self._indent):
            return True
        self._indent = -1
        key, found, value = bare.removeprefix("- ").partition(":")
        if found and value.strip()[:1] in ("|", ">") and key.strip("\"' ").lower() in _PROSE | _COMMANDS:
            self._indent = indent
        return False

    def _in_toml(self, line: str) -> bool:
        was = self._quotes
        for quotes in ('"""', "'''"):
            if (not was or was == quotes) and line.count(quotes) % 2:
                self._quotes = "" if was else quotes
        return bool(was)


def _pairs(line: str, language: str) -> Iterator[Pair]:
    if language == "JSON":
        yield from _json_pairs(line)
    elif language == "Dockerfile":
        yield from _docker_pairs(line)
    else:
        yield from _line_pair(line, language)


def _docker_pairs(line: str) -> Iterator[Pair]:
    word, _, rest = line.strip().partition(" ")
    if word.upper() not in ("ENV", "ARG", "LABEL"):
        return
    first, _, second = rest.strip().partition(" ")
    if word.upper() == "ENV" and "=" not in first:  # the old form: ENV KEY value
        if second:
            yield first, second.strip(), line.rfind(second)
        return
    at = 0
    for part in rest.split():
        key, equals, value = part.partition("=")
        at = line.find(part, at)
        if equals:
            bare = value.strip("\"'")
            yield key, bare, at + part.find(bare)
        at += len(part)


def _line_pair(line: str, language: str) -> Iterator[Pair]:
    bare = line.lstrip()
    sign = ":" if language == "YAML" else "="
    if language == "YAML" and bare.startswith("- ") and not _is_mapping(bare[2:].lstrip()):
        yield from _found(line, "", bare[2:], language)
        return
    key, found, value = bare.removeprefix("- ").removeprefix("export ").partition(sign)
    if language == "INI" and not found:
        key, found, value = bare.partition(":")
    if found and (language != "YAML" or not value or value[0].isspace()):
        yield from _found(line, key.strip().strip("\"'{ "), value, language)


def _is_mapping(item: str) -> bool:
    """Whether a YAML list item is the first pair of a mapping."""
    if item[:1] in ("'", '"'):
        return item[1:].partition(item[0])[2].lstrip().startswith(":")
    head = item.partition(" #")[0].rstrip()
    return ": " in head or head.endswith(":")


def _found(line: str, key: str, value: str, language: str) -> Iterator[Pair]:
    text = _unquoted(value, language)
    if text:
        yield key, text, line.rfind(text, 0, len(line) - len(value) + value.find(text) + len(text))


def _unquoted(value: str, language: str) -> str:
    value = value.strip()
    if value[:1] in ("'", '"'):
        inside, closed, _ = value[1:].partition(value[0])
        return inside if closed else ""
    if value.startswith(("|", ">", "&", "*", "!", "{", "[")) and language == "YAML":
        return ""
    for sign in (" #", " ;") if language == "INI" else (" #",):
        value = value.partition(sign)[0]
    return value.strip()


def _json_pairs(line: str) -> Iterator[Pair]:
    """The strings of a line that are values: with their key where they follow it, else as items of a list."""
    key, expected, at = "", -1, line.find('"')
    while at >= 0:
        end = _closing_quote(line, at + 1)
        if end < 0:
            return
        text = line[at + 1 : end]
        after = line[end + 1 :].lstrip()
        if after.startswith(":"):
            key, expected = text, line.index(":", end) + 1
        else:
            follows = expected >= 0 and not line[expected:at].strip()
            yield key if follows else "", text.replace('\\"', '"'), at + 1
        at = line.find('"', end + 1)


def _closing_quote(line: str, start: int) -> int:
    at = line.find('"', start)
    while at > 0:
        slashes = len(line[:at]) - len(line[:at].rstrip("\\"))
        if slashes % 2 == 0:
            return at
        at = line.find('"', at + 1)
    return -1
