"""The store loses nothing that it may keep, and never fails a run."""

from __future__ import annotations

import errno
import marshal
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.core import store
from ml_audit_hooks.core.store import Store

NAME = "audit-stubs-1"
HOUR = 3600
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ml-audit"


def shards(place: Path) -> list[Path]:
    return sorted((place / NAME).iterdir())


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def filled(place: Path, count: int) -> dict[str, Any]:
    """`count` shards of one record each, the first the oldest."""
    kept = Store(str(place))
    for i in range(count):
        known = {*place.glob(f"{NAME}/*")}
        kept.add(NAME, {f"key{i}": (i,)})
        (new,) = {*place.glob(f"{NAME}/*")} - known
        age(new, HOUR - i)
    return {f"key{i}": (i,) for i in range(count)}


def in_children(*tasks: Callable[[], None]) -> list[int]:
    """The exit codes of the tasks, each run by a forked process at the same time."""
    children = []
    for task in tasks:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                task()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


# Keeping


def test_without_a_folder_nothing_is_kept() -> None:
    kept = Store(None)
    kept.add(NAME, {"key": 1})
    kept.tidy(NAME, ["key"])
    assert kept.load(NAME) == {}


def test_reading_makes_no_folder(place: Path) -> None:
    kept = Store(str(place))
    assert kept.load(NAME) == {}
    kept.tidy(NAME, [])
    kept.add(NAME, {})
    assert not place.exists()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner).map(tuple),
    max_leaves=8,
)


@given(records=st.dictionaries(st.text(), PLAIN, min_size=1))
def test_records_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, records: dict[str, Any]) -> None:
    kept = Store(str(tmp_path_factory.mktemp("store")))
    kept.add(NAME, records)
    assert kept.load(NAME) == records


def test_names_are_apart(place: Path) -> None:
    kept = Store(str(place))
    kept.add("a-1", {"key": 1})
    kept.add("a-2", {"key": 2})
    assert (kept.load("a-1"), kept.load("a-2"), kept.load("a-3")) == ({"key": 1}, {"key": 2}, {})


def test_two_writers_add_two_shards(place: Path) -> None:
    one, two = Store(str(place)), Store(str(place))
    one.add(NAME, {"a": 1})
    two.add(NAME, {"b": 2})
    assert (one.load(NAME), two.load(NAME), len(shards(place))) == ({"a": 1, "b": 2}, {"a": 1, "b": 2}, 2)


def test_the_same_records_are_one_shard(place: Path) -> None:
    for _ in range(3):
        Store(str(place)).add(NAME, {"a": 1})
    assert len(shards(place)) == 1


def test_the_oldest_come_first(place: Path) -> None:
    filled(place, 5)
    assert list(Store(str(place)).load(NAME)) == ["key0", "key1", "key2", "key3", "key4"]


# Damage


def as_shard(value: Any) -> bytes:
    body = marshal.dumps(value)
    return store.MAGIC + crc32(body).to_bytes(4, "big") + body


def without_sum(body: bytes) -> bytes:
    return store.MAGIC + crc32(body).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(store.MAGIC, id="head-only"),
        pytest.param(as_shard({"old": 1})[:-1], id="truncated"),
        pytest.param(as_shard({"old": 1}) + b"x", id="grown"),
        pytest.param(as_shard({"old": 1}).replace(b"old", b"odd"), id="changed"),
        pytest.param(b"ml-audit shard 2\n" + as_shard({"old": 1})[len(store.MAGIC) :], id="another-format"),
        pytest.param(as_shard([("old", 1)]), id="no-dict"),
        pytest.param(without_sum(b""), id="nothing-marshalled"),
        pytest.param(without_sum(b"\xff"), id="not-marshalled"),
        pytest.param(b"\0" * 4096, id="zeroes-after-a-power-cut"),
    ],
)
def test_a_damaged_shard_is_dropped_with_one_warning(
    place: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    kept = Store(str(place))
    kept.add(NAME, {"good": 1})
    for name in ("damaged", "damaged2"):
        (place / NAME / name).write_bytes(data)
    assert kept.load(NAME) == {"good": 1}
    assert capsys.readouterr().err == f"{place}: a damaged shard was dropped; records are computed again\n"
    assert len(shards(place)) == 1
    kept.add(NAME, {"old": 1})
    assert kept.load(NAME) == {"good": 1, "old": 1}
    assert capsys.readouterr() == ("", "")


def test_a_shard_that_vanishes_is_no_warning(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Store(str(place))
    kept.add(NAME, {"good": 1})
    listed = kept._shards(NAME)
    monkeypatch.setattr(kept, "_shards", lambda name: [str(place / NAME / "gone"), *listed])
    assert kept.load(NAME) == {"good": 1}
    assert capsys.readouterr().err == ""


def test_a_shard_that_vanishes_while_listed_leaves_the_others(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(place, 3)
    gone = shards(place)[1]
    scandir = os.scandir

    class Vanishing:
        """A listing during which another process removes a file."""

        def __init__(self, folder: str) -> None:
            self._listing = scandir(folder)

        def __enter__(self) -> list[os.DirEntry[str]]:
            found = [*self._listing]
            gone.unlink()
            return found

        def __exit__(self, *_: object) -> None:
            self._listing.close()

    monkeypatch.setattr(os, "scandir", Vanishing)
    assert len(Store(str(place)).load(NAME)) == 2


def test_a_shard_that_cannot_be_read_is_left_with_a_warning(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = Store(str(place))
    kept.add(NAME, {"good": 1})
    (place / NAME / "folder").mkdir()
    assert kept.load(NAME) == {"good": 1}
    assert capsys.readouterr().err == (
        f"{place}: a shard cannot be read (Is a directory); records are computed again\n"
    )


# A disk that does not take it


def refusing(number: int) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("call", "number", "fact"),
    [
        pytest.param("makedirs", errno.EROFS, "Read-only file system", id="read-only"),
        pytest.param("replace", errno.ENOSPC, "No space left on device", id="full"),
        pytest.param("replace", errno.EACCES, "Permission denied", id="forbidden"),
    ],
)
def test_what_cannot_be_written_is_one_warning(
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    call: str,
    number: int,
    fact: str,
) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    before = shards(place)
    kept = Store(str(place))
    monkeypatch.setattr(os, call, refusing(number))
    kept.add(NAME, {"new": 1})
    kept.tidy(NAME, [])
    kept.add(NAME, {"newer": 1})
    assert capsys.readouterr().err == f"{place}: not written ({fact}); records are computed again\n"
    assert (shards(place), kept.load(NAME)) == (before, records)


def test_what_cannot_be_joined_is_one_warning(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    monkeypatch.setattr(os, "replace", refusing(errno.ENOSPC))
    kept = Store(str(place))
    kept.tidy(NAME, [])
    kept.tidy(NAME, [])
    assert capsys.readouterr().err == f"{place}: not written (No space left on device); records are computed again\n"
    assert kept.load(NAME) == records


def test_a_file_in_the_place_of_the_folder_is_one_warning(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place.write_text("")
    kept = Store(str(place))
    kept.add(NAME, {"new": 1})
    assert kept.load(NAME) == {}
    assert capsys.readouterr().err == f"{place}: not written (Not a directory); records are computed again\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_one_warning(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place.mkdir(mode=0o500)
    Store(str(place)).add(NAME, {"new": 1})
    assert capsys.readouterr().err == f"{place}: not written (Permission denied); records are computed again\n"


# Joining


def test_few_shards_are_left_alone(place: Path) -> None:
    filled(place, store.MAX_SHARDS)
    before = shards(place)
    Store(str(place)).tidy(NAME, [])
    assert shards(place) == before


@pytest.mark.parametrize("extra", [1, 40])
def test_joining_many_shards_loses_nothing(place: Path, extra: int) -> None:
    records = filled(place, store.MAX_SHARDS + extra)
    Store(str(place)).tidy(NAME, [])
    assert (Store(str(place)).load(NAME), len(shards(place))) == (records, 1)


def test_joining_keeps_what_another_adds_meanwhile(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    kept = Store(str(place))
    read = kept._read

    def read_while_another_writes(shard: str) -> dict[str, Any]:
        Store(str(place)).add(NAME, {"meanwhile": 1})
        return read(shard)

    monkeypatch.setattr(kept, "_read", read_while_another_writes)
    kept.tidy(NAME, [])
    assert (Store(str(place)).load(NAME), len(shards(place))) == (records | {"meanwhile": 1}, 2)


def test_two_that_join_at_once_lose_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    slow = Store(str(place))
    listed = slow._shards(NAME)
    monkeypatch.setattr(slow, "_shards", lambda name: listed)
    Store(str(place)).tidy(NAME, [])
    slow.tidy(NAME, [])
    assert Store(str(place)).load(NAME) == records


def test_joining_drops_what_is_damaged(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    (place / NAME / "damaged").write_bytes(b"x")
    Store(str(place)).tidy(NAME, [])
    assert (Store(str(place)).load(NAME), len(shards(place))) == (records, 1)
    assert capsys.readouterr().err == f"{place}: a damaged shard was dropped; records are computed again\n"


def test_the_bound_drops_the_oldest_and_keeps_the_live(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = store.MAX_SHARDS + 6
    filled(place, count)
    one = len("key10") + len(marshal.dumps((10,), 4))
    monkeypatch.setattr(store, "MAX_BYTES", 2 * 5 * one)
    Store(str(place)).tidy(NAME, ["key1", "unknown", "key0"])
    newest = [f"key{i}" for i in range(count - 3, count)]
    assert list(Store(str(place)).load(NAME)) == [*newest, "key1", "key0"]


def test_the_bound_is_for_what_is_too_much(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = filled(place, store.MAX_SHARDS + 1)
    monkeypatch.setattr(store, "MAX_BYTES", len(marshal.dumps(records, 4)))
    Store(str(place)).tidy(NAME, [])
    assert Store(str(place)).load(NAME) == records


# What others leave behind


def killed_while_writing(place: Path) -> None:
    def kill(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def write() -> None:
        os.replace = kill  # type: ignore[assignment]  # in the child only
        Store(str(place)).add(NAME, {"lost": 1})

    assert in_children(write) == [-signal.SIGKILL]


def test_a_killed_writer_harms_nobody_and_is_swept_later(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killed_while_writing(place)
    (left,) = shards(place)
    assert left.name.startswith(".")
    records = filled(place, store.MAX_SHARDS + 1)
    assert Store(str(place)).load(NAME) == records
    Store(str(place)).tidy(NAME, [])
    assert left.exists()
    age(left, 2 * HOUR)
    records |= filled(place, store.MAX_SHARDS + 1)
    Store(str(place)).tidy(NAME, [])
    assert not left.exists()
    assert (Store(str(place)).load(NAME), capsys.readouterr().err) == (records, "")


def test_the_records_of_versions_that_nobody_uses_go(place: Path) -> None:
    kept = Store(str(place))
    for name in ("old-1", "young-1"):
        kept.add(name, {"key": 1})
    (place / "stray").write_text("")
    age(place / "old-1", 31 * 24 * HOUR)
    age(place / "young-1", 29 * 24 * HOUR)
    filled(place, store.MAX_SHARDS + 1)
    kept.tidy(NAME, [])
    assert (kept.load("old-1"), kept.load("young-1"), (place / "stray").exists()) == ({}, {"key": 1}, True)


def test_processes_that_write_and_join_at_once_lose_nothing(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def writer(which: int) -> Callable[[], None]:
        def write() -> None:
            kept = Store(str(place))
            for i in range(60):
                kept.add(NAME, {f"{which}-{i}": (which, i)})
                if i % 10 == 0:
                    kept.tidy(NAME, [])

        return write

    def join() -> None:
        kept = Store(str(place))
        for _ in range(60):
            kept.tidy(NAME, [])
            kept.load(NAME)

    assert in_children(*(writer(which) for which in range(3)), join) == [0, 0, 0, 0]
    assert Store(str(place)).load(NAME) == {f"{which}-{i}": (which, i) for which in range(3) for i in range(60)}
    assert capfd.readouterr().err == ""
