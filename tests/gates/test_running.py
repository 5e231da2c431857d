"""A gate is run with the network shut off, for so long and no longer."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml_audit_hooks.gates import running
from ml_audit_hooks.gates.running import GUARD, NAMESPACE, TIMED_OUT, run

PYTHON = sys.executable
_CONNECT = """\
import socket, sys
with socket.socket() as own:
    own.settimeout(5)
    own.connect(("127.0.0.1", int(sys.argv[1])))
print("reached")
"""


@pytest.fixture
def listening() -> Iterator[int]:
    """A port of this machine on which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(params=[NAMESPACE, GUARD], ids=["namespace", "guard"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way to shut the network off; a namespace only where the system allows one."""
    wanted: str = request.param
    if wanted == NAMESPACE and not running.has_namespaces():
        pytest.skip("this system opens no network namespace to users")
    monkeypatch.setattr(running, "has_namespaces", lambda: wanted == NAMESPACE)
    return wanted


def test_a_command_that_needs_no_network_is_run_as_it_stands(how: str, tmp_path: Path) -> None:
    assert run("echo one && echo two >&2; exit 3", str(tmp_path), 20) == (
        "echo one && echo two >&2; exit 3",
        3,
        "one\ntwo",
        how,
    )


def test_no_connection_leaves_the_run(how: str, tmp_path: Path, listening: int) -> None:
    (tmp_path / "connect.py").write_text(_CONNECT)
    with socket.create_connection(("127.0.0.1", listening)):
        pass  # outside it is reached
    found = run(f"{PYTHON} connect.py {listening}", str(tmp_path), 20)
    assert found.code == 1
    assert "reached" not in found.output
    assert found.output.splitlines()[-1].startswith(("ConnectionRefusedError", "OSError: ml-audit gates", "OSError"))
    assert found.how == how


def test_a_name_is_not_looked_up_behind_the_guard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(running, "has_namespaces", lambda: False)
    found = run(f"{PYTHON} -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:9')\"", str(tmp_path), 20)
    assert "the network is shut off for this run" in found.output


def test_what_takes_too_long_is_stopped_with_all_that_it_started(how: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    found = run("(sleep 60; touch later) & echo started; sleep 60", str(tmp_path), 0.6)
    assert time.monotonic() - begun < 15
    assert found.code == TIMED_OUT
    assert found.how == f"{how}; stopped after 0.6 s"
    assert not (tmp_path / "later").exists()


def test_what_is_left_in_the_background_is_ended(how: str, tmp_path: Path) -> None:
    found = run("sleep 60 & echo $! > pid", str(tmp_path), 20)
    assert found.code == 0
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not _lives(pid):
            return
        time.sleep(0.02)
    pytest.fail("the background process lives on")


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_secrets_of_the_environment_are_not_passed(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "not-to-be-seen")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = run("env", str(tmp_path), 20)
    names = {line.partition("=")[0] for line in found.output.splitlines()}
    assert "HF_TOKEN" not in names
    assert "not-to-be-seen" not in found.output
    assert str(tmp_path) not in found.output
    assert {"HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE", "WANDB_MODE", "PIP_NO_INDEX"} <= names


def test_the_output_is_cut_to_its_last_lines_in_plain_letters(tmp_path: Path) -> None:
    code = "print(chr(27) + '[31m' + 'red'); [print(n) for n in range(100)]; import os; print(os.getcwd())"
    lines = run(f'{PYTHON} -c "{code}"', str(tmp_path), 20).output.splitlines()
    assert lines == [*map(str, range(61, 100)), "."]


def test_a_command_that_a_signal_ended_gives_128_and_the_signal(how: str, tmp_path: Path) -> None:
    assert run("kill -9 $$", str(tmp_path), 20).code == 137


def test_nothing_is_written_where_the_gate_does_not_write(how: str, tmp_path: Path) -> None:
    run(f"{PYTHON} -c 'import json'", str(tmp_path), 20)
    assert os.listdir(tmp_path) == []
