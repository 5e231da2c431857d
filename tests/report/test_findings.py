"""Findings are gathered by their cause, and weighed by where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.report.findings import FOREIGN, PRODUCT, SIDE, TEST, Standing, causes, standing
from ml_audit_hooks.report.outline import TEXT, Outline
from ml_audit_hooks.report.theme import LINT, SECRETS
from ml_audit_hooks.report.themes import BY_CODE, THEMES
from tests.report.audits import found

OWN = Standing(side_counts=False)


def summary(*items: Any) -> list[tuple[str, str, tuple[str, ...], int]]:
    """(theme, severity, codes, places) of each cause."""
    return [(c.theme.name, c.severity, c.codes, c.places) for c in causes(items, OWN)[0]]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_a.py", TEST),
        ("examples/tests/test_a.py", TEST),
        ("third_party/lib/a.py", FOREIGN),
        ("a_pb2.py", FOREIGN),
        ("examples/a.py", SIDE),
        ("pkg/benchmarks/speed.py", SIDE),
        ("docs/conf.py", SIDE),
        ("example.py", PRODUCT),
        ("pkg/examples_of.py", PRODUCT),
        ("train.py", PRODUCT),
    ],
)
def test_a_path_tells_where_a_file_stands(path: str, expected: int) -> None:
    assert OWN.of(path) == expected


def test_in_a_repository_of_examples_they_are_the_product() -> None:
    outlines = {"examples/a.py": Outline(TEXT, "Python", 900, False), "setup.py": Outline(TEXT, "Python", 20, False)}
    assert standing(outlines).of("examples/a.py") == PRODUCT
    outlines["pkg/a.py"] = Outline(TEXT, "Python", 900, False)
    assert standing(outlines).of("examples/a.py") == SIDE


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([found("CKP001", "a.py", severity="note")], [], id="a-note-is-no-cause"),
        pytest.param([found("CKP001", "tests/test_a.py")], [], id="what-only-tests-do"),
        pytest.param([found("B102", "setup.py")], [], id="setup-that-reads-its-version"),
        pytest.param([found("B608", "a.py", kind="low")], [], id="a-sentence-that-looks-like-a-query"),
        pytest.param([found("CKP001", "vendor/a.py")], [], id="vendored"),
        pytest.param(
            [found("CKP001", "a.py", 3), found("B614", "a.py", 3), found("B301", "a.py", 9)],
            [("runs-loaded", "error", ("B301", "B614", "CKP001"), 2)],
            id="two-checks-of-one-place",
        ),
        pytest.param(
            [found("CKP002", "a.py", 3, severity="note"), found("B301", "a.py", 3)],
            [],
            id="the-check-that-knows-more-has-the-last-word",
        ),
        pytest.param(
            [found("CKP002", "a.py", 3), found("B301", "a.py", 3, severity="note")],
            [("runs-loaded", "error", ("CKP002",), 1)],
            id="and-so-where-it-is-the-graver",
        ),
        pytest.param(
            [found("CKP004", "a.py", 3), found("B615", "a.py", 3), found("B615", "b.py", severity="warning")],
            [("loose-hub", "warning", ("B615",), 1), ("remote-code", "error", ("B615", "CKP004"), 1)],
            id="unseen-code-without-a-revision-is-one-thing",
        ),
        pytest.param(
            [found("CPX001", "a.py", 3, severity="warning"), found("CPX002", "a.py", severity="warning")],
            [("tangled", "warning", ("CPX001", "CPX002"), 2)],
            id="function-and-file",
        ),
        pytest.param(
            [found("NBK009", "a.ipynb", cell=1), found("SEC001", "tests/test_a.py")],
            [("committed-secret", "error", ("NBK009", "SEC001"), 2)],
            id="a-key-in-a-test-is-a-key",
        ),
        pytest.param([found("NEW001", "a.py")], [("NEW001", "error", ("NEW001",), 1)], id="a-code-without-a-theme"),
    ],
)
def test_findings_of_one_cause_are_one(items: list[Any], expected: list[Any]) -> None:
    assert summary(*items) == expected


def test_what_is_no_cause_is_handed_back() -> None:
    items = [found("CKP001", "a.py"), found("CKP001", "tests/test_a.py"), found("B101", "a.py", severity="note")]
    assert [(one.finding.code, one.path) for one in causes(items, OWN)[1]] == [
        ("B101", "a.py"),
        ("CKP001", "tests/test_a.py"),
    ]


def test_the_product_comes_before_its_examples_and_the_main_folder_first() -> None:
    items = [found("CKP001", path) for path in ("examples/a.py", "other/a.py", "pkg/z.py")]
    made = causes(items, OWN, lambda path: 0 if path.startswith("pkg/") else 2)[0]
    assert [one.path for one in made[0].found] == ["pkg/z.py", "other/a.py", "examples/a.py"]


def test_the_worst_of_a_measured_cause_comes_first() -> None:
    items = [found("CPX001", f"{n}.py", severity="warning", measure=n) for n in (16, 40, 22)]
    assert [one.path for one in causes(items, OWN)[0][0].found] == ["40.py", "22.py", "16.py"]


@given(st.permutations([found(code, path, line) for code in ("CKP001", "B614") for path in "ab" for line in (1, 2)]))
def test_the_order_of_the_findings_does_not_matter(items: list[Any]) -> None:
    assert causes(items, OWN)[0] == causes(sorted(items), OWN)[0]


@given(st.integers(1, 999))
def test_moved_lines_change_nothing_that_is_told(moved: int) -> None:
    first = causes([found("CKP001", "a.py", 3, "f"), found("CKP001", "a.py", 9, "g")], OWN)[0]
    then = causes([found("CKP001", "a.py", 3 + moved, "f"), found("CKP001", "a.py", 9 + moved, "g")], OWN)[0]
    assert [i.finding.symbol for i in first[0].found] == [i.finding.symbol for i in then[0].found]


def test_a_code_has_one_theme() -> None:
    codes = [code for theme in THEMES for code in theme.codes]
    assert len(codes) == len(set(codes)) == len(BY_CODE)
    assert len({theme.name for theme in THEMES}) == len(THEMES)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_theme_is_told_in_full(theme: Any) -> None:
    from ml_audit_hooks.core.rubric import FACETS
    from ml_audit_hooks.report.theme import Theme

    assert isinstance(theme, Theme)
    assert 1 <= theme.weight <= 100
    assert theme.codes == tuple(sorted(theme.codes))
    assert not theme.title.endswith(".")
    assert not theme.win.endswith(".")
    assert theme.cost.endswith(".") or theme.name == "lost-state"
    assert theme.gate in ("", LINT, SECRETS, *FACETS)


def test_every_code_of_the_themes_is_one_of_a_rule() -> None:
    from ml_audit_hooks.cli.catalog import rules

    known = set(rules())
    series = {code[:-2] for code in known}  # LCK0 and LCK1 are two
    assert {code for code in BY_CODE if code[:-2] in series} <= known
