"""A suppression needs a reason, may have an end, and is never a way to be silent by accident."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Console

MISUSE = "a suppression needs a reason, and until= a date: # audit: ignore[CODE] reason until=YYYY-MM-DD"
STB = "a.py:{}:1: STB001 save has no body but `pass`"


def stub(comment: str, above: str = "", inside: str = "") -> str:
    """A stub with comments around it."""
    return f"{above}def save():{comment}\n{inside}    pass\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(stub("  # audit: ignore[STB001] after the paper"), id="on the line"),
        pytest.param(stub("", above="# audit: ignore[STB001] after the paper\n"), id="on the line above"),
        pytest.param(stub("", inside="    # audit: ignore[STB001] after the paper\n"), id="in the body"),
        pytest.param(stub("  # audit: ignore[STB] after the paper"), id="prefix"),
        pytest.param(stub("  # audit: ignore[STB003, STB001] after the paper"), id="several codes"),
        pytest.param(stub("  # noqa # audit: ignore[STB001] after the paper"), id="beside another pragma"),
        pytest.param(stub("  # audit: ignore[STB001] paper until=2026-07-01"), id="until a later day"),
        pytest.param(stub("  # audit: ignore[STB001] until=2026-07-01 paper"), id="until before the reason"),
    ],
)
def test_a_suppression_with_a_reason_silences(console: Console, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")  # 2026-05-28
    console.add({"a.py": content})
    assert console.say("audit-stubs", "a.py") == (0, "audit-stubs: no new stubs (1 suppressed)\n", "")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(stub("  # audit: ignore[STB002] wrong code"), 1, id="another code"),
        pytest.param(stub("  # audit: ignore[STB0011] wrong code"), 1, id="longer code"),
        pytest.param(stub("  # audit: ignore[] no code"), 1, id="no code"),
        pytest.param(stub("", above="# audit: ignore[STB001] too far\n\n"), 3, id="two lines above"),
        pytest.param("x = '# audit: ignore[STB001] in a string'\n" + stub(""), 2, id="in a string"),
        pytest.param(stub("  # audit:ignore[STB001] no space"), 1, id="another spelling"),
    ],
)
def test_what_is_no_suppression_of_the_finding_leaves_it(console: Console, content: str, line: int) -> None:
    console.add({"a.py": content})
    assert console.lines("audit-stubs", "a.py") == [STB.format(line), "audit-stubs: 1 new stub in 1 of 1 file"]


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param("# audit: ignore[STB001]", id="no reason"),
        pytest.param("# audit: ignore[STB001]   ", id="blank reason"),
        pytest.param("# audit: ignore[STB001] until=2027-01-01", id="an end and no reason"),
        pytest.param("# audit: ignore[STB001] soon until=tomorrow", id="an end that is no date"),
        pytest.param("# audit: ignore[STB001] soon until=2027-13-01", id="a month that is none"),
        pytest.param("# audit: ignore[STB001] soon until=", id="an empty end"),
    ],
)
def test_a_misused_suppression_is_a_finding_and_silences_nothing(console: Console, comment: str) -> None:
    console.add({"a.py": stub("  " + comment)})
    said = console.say("audit-stubs", "a.py")
    assert said.code == 1
    assert said.out.splitlines() == [
        STB.format(1),
        f"a.py:1:1: AUD002 {MISUSE}",
        "audit-stubs: 2 new findings in 1 of 1 file",
    ]


def test_a_misused_suppression_fails_without_a_stub_too(console: Console) -> None:
    console.add({"a.py": "x = 1  # audit: ignore[STB001]\n"})
    said = console.say("audit-stubs", "a.py")
    assert (said.code, said.out.splitlines()[0]) == (1, f"a.py:1:1: AUD002 {MISUSE}")


@pytest.mark.parametrize(
    ("epoch", "code"),
    [
        pytest.param("1782863999", 0, id="the last second before"),  # 2026-06-30T23:59:59Z
        pytest.param("1782864000", 1, id="the first second of the day"),
        pytest.param("1900000000", 1, id="long after"),
    ],
)
def test_a_suppression_ends_on_its_day(
    console: Console, monkeypatch: pytest.MonkeyPatch, epoch: str, code: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    console.add({"a.py": stub("  # audit: ignore[STB001] paper until=2026-07-01")})
    assert console.say("audit-stubs", "a.py").code == code


@pytest.mark.parametrize("zone", ["UTC0", "XXX-14", "XXX+12"])
def test_the_day_is_the_same_in_every_time_zone(console: Console, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782863999")
        console.add({"a.py": stub("  # audit: ignore[STB001] paper until=2026-07-01")})
        assert console.say("audit-stubs", "a.py").code == 0
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_a_suppression_that_ended_since_the_base_makes_the_old_stub_no_new_one(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    console.commit({"a.py": stub("  # audit: ignore[STB001] paper until=2026-07-01")})
    console.add({"b.py": "x = 1\n"})
    assert console.say("audit-stubs").code == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.yaml", "token: changeme  # audit: ignore[STB006] set by the operator\n", id="yaml"),
        pytest.param("a.toml", "# audit: ignore[STB006] set by the operator\ntoken = 'changeme'\n", id="toml"),
        pytest.param("Dockerfile", "# audit: ignore[STB006] set by the operator\nENV TOKEN=changeme\n", id="docker"),
    ],
)
def test_suppressions_work_in_configuration_too(console: Console, name: str, content: str) -> None:
    console.add({name: content})
    assert console.say("audit-stubs", name) == (0, "audit-stubs: no new stubs (1 suppressed)\n", "")


def test_suppressions_work_in_a_notebook_cell(console: Console) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in (
            "# audit: ignore[STB] only the next cell is meant?",
            stub("  # audit: ignore[STB] demo"),
            stub(""),
        )
    ]
    console.add({"a.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})})
    assert console.lines("audit-stubs", "a.ipynb") == [
        "a.ipynb:cell 2:1: STB001 save has no body but `pass`",
        "audit-stubs: 1 new stub in 1 of 1 file (1 suppressed)",
    ]


def test_a_suppressed_finding_is_deferred_in_the_audit_with_reason_and_end(console: Console) -> None:
    console.commit({"a.py": stub("  # audit: ignore[STB001] after | the <paper> until=2026-07-01")})
    console.say("ml-audit", "run")
    text = (console.path / "CODEBASE_AUDIT.md").read_text("utf-8")
    section = text.partition("## 7. Deferred Items\n")[2].partition("\n## 8.")[0]
    assert section.startswith("\n| Item | Reason | Plan |\n| --- | --- | --- |\n")
    rows = [line for line in section.splitlines() if line.startswith("| STB001")]
    assert rows == ["| STB001 [`a.py`](a.py) `save` | after \\| the &lt;paper&gt; | due 2026-07-01 |"]
    document = console.document("ml-audit", "report", "--format", "json", "--output", "-")
    assert [row for row in document["deferred"] if row["item"].startswith("STB")] == [
        {"item": "STB001 a.py: save", "rationale": "after | the <paper>", "plan": "due 2026-07-01"}
    ]
    assert document["repo_map"]["stubs"] == []
    assert document["findings"] == []


def test_the_audit_file_does_not_change_with_the_calendar(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    console.commit({"a.py": stub("  # audit: ignore[STB001] paper until=2026-07-01")})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    console.say("ml-audit", "run")
    before = (console.path / "CODEBASE_AUDIT.md").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert console.say("audit-report").code == 0
    assert (console.path / "CODEBASE_AUDIT.md").read_bytes() == before
