"""A console in a real checkout: the commands' own main functions, what they print and their exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import Repo


class Said(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def _main(program: str) -> Callable[[Sequence[str]], int]:
    from ml_audit_hooks.checks.notebooks import CHECK as NOTEBOOKS
    from ml_audit_hooks.checks.stubs import CHECK
    from ml_audit_hooks.cli import command, everything, falls, hook, report

    mains: dict[str, Callable[[Sequence[str]], int]] = {
        "audit-all": everything.main,
        "audit-capabilities": falls.main,
        "audit-notebooks": lambda argv: hook.main(NOTEBOOKS, "Checks notebooks.", argv),
        "audit-report": report.main,
        "audit-stubs": lambda argv: hook.main(CHECK, "Finds stubs.", argv),
        "ml-audit": command.main,
    }
    return mains[program]


class Console(Repo):
    """A checkout that is the current folder."""

    capture: pytest.CaptureFixture[str]

    def say(self, program: str, *argv: str) -> Said:
        """Run a command."""
        self.capture.readouterr()
        code = _main(program)(argv)
        return Said(code, *self.capture.readouterr())

    def lines(self, program: str, *argv: str) -> list[str]:
        """The lines that a command prints on standard output."""
        return self.say(program, *argv).out.splitlines()

    def document(self, program: str, *argv: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.say(program, *argv).out)


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Console:
    """An empty checkout."""
    made = Console(tmp_path / "repo")
    made.capture = capsys
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def schema() -> dict[str, Any]:
    """The schema of the audit as JSON, as the package ships it."""
    found: dict[str, Any] = json.loads(files("ml_audit_hooks").joinpath("report/audit.schema.json").read_text("utf-8"))
    return found
