"""pip-audit's Auditor answers over local records, without a process or a socket, and as the fast way does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.engines import pip_audit_engine
from ml_audit_hooks.vulndb import answers, building
from ml_audit_hooks.vulndb.ageing import Ignore
from ml_audit_hooks.vulndb.findings import vulnerable
from ml_audit_hooks.vulndb.index import encoded

from ..vulndb.advisories import affected, affects, record
from ..vulndb.closed import run


class Package(NamedTuple):
    name: str
    version: str
    line: int
    source: str
    cell: int | None = None


AUDIT = """
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.engines import pip_audit_engine
class Match(NamedTuple):
    id: str = "GHSA-1"
    aliases: tuple = ("CVE-1",)
    fixed: tuple = ("2.0",)
    summary: str = ""
print(pip_audit_engine.audit([("torch", "1.0+cu1"), ("numpy", "1")], lambda name, _: [Match()] * (name == "torch")))
print(*sorted(sys.modules.keys() & {"pip_audit", "pip_api", "requests", "socket", "subprocess"}))
"""
ANSWER = "[(Vulnerability(id='CVE-1', aliases=('GHSA-1',), fixed=('2.0',)),), ()]\n\n"
MINE = "import pathlib\npathlib.Path(__file__).with_name('was-run').touch()\nraise SystemExit(0)\n"


NAMES = ["packaging/__init__.py", "pip.py", "pip/__main__.py", "pip_api.py", "pip_audit.py", "requests.py"]


@pytest.mark.parametrize(
    ("name", "on_path"),
    # what the interpreter itself imports before any code of ours cannot be kept from PYTHONPATH
    [*((name, False) for name in [*NAMES, "typing.py", "warnings.py"]), *((name, True) for name in NAMES)],
)
def test_nothing_of_the_audited_repository_is_run(tmp_path: Path, name: str, on_path: bool) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(MINE)
    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}".rstrip(os.pathsep)
    assert run(AUDIT, cwd=tmp_path, **({"PYTHONPATH": path} if on_path else {})) == ANSWER
    assert list(tmp_path.rglob("was-run")) == []


def test_importing_pip_audit_as_it_is_runs_the_repository(tmp_path: Path) -> None:
    # what the test above protects against; where this fails, pip-audit was mended
    (tmp_path / "pip.py").write_text(MINE)
    code = "import sys; sys.path.remove(''); import pip_audit._audit"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (tmp_path / "was-run").exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("import subprocess", "import of subprocess halted", id="a process"),
        pytest.param("import socket", "import of socket halted", id="a socket"),
        pytest.param("import pip_api", "import of pip_api halted", id="pip_api"),
        pytest.param("", "has no attribute|cannot import name", id="built otherwise"),
    ],
)
def test_a_pip_audit_of_another_kind_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    for name in ("__init__.py", "_audit.py", "_service/interface.py", "_dependency_source/interface.py"):
        path = tmp_path / "pip_audit" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(body if name == "_audit.py" else "")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(AuditError, match=f"pip-audit: cannot be used .*({reason}).*; install pip-audit"):
        pip_audit_engine.audit([("torch", "1.0")], lambda *_: [])
    assert "subprocess" in sys.modules


def test_a_pip_audit_that_is_imported_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    own = object()
    monkeypatch.setitem(sys.modules, "pip_audit._service", own)  # type: ignore[misc]
    pip_audit_engine.imported()
    assert sys.modules["pip_audit._service"] is own


def test_no_lock_file_is_mended() -> None:
    source = pip_audit_engine._source(pip_audit_engine.imported(), [])
    with pytest.raises(NotImplementedError):
        source.fix(None)


@pytest.fixture(scope="module")
def library() -> pip_audit_engine.Library:
    return pip_audit_engine.imported()


names = st.sampled_from(["CVE-1", "CVE-2", "GHSA-1", "GHSA-2", "OSV-1", "PYSEC-1", "PYSEC-2"])
matches = st.builds(
    answers.Match,
    names,
    st.lists(names, max_size=2).map(tuple),
    st.just(""),
    st.lists(st.sampled_from(["1.0", "2.0", "2.0rc1"]), unique=True).map(
        lambda found: tuple(sorted(found, key=Version))
    ),
    st.just(""),
    st.just(False),
)


@given(st.lists(st.lists(matches, max_size=6), max_size=3))
@settings(max_examples=100)
def test_records_are_joined_as_the_auditor_joins_them(found: list[list[answers.Match]]) -> None:
    pins = [(f"package-{i}", "1.0") for i in range(len(found))]
    said = pip_audit_engine.audit(pins, lambda name, _: found[int(name.rpartition("-")[2])])
    fast = [tuple(result[:3] for result in answers.results(row)) for row in found]
    assert [tuple(map(tuple, row)) for row in said] == fast


def test_a_local_segment_is_left_out_and_names_are_asked_for_as_normalised() -> None:
    asked: list[tuple[str, str]] = []

    def query(name: str, version: str) -> list[answers.Match]:
        asked.append((name, version))
        return []

    assert pip_audit_engine.audit([("Torch_Text", "2.1.0+cu121")], query) == [()]
    assert asked == [("torch-text", "2.1.0")]


# pip-audit itself, with its own service, asked over a server on this machine
RECORDS = [
    record("PYSEC-2022-1", affected("torch", {"introduced": "0"}, {"fixed": "1.13.1"}), aliases=("CVE-2022-1",)),
    record(
        "GHSA-1",
        affected("torch", {"introduced": "1"}, {"fixed": "1.13"}, {"fixed": "1.13.1"}),
        aliases=("CVE-2022-1",),
    ),
    record("GHSA-2", affected("torch", versions=("1.12.0", "1.0rc1")), aliases=("CVE-2023-2", "OSV-1")),
    record("PYSEC-2023-3", affected("numexpr", {"introduced": "0"}, versions=("2.8.4",))),
    record("PYSEC-2023-4", affected("torch", {"introduced": "0"}), withdrawn="2024-01-01T00:00:00Z"),
    record("PYSEC-2023-6", affected("torch", {"introduced": "0"}, versions=("1.12.0",))),
    record("MAL-2024-5", affected("reqeusts", {"introduced": "0"})),
]
PINS = [
    (name, version)
    for name in ("torch", "numexpr", "reqeusts", "numpy")
    for version in ("0.9", "1.0rc1", "1.12.0", "1.13.0", "1.13.1", "2.8.4", "3.0.post1")
]
ITSELF = """
import json, sys
from pathlib import Path
from packaging.version import Version
from pip_audit._audit import Auditor
from pip_audit._service import OsvService, ResolvedDependency
class Pins:
    def collect(self):
        return [ResolvedDependency(name, Version(version)) for name, version in json.loads(sys.argv[2])]
found = Auditor(OsvService(Path(sys.argv[3]), 5, sys.argv[1])).audit(Pins())
print(json.dumps([[[v.id, sorted(v.aliases), [str(f) for f in v.fix_versions]] for v in vulns] for _, vulns in found]))
"""


class Answering(BaseHTTPRequestHandler):
    """A server of OSV's interface over `RECORDS`, by the algorithm of the schema."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name, version = asked["package"]["name"], Version(asked["version"])
        found = [item for item in sorted(RECORDS, key=lambda item: item["id"]) if affects(item, name, version)]
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_answer_is_that_of_pip_audit_itself(tmp_path: Path, address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ITSELF, address, json.dumps(PINS), str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    packages, _ = building.gathered((item["id"], item) for item in RECORDS)

    def query(name: str, version: str) -> tuple[answers.Match, ...]:
        return answers.matches(lambda package: sorted(packages.get(package, [])), name, version)

    fast = [[[r.id, list(r.aliases), list(r.fixed)] for r in answers.results(query(*pin))] for pin in PINS]
    said = [[[v.id, list(v.aliases), list(v.fixed)] for v in row] for row in pip_audit_engine.audit(PINS, query)]
    assert fast == said == json.loads(done.stdout)
    assert [len(row) for row in fast[:7]] == [2, 3, 3, 2, 1, 1, 1]


def test_findings_are_the_same_with_and_without_the_auditor(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_bytes(encoded(*building.gathered((item["id"], item) for item in RECORDS)))
    pins = [Package(name, version, i, "pypi") for i, (name, version) in enumerate(PINS)]
    for ignores in ((), (Ignore("CVE-2022-1", "not reached"),)):
        fast = vulnerable({"uv.lock": pins}, str(path), ignores)
        assert fast == vulnerable({"uv.lock": pins}, str(path), ignores, auditor=pip_audit_engine.audit)
        of_one = [(f.code, f.measure) for f in fast["uv.lock"] if f.line == PINS.index(("torch", "1.13.0"))]
        assert of_one == ([("LCK103", 1)] if ignores else [("LCK101", 1), ("LCK103", 1)])
