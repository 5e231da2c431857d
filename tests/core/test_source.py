"""A file's content is the staged one, read once and never followed elsewhere."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ml_audit_hooks.core import source
from ml_audit_hooks.core.source import Content, Reader, Unreadable
from ml_audit_hooks.core.tree import Entry
from tests.conftest import Repo

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123\n"
LFS_REASON = "is a Git LFS pointer; its content is not in the repository"
ABSENT = "has no staged content in the object store (a partial clone)"


@pytest.fixture(params=["sha1", "sha256"])
def any_repo(request: pytest.FixtureRequest, tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo", request.param)


def read(repo: Repo, name: str, blob: str = "") -> Content:
    reader = Reader(str(repo.path), repo.find())
    try:
        return reader.read(Entry(name, "100644", blob or repo.blob(name)))
    finally:
        reader.close()


def read_outside(folder: Path, name: str) -> Content:
    return Reader(str(folder), None).read(Entry(name, "100644", ""))


# In git


@pytest.mark.parametrize("data", [b"", b"a\n", b"\0\xff", b"x" * 100_000], ids=["empty", "text", "bytes", "long"])
def test_the_id_is_the_one_that_git_gives(any_repo: Repo, data: bytes) -> None:
    any_repo.add({"a.py": data})
    blob = any_repo.blob("a.py")
    assert source.blob_id(data, len(blob)) == blob


def test_the_id_needs_no_particular_build_of_python(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_sha1", None)
    assert source.blob_id(b"a\n") == hashlib.sha1(b"blob 2\0a\n").hexdigest()


def unchanged(repo: Repo) -> None:
    """The work tree holds what is staged."""


def edited(repo: Repo) -> None:
    repo.write("a.py", "edited\n")


def same_size(repo: Repo) -> None:
    repo.write("a.py", "STAGED\n")


def grown(repo: Repo) -> None:
    repo.write("a.py", b"x" * (source.MAX_BYTES + 1))


def removed(repo: Repo) -> None:
    (repo.path / "a.py").unlink()


def folder(repo: Repo) -> None:
    removed(repo)
    (repo.path / "a.py").mkdir()


def pipe(repo: Repo) -> None:
    removed(repo)
    os.mkfifo(repo.path / "a.py")


def link(repo: Repo) -> None:
    removed(repo)
    (repo.path.parent / "secret").write_bytes(b"secret\n")
    (repo.path / "a.py").symlink_to("../secret")


def link_to_the_same(repo: Repo) -> None:
    removed(repo)
    repo.write("copy", "staged\n")
    (repo.path / "a.py").symlink_to("copy")


@pytest.mark.parametrize("change", [unchanged, edited, same_size, grown, removed, folder, pipe, link, link_to_the_same])
def test_the_content_is_the_staged_one(any_repo: Repo, change: Callable[[Repo], None]) -> None:
    any_repo.add({"a.py": "staged\n"})
    change(any_repo)
    assert read(any_repo, "a.py") == Content(b"staged\n", any_repo.blob("a.py"))


def test_an_unchanged_work_tree_needs_no_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"a.py": "staged\n"})
    blob, reader = repo.blob("a.py"), Reader(str(repo.path), repo.find())
    monkeypatch.setenv("PATH", "")
    assert reader.read(Entry("a.py", "100644", blob)).data == b"staged\n"


@pytest.mark.parametrize(
    ("attributes", "on_disk"),
    [
        pytest.param("", b"a\nb\n", id="none"),
        pytest.param("*.py text eol=crlf\n", b"a\r\nb\r\n", id="eol-crlf"),
        pytest.param("*.py text working-tree-encoding=UTF-16LE\n", "a\nb\n".encode("utf-16-le"), id="encoding"),
    ],
)
def test_what_git_converts_at_checkout_is_read_as_staged(repo: Repo, attributes: str, on_disk: bytes) -> None:
    repo.commit({"a.py": "a\nb\n"})
    repo.commit({".gitattributes": attributes})
    (repo.path / "a.py").unlink()
    repo.git("checkout", "-q", "--", "a.py")
    assert (repo.path / "a.py").read_bytes() == on_disk
    assert read(repo, "a.py").data == b"a\nb\n"


def test_autocrlf_changes_nothing(repo: Repo) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.add({"a.py": b"a\r\nb\r\n"})
    assert read(repo, "a.py").data == b"a\nb\n"


def test_staged_carriage_returns_stay(repo: Repo) -> None:
    repo.git("config", "core.autocrlf", "false")
    repo.add({"a.py": b"a\r\nb\r\n"})
    assert read(repo, "a.py").data == b"a\r\nb\r\n"


@pytest.mark.parametrize("missing_on_disk", [False, True])
def test_a_file_over_the_limit_says_so(repo: Repo, missing_on_disk: bool) -> None:
    repo.add({"at.py": b"#" * source.MAX_BYTES, "over.py": b"#" * (source.MAX_BYTES + 1)})
    if missing_on_disk:
        for name in ("at.py", "over.py"):
            (repo.path / name).unlink()
    at, over = read(repo, "at.py"), read(repo, "over.py")
    assert (len(at.data or b""), at.reason) == (source.MAX_BYTES, "")
    assert (over.data, over.reason) == (None, "is larger than 8 MiB")


def test_a_missing_object_says_so(repo: Repo) -> None:
    repo.add({"a.py": "a\n"})
    assert read(repo, "a.py", "1" * 40) == Content(None, "1" * 40, ABSENT)


def test_a_missing_object_does_not_matter_where_the_work_tree_has_it(repo: Repo) -> None:
    repo.write("a.py", "a\n")
    blob = source.blob_id(b"a\n")
    assert read(repo, "a.py", blob) == Content(b"a\n", blob)


@pytest.mark.parametrize(
    ("name", "data", "reason", "lfs"),
    [
        pytest.param("a.py", b"version = 1\n", "", False, id="text"),
        pytest.param("a.py", LFS + b" " * 1024, "", False, id="too-long-for-a-pointer"),
        pytest.param("a.py", b"\n" + LFS, "", False, id="not-at-the-start"),
        pytest.param("a.ipynb", LFS, LFS_REASON, True, id="pointer-of-a-notebook"),
        pytest.param("a.pt", LFS, LFS_REASON, True, id="pointer-of-weights"),
        pytest.param("a.pt", b"weights", "is a binary file", False, id="weights"),
        pytest.param("a.PNG", LFS[:-1] + b"0" * 1024, "is a binary file", False, id="long-image"),
    ],
)
@pytest.mark.parametrize("staged", [True, False])
def test_a_pointer_is_no_content(repo: Repo, name: str, data: bytes, reason: str, lfs: bool, staged: bool) -> None:
    repo.add({name: data})
    content = read(repo, name) if staged else read_outside(repo.path, name)
    assert (content.data, content.reason, content.lfs) == (None if reason else data, reason, lfs)


@pytest.mark.parametrize(
    ("name", "staged", "on_disk", "reason"),
    [
        pytest.param("a.ipynb", LFS, b"{}", LFS_REASON, id="notebook-checked-out"),
        pytest.param("a.pt", LFS, b"weights", LFS_REASON, id="weights-checked-out"),
        pytest.param("a.pt", b"weights", LFS, "is a binary file", id="pointer-not-staged"),
    ],
)
def test_a_pointer_is_what_is_staged_as_one(repo: Repo, name: str, staged: bytes, on_disk: bytes, reason: str) -> None:
    repo.add({name: staged})
    repo.write(name, on_disk)
    assert read(repo, name).reason == reason


# Outside git


def test_outside_git_the_content_is_that_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a\n")
    assert read_outside(tmp_path, "a.py") == Content(b"a\n", source.blob_id(b"a\n"))


def test_a_file_that_git_does_not_know_is_read_from_the_disk(repo: Repo) -> None:
    repo.write("loose.py", "a\n")
    reader = Reader(str(repo.path), repo.find())
    assert reader.read(Entry("loose.py", "100644", "")) == Content(b"a\n", source.blob_id(b"a\n"))


def put_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def put_folder(path: Path) -> None:
    path.mkdir()


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_nothing(path: Path) -> None:
    """Leave the path free."""


@pytest.mark.parametrize("put", [put_link, put_folder, put_pipe, put_nothing])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, put: Callable[[Path], None]) -> None:
    put(tmp_path / "a.py")
    assert read_outside(tmp_path, "a.py") == Content(None, "", "cannot be read")


def test_outside_git_the_limit_holds_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"#" * (source.MAX_BYTES + 1))
    assert read_outside(tmp_path, "a.py") == Content(None, "", "is larger than 8 MiB")


def test_a_name_with_a_nul_byte_is_no_crash(tmp_path: Path) -> None:
    reader = Reader(str(tmp_path), None)
    entry = Entry("a\0b.py", "100644", "")
    assert (reader.read(entry).reason, reader.disk_size(entry)) == ("cannot be read", 0)


def test_the_size_on_disk_orders_the_work(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"1234")
    reader = Reader(str(tmp_path), None)
    assert [reader.disk_size(Entry(name, "100644", "")) for name in ("a.py", "no.py")] == [4, 0]


@pytest.fixture(autouse=True)
def no_handle_is_left_open() -> Iterator[None]:
    before = os.listdir("/dev/fd")
    yield
    assert len(os.listdir("/dev/fd")) <= len(before)


# Text


@pytest.mark.parametrize(
    ("data", "python", "text"),
    [
        pytest.param(b"", True, "", id="empty"),
        pytest.param("ä = 1\n".encode(), True, "ä = 1\n", id="utf-8"),
        pytest.param("ä\n".encode("utf-8-sig"), True, "ä\n", id="mark"),
        pytest.param("ä\n".encode("utf-8-sig"), False, "ä\n", id="mark-of-a-text"),
        pytest.param(b"# coding: latin-1\n\xe4\n", True, "# coding: latin-1\nä\n", id="cookie"),
        pytest.param(b"#!x\n# -*- coding: cp1252 -*-\n\x80", True, "#!x\n# -*- coding: cp1252 -*-\n€", id="line-2"),
        pytest.param(
            b"# vim: set fileencoding=latin-1 :\n\xe4", True, "# vim: set fileencoding=latin-1 :\nä", id="vim"
        ),
        pytest.param(b"# coding: latin-1", True, "# coding: latin-1", id="cookie-alone"),
        pytest.param("\ufeff# coding: utf-8\nä".encode(), True, "# coding: utf-8\nä", id="mark-and-cookie"),
        pytest.param("x = 'encoding'\nä\n".encode(), True, "x = 'encoding'\nä\n", id="no-cookie-in-code"),
        pytest.param("a\n\n# coding: latin-1\nä".encode(), True, "a\n\n# coding: latin-1\nä", id="line-3-is-too-late"),
        pytest.param("a = 1\n# coding: latin-1\nä".encode(), True, "a = 1\n# coding: latin-1\nä", id="after-code"),
        pytest.param("# coding: latin-1\nä".encode(), False, "# coding: latin-1\nä", id="no-cookie-in-a-text"),
        pytest.param("ä\n".encode("utf-16"), False, "ä\n", id="utf-16"),
        pytest.param(b"\xfe\xff\0a", False, "a", id="utf-16-be"),
        pytest.param(b"a\r\nb\rc", True, "a\r\nb\rc", id="line-ends-stay"),
    ],
)
def test_text_is_decoded_as_python_would(data: bytes, python: bool, text: str) -> None:
    assert source.decode(data, python) == text


WRONG_COOKIE = "names an encoding that does not exist or does not fit"


@pytest.mark.parametrize(
    ("data", "python", "reason"),
    [
        pytest.param(b"a\n\xe4\n", True, "is not UTF-8: line 2", id="latin-1"),
        pytest.param(b"a\n\n\xe4\n", False, "is not UTF-8: line 3", id="latin-1-text"),
        pytest.param(b"\xef\xbb\xbfa\n\xe4\n", True, "is not UTF-8: line 2", id="mark"),
        pytest.param(b"# coding: ascii\n\n\xc3\xa4", True, "is not ASCII: line 3", id="cookie-ascii"),
        pytest.param(b"# coding: klingon\n", True, WRONG_COOKIE, id="unknown"),
        pytest.param(b"\xef\xbb\xbf# coding: latin-1\n", True, WRONG_COOKIE, id="mark-against-cookie"),
        pytest.param(b"# coding: rot13\n", True, WRONG_COOKIE, id="no-text-codec"),
        pytest.param(b"# coding: zlib\n", True, WRONG_COOKIE, id="a-bomb-is-not-unpacked"),
        pytest.param(b"# coding: undefined\n", True, WRONG_COOKIE, id="undefined"),
        pytest.param(b"# coding: idna\n\xe4", True, "is not IDNA: line 2", id="idna"),
        pytest.param("a\n".encode("utf-16"), True, "is UTF-16, which Python cannot read", id="utf-16"),
        pytest.param(b"\xff\xfea", False, "is not UTF-16: line 1", id="half-a-character"),
        pytest.param(b"a\nb\0\n", True, "holds a NUL byte: line 2", id="nul"),
        pytest.param(b"\n\0", True, "holds a NUL byte: line 2", id="nul-after-an-empty-line"),
        pytest.param(b"\n\xe4", True, "is not UTF-8: line 2", id="latin-1-after-an-empty-line"),
        pytest.param(b"\0", False, "holds a NUL byte: line 1", id="nul-first"),
        pytest.param("a\n".encode("utf-16-le"), True, "holds a NUL byte: line 1", id="utf-16-without-mark"),
    ],
)
def test_what_cannot_be_decoded_has_a_reason(data: bytes, python: bool, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        source.decode(data, python)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("name", "most", "expected"),
    [
        pytest.param("model.pt", 4, b"\x80\x02K.", id="within-the-limit"),
        pytest.param("model.pt", 3, None, id="over-the-limit"),
        pytest.param("picture.png", 4, b"\x80\x02K.", id="any-binary-format"),
    ],
)
def test_the_bytes_of_a_binary_file_are_read_when_asked_for(
    repo: Repo, name: str, most: int, expected: bytes | None
) -> None:
    repo.add({name: b"\x80\x02K."})
    reader = Reader(str(repo.path), repo.find())
    content = reader.read(Entry(name, "100644", repo.blob(name)))
    assert content.binary is not None
    found = content.binary(most)
    loose = Reader(str(repo.path), None).read(Entry(name, "100644", "")).binary
    assert loose is not None
    outside = loose(most)
    reader.close()
    assert (content.data, found, outside) == (None, expected, expected)
