"""Findings are told by their cause, the gravest first, anchored by symbol."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.report.findings import Found, as_rows, causes, lines

WHY = "A loaded file can run code."
FOUR = ", ".join(f"[`{name}.py`]({name}.py)" for name in "abcd")


def found(
    code: str, path: str, line: int = 1, symbol: str = "<module>", severity: str = "error", cell: int | None = None
) -> Found:
    finding = Finding(code, line, 1, cell, symbol, "kind", "text")
    return Found(path, finding, severity, f"Title of {code}.", WHY, f"message {line}")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([], ["No error and no warning."], id="nothing"),
        pytest.param(
            [found("A1", "a.py", severity="note")],
            ["No error and no warning.", "", "Also noted: `A1` ×1. `ml-audit explain CODE` tells what each means."],
            id="only-notes",
        ),
        pytest.param(
            [found("A1", "a.py", 3, "load")],
            [f"- **Title of A1** (`A1`, error, 1 place): [`a.py`](a.py) `load`. {WHY}"],
            id="one",
        ),
        pytest.param(
            [found("A1", "a.py", 3, "load"), found("A1", "a.py", 9, "load")],
            [f"- **Title of A1** (`A1`, error, 2 places in 1 file): [`a.py`](a.py) `load`. {WHY}"],
            id="two-in-one-function-are-named-once",
        ),
        pytest.param(
            [found("A1", "n.ipynb", 3, cell=4)],
            [f"- **Title of A1** (`A1`, error, 1 place): [`n.ipynb`](n.ipynb) cell 4. {WHY}"],
            id="notebook",
        ),
        pytest.param(
            [found("A1", f"{name}.py") for name in "edcba"],
            [f"- **Title of A1** (`A1`, error, 5 places in 5 files): {FOUR} and 1 more. {WHY}"],
            id="many",
        ),
    ],
)
def test_a_cause_is_one_bullet(items: list[Found], expected: list[str]) -> None:
    assert lines(items) == expected


def test_the_gravest_and_widest_cause_comes_first() -> None:
    items = [
        found("N1", "a.py", severity="note"),
        found("W1", "a.py", severity="warning"),
        found("W1", "b.py", severity="warning"),
        found("E1", "a.py"),
        found("E2", "a.py"),
        found("E2", "b.py"),
    ]
    assert [cause.code for cause in causes(items)] == ["E2", "E1", "W1", "N1"]
    assert [cause.code for cause in causes(reversed(items))] == ["E2", "E1", "W1", "N1"]


def test_more_than_twenty_causes_end_in_a_line() -> None:
    items = [found(f"E{i:02}", "a.py") for i in range(22)]
    shown = lines(items)
    assert shown[19].startswith("- **Title of E19**")
    assert shown[20:] == ["", "Also noted: `E20` ×1, `E21` ×1. `ml-audit explain CODE` tells what each means."]


def test_names_of_the_repository_are_harmless() -> None:
    shown = lines([found("A1", "a|<b>.py", symbol="f")])
    assert shown == [f"- **Title of A1** (`A1`, error, 1 place): [`a|<b>.py`](a%7C%3Cb%3E.py) `f`. {WHY}"]


def test_the_rows_have_every_place_with_its_line() -> None:
    assert as_rows([found("A1", "b.py", 7, "load"), found("A1", "a.py", 3), found("N1", "a.py", severity="note")]) == [
        {
            "title": "A1: Title of A1.",
            "detail": WHY,
            "evidence": [
                {"path": "a.py", "line": 3, "cell": None, "symbol": None, "why": "message 3"},
                {"path": "b.py", "line": 7, "cell": None, "symbol": "load", "why": "message 7"},
            ],
        }
    ]
