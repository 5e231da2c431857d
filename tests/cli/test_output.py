"""Every format says the same of the same findings, to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ml_audit_hooks import __version__
from ml_audit_hooks.checks.stubs import CHECK
from ml_audit_hooks.cli import catalog, output
from ml_audit_hooks.cli.judge import Judged
from ml_audit_hooks.core.finding import Finding
from tests.cli.conftest import Console

NOTEBOOK = json.dumps(
    {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Train"},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "import os\n\n\ndef train():\n    ...\n"},
    ]}
)  # fmt: skip
FILES = {
    "a.py": "class Adam:\n    def step(self):\n        pass\n",
    "b.py": "x = 1\n# TODO: 100% of it\n",
    "c.ipynb": NOTEBOOK,
    "d.py": "print 'old'\n",
    "e.yaml": "token: changeme\n",
}
LINES = [
    "a.py:2:5: STB001 Adam.step has no body but `pass`",
    "b.py:2:1: STB005 TODO: 100% of it",
    "c.ipynb:cell 1:4: STB002 train has no body but `...`",
    "d.py:1:1: AUD001 does not parse as Python 3: line 1",
    "e.yaml:1:8: STB006 token is the placeholder changeme",
]
SUMMARY = "audit-stubs: 4 new findings in 4 of 5 files (1 only reported)\n"


@pytest.fixture
def planted(console: Console) -> Console:
    console.add(FILES)
    return console


def row(path: str = "a.py", cell: int | None = None, text: str = "pass", new: bool = True) -> Judged:
    finding = Finding("STB001", 3, 5, cell, "Adam.step", "pass-body", text)
    return Judged(path, finding, new, new)


def rendered(form: str, *rows: Judged) -> str:
    return output.render(output.reported(CHECK, rows, rows), catalog.rules(), form)


def test_text_is_a_line_a_finding_and_a_summary(planted: Console) -> None:
    assert planted.say("audit-stubs") == (1, "\n".join(LINES) + "\n" + SUMMARY, "")


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab"])
def test_formats_for_machines_keep_the_summary_out_of_their_output(planted: Console, form: str) -> None:
    said = planted.say("audit-stubs", "--format", form)
    assert said.code == 1
    assert said.err == SUMMARY
    assert SUMMARY not in said.out


def test_json_has_the_shape_of_the_contract(planted: Console) -> None:
    found = planted.document("audit-stubs", "--format=json")
    assert found[0] == {
        "code": "STB001",
        "check": "audit-stubs",
        "severity": "warning",
        "path": "a.py",
        "line": 2,
        "column": 5,
        "cell": None,
        "symbol": "Adam.step",
        "message": "Adam.step has no body but `pass`",
        "fingerprint": found[0]["fingerprint"],
        "new": True,
    }
    assert [(item["code"], item["severity"], item["cell"], item["line"]) for item in found] == [
        ("STB001", "warning", None, 2),
        ("STB005", "note", None, 2),
        ("STB002", "warning", 1, 4),
        ("AUD001", "error", None, 1),
        ("STB006", "warning", None, 1),
    ]


def test_sarif_has_the_fields_that_code_scanning_reads(planted: Console) -> None:
    document = planted.document("audit-stubs", "--format=sarif")
    assert (document["version"], document["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (only,) = document["runs"]
    driver = only["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("ml-audit-hooks", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["AUD001", "STB001", "STB002", "STB005", "STB006"]
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == [
        "error",
        "warning",
        "warning",
        "note",
        "warning",
    ]
    for rule in driver["rules"]:
        assert rule["help"]["text"].startswith(rule["shortDescription"]["text"])
    first = only["results"][0]
    assert first == {
        "ruleId": "STB001",
        "ruleIndex": 1,
        "level": "warning",
        "message": {"text": "Adam.step has no body but `pass`"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 2, "startColumn": 5}}}
        ],
        "partialFingerprints": {"mlAudit/v1": first["partialFingerprints"]["mlAudit/v1"]},
        "baselineState": "new",
    }
    in_cell = only["results"][2]
    assert in_cell["message"]["text"] == "cell 1, line 4: train has no body but `...`"
    assert in_cell["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    for result in only["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_github_gets_one_annotation_a_finding(planted: Console) -> None:
    assert planted.lines("audit-stubs", "--format=github") == [
        "::warning file=a.py,line=2,col=5,title=STB001::Adam.step has no body but `pass`",
        "::notice file=b.py,line=2,col=1,title=STB005::TODO: 100%25 of it",
        "::warning file=c.ipynb,line=1,title=STB002::cell 1, line 4: train has no body but `...`",
        "::error file=d.py,line=1,col=1,title=AUD001::does not parse as Python 3: line 1",
        "::warning file=e.yaml,line=1,col=8,title=STB006::token is the placeholder changeme",
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("a b.py", "a b.py", id="space"),
        pytest.param("a,b.py", "a%2Cb.py", id="comma"),
        pytest.param("a:b.py", "a%3Ab.py", id="colon"),
        pytest.param("100%.py", "100%25.py", id="percent"),
        pytest.param("::error::x.py", "%3A%3Aerror%3A%3Ax.py", id="command"),
        pytest.param("a\n::error::b.py", "a\\n%3A%3Aerror%3A%3Ab.py", id="newline"),
        pytest.param("a\rb.py", "a\\rb.py", id="carriage return"),
        pytest.param("\udcff.py", "\\xff.py", id="no utf-8"),
    ],
)
def test_no_name_breaks_out_of_an_annotation(path: str, shown: str) -> None:
    expected = f"::warning file={shown},line=3,col=5,title=STB001::Adam.step has no body but `pass`\n"
    assert rendered("github", row(path)) == expected


def test_no_text_breaks_out_of_an_annotation() -> None:
    finding = Finding("STB005", 1, 1, None, "<module>", "todo-comment", "TODO\n::error::100%0A\x1b[31m")
    assert rendered("github", Judged("a.py", finding, True, False)) == (
        "::notice file=a.py,line=1,col=1,title=STB005::TODO\\n::error::100%250A\\x1b[31m\n"
    )


def test_gitlab_gets_the_fields_of_its_code_quality_report(planted: Console) -> None:
    found = planted.document("audit-stubs", "--format=gitlab")
    assert found[0] == {
        "description": "Adam.step has no body but `pass`",
        "check_name": "STB001",
        "fingerprint": found[0]["fingerprint"],
        "severity": "minor",
        "location": {"path": "a.py", "lines": {"begin": 2}},
    }
    assert [item["severity"] for item in found] == ["minor", "info", "minor", "major", "minor"]
    assert found[2]["description"] == "cell 1, line 4: train has no body but `...`"
    assert found[2]["location"] == {"path": "c.ipynb", "lines": {"begin": 1}}
    assert len({item["fingerprint"] for item in found}) == len(found)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        pytest.param("text", "", id="text"),
        pytest.param("json", "[]\n", id="json"),
        pytest.param("gitlab", "[]\n", id="gitlab"),
        pytest.param("github", "", id="github"),
    ],
)
@pytest.mark.parametrize("files", [{"a.py": "x = 1\n"}, {"weights.bin": "x"}], ids=["judged", "not for this check"])
def test_nothing_found_is_said_in_every_format(console: Console, form: str, text: str, files: dict[str, str]) -> None:
    console.add(files)
    assert console.say("audit-stubs", "--format", form, *files) == (0, text, "")
    assert console.say("audit-stubs", "--format", form) == (0, text, "")


@pytest.mark.parametrize("files", [{"a.py": "x = 1\n"}, {"weights.bin": "x"}], ids=["judged", "not for this check"])
def test_nothing_found_is_a_whole_sarif_document(console: Console, files: dict[str, str]) -> None:
    console.add(files)
    document = console.document("audit-stubs", "--format=sarif", *files)
    assert document["runs"][0]["results"] == []
    assert document["runs"][0]["tool"]["driver"]["rules"] == []


def fingerprints(said: list[dict[str, Any]]) -> list[str]:
    return [item["fingerprint"] for item in said]


STUBS = "def train():\n    pass\n\n\ndef save():\n    pass\n"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param(lambda text: "\n\n# words\n" + text, True, id="moved down"),
        pytest.param(lambda text: text.replace("    pass", '    """Later."""\n    pass'), True, id="docstring"),
        pytest.param(lambda text: text.replace("train", "fit"), False, id="renamed"),
        pytest.param(lambda text: text.replace("pass", "..."), False, id="another kind"),
    ],
)
def test_a_fingerprint_survives_what_the_finding_survives(
    console: Console, change: Callable[[str], str], same: bool
) -> None:
    console.add({"a.py": STUBS})
    before = fingerprints(console.document("audit-stubs", "--format=json"))
    console.add({"a.py": change(STUBS)})
    after = fingerprints(console.document("audit-stubs", "--format=json"))
    assert (after[0] == before[0]) is same


def test_equal_findings_have_different_fingerprints_in_a_stable_order(console: Console) -> None:
    twice = "class A:\n    def save(self):\n        pass\n\n\nclass B:\n    def save(self):\n        pass\n"
    console.add({"a.py": twice})
    first, second = fingerprints(console.document("audit-stubs", "--format=json"))
    assert first != second
    console.add({"a.py": "x = 1\n" + twice})
    assert fingerprints(console.document("audit-stubs", "--format=json")) == [first, second]


def test_an_unread_file_keeps_its_fingerprint_when_the_line_moves(console: Console) -> None:
    console.add({"a.py": "print 'x'\n"})
    before = fingerprints(console.document("audit-stubs", "--format=json"))
    console.add({"a.py": "x = 1\nprint 'x'\n"})
    assert fingerprints(console.document("audit-stubs", "--format=json")) == before


def test_the_report_and_the_hook_give_the_same_fingerprints(planted: Console) -> None:
    planted.git("commit", "-q", "-m", "c")
    hook = planted.document("audit-stubs", "--format=json", "--all")
    report = planted.document("ml-audit", "report", "--format", "json", "--output", "-")["findings"]
    assert [item for item in report if item["check"] == "audit-stubs"] == [
        row for row in hook if row["check"] != "audit"
    ]
    assert [row in report for row in hook if row["check"] == "audit"] == [True]


def test_only_new_findings_are_shown_unless_all_are_asked_for(planted: Console) -> None:
    planted.git("commit", "-q", "-m", "c")
    planted.add({"a.py": FILES["a.py"] + "\n    def save(self):\n        pass\n"})
    new = "a.py:5:5: STB001 Adam.save has no body but `pass`"
    assert planted.lines("audit-stubs") == [
        new,
        "audit-stubs: 1 new stub in 1 of 5 files (5 known)",
    ]
    assert planted.lines("audit-stubs", "--all")[:2] == [LINES[0], new]
    document = planted.document("audit-stubs", "--all", "--format=sarif")
    states = [result["baselineState"] for result in document["runs"][0]["results"]]
    assert states == ["unchanged", "new", "unchanged", "unchanged", "unchanged", "unchanged"]
    flags = [item["new"] for item in planted.document("audit-stubs", "--all", "--format=json")]
    assert flags == [False, True, False, False, False, False]


@pytest.mark.parametrize(
    ("files", "summary"),
    [
        pytest.param({"a.py": STUBS}, "audit-stubs: 2 new stubs in 1 of 1 file", id="two in one"),
        pytest.param({"a.py": STUBS, "b.py": "x = 1\n"}, "audit-stubs: 2 new stubs in 1 of 2 files", id="one of two"),
        pytest.param({"b.py": "# TODO x\n"}, "audit-stubs: no new stubs (1 only reported)", id="marker"),
        pytest.param({"b.py": "x = \n"}, "audit-stubs: 1 new finding in 1 of 1 file", id="unread"),
    ],
)
def test_the_summary_counts(console: Console, files: dict[str, str], summary: str) -> None:
    console.add(files)
    assert console.lines("audit-stubs")[-1] == summary
