"""Model files are read opcode by opcode: what would run foreign code is named, and nothing is run."""

from __future__ import annotations

import bz2
import collections
import functools
import gzip
import io
import lzma
import pickle
import zipfile
import zlib
from typing import Any

import pytest

from ml_audit_hooks.checks.checkpointing import opcodes, unpacking
from ml_audit_hooks.checks.checkpointing.opcodes import imported, inspect, is_dangerous
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Content

RAN: list[str] = []


class Calls:
    """Pickles as a call."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def evil(protocol: int) -> bytes:
    """A pickle that would call ``eval``."""
    return pickle.dumps({"weights": [1.0], "run": Calls(eval, "__import__('x').RAN.append('ran')")}, protocol)


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def spoiled(archive: bytes) -> bytes:
    """A zip whose checksums are wrong, which Python's reader refuses and torch's does not."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        right = opened.infolist()[0].CRC.to_bytes(4, "little")
    return archive.replace(right, bytes(byte ^ 255 for byte in right))


def array(content: bytes, kind: str = "|O") -> bytes:
    """A ``.npy`` file of version 1."""
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': (1,), }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + content


def file(path: str, data: bytes) -> File:
    return File(path, Content(None, "", "is a binary file", binary=lambda most: data if len(data) <= most else None))


HARMLESS = [
    pytest.param(pickle.dumps({"epoch": 3, "weights": [0.5], "name": "os.system"}), id="strings-that-look-bad"),
    pytest.param(pickle.dumps(collections.OrderedDict(a=1)), id="ordered-dict"),
    pytest.param(pickle.dumps(functools.partial(int, base=2)), id="partial"),
    pytest.param(pickle.dumps({1, 2}, 2), id="set-of-protocol-2"),
    pytest.param(zipped("archive/data.pkl", pickle.dumps([1])), id="zip"),
    pytest.param(zipped("archive/data/0", b"\x80\x93" * 40), id="bytes-of-a-tensor"),
    pytest.param(b"N\x93 no pickle", id="bytes-that-look-like-an-import"),
    pytest.param(array(evil(2), "<f4"), id="array-of-numbers"),
    pytest.param(b"", id="empty"),
    pytest.param(b"PK\x03\x04 no zip", id="damaged-zip"),
    pytest.param(b"\x80\x04\x95 no pickle", id="damaged-pickle"),
    pytest.param(b"\x1f\x8b no gzip", id="damaged-gzip"),
    pytest.param(bytes(range(256)) * 8, id="noise"),
]
HARMFUL = [
    *(pytest.param(evil(protocol), id=f"protocol-{protocol}") for protocol in range(6)),
    pytest.param(pickle.dumps([1]) + evil(2), id="second-pickle"),
    pytest.param(zipped("archive/data.pkl", evil(2)), id="zip"),
    pytest.param(zipped("a.npy", array(evil(4))), id="npz"),
    pytest.param(array(evil(4)), id="array-of-objects"),
    pytest.param(zlib.compress(evil(4)), id="zlib"),
    pytest.param(gzip.compress(evil(4)), id="gzip"),
    pytest.param(bz2.compress(evil(4)), id="bz2"),
    pytest.param(lzma.compress(evil(4)), id="xz"),
    pytest.param(b"(S'rm'\nibuiltins\neval\n.", id="inst"),
    pytest.param(b"V\\u0062uiltins\nVeval\n\x93.", id="escaped-name"),
    pytest.param(zipped("archive/data/0", evil(2)), id="under-another-name"),
    pytest.param(pickle.dumps(1) * 9 + evil(2), id="tenth-pickle"),
    pytest.param(evil(0) + b"\x00junk", id="junk-behind"),
    pytest.param(pickle.dumps(Calls(eval, "1"), 4)[2:], id="no-mark"),
    pytest.param(spoiled(zipped("archive/data.pkl", evil(2))), id="wrong-checksum"),
    pytest.param(b"\x80\x04\x8c\x08builtins\x94\x8c\x04eval\x940h\x00h\x01\x93.", id="names-from-the-memo"),
]


@pytest.mark.parametrize("data", HARMLESS)
def test_what_models_need_is_silent(data: bytes) -> None:
    assert inspect(file("arrays.npz", data)) == Record()


@pytest.mark.parametrize("data", HARMFUL)
def test_what_would_run_code_is_named_and_not_run(data: bytes) -> None:
    found = inspect(file("arrays.npz", data)).findings
    assert [(f.code, f.line, f.text) for f in found] == [("CKP030", 1, "loading it imports `builtins.eval`")]
    assert RAN == []


@pytest.mark.parametrize(
    "push",
    [
        pytest.param(b"\x8c\x02os\x8c\x06system\x8c\x01x0\x93", id="decoy-taken-away"),
        pytest.param(b"\x8c\x02os\x8c\x06system(\x8c\x01x1\x93", id="decoy-behind-a-mark"),
    ],
)
def test_a_name_that_cannot_be_told_is_told_so(push: bytes) -> None:
    found = inspect(file("arrays.npz", b"\x80\x04" + push + b".")).findings
    assert [f.text for f in found] == ["loading it imports a name that it hides"]


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        pytest.param("data.npy", [], id="array"),
        pytest.param("tokens.bin", [], id="bytes"),
        pytest.param("model.pth", ["CKP031"], id="torch"),
        pytest.param("model.pkl", ["CKP031"], id="pickle"),
    ],
)
def test_weights_in_git_are_told(path: str, codes: list[str]) -> None:
    assert [f.code for f in inspect(file(path, pickle.dumps([1]))).findings] == codes


def test_a_file_over_the_limit_is_not_read() -> None:
    large = File("model.npz", Content(None, "", "is a binary file", binary=lambda most: None))
    assert inspect(large) == Record(unread=((None, opcodes.TOO_LARGE),))


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        pytest.param("torch._utils", "_rebuild_tensor_v2", False, id="torch"),
        pytest.param("numpy.core.multiarray", "_reconstruct", False, id="numpy"),
        pytest.param("sklearn.ensemble._forest", "RandomForestClassifier", False, id="sklearn"),
        pytest.param("builtins", "dict", False, id="dict"),
        pytest.param("builtins", "getattr", True, id="getattr"),
        pytest.param("os", "system", True, id="os"),
        pytest.param("os.path", "join", True, id="below-os"),
        pytest.param("posix", "system", True, id="posix"),
        pytest.param("osmium", "read", False, id="another-module"),
        pytest.param("builtins", "print", False, id="print"),
        pytest.param("torch.nn.modules.linear", "Linear", False, id="layer"),
        pytest.param("torch._inductor.codecache", "compile_file", True, id="a-branch-of-torch"),
        pytest.param("pickle", "loads", True, id="a-pickle-in-a-pickle"),
        pytest.param("operator", "attrgetter", True, id="attrgetter"),
    ],
)
def test_dangerous_is_what_runs_code_of_the_authors_choice(module: str, name: str, expected: bool) -> None:
    assert is_dangerous(module, name) is expected


def test_what_a_pickle_imports_is_known() -> None:
    assert imported(pickle.dumps(collections.OrderedDict(a=1), 4)) == {("collections", "OrderedDict")}


@pytest.mark.parametrize(
    ("path", "level"),
    [pytest.param("model.pth", "", id="product"), pytest.param("tests/data/model.pth", "note", id="fixture")],
)
def test_weights_in_a_test_folder_are_a_note(path: str, level: str) -> None:
    assert [(f.code, f.level) for f in inspect(file(path, pickle.dumps([1]))).findings] == [("CKP031", level)]


def test_a_pickle_that_is_too_long_is_told_and_what_was_seen_of_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_OPCODES", 40)
    record = inspect(file("a.npz", evil(2) + pickle.dumps([*range(99)])))
    assert [f.code for f in record.findings] == ["CKP030"]
    assert record.unread == ((None, opcodes.UNREAD),)


def deflated(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


LARGE = pickle.dumps([1.0] * 400) * 300  # bytes, more than are unpacked of a first look


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        pytest.param(deflated("a/data.pkl", LARGE), True, id="member"),
        pytest.param(deflated("a/data.pkl", pickle.dumps([1])), False, id="small-member"),
        pytest.param(deflated("a.npy", array(LARGE, "<f4")), False, id="array-of-numbers"),
        pytest.param(deflated("a.npy", array(LARGE)), True, id="array-of-objects"),
        pytest.param(deflated("a/readme", b"text" * len(LARGE)), False, id="text"),
        pytest.param(gzip.compress(LARGE), True, id="gzip"),
        pytest.param(bz2.compress(LARGE), True, id="bz2"),
        pytest.param(lzma.compress(LARGE), True, id="xz"),
        pytest.param(zlib.compress(pickle.dumps([1])), False, id="small-zlib"),
    ],
)
def test_what_is_cut_is_told(data: bytes, cut: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_PICKLE", 100_000)
    monkeypatch.setattr(unpacking, "MAX_OPCODES", 10_000_000)
    assert inspect(file("a.npz", data)).unread == (((None, opcodes.UNREAD),) if cut else ())


def test_a_deflated_pickle_is_read_to_its_end() -> None:
    record = inspect(file("a.npz", deflated("a/data.pkl", LARGE[:0] + pickle.dumps([0.5] * 9999) + evil(2))))
    assert [f.code for f in record.findings] == ["CKP030"]


def test_a_large_file_that_can_hold_no_pickle_is_silent() -> None:
    assert inspect(File("a.h5", Content(None, "", "", binary=lambda most: None))) == Record()
