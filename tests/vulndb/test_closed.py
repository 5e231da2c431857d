"""A look-up starts no process, opens no socket, and imports only what it needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml_audit_hooks.vulndb.index import Index

from .advisories import affected, record
from .closed import run

LOOK_UP = """
import sys
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.vulndb.findings import vulnerable
class Package(NamedTuple):
    name: str
    version: str
    line: int = 1
    source: str = "pypi"
    cell: None = None
pins = [Package(*pin.split("==")) for pin in sys.argv[2:]]
print(sum(map(len, vulnerable({"uv.lock": pins}, sys.argv[1], (), "2026-01-01").values())))
print(*sorted(sys.modules.keys() & {"packaging", "pip_audit", "re", "typing", "json", "sqlite3", "yaml", "subprocess"}))
"""
FIXED = affected("torch", {"introduced": "0"}, {"fixed": "2.0rc1"})


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        pytest.param(["numpy==1.0", "scipy==1.0rc1"], "1\n\n", id="no record"),
        pytest.param(["torch==2.1", "numpy==1.0"], "1\n\n", id="fixed"),
        pytest.param(["torch==1.13.1+cu117"], "2\n\n", id="affected"),
        pytest.param(["torch==1.0.post1"], "2\npackaging re typing\n", id="a version that is no plain one"),
    ],
)
def test_only_what_is_needed_is_imported(
    index_of: Callable[..., Index], tmp_path: Path, pins: list[str], expected: str
) -> None:
    index = index_of(record("PYSEC-2024-1", affected("torch", {"introduced": "0"}, {"fixed": "2.0"})))
    assert run(LOOK_UP, index._path, *pins, cwd=tmp_path) == expected


def test_an_update_from_a_folder_opens_no_socket(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: A\nmodified: 2024-01-01T00:00:00Z\naffected: [{package: {name: a, ecosystem: PyPI}, versions: [1]}]\n"
    )
    code = "from ml_audit_hooks.vulndb import update, info\nprint(update('.', 'index').records, info('index').date)"
    code += "\nprint('urllib.request' in sys.modules, 'socket' in sys.modules)"
    assert run(code, cwd=tmp_path) == "1 2024-01-01\nFalse False\n"


def test_the_guard_sees_a_process_and_a_socket(tmp_path: Path) -> None:
    for code, event in (
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import socket; socket.socket()", "socket.__new__"),
    ):
        with pytest.raises(AssertionError, match=event):
            run(code, cwd=tmp_path)
