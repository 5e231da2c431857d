"""Records of the OSV schema for tests, the schema's own algorithm over them, and strategies for both."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ml_audit_hooks.vulndb.index import Info


def affected(name: str, *events: dict[str, str], versions: tuple[str, ...] = ()) -> dict[str, Any]:
    """An entry `affected` with one range."""
    found: dict[str, Any] = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": list(versions)}
    if events:
        found["ranges"] = [{"type": "ECOSYSTEM", "events": list(events)}]
    return found


def record(name: str, *entries: dict[str, Any], aliases: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A record of the schema."""
    stamps = {"modified": "2024-05-01T10:00:00Z", "published": "2024-04-01T10:00:00Z"}
    return {"id": name, **stamps, "aliases": list(aliases), "affected": list(entries), **more}


def about(date: str = "2024-05-01", records: int = 2) -> Info:
    """What an index holds."""
    return Info(date, records, records, 0, 0, "")


def version_or_none(text: str) -> Version | None:
    """The version in a text."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def affects(found: dict[str, Any], name: str, version: Version) -> bool:
    """Whether a record affects a version, by the algorithm in the documentation of the OSV schema."""
    return any(
        any(version_or_none(text) == version for text in entry.get("versions", []))
        or any(_holds(item["events"], version) for item in entry.get("ranges", []) if item["type"] == "ECOSYSTEM")
        for entry in found["affected"]
        if entry["package"]["ecosystem"] == "PyPI" and canonicalize_name(entry["package"]["name"]) == name
    )


def _holds(events: list[dict[str, str]], version: Version) -> bool:
    pairs = [pair for event in events for pair in event.items()]
    rows = [(kind, None if (kind, text) == ("introduced", "0") else version_or_none(text)) for kind, text in pairs]
    least = Version("0.dev0")
    rows.sort(key=lambda row: (row[1] is not None, row[1] or least))
    limits = [at for kind, at in rows if kind == "limit"]
    inside = False
    for kind, at in rows:
        if kind == "introduced" and (at is None or version >= at):
            inside = True
        elif (kind == "fixed" and (at is None or version >= at)) or (
            kind == "last_affected" and (at is None or version > at)
        ):
            inside = False
    return inside and (not limits or any(at is not None and version < at for at in limits))


_number = st.integers(0, 3)
_marks = st.one_of(
    st.just(""),
    st.builds("{}{}".format, st.sampled_from(["a", "b", "rc"]), _number),
)
versions = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", "", "", "1!"]),
    st.lists(_number, min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts))),
    _marks,
    st.one_of(st.just(""), st.just(""), _number.map(".post{}".format)),
    st.one_of(st.just(""), st.just(""), _number.map(".dev{}".format)),
)
_events = st.one_of(
    st.builds(dict, introduced=st.one_of(st.just("0"), versions)),
    st.builds(dict, fixed=versions),
    st.builds(dict, last_affected=versions),
    st.builds(dict, limit=versions),
    st.builds(dict, fixed=st.sampled_from(["2019-09-12", "0.2.0-n653"])),
)
_entries = st.builds(
    lambda name, kind, events, listed: {
        "package": {"name": name, "ecosystem": kind},
        "ranges": [{"type": "ECOSYSTEM", "events": found} for found in events]
        + [{"type": "GIT", "events": [{"introduced": "0"}]}],
        "versions": listed,
    },
    st.sampled_from(["torch", "Torch_Text", "torch.text"]),
    st.sampled_from(["PyPI", "PyPI", "PyPI", "npm"]),
    st.lists(st.lists(_events, max_size=5), max_size=2),
    st.lists(st.one_of(versions, st.just("0.7.10p1")), max_size=4),
)
names = st.builds("{}-{}".format, st.sampled_from(["PYSEC-2024", "GHSA-x", "CVE-2024"]), st.integers(1, 6))
records = st.lists(
    st.builds(
        lambda name, entries, aliases: record(name, *entries, aliases=tuple(aliases)),
        names,
        st.lists(_entries, min_size=1, max_size=3),
        st.lists(names, max_size=3),
    ),
    max_size=6,
    unique_by=lambda found: found["id"],
)
