"""TOML, JSON and YAML by their parsers; what does not parse is told as a fact about the file."""

from __future__ import annotations

from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def toml(text: str) -> dict[str, Any]:
    """The document. Raises Unreadable."""
    try:
        import tomli as reader  # compiled, 2.5 times as fast; there where pip-audit is
    except ImportError:
        import tomllib as reader  # type: ignore[no-redef]
    try:
        return reader.loads(text)
    except RecursionError:
        raise Unreadable("is nested too deeply to be parsed") from None
    except ValueError as error:
        _, found, rest = str(error).rpartition("(at line ")
        where = rest.partition(",")[0] if found else ""
        end = text.count("\n") + 1
        raise Unreadable(f"does not parse as TOML: line {where if where.isdigit() else end}") from None


def json(text: str) -> Any:
    """The document. Raises Unreadable."""
    import json as reader

    try:
        return reader.loads(text)
    except reader.JSONDecodeError as error:
        raise Unreadable(f"does not parse as JSON: line {error.lineno}") from None
    except (ValueError, RecursionError):
        raise Unreadable("does not parse as JSON: a number or its nesting is out of bounds") from None


def yaml(text: str) -> Any:
    """The first document, plain values only. Raises Unreadable."""
    import yaml as reader

    loader = getattr(reader, "CSafeLoader", reader.SafeLoader)
    try:
        return next(iter(reader.load_all(text, loader)), None)
    except reader.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(f"does not parse as YAML: line {mark.line + 1 if mark else 1}") from None
    except (RecursionError, ValueError, TypeError, AttributeError, OverflowError):  # of values: a date that is none
        raise Unreadable("does not parse as YAML: a value in it is out of bounds") from None


def table(value: object, *keys: str) -> dict[str, Any]:
    """The table under `keys`; an empty one where there is none or something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[dict[str, Any]]:
    """The tables in a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: object) -> list[str]:
    """The strings in a list; none where it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def word(value: object) -> str:
    """A string; "" for all else."""
    return value if isinstance(value, str) else ""


class Lines:
    """Where things stand in a document whose parser does not say."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._whole: dict[str, list[int]] | None = None

    def of(self, *texts: str, first: int = 1) -> int:
        """The first line from `first` on that holds one of `texts`, the earlier one preferred; `first` for none."""
        for wanted in texts:
            for number in range(first, len(self._lines) + 1):
                if wanted in self._lines[number - 1]:
                    return number
        return first

    def whole(self, text: str, first: int = 1) -> int:
        """The first line from `first` on that is `text` but for blanks around it; `first` for none. For many texts."""
        if self._whole is None:
            self._whole = {}
            for number, line in enumerate(self._lines, 1):
                self._whole.setdefault(line.strip(), []).append(number)
        return next((number for number in self._whole.get(text, ()) if number >= first), first)

    def heads(self, head: str) -> list[int]:
        """The lines that start with `head`."""
        return [number for number, line in enumerate(self._lines, 1) if line.startswith(head)]
