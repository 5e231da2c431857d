"""Which functions and files count: thresholds, growth, places."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.complexity import CHECK, FAILING
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.settings import defaults
from tests.checks.complexity.support import decisions, dense, findings, messages, notebook, plain

SETTINGS = defaults(CHECK.area)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", decisions("f", 15), id="at the threshold"),
        pytest.param("vendor/a.py", decisions("f", 30), id="vendored"),
        pytest.param("a_pb2.py", decisions("f", 30), id="generated"),
        pytest.param("a.py", "a = b\n" * 5 + "if a:\n    a = b\n" * 30, id="at the top level"),
        pytest.param("a.py", plain(2_000), id="a long table"),
        pytest.param("a.py", "", id="empty"),
        pytest.param("a.ipynb", notebook(), id="no cells"),
        pytest.param("a.ipynb", notebook("%%bash\nls\n", "# nothing\n"), id="cells without code"),
    ],
)
def test_what_is_not_past_a_threshold_is_silent(path: str, text: str) -> None:
    assert messages({path: text}) == []


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        pytest.param(
            "a.py",
            "class A:\n" + "".join(f"    {line}\n" for line in decisions("f", 16).split("\n")),
            ["a.py:2 CPX001 A.f has a cyclomatic complexity of 16, more than 15"],
            id="method",
        ),
        pytest.param(
            "tests/test_a.py",
            decisions("test_f", 16),
            ["tests/test_a.py:1 CPX001 test_f has a cyclomatic complexity of 16, more than 15 (note)"],
            id="test",
        ),
        pytest.param(
            "a.py",
            dense(250),
            [
                "a.py:1 CPX001 work has a cyclomatic complexity of 251, more than 15",
                "a.py:1 CPX002 the maintainability index is 0, less than 10",
            ],
            id="file",
        ),
        pytest.param(
            "a.ipynb",
            notebook("a = 1\n", "import a\n" + dense(250)),
            [
                "a.ipynb:1 CPX002 the maintainability index is 0, less than 10",
                "a.ipynb:2 CPX001 work has a cyclomatic complexity of 251, more than 15",
            ],
            id="notebook",
        ),
    ],
)
def test_what_is_past_a_threshold_is_told(path: str, text: str, told: list[str]) -> None:
    assert sorted(messages({path: text})) == told


def test_the_thresholds_are_those_of_the_settings() -> None:
    files = {"a.py": decisions("f", 12)}
    assert messages(files, max_complexity=11, min_maintainability=0) == [
        "a.py:1 CPX001 f has a cyclomatic complexity of 12, more than 11"
    ]
    assert messages(files, max_complexity=12, min_maintainability=0) == []
    assert [f.code for f in findings({"a.py": dense(120)}, max_complexity=999, min_maintainability=20)["a.py"]] == [
        "CPX002"
    ]


def test_up_to_mccabes_limit_nothing_is_reported() -> None:
    assert messages({"a.py": decisions("f", 10)}, max_complexity=0) == []


def test_only_the_measure_grows_with_the_code() -> None:
    (before,) = findings({"a.py": decisions("f", 16)})["a.py"]
    (after,) = findings({"a.py": "\n\n" + decisions("f", 20)})["a.py"]
    assert CHECK.identity(before) == CHECK.identity(after)
    assert (before.measure, after.measure) == (16, 20)
    assert before.text == after.text


def test_a_worse_file_has_a_greater_measure() -> None:
    measures = [
        findings({"a.py": dense(n)}, max_complexity=999, min_maintainability=20)["a.py"][0].measure
        for n in (95, 105, 115)
    ]
    assert measures == sorted(set(measures))


def test_the_same_function_in_a_renamed_class_is_the_same() -> None:
    a, b = (Finding("CPX001", 1, 1, None, f"{name}.fit", "complex-function", "", measure=20) for name in "AB")
    assert CHECK.identity(a) == CHECK.identity(b)


def test_a_suppression_above_the_decorators_counts() -> None:
    text = "@register\n" + decisions("f", 16)
    (finding,) = findings({"a.py": text})["a.py"]
    assert (finding.first, finding.line, finding.last) == (1, 2, 2)


@pytest.mark.parametrize(
    ("code", "level", "fails"),
    [
        pytest.param("CPX001", "", True, id="function"),
        pytest.param("CPX001", "note", False, id="function of a test"),
        pytest.param("CPX002", "", True, id="file"),
        pytest.param("CPX003", "", False, id="cycle"),
        pytest.param("CPX006", "", False, id="copy"),
    ],
)
def test_only_functions_and_files_fail_a_commit(code: str, level: str, fails: bool) -> None:
    assert CHECK.fails is not None
    assert CHECK.fails(Finding(code, 1, 1, None, "f", "", "", level=level), SETTINGS) is fails
    assert {"CPX001", "CPX002"} == FAILING
