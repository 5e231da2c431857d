"""The commands that are named, and the offline gate in the runner's own words."""

from __future__ import annotations

import ast

import pytest

from ml_audit_hooks.gates import words
from ml_audit_hooks.gates.commands import Gate, commands
from ml_audit_hooks.gates.offline import offline_session
from tests.gates.trees import records

_TEST = "def test_a():\n    assert 1\n"
_HUB = "from m import from_pretrained\ndef test_hub():\n    assert from_pretrained('gpt2')\n"
_SWITCHES = (
    "HF_DATASETS_OFFLINE=1 HF_HUB_OFFLINE=1 MLFLOW_TRACKING_URI=file:./mlruns PIP_NO_INDEX=1 TRANSFORMERS_OFFLINE=1"
    " WANDB_MODE=offline"
)
_FETCHED = "hook environments are fetched on the first run"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param("black .", "", id="a formatter that rewrites"),
        pytest.param("ruff format .", "", id="ruff that rewrites"),
        pytest.param("ruff check --fix .", "", id="ruff that mends"),
        pytest.param("pytest --version", "", id="version"),
        pytest.param("pre-commit install", "", id="installing hooks"),
        pytest.param("python train.py", "", id="a program"),
        pytest.param("pip install pytest", "", id="installing"),
        pytest.param("echo pytest", "", id="echo"),
        pytest.param("pytest -q", "tests", id="pytest"),
        pytest.param("uv run --frozen python -m pytest", "tests", id="uv"),
        pytest.param("coverage run -m pytest tests", "tests", id="coverage"),
        pytest.param("$(PYTHON) -m unittest", "tests", id="a Makefile's variable"),
        pytest.param("HF_HUB_OFFLINE=1 pytest", "tests", id="assignment"),
        pytest.param("black --check .", "format", id="black"),
        pytest.param("ruff check .", "lint", id="ruff"),
        pytest.param("poetry run mypy src", "types", id="mypy"),
    ],
)
def test_what_a_command_judges(line: str, kind: str) -> None:
    assert words.kind(tuple(line.split())) == kind


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"train.py": "print(1)\n"}, [], id="no tests, no runner"),
        pytest.param({"Makefile": "format:\n\tblack .\n"}, [], id="only a formatter"),
        pytest.param({"Makefile": "ship:\n\truff check .\n\ttwine upload dist/*\n"}, [], id="an upload"),
        pytest.param({"Makefile": "release:\n\truff check .\n"}, [], id="a release by its name"),
        pytest.param({"Makefile": "clean:\n\tpytest --cache-clear\n"}, [], id="clean"),
        pytest.param(
            {"Makefile": "all: lint ship\nlint:\n\truff check .\nship:\n\tgit push\n"},
            ["make lint"],
            id="lint and push",
        ),
        pytest.param({"pyproject.toml": '[tool.poe.tasks]\n_lint = "ruff check ."\n'}, [], id="a hidden task"),
    ],
)
def test_only_what_judges_is_a_gate(tree: dict[str, str], lines: list[str]) -> None:
    assert [gate.command for gate in commands(records(tree))] == lines


def test_tests_alone_are_run_by_pytest() -> None:
    tree = {"tests/test_a.py": _TEST, "tests/sub/test_b.py": _HUB}
    needs = "1 test needs a network (first tests/sub/test_b.py::test_hub): from_pretrained('gpt2')"
    assert commands(records(tree)) == (
        Gate("pytest", "unit tests: 2 functions in tests/", "tests/sub/test_b.py", needs, False),
    )


def test_unittest_alone_is_run_by_unittest() -> None:
    text = "import unittest\nclass TestA(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(1)\n"
    (gate,) = commands(records({"tests/test_a.py": text}))
    assert gate.command == "python -m unittest discover"


def test_tests_come_first_and_a_runner_before_the_bare_line() -> None:
    tree = {
        "Makefile": "check: lint test\nlint:\n\truff check .\n\tblack --check .\ntest:\n\tpytest tests/unit\n",
        "tests/unit/test_a.py": _TEST,
        "tests/slow/test_b.py": _TEST,
        ".pre-commit-config.yaml": "repos:\n- repo: x\n  hooks:\n  - id: ruff\n",
    }
    assert commands(records(tree)) == (
        Gate("make check", "unit tests, lint and format: 2 functions in tests/", "Makefile", "", False),
        Gate("make test", "unit tests: 1 function in tests/unit/test_a.py", "Makefile", "", False),
        Gate("make lint", "lint and format", "Makefile", "", False),
        Gate("pre-commit run --all-files", "pre-commit hooks: ruff", ".pre-commit-config.yaml", _FETCHED, False),
    )


def test_tests_that_a_mark_leaves_out_need_no_network() -> None:
    hub = "import pytest\n@pytest.mark.slow\n" + _HUB.partition("\n")[2]
    tree = {"Makefile": "test:\n\tpytest -m 'not slow'\n", "tests/test_a.py": hub}
    (gate,) = commands(records(tree))
    assert gate == Gate("make test", 'unit tests: 1 function in tests/test_a.py (-m "not slow")', "Makefile", "", False)


@pytest.mark.parametrize(
    ("tree", "offline"),
    [
        pytest.param({"Makefile": "test:\n\tpytest\nother:\n\tHF_HUB_OFFLINE=1 pytest tests\n"}, False, id="another"),
        pytest.param({"Makefile": "test:\n\tHF_HUB_OFFLINE=1 pytest\n"}, True, id="its own recipe"),
        pytest.param({"Makefile": "export HF_HUB_OFFLINE=1\ntest:\n\tpytest\n"}, True, id="the whole file"),
        pytest.param(
            {"Makefile": "test:\n\tpytest\n", "tests/conftest.py": "import os\nos.environ['HF_HUB_OFFLINE'] = '1'\n"},
            True,
            id="a conftest",
        ),
    ],
)
def test_whether_a_gate_is_offline(tree: dict[str, str], offline: bool) -> None:
    found = {gate.command: gate.offline for gate in commands(records({**tree, "tests/test_a.py": _TEST}))}
    assert found["make test"] is offline


def test_what_only_ci_runs_is_named_by_itself() -> None:
    ci = "jobs:\n  a:\n    steps:\n      - run: mypy src\n      - run: pytest\n      - run: ruff check ${{ x }}\n"
    found = commands(records({".github/workflows/ci.yml": ci, "tests/test_a.py": _TEST}))
    assert [(gate.command, gate.purpose) for gate in found] == [
        ("pytest", "unit tests: 1 function in tests/test_a.py"),
        ("mypy src", "types, as CI runs it"),
    ]


def test_the_offline_gate_without_a_runner_is_a_line() -> None:
    assert offline_session(records({"tests/test_a.py": _TEST})) == ("pytest", (f"{_SWITCHES} python -m pytest",))


def test_the_offline_gate_of_make_runs_what_its_test_target_runs() -> None:
    runner, lines = offline_session(records({"Makefile": "test:\n\tuv run pytest -k 'not slow' tests\n"}))
    assert runner == "make"
    assert lines == (
        ".PHONY: test-offline",
        "test-offline:",
        f"\t{_SWITCHES} python -m pytest -k 'not slow' tests",
    )


def test_the_offline_gate_of_nox_is_a_session_in_its_own_spelling() -> None:
    text = "from nox import session\n@session(python='3.12')\ndef tests(session):\n    session.run('pytest', '-q')\n"
    runner, lines = offline_session(records({"noxfile.py": text}))
    assert runner == "nox"
    (function,) = ast.parse("\n".join(lines)).body
    assert isinstance(function, ast.FunctionDef)
    assert ast.unparse(function.decorator_list[0]) == "session(python=False)"
    assert lines[-1] == '    session.run("python", "-m", "pytest", "-q", *session.posargs, env=env)'
    assert '        "HF_HUB_OFFLINE": "1",' in lines


def test_the_offline_gate_of_tox_leaves_the_index_open_while_it_installs() -> None:
    runner, lines = offline_session(records({"tox.ini": "[testenv]\ncommands = pytest tests\n"}))
    assert runner == "tox"
    assert lines[-1] == "    env PIP_NO_INDEX=1 python -m pytest tests {posargs}"
    assert not any(line.strip().startswith("PIP_NO_INDEX") for line in lines)


def test_the_offline_gate_is_itself_a_gate_that_is_offline() -> None:
    tree = {"Makefile": "test:\n\tpytest tests\n", "tests/test_a.py": _TEST}
    _, lines = offline_session(records(tree))
    found = commands(records({**tree, "Makefile": tree["Makefile"] + "\n".join(lines) + "\n"}))
    assert {gate.command: gate.offline for gate in found} == {"make test": False, "make test-offline": True}
