"""A file is written whole or not at all, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from ml_audit_hooks.core import write
from ml_audit_hooks.core.errors import AuditError


def temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def refusing(number: int) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("data", [b"", b"new\n", b"\0\xff" * 1000], ids=["empty", "text", "bytes"])
@pytest.mark.parametrize("before", [None, b"old, and longer than the new text\n"], ids=["new", "there"])
def test_the_file_holds_the_data(tmp_path: Path, data: bytes, before: bytes | None) -> None:
    path = tmp_path / "AUDIT.md"
    if before is not None:
        path.write_bytes(before)
    write.replace(str(path), data)
    assert (path.read_bytes(), os.listdir(tmp_path)) == (data, ["AUDIT.md"])


def test_a_bare_name_is_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write.replace("AUDIT.md", b"new\n")
    assert (tmp_path / "AUDIT.md").read_bytes() == b"new\n"


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o444])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "AUDIT.md"
    path.write_bytes(b"old\n")
    path.chmod(mode)
    write.replace(str(path), b"new\n")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new\n", mode)


def test_a_new_file_has_the_mode_that_the_user_gives_new_files(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    write.replace(str(tmp_path / "AUDIT.md"), b"new\n")
    assert (tmp_path / "AUDIT.md").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_whoever_reads_meanwhile_sees_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "AUDIT.md"
    path.write_bytes(b"old\n")
    with path.open("rb") as reading:
        write.replace(str(path), b"new\n")
        assert reading.read() == b"old\n"


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "AUDIT.md"
    path.write_bytes(b"old\n")
    monkeypatch.setattr(os, call, refusing(errno.ENOSPC))
    with pytest.raises(AuditError) as caught:
        write.replace(str(path), b"new\n")
    assert str(caught.value) == f"{path}: cannot be written (No space left on device); free space or mend it"
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old\n", ["AUDIT.md"])


def put_link(path: Path) -> None:
    path.symlink_to("target")


def put_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def put_folder(path: Path) -> None:
    path.mkdir()


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("put", [put_link, put_dangling_link, put_folder, put_pipe])
def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path, put: Callable[[Path], None]) -> None:
    target, path = tmp_path / "target", tmp_path / "AUDIT.md"
    target.write_bytes(b"theirs\n")
    put(path)
    before = path.lstat()
    with pytest.raises(AuditError) as caught:
        write.replace(str(path), b"new\n")
    assert str(caught.value) == f"{path}: is no regular file and is not replaced; move it away"
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (target.read_bytes(), sorted(os.listdir(tmp_path))) == (b"theirs\n", ["AUDIT.md", "target"])


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    target, path = tmp_path / "target", tmp_path / "AUDIT.md"
    target.write_bytes(b"theirs\n")
    temporary(path).symlink_to("target")
    with pytest.raises(AuditError, match=r": cannot be written \(File exists\); "):
        write.replace(str(path), b"new\n")
    assert target.read_bytes() == b"theirs\n"
    write.replace(str(path), b"new\n")
    assert (path.read_bytes(), target.read_bytes()) == (b"new\n", b"theirs\n")


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        pytest.param("nothing/AUDIT.md", "No such file or directory); free space or mend it", id="no-folder"),
        pytest.param("file/AUDIT.md", "Not a directory); mend the folder", id="a-file"),
        pytest.param("x" * 300, "File name too long); mend the folder", id="long"),
    ],
)
def test_a_place_that_cannot_be_is_an_error(tmp_path: Path, name: str, fact: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AuditError) as caught:
        write.replace(str(tmp_path / name), b"new\n")
    assert str(caught.value) == f"{tmp_path / name}: cannot be written ({fact}"
