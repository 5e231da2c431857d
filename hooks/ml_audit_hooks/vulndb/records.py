"""A record of the OSV schema reduced to what a look-up needs: one row for each Python package that it affects.

The row of a record holds `groups`, one for each of its `affected` entries for the package::

    row     id TAB aliases TAB published TAB groups TAB summary         aliases parted by blanks, groups by "|"
    group   ranges "~" extras "~" newest                                ranges parted by ";", extras by blanks
    range   events, sorted by version, parted by blanks
    event   "i" | "f" | "a" | "l" and a version                         introduced, fixed, last_affected, limit
    version text, then "=" and its key where it is not numbers and dots; "" stands before every version

`extras` are the listed versions that no range holds, `newest` is the greatest version that the record is known to
affect. So the lists of versions, nine tenths of the data, are not kept, and the answer stays the same.
"""

from __future__ import annotations

from typing import Any

from packaging.utils import canonicalize_name

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.vulndb.versions import LEAST, key_of, parsed, plain_key, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.vulndb.versions import Key

ECOSYSTEM = "PyPI"
_RANGE = "ECOSYSTEM"  # ranges of commits (GIT) cannot be compared with a version
_KINDS = {"introduced": "i", "fixed": "f", "last_affected": "a", "limit": "l"}
_SUMMARY = 240  # characters


class Row(NamedTuple):
    """What one record says of one package."""

    package: str  # as PEP 503 normalises it
    line: str  # see above, without the package


class Unusable(Exception):
    """A record that cannot be indexed, and why."""


def rows(record: Any) -> list[Row]:
    """The rows of a record; none for one that names no Python package. Raises Unusable."""
    if not isinstance(record, dict):
        raise Unusable("is no mapping")
    version = record.get("schema_version") or "1.0.0"
    if not str(version).startswith("1."):
        raise Unusable("has a schema other than 1")
    groups: dict[str, list[str]] = {}
    for affected in _dicts(record.get("affected")):
        package = affected.get("package")
        if isinstance(package, dict) and package.get("ecosystem") == ECOSYSTEM:
            groups.setdefault(_name(package.get("name")), []).append(_group(affected))
    if not groups:
        return []
    names = [_word(record.get("id")), *map(_word, _list(record.get("aliases")))]
    published = "".join(str(record.get("published") or "").split())[:40]
    head = f"{names[0]}\t{' '.join(names[1:])}\t{published if published.isascii() else ''}"
    tail = _summary(record)
    return [Row(name, f"{head}\t{'|'.join(found)}\t{tail}") for name, found in sorted(groups.items())]


def withdrawn(record: dict[str, Any]) -> bool:
    """Whether a record was taken back."""
    return str(record.get("withdrawn") or "null") not in ("null", "~")


def last_change(record: dict[str, Any]) -> str:
    """When a record last changed, as it says itself."""
    stamps = (str(record.get(key) or "") for key in ("modified", "published", "withdrawn"))
    return max(stamp if stamp[:4].isdigit() else "" for stamp in stamps)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _word(value: Any) -> str:
    """An identifier: one printable word."""
    if not (isinstance(value, str) and value.isascii() and value.isprintable() and value and " " not in value):
        raise Unusable("has an identifier that is no word")
    return value


def _name(value: Any) -> str:
    return str(canonicalize_name(_word(value)))


def _group(affected: dict[str, Any]) -> str:
    ranges = [_sorted_events(found) for found in _dicts(affected.get("ranges")) if found.get("type") == _RANGE]
    extras: dict[Key, str] = {}
    newest = LEAST
    newest_text = ""
    for version in map(parsed, map(str, _list(affected.get("versions")))):
        if version is None:  # nothing that is pinned can equal it
            continue
        key = key_of(version)
        if not any(holds(events, key) for events in ranges):
            extras[key] = str(version)
        if key > newest:
            newest, newest_text = key, str(version)
    last = _last_known(affected)
    if last and key_of(last) > newest:
        newest, newest_text = key_of(last), str(last)
    return "~".join(
        (
            ";".join(" ".join(kind + _token(text, key) for kind, key, text in events) for events in ranges),
            " ".join(_token(text, key) for key, text in sorted(extras.items())),
            _token(newest_text, newest),
        )
    )


def _sorted_events(found: dict[str, Any]) -> list[tuple[str, Key, str]]:
    """(kind, key, text) of the events of a range by version; equal ones stay in the record's order."""
    events = []
    for event in _dicts(found.get("events")):
        for word, value in event.items():
            if word in _KINDS:
                text = str(value)
                version = None if word == "introduced" and text == "0" else parsed(text)
                if not (word == "limit" and text == "*"):
                    events.append((_KINDS[word], key_of(version) if version else LEAST, str(version or "")))
    return sorted(events, key=lambda event: event[1])


def holds(events: list[tuple[str, Key, str]], key: Key) -> bool:
    """Whether a range holds a version: the algorithm of the OSV schema."""
    inside, limits = False, [at for kind, at, _ in events if kind == "l"]
    for kind, at, _ in events:
        if (kind == "i" and key >= at) or (kind == "f" and key >= at) or (kind == "a" and key > at):
            inside = kind == "i"
    return inside and (not limits or any(key < at for at in limits))


def _token(text: str, key: Key) -> str:
    return text if not text or plain_key(text) == key else f"{text}={written(key)}"


def _last_known(affected: dict[str, Any]) -> Any:
    """GitHub's note on a range without an end: the newest version that is known to be affected, as "<= 1.2"."""
    own = affected.get("database_specific")
    text = own.get("last_known_affected_version_range") if isinstance(own, dict) else None
    return parsed(text.removeprefix("<=").strip()) if isinstance(text, str) and text.startswith("<=") else None


def _summary(record: dict[str, Any]) -> str:
    text = " ".join(str(record.get("summary") or record.get("details") or "")[: 8 * _SUMMARY].split())
    text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= _SUMMARY else text[:_SUMMARY].rpartition(" ")[0] + " …"
