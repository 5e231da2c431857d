"""The index is built whole from every form in which databases come, and read without reading it whole."""

from __future__ import annotations

import io
import json
import os
import tarfile
import threading
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.vulndb import building, info, sources, update
from ml_audit_hooks.vulndb.index import Index, stamp

from .advisories import affected, record

YAML = """\
id: PYSEC-2022-43015
details: In PyTorch before trunk/89695, torch.jit can
  run code.
affected:
- package: {name: torch, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: 0
    - fixed: 1.10
  versions: [1.0.0]
aliases: [CVE-2022-45907]
modified: "2023-05-04T03:49:48.383740Z"
published: 2022-11-26T02:15:00Z
"""
TAKEN_BACK = record("PYSEC-2023-1", affected("numpy", {"introduced": "0"}), withdrawn="2024-01-01T00:00:00Z")
OTHERS = record("GHSA-aaaa-bbbb-cccc", {"package": {"name": "left-pad", "ecosystem": "npm"}}, summary="PyPI")
GITHUB = record("GHSA-bbbb-cccc-dddd", affected("numpy", {"introduced": "0"}, {"fixed": "1.2"}))
MALWARE = record("MAL-2024-5", affected("reqeusts", {"introduced": "0"}), modified="2024-06-02T00:00:00Z")
FILES = {
    "db-main/vulns/torch/PYSEC-2022-43015.yaml": YAML,
    "db-main/vulns/numpy/PYSEC-2023-1.json": json.dumps(TAKEN_BACK),
    "db-main/GHSA-aaaa-bbbb-cccc.json": json.dumps(OTHERS),
    "db-main/GHSA-bbbb-cccc-dddd.json": json.dumps(GITHUB),
    "db-main/osv/MAL-2024-5.json": json.dumps(MALWARE),
    "db-main/broken.json": '{"ecosystem": "PyPI"',
    "db-main/broken.yaml": "{PyPI: [",
    "db-main/README.md": "PyPI",
}


def folder(top: Path) -> str:
    for name, text in FILES.items():
        path = top / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(top / "source")


def zipped(top: Path) -> str:
    path = top / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return str(path)


def tarred(top: Path) -> str:
    path = top / "main.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in reversed(FILES.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return str(path)


FORMS = pytest.mark.parametrize("form", [folder, zipped, tarred])


@FORMS
def test_every_form_gives_the_same_bytes(tmp_path: Path, form: Callable[[Path], str]) -> None:
    update(folder(tmp_path), str(tmp_path / "expected"))
    update(form(tmp_path), str(tmp_path / "new" / "folder" / "index"))
    assert (tmp_path / "new" / "folder" / "index").read_bytes() == (tmp_path / "expected").read_bytes()


def test_the_index_says_what_it_holds(tmp_path: Path) -> None:
    made = update(folder(tmp_path), str(tmp_path / "index"))
    assert made == info(str(tmp_path / "index"))
    assert made._replace(attribution="") == ("2024-06-02", 3, 3, 1, 2, "")
    assert made.snapshot() == "advisories of 2024-06-02, 3 records"


def test_the_attribution_names_makers_licences_and_changes(tmp_path: Path) -> None:
    update(folder(tmp_path), str(tmp_path / "index"))
    kept = info(str(tmp_path / "index"))
    assert kept is not None
    assert kept.attribution == (
        "Contains information from\n"
        "- the GitHub Advisory Database (https://github.com/github/advisory-database), CC BY 4.0\n"
        "- OpenSSF Malicious Packages (https://github.com/ossf/malicious-packages), Apache-2.0\n"
        "- the Python Packaging Advisory Database (https://github.com/pypa/advisory-database), by the PyPA and"
        " contributors, CC BY 4.0\n"
        "CC BY 4.0: https://creativecommons.org/licenses/by/4.0/;"
        " Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0.\n"
        "Provided without warranties of any kind.\n"
        "Modified: withdrawn records left out, descriptions shortened, lists of versions reduced to ranges.\n"
    )


def test_a_number_in_yaml_is_read_as_the_version_that_stands_there(tmp_path: Path) -> None:
    update(folder(tmp_path), str(tmp_path / "index"))
    index = Index(str(tmp_path / "index"))
    (row,) = index.rows("torch")
    assert row.split("\t") == [
        "PYSEC-2022-43015",
        "CVE-2022-45907",
        "2022-11-26T02:15:00Z",
        "i f1.10~~1.0.0",
        "In PyTorch before trunk/89695, torch.jit can run code.",
    ]
    assert index.rows("left-pad") == []
    index.close()


@pytest.mark.parametrize("order", [1, -1], ids=["older first", "newer first"])
def test_of_two_records_of_one_name_the_last_changed_counts(order: int) -> None:
    old = record(
        "PYSEC-2024-1", affected("torch", {"introduced": "0"}, {"fixed": "1"}), modified="2024-05-02T00:00:00Z"
    )
    new = record(
        "PYSEC-2024-1", affected("torch", {"introduced": "0"}, {"fixed": "2"}), modified="2024-05-03T00:00:00Z"
    )
    packages, about = building.gathered([("", old), ("", new)][::order])
    assert [row.split("\t")[3] for row in packages["torch"]] == ["i f2~~"]
    assert (about.records, about.date) == (1, "2024-05-03")


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([], id="no mapping"),
        pytest.param(record("PYSEC 1", affected("torch")), id="identifier of two words"),
        pytest.param(record("PYSEC-1", affected("torch\tx")), id="name with a tab"),
        pytest.param(record("PYSEC-1", affected("torch"), schema_version="2.0"), id="a later schema"),
        pytest.param(record("PYSEC-1", affected("torch"), aliases=("a\nb",)), id="alias of two lines"),
        pytest.param(None, id="does not parse"),
    ],
)
def test_a_record_that_cannot_be_used_is_counted_and_left_out(wrong: Any) -> None:
    packages, about = building.gathered([("", wrong)])
    assert (packages, about.records, about.unusable) == ({}, 0, 1)


def test_texts_of_a_record_stay_on_their_line() -> None:
    found = record("PYSEC-1", affected("torch", {"introduced": "0"}), details="a\tb\r\nc\x1b[31m" + " word" * 99)
    packages, _ = building.gathered([("", found)])
    (row,) = packages["torch"]
    assert row.isprintable() is False  # its tabs
    assert row.replace("\t", "").isprintable()
    summary = row.split("\t")[4]
    assert summary.startswith("a b c[31m word")
    assert summary.endswith("word …")
    assert len(summary) <= 242


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("none.zip", None, "is neither a folder nor a file", id="missing"),
        pytest.param("x.zip", b"PK no archive", "is no archive", id="no archive"),
        pytest.param("x.json", b"[]", "holds no advisory of a Python package", id="empty"),
    ],
)
def test_a_wrong_source_leaves_the_index_as_it_was(
    tmp_path: Path, name: str, content: bytes | None, expected: str
) -> None:
    target, source = tmp_path / "index", tmp_path / name
    target.write_bytes(b"as it was")
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(AuditError, match=expected):
        update(str(source), str(target))
    assert target.read_bytes() == b"as it was"
    assert sorted(os.listdir(tmp_path)) == sorted({"index", name} if content is not None else {"index"})


def test_a_damaged_archive_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = Path(zipped(tmp_path))
    data = bytearray(path.read_bytes())
    start = data.index(b"id: PYSEC-2022")
    data[start : start + 4] = b"xxxx"
    path.write_bytes(data)
    with pytest.raises(AuditError, match=r"all\.zip: cannot be read"):
        update(str(path), str(tmp_path / "index"))


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.yaml").symlink_to(tmp_path / "source/db-main/vulns/torch/PYSEC-2022-43015.yaml")
    (tmp_path / "links" / "all").symlink_to(tmp_path / "source")
    with pytest.raises(AuditError, match="holds no advisory"):
        update(str(tmp_path / "links"), str(tmp_path / "index"))


@pytest.mark.parametrize("address", ["http://example.org/all.zip", "ftp://example.org/a", "file:///etc/passwd"])
def test_only_https_is_fetched(tmp_path: Path, address: str) -> None:
    def opened(_: str) -> io.BytesIO:
        raise AssertionError

    with pytest.raises(AuditError, match="is no https address"):
        building.update(address, str(tmp_path / "index"), opened)


def test_an_address_gives_what_its_archive_gives(tmp_path: Path) -> None:
    asked: list[str] = []
    data = Path(zipped(tmp_path)).read_bytes()

    def opened(address: str) -> io.BytesIO:
        asked.append(address)
        return io.BytesIO(data)

    update(folder(tmp_path), str(tmp_path / "expected"))
    building.update("https://example.org/all.zip?key=1", str(tmp_path / "index"), opened)
    assert asked == ["https://example.org/all.zip?key=1"]
    assert (tmp_path / "index").read_bytes() == (tmp_path / "expected").read_bytes()


def test_an_address_that_fails_is_an_error_without_its_query(tmp_path: Path) -> None:
    def opened(_: str) -> io.BytesIO:
        raise OSError("no route")

    with pytest.raises(AuditError) as error:
        building.update("https://example.org/all.zip?key=1", str(tmp_path / "index"), opened)
    assert str(error.value) == "https://example.org/all.zip: cannot be fetched (no route); fetch it by hand"


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: data[:-1], id="short"),
        pytest.param(lambda data: data + b"x", id="long"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"X" + data[1:], id="foreign"),
        pytest.param(lambda data: data[:8] + b"\0\0\0\0" + data[12:], id="no buckets"),
        pytest.param(lambda data: data[:12] + b"\xff\xff\xff\xff" + data[16:], id="a head without end"),
    ],
)
def test_a_damaged_index_is_an_error(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "index"
    update(folder(tmp_path), str(path))
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(AuditError, match="is no whole index of advisories"):
        Index(str(path))


def test_info_sees_a_bit_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "index"
    update(folder(tmp_path), str(path))
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes((data[-9] ^ 1,)) + data[-8:])
    with pytest.raises(AuditError, match="is no whole index"):
        info(str(path))


def test_what_is_no_file_is_no_index(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(AuditError, match="is no index of advisories"):
            Index(str(path))
    assert info(str(tmp_path / "none")) is None


def test_a_look_up_reads_as_much_of_a_large_index_as_of_a_small_one(
    tmp_path: Path, index_of: Callable[..., Index]
) -> None:
    sizes = []
    for count in (50, 5000):
        index = index_of(*(record(f"X-{i}", affected(f"package{i}", {"introduced": "0"})) for i in range(count)))
        read: list[int] = []
        inner = index._file
        index._file = Counting(inner, read)  # type: ignore[assignment]
        assert [len(index.rows(f"package{i}")) for i in range(50)] == [1] * 50
        sizes.append(sum(read) / 50)
        index._file = inner
    assert max(sizes) < 2 * min(sizes)


def test_the_stamp_changes_with_the_content(tmp_path: Path, index_of: Callable[..., Index]) -> None:
    one, same, other = (index_of(record(name, affected("torch", versions=("1",)))) for name in ("A", "A", "B"))
    assert stamp(one._path) == stamp(same._path) != stamp(other._path)
    assert stamp(str(tmp_path / "none")) == stamp(str(tmp_path)) == ""


class Moved(BaseHTTPRequestHandler):
    """A server that answers, and sends one path elsewhere."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("location", "http://127.0.0.1:9/all.zip")
        self.send_header("content-length", "3")
        self.end_headers()
        self.wfile.write(b"zip")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_address_that_leads_away_from_https_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moved)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        with sources._open_address(address + "/all.zip") as answer:
            assert answer.read() == b"zip"
        with pytest.raises(OSError, match="leads away from https"):
            sources._open_address(address + "/moved")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Counting:
    """A file that notes how many bytes are read."""

    def __init__(self, inner: Any, read: list[int]) -> None:
        self._inner, self._read = inner, read

    def seek(self, at: int) -> None:
        self._inner.seek(at)

    def read(self, size: int) -> bytes:
        self._read.append(size)
        found: bytes = self._inner.read(size)
        return found
