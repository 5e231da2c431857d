"""One file: cells, suppressions, what is left out of the record, and when bandit is imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ml_audit_hooks.checks.security import detect
from ml_audit_hooks.engines import bandit_engine
from tests.checks.security.support import record, told
from tests.conftest import unmeasured

QUIET = """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, tokens, token_type=None):
        tokens = tokens.get("ids").eval()
        if not tokens:
            raise ValueError(f"{tokens} of {token_type}")
        return self.load(tokens, method="linear")
"""
PROGRAM = """import sys
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.checks.security import CHECK
CHECK.examine(File("a.py", Content(sys.stdin.buffer.read(), "blob")))
print(*sorted(m for m in sys.modules if m in ("re", "logging", "stevedore", "yaml") or m.split(".")[0] == "bandit"))
"""


def imported(text: str) -> list[str]:
    """What is imported for a file, of what costs much."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, env=unmeasured())
    return done.stdout.split()


def test_nothing_of_bandit_is_imported_where_nothing_can_be_found() -> None:
    assert imported(QUIET) == []


def test_only_the_plugin_that_is_asked_is_imported() -> None:
    found = imported("assert x\n")
    assert [name for name in found if "plugins." in name] == ["bandit.plugins.asserts"]
    assert not {"bandit.core.manager", "stevedore", "yaml"} & set(found)


def notebook(*cells: str) -> str:
    rows = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_cell_knows_the_imports_of_those_before_it() -> None:
    text = notebook("import subprocess as s", "%matplotlib inline\ns.run(f'a {b}', shell=True)")
    found = record(text, "a.ipynb").findings
    assert [(f.cell, f.line, f.code) for f in found] == [(0, 1, "B404"), (1, 2, "B602")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("self.db_password = 'hunter2-hunter2'\n", "db_password"),
        ("f(auth_token='hunter2-hunter2')\n", "auth_token"),
        ("def f(a, pwd='hunter2-hunter2'): pass\n", "pwd"),
        ("if secret == 'hunter2-hunter2': pass\n", "secret"),
        ("d = {'hunter2_token_x': 'hunter2-hunter2'}\n", ""),
    ],
    ids=["B105", "B106", "B107", "compared", "key of a dict"],
)
def test_a_password_is_in_no_record(text: str, name: str) -> None:
    found = record(text)
    assert "hunter2" not in str(found.plain())
    assert found.findings[0].text == ("Possible hardcoded password" + (f" in {name}" if name else ""))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("assert x  # noqa: S101\n", []),
        ("assert x  # noqa: E501, S101\n", []),
        ("# ruff: noqa: S101\nassert x\n", []),
        ("assert x  # nosec\n", []),
        ("assert x  # nosec B101\n", []),
        ("assert x  # noqa\n", [(1, "B101", "note")]),
        ("assert x  # noqa: S102\n", [(1, "B101", "note")]),
        ("assert x  # noqa: E501\n", [(1, "B101", "note")]),
        ("assert x  # nosec B102\n", [(1, "B101", "note")]),
        ("assert '# noqa: S101'\n", [(1, "B101", "note")]),
    ],
)
def test_pragmas_wave_through_what_they_name(text: str, rows: list[tuple[int, str, str]]) -> None:
    assert told(text, profile="bandit") == rows


def test_a_suppression_holds_for_the_head_of_a_function_only() -> None:
    (found,) = record("def f(\n    password='abc',\n):\n    g()\n    return 1\n").findings
    assert (found.line, found.first, found.last) == (1, 1, 3)


def test_a_test_that_raises_is_told_and_the_others_stand() -> None:
    text = "import tarfile\nassert x\nt.extractall(members=self.safe(t))\n"
    found = record(text)
    assert [f.code for f in found.findings] == ["B101"]
    assert found.unread == ((None, "bandit's B202 broke on it (AttributeError): line 3"),)


def test_the_tree_is_left_without_circles() -> None:
    from ml_audit_hooks.core import python
    from ml_audit_hooks.engines.bandit_engine import Names

    module = python.parse("open('/tmp/x')\ntoken = 'x'\nf('select a from %s' % b)\n")
    assert len([*detect.issues(module, Names(), None)]) == 3
    assert not [n for nodes in module.nodes.values() for n in nodes if "_bandit_parent" in vars(n)]


def test_direction_controls_are_told_in_a_cell() -> None:
    found = record(notebook("x = 1", "y = 1  # \u202e"), "a.ipynb").findings
    assert [(f.cell, f.line, f.code, f.level) for f in found] == [(1, 1, "B613", "error")]


def test_a_release_without_a_part_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from bandit.core import context  # type: ignore[import-untyped]

    from ml_audit_hooks.core.errors import AuditError

    monkeypatch.delattr(context, "Context")
    with pytest.raises(AuditError, match=r"^bandit: bandit\.core\.context has no Context; install bandit>=1\.8"):
        bandit_engine.Engine()


def test_a_test_that_an_older_release_lacks_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bandit_engine.PLUGINS, "B615", ("not_there", "huggingface_unsafe_download"))
    monkeypatch.setattr(detect, "_ENGINES", [])
    text = "from transformers import A\nA.from_pretrained('a/b')\nassert x\n"
    assert [f.code for f in record(text).findings] == ["B101"]
