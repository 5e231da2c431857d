"""Error capture blocks: one form, one line a part, no clock where an epoch is given."""

from __future__ import annotations

import re

import pytest

from ml_audit_hooks.core import capture
from ml_audit_hooks.core.fill import Crash

BLOCK = """\
:::
Question for ChatGPT-5 2026-01-31T12:00:00Z:
While performing [1:Read the staged tree], encountered the following error:
a.py: does not parse as Python 3: line 2
Context: no check could judge this file; everything else was audited
What are the possible causes, and how can this be resolved while preserving intended functionality?
:::"""


def test_a_block_has_the_form_of_the_audit_file() -> None:
    step, error, context = capture.of_unread("a.py", None, "does not parse as Python 3: line 2")
    assert capture.block(step, error, context, "2026-01-31T12:00:00Z") == BLOCK


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            capture.of_unread("a.py", None, "is not UTF-8: line 1"),
            (
                "1:Read the staged tree",
                "a.py: is not UTF-8: line 1",
                "no check could judge this file; everything else was audited",
            ),
            id="file",
        ),
        pytest.param(
            capture.of_unread("a.ipynb", 0, "does not parse as Python 3: line 1"),
            (
                "1:Read the staged tree",
                "a.ipynb, cell 0: does not parse as Python 3: line 1",
                "no check could judge this cell; everything else was audited",
            ),
            id="cell",
        ),
        pytest.param(
            capture.of_crashes([Crash("a.py", "audit-stubs", "ValueError: x in examine")])[0],
            (
                "2:Run audit-stubs",
                "a.py: ValueError: x in examine",
                "a defect of audit-stubs; its other files stand",
            ),
            id="crash",
        ),
    ],
)
def test_step_error_and_context_say_what_happened(given: tuple[str, str, str], expected: tuple[str, str, str]) -> None:
    assert given == expected


def test_one_defect_is_told_once_however_many_files_show_it() -> None:
    broken = [Crash(f"{name}.py", "audit-seeds", "ValueError: x in a") for name in "abc"]
    other = [Crash("a.py", "audit-seeds", "KeyError: 1 in b"), Crash("b.py", "audit-seeds", "KeyError: 1 in b")]
    assert [error for _, error, _ in capture.of_crashes([*broken, *other])] == [
        "a.py and 2 more files: ValueError: x in a",
        "a.py and b.py: KeyError: 1 in b",
    ]


@pytest.mark.parametrize("text", ["\n:::\n", "<b>", "`x`", "a|b", "\x1b[31m", "[x](y)"])
def test_a_block_is_seven_lines_whatever_it_says(text: str) -> None:
    lines = capture.block(text, text, text, "2026-01-31T12:00:00Z").split("\n")
    assert len(lines) == 7
    assert lines.count(":::") == 2
    assert not any(re.search(r"[<\x1b]|(?<!\\)[`|]", line) for line in lines)


@pytest.mark.parametrize(
    ("epoch", "shown"),
    [(0, "1970-01-01T00:00:00Z"), (1769860800, "2026-01-31T12:00:00Z"), (4102444799, "2099-12-31T23:59:59Z")],
)
def test_a_stamp_is_in_utc(monkeypatch: pytest.MonkeyPatch, epoch: int, shown: str) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert capture.stamp(epoch) == shown
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
    assert capture.now() == shown


@pytest.mark.parametrize("epoch", ["", "soon", "-1"])
def test_without_an_epoch_the_clock_counts(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    monkeypatch.setattr("time.time", lambda: 1769860800.9)
    assert capture.now() == "2026-01-31T12:00:00Z"
