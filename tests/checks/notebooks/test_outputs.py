"""Outputs, their order, their size and what stands in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.notebooks import CHECK, fold, order, outputs, strip, tokens
from ml_audit_hooks.checks.notebooks.cells import code_cells
from tests.checks.notebooks.support import cell, document, file, findings, printed, record, rows


def image(size: int) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"image/png": "A" * size, "text/plain": ["<Fig>"]}, "metadata": {}}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([cell("x = 1", 1)], [], id="count-alone"),
        pytest.param([cell("f()", 1, printed("a\n"))], ["0:1 NBK001 1 output of 1 cell left in, 1 kB"], id="one"),
        pytest.param(
            [cell("x = 1", 1), cell("f()", 2, printed("a\n"), image(3000)), cell("g()", 3, image(2000))],
            ["1:1 NBK001 3 outputs of 2 cells left in, 5 kB"],
            id="many",
        ),
    ],
)
def test_outputs_are_one_finding_a_notebook(cells: list[dict[str, Any]], expected: list[str]) -> None:
    assert rows(document(*cells), "NBK001", "NBK008") == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([1, 2, 3], None, id="in-order"),
        pytest.param([1, 5, 9], None, id="gaps"),
        pytest.param([None, 2, None, 3], None, id="not-run-between"),
        pytest.param([4, 4, 4], None, id="all-the-same"),
        pytest.param([0, 0, 0], None, id="all-zero"),
        pytest.param([2, 1], (1, 0, 1), id="swapped"),
        pytest.param([1, 3, 3], (2, 1, 1), id="equal"),
        pytest.param([5, None, 3, 4, 2], (2, 0, 2), id="twice"),
    ],
)
def test_the_order_is_that_of_the_counts(counts: list[int | None], expected: tuple[int, int, int] | None) -> None:
    made = document(*(cell(f"x{i} = 1", run) for i, run in enumerate(counts)))
    found = order.disorder(code_cells(file(made).notebook))
    assert (found and (found.cell.number, found.above.number, found.times)) == expected


def test_a_kernel_that_starts_again_after_installs_is_in_order() -> None:
    again = document(cell("!pip install x==1\nimport os", 4), cell("a = 1", 1), cell("b = 1", 2))
    assert rows(again, "NBK002") == []
    later = document(cell("a = 1", 4), cell("b = 1", 1))
    assert rows(later, "NBK002") == ["1:1 NBK002 this cell last ran as [1], the cell above, 0, as [4]"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 50), unique=True, max_size=8))
def test_sorted_counts_are_in_order_and_only_those(counts: list[int]) -> None:
    made = document(*(cell(f"x{i} = 1", run) for i, run in enumerate(counts)))
    assert (rows(made, "NBK002") == []) == (counts == sorted(counts))


def test_outputs_without_a_count_are_told_once() -> None:
    made = document(cell("a()", None, printed("a\n")), cell("b()", None, printed("b\n")), cell("c = 1"))
    expected = "0:1 NBK003 2 cells with outputs and no execution count: nobody can tell the order"
    assert rows(made, "NBK003") == [expected]


@pytest.mark.parametrize(
    ("size", "limit", "expected"),
    [(400_000, 500, []), (500_400, 500, []), (501_000, 500, [1000]), (1500, 1, [2]), (1400, 1, [])],
)
def test_a_large_output_is_one_over_the_limit(size: int, limit: int, expected: list[int]) -> None:
    found = findings(document(cell("plot()", 1, image(size))), max_output_kb=limit)
    assert [f.measure for f in found if f.code == "NBK008"] == expected


def test_the_default_limit_is_500_kb() -> None:
    made = document(cell("\n  plot(a)  \nx = 1", 1, image(612_000)), cell("show()", 2, image(300_000)))
    assert rows(made, "NBK008") == ["0:1 NBK008 the output of `plot(a)` is 612 kB"]


def test_a_large_output_is_known_by_its_cell_and_not_by_its_size() -> None:
    one, two = (findings(document(cell("plot()", 1, image(n)))) for n in (600_000, 610_000))
    identities = [[CHECK.identity(f) for f in found if f.code == "NBK008"] for found in (one, two)]
    assert identities == [[("NBK008", "plot()")]] * 2


@pytest.mark.parametrize(("size", "expected"), [(1, 1), (3, 5), (5, 5), (6, 10), (51, 100), (501, 1000), (1001, 2000)])
def test_sizes_go_in_steps(size: int, expected: int) -> None:
    assert fold.step(size) == expected


def test_json_outputs_weigh_what_their_json_does() -> None:
    data = {"application/json": {"a": [1, 2]}, "text/plain": ["ab", "c"]}
    made = document(cell("x", 1, {"output_type": "display_data", "data": data, "metadata": {"b": "long"}}))
    weight = outputs.weighed(code_cells(file(made).notebook)[0])
    assert weight == (13 + 3, ((0, '{"a": [1, 2]}'), (0, "abc")))


# Tokens are joined here, so that no scanner finds them in this file
HEX = "4f1c9a7b" * 6
WORD = "Qw7rTy2uIp" * 12
TOKENS = {
    "AWS access key": "AKI" + "A" + "Q3EGQMZ7LKD2V5XB",
    "Anthropic key": "sk-an" + "t-api03-" + WORD[:95],
    "Azure storage key": "AccountK" + "ey=" + WORD[:86] + "==",
    "GitHub token": "gh" + "p_" + WORD[:36],
    "Google API key": "AI" + "za" + WORD[:35],
    "Google access token": "ya" + "29." + WORD[:70],
    "Hugging Face token": "h" + "f_" + WORD[:34],
    "Jupyter token": "http://localhost:8888/lab?tok" + "en=" + HEX,
    "Kaggle key": '{"username":"ada","k' + 'ey":"' + HEX[:32] + '"}',
    "OpenAI key": "s" + "k-" + WORD[:20] + "T3Blbk" + "FJ" + WORD[:20],
    "private key": "-----BEGIN RSA PRIV" + "ATE KEY-----\n" + WORD[:64],
}


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_is_told_by_its_kind_and_never_shown(kind: str) -> None:
    made = document(
        cell("a()", 1, printed("fine\n")), cell("b()", 2, printed("x\n"), printed(f"is '{TOKENS[kind]}'\n"))
    )
    found = record(made)
    assert [(f.cell, f.kind) for f in found.findings if f.code == "NBK009"] == [(1, kind)]
    assert TOKENS[kind][-16:] not in str(found.plain())


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "hf_" + "x" * 34,
        "hf_transfer hf_hub_download",
        "sk-learn sk-" + "a" * 30,
        "http://localhost:8888/?token=...",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\n" + WORD[:64],
        "sha256:" + "ghp" + HEX,
    ],
)
def test_what_only_looks_like_a_token_is_passed_over(text: str) -> None:
    assert [*tokens.kinds(text)] == []


def test_pictures_are_not_read_and_errors_are() -> None:
    secret = TOKENS["Hugging Face token"]
    picture = {"output_type": "display_data", "data": {"image/png": f"+{secret}+ {secret}"}, "metadata": {}}
    assert rows(document(cell("a", 1, picture)), "NBK009") == []
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"login('{secret}')"]}
    expected = "0:1 NBK009 Hugging Face token in output 0 (its value is not shown)"
    assert rows(document(cell("a()", 1, error)), "NBK009") == [expected]


def test_of_a_long_output_both_ends_are_read() -> None:
    secret = TOKENS["GitHub token"]
    for text in (f"{secret} " + "a " * 60_000, "a " * 60_000 + f" {secret}"):
        assert [f.kind for f in findings(document(cell("a()", 1, printed(text)))) if f.code == "NBK009"] == [
            "GitHub token"
        ]


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("a/run.ipynb", ["NBK001", "NBK009"]),
        ("a/.ipynb_checkpoints/run-checkpoint.ipynb", ["NBK009"]),
        (".ipynb_checkpoints/run-checkpoint.ipynb", ["NBK009"]),
        ("third_party/run.ipynb", []),
    ],
)
def test_the_path_decides_what_counts(path: str, codes: list[str]) -> None:
    made = document(cell("print()", 1, printed(TOKENS["Kaggle key"])))
    assert [f.code for f in findings(made, path)] == codes


def test_a_suppression_anywhere_in_the_cell_counts() -> None:
    made = document(cell("a = 1\nprint(a)  # audit: ignore[NBK001] the report", 1, printed("1\n")))
    assert [(f.code, f.ignored) for f in findings(made)] == [("NBK001", "the report")]


def test_a_notebook_run_again_has_the_same_identities() -> None:
    one = document(cell("f()", 2, printed("a\n")), cell("g()", 1, printed("b\n")))
    two = document(cell("f()", 9, printed("aaaa\n" * 900)), cell("g()", 4, printed("b\n"), printed("c\n")))
    assert [CHECK.identity(f) for f in findings(one)] == [CHECK.identity(f) for f in findings(two)]


def test_the_plan_of_stripping_names_what_would_go_and_changes_nothing() -> None:
    made = document(
        cell("a = 1"),
        cell("f()", 3, printed("a\n"), image(2000), scrolled=True, tags=["keep"], ExecuteTime={"start": "x"}),
        cell("g()", 4),
        widgets={},
    )
    asked = file(made)
    before = asked.data
    assert CHECK.examine(asked).findings
    assert strip.plan("run.ipynb", asked) == [
        "run.ipynb:cell 1: 2 outputs (2 kB), execution count 3, metadata ExecuteTime scrolled",
        "run.ipynb:cell 2: execution count 4",
        "run.ipynb: metadata widgets",
        "run.ipynb: 2 outputs, 2 kB in all; nothing was changed",
    ]
    assert asked.data == before


def test_there_is_nothing_to_strip_from_a_stripped_notebook() -> None:
    assert strip.plan("run.ipynb", file(document(cell("a = 1", tags=["keep"])))) == []
