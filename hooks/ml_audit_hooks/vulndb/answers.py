"""Which records affect a pinned version, joined under their aliases as pip-audit joins them.

A range without an end makes every later version affected by the letter of the schema. pip-audit reports all of those;
here they are told apart: `open` is a version in such a range that is newer than all that the record is known to affect.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.vulndb.versions import LEAST, pinned_key, plain_key, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from ml_audit_hooks.vulndb.versions import Key

    LookUp: TypeAlias = Callable[[str], Sequence[str]]  # normalised name -> rows

MALICIOUS = "MAL-"  # the package itself is malware: no version of it is safe
_STEPS = 100  # of the way to a version without known vulnerabilities


class Match(NamedTuple):
    """One record that affects a version."""

    id: str
    aliases: tuple[str, ...]
    published: str  # RFC 3339, or ""
    fixed: tuple[str, ...]  # versions, ascending
    summary: str
    open: bool  # see above
    keys: tuple[Key, ...] = ()  # of `fixed`

    @property
    def names(self) -> tuple[str, ...]:
        """The identifier and its aliases."""
        return self.id, *self.aliases


class Result(NamedTuple):
    """One vulnerability of a version, under its first name."""

    id: str
    aliases: tuple[str, ...]  # sorted
    fixed: tuple[str, ...]  # versions, ascending
    open: bool = False  # whether only ranges without an end hold the version
    summary: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The identifier and its aliases."""
        return frozenset((self.id, *self.aliases))


class Unreadable(Exception):
    """A version that PEP 440 cannot read."""


def matches(look_up: LookUp, package: str, version: str) -> tuple[Match, ...]:
    """The records that affect a version. Raises Unreadable, though not for a package without records."""
    rows = look_up(package)
    if not rows:
        return ()
    key = pinned_key(version)
    if key is None:
        raise Unreadable(version)
    return _matches(rows, key)


def _matches(rows: Sequence[str], key: Key) -> tuple[Match, ...]:
    return tuple(found for found in (_match(row, key) for row in rows) if found)


def _match(row: str, key: Key) -> Match | None:
    name, aliases, published, groups, summary = row.split("\t", 4)
    states = [state for state in (_affected(group, key) for group in groups.split("|")) if state]
    if not states:
        return None
    is_open = "affected" not in states and not name.startswith(MALICIOUS)
    fixed = _fixed(groups)
    texts, keys = tuple(text for _, text in fixed), tuple(key for key, _ in fixed)
    return Match(name, tuple(aliases.split()), published, texts, summary, is_open, keys)


def _affected(group: str, key: Key) -> str:
    """One of "affected", "open" and ""."""
    ranges, extras, newest = group.split("~")
    for text in extras.split():
        if _key(text) == key:
            return "affected"
    state = ""
    for events in ranges.split(";"):
        if events:
            state = max(state, _in_range(events, key), key=("", "open", "affected").index)
    return "affected" if state and newest and key <= _key(newest) else state


def _in_range(events: str, key: Key) -> str:
    """As `_affected`, of one range, whose events stand by version."""
    inside, ends, limits = False, False, []
    for event in events.split(" "):
        kind, at = event[0], _key(event[1:])
        if kind == "l":
            limits.append(at)
        elif key > at or (key == at and kind != "a"):
            inside = kind == "i"
        elif kind != "i":
            ends = True
    if not inside or (limits and not any(key < at for at in limits)):
        return ""
    return "affected" if ends or limits else "open"


def _key(token: str) -> Key:
    if not token:
        return LEAST
    text, _, key = token.partition("=")
    return read(key) if key else plain_key(text) or LEAST


def _fixed(groups: str) -> list[tuple[Key, str]]:
    """The versions in which a record says that it is fixed, ascending."""
    found = set()
    for group in groups.split("|"):
        for events in group.partition("~")[0].split(";"):
            found |= {event[1:] for event in events.split(" ") if event.startswith("f")}
    return sorted((_key(token), token.partition("=")[0]) for token in found if token)


def results(found: Iterable[Match]) -> tuple[Result, ...]:
    """Vulnerabilities out of records, as pip-audit's ``Auditor`` joins them.

    A record goes by its PYSEC name, else its CVE, else its own. Records of PYSEC stand for themselves; any that
    shares a name with one that stands gives that its aliases.
    """
    named = [_first_name(match) for match in found]
    out = [result for result in named if result.id.startswith("PYSEC")]
    first: dict[str, int] = {}  # name -> the first of `out` that bears it, handed over or not
    for i, result in enumerate(out):
        for name in result.names:
            first.setdefault(name, i)
    seen = set(first)  # not the aliases that were handed over
    for result in named:  # those of PYSEC too, which so hand their aliases to the first that they share a name with
        names = result.names
        if seen.isdisjoint(names):
            seen |= names
            i = len(out)
            out.append(result)
        else:
            i = min(first[name] for name in names if name in first)
            if out[i] is not result:
                out[i] = _joined(out[i], result)
        for name in out[i].names:
            first[name] = min(first.get(name, i), i)
    return tuple(out)


def _first_name(match: Match) -> Result:
    first, *rest = sorted(match.names, key=_rank)
    return Result(first, tuple(sorted(set(rest))), match.fixed, match.open, match.summary)


def _rank(name: str) -> int:
    return 1 if name.startswith("PYSEC") else 2 if name.startswith("CVE") else 3


def _joined(first: Result, other: Result) -> Result:
    aliases = tuple(sorted({*first.aliases, *(set(other.aliases) - {first.id})}))
    return Result(first.id, aliases, first.fixed, first.open and other.open, first.summary)


def remedy(look_up: LookUp, package: str, version: str, ignored: frozenset[str] = frozenset()) -> str:
    """The least version that the records call fixed and that has no known vulnerability; "" where there is none."""
    rows, at, current = look_up(package), pinned_key(version) or LEAST, ""
    for _ in range(_STEPS):
        left = [found for found in _matches(rows, at) if not found.open]
        wanted = [result.names for result in results(left) if ignored.isdisjoint(result.names)]
        if not wanted:
            return current
        fixes: dict[str, list[tuple[Key, str]]] = {}  # name -> the next version of each record that bears it
        for found in left:
            after = [(key, text) for key, text in zip(found.keys, found.fixed, strict=True) if key > at][:1]
            for name in found.names:
                fixes.setdefault(name, []).extend(after)
        steps = [[fix for name in names for fix in fixes.get(name, ())] for names in wanted]
        if not all(steps):
            return ""
        at, current = max(min(step) for step in steps)
    return ""
