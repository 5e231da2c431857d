"""From a file to its record: notebooks, languages, messages and identities."""

from __future__ import annotations

import json

import pytest

from ml_audit_hooks.checks.stubs import CHECK
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.source import Unreadable
from tests.checks.stubs.support import counted, record

CODE = """import time


def load(path):
    pass


class Trainer:
    def train(self, epochs):
        for epoch in range(epochs):
            time.sleep(1)  # simulate
        # TODO: return something
        return {"loss": 0.1}
"""


def notebook(*cells: str) -> str:
    """A notebook of code cells."""
    rows = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_cell_gives_what_the_same_module_gives() -> None:
    module = counted({"a.py": CODE})["a.py"]
    cells = counted({"a.ipynb": notebook("x = 1\n", CODE)})["a.ipynb"]
    assert [f._replace(cell=None) for f in cells] == list(module)
    assert {f.cell for f in cells} == {1}
    assert [f.code for f in module] == ["STB001", "STB004", "STB005"]


def test_a_cell_that_does_not_parse_hides_no_other() -> None:
    found = record("a.ipynb", notebook("def f(:\n", "def g(x): pass\n"))
    assert [(f.cell, f.symbol) for f in found.findings] == [(1, "g")]
    assert [cell for cell, _ in found.unread] == [0]


def test_a_file_that_does_not_parse_is_unread() -> None:
    with pytest.raises(Unreadable, match="line 1"):
        record("a.py", "def f(:\n")


def test_findings_come_in_the_order_of_the_text() -> None:
    text = "# TODO: a\ndef f(x): pass\n# FIXME: b\ndef g(x): ...\nx = 1  # XXX\n"
    found = record("a.py", text).findings
    assert [(f.line, f.code) for f in found] == [
        *((1, "STB005"), (2, "STB001"), (3, "STB005"), (4, "STB002"), (5, "STB005")),
    ]


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        pytest.param(("STB001", "A.f", "pass-body", "pass"), "A.f has no body but `pass`", id="pass"),
        pytest.param(("STB002", "f", "ellipsis-body", "..."), "f has no body but `...`", id="ellipsis"),
        pytest.param(("STB003", "f", "not-implemented", "x"), "f only raises NotImplementedError", id="refusal"),
        pytest.param(("STB004", "f", "placeholder-body", "x"), "f only pretends to do its work", id="pretence"),
        pytest.param(("STB005", "f", "todo-comment", "TODO: a"), "TODO: a", id="marker"),
        pytest.param(("STB006", "key", "placeholder-value", "TODO"), "key is the placeholder TODO", id="value"),
        pytest.param(("STB006", "", "placeholder-value", "TODO"), "value is the placeholder TODO", id="item"),
    ],
)
def test_a_message_is_one_line(finding: tuple[str, str, str, str], message: str) -> None:
    code, symbol, kind, text = finding
    assert CHECK.message(Finding(code, 1, 1, None, symbol, kind, text)) == message


def test_a_marker_is_known_by_its_text_and_a_body_by_its_function() -> None:
    before = record("a.py", "def f(x): pass\n# TODO: a\n").findings
    after = record("a.py", "\n\nclass B:\n    # TODO: a\n    def f(self): pass\n").findings
    assert sorted(map(CHECK.identity, before)) == sorted(map(CHECK.identity, after))


def test_a_long_comment_is_cut() -> None:
    (finding,) = record("a.py", f"# TODO: {'x' * 500}\n").findings
    assert len(finding.text) == 160


def test_every_language_of_the_check_is_one_of_the_house() -> None:
    known = {*places.TEXT_BY_SUFFIX.values(), "Makefile"}
    assert CHECK.languages is not None
    assert CHECK.languages <= known


def test_a_marker_belongs_to_the_innermost_function_or_class() -> None:
    text = "# TODO: a\nclass A:\n    # TODO: b\n    def f(self):\n        return 1  # TODO: c\n"
    assert [f.symbol for f in record("a.py", text).findings] == ["<module>", "A", "A.f"]
