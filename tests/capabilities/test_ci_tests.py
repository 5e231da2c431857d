"""CI facets: tests that can fail, one command for the gates, a floor of coverage, tests in CI."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown

ABSENT = ("absent",)
TEST = {"tests/test_a.py": "def test_sum():\n    assert sum([1, 2]) == 3\n"}

TARGETS = [
    pytest.param({"test.py": "def main():\n    assert 1 < 2\n"}, ABSENT, id="an evaluation script"),
    pytest.param({"tests/test_a.py": "def test_a():\n    print('x')\n"}, ABSENT, id="no assertion"),
    pytest.param({"tests/test_a.py": "def test_a():\n    assert True\n"}, ABSENT, id="an assertion that cannot fail"),
    pytest.param({"tests/helpers.py": "def test_a(x):\n    assert x\n"}, ABSENT, id="a file that nothing collects"),
    pytest.param({"tests/test_a.py": "class Suite:\n    def test_a(self):\n        assert f()\n"}, ABSENT, id="class"),
    pytest.param(
        {"tests/test_a.py": "import pytest\n\n\n@pytest.mark.skip\ndef test_a():\n    assert f()\n"},
        ABSENT,
        id="skipped",
    ),
    pytest.param({"vendor/x/test_a.py": "def test_a():\n    assert f()\n"}, ABSENT, id="vendored"),
    pytest.param(TEST, ("present", "tests/test_a.py:2"), id="pytest"),
    pytest.param(
        {"tests/test_a.py": "def check(x):\n    assert x\n\n\ndef test_a():\n    check(f())\n"},
        ("present", "tests/test_a.py:6"),
        id="a helper that asserts",
    ),
    pytest.param(
        {
            "pkg/a_test.py": "import unittest\n\n\nclass A(unittest.TestCase):\n    def test_a(self):\n"
            "        self.assertTrue(f())\n"
        },
        ("present", "pkg/a_test.py:6"),
        id="unittest",
    ),
    pytest.param(
        {"tests/test_a.py": "import torch\n\n\ndef test_a():\n    torch.testing.assert_close(f(), g())\n"},
        ("present", "tests/test_a.py:5"),
        id="assertion of a library",
    ),
    pytest.param(
        {"tests/test_a.py": "import pytest\n\n\ndef test_a():\n    with pytest.raises(ValueError):\n        f()\n"},
        ("present", "tests/test_a.py:5"),
        id="raises",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), TARGETS)
def test_a_test_is_collected_and_can_fail(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("ci_tests.pytest_targets", texts) == expected


GATES = [
    pytest.param({"Makefile": "build:\n\tdocker build .\n"}, ABSENT, id="a Makefile that checks nothing"),
    pytest.param({"Makefile": "fmt:\n\tblack .\n"}, ABSENT, id="a formatter that writes"),
    pytest.param({"Makefile": "hooks:\n\tpre-commit install\n"}, ABSENT, id="hooks installed only"),
    pytest.param({"Makefile": "test:\n\t# pytest\n"}, ABSENT, id="commented out"),
    pytest.param({".flake8": "[flake8]\nmax-line-length = 100\n"}, ABSENT, id="settings of a linter"),
    pytest.param({".pre-commit-config.yaml": "repos: []\n"}, ABSENT, id="no hooks"),
    pytest.param({"run.sh": "pytest -q\n"}, ABSENT, id="a script with one of them"),
    pytest.param({".github/workflows/ci.yml": "steps:\n  - run: pytest\n"}, ABSENT, id="CI is not local"),
    pytest.param({"Makefile": "lint:\n\tblack --check .\n"}, ("present", "Makefile:2"), id="a formatter that looks"),
    pytest.param({"Makefile": "x:\n\ttrue\ntest: x\n\t@uv run pytest -q\n"}, ("present", "Makefile:4"), id="make"),
    pytest.param({"justfile": "test:\n    pytest -q\n"}, ("present", "justfile:2"), id="just"),
    pytest.param(
        {"Taskfile.yml": "tasks:\n  test:\n    cmds:\n      - pytest\n"}, ("present", "Taskfile.yml:4"), id="task"
    ),
    pytest.param({"tox.ini": "[testenv]\ncommands =\n    pytest {posargs}\n"}, ("present", "tox.ini:3"), id="tox"),
    pytest.param(
        {"noxfile.py": "import nox\n\n\n@nox.session\ndef tests(session):\n    session.run('pytest')\n"},
        ("present", "noxfile.py:6"),
        id="nox",
    ),
    pytest.param(
        {"pyproject.toml": '[tool.poe.tasks]\ntest = "pytest -q"\n'}, ("present", "pyproject.toml:2"), id="poe"
    ),
    pytest.param(
        {"pyproject.toml": '[tool.hatch.envs.default.scripts]\nlint = "ruff check ."\n'},
        ("present", "pyproject.toml:2"),
        id="hatch",
    ),
    pytest.param({"mise.toml": '[tasks.test]\nrun = "pytest"\n'}, ("present", "mise.toml:2"), id="mise"),
    pytest.param(
        {"lefthook.yml": "pre-commit:\n  commands:\n    lint:\n      run: ruff check .\n"},
        ("present", "lefthook.yml:4"),
        id="lefthook",
    ),
    pytest.param(
        {".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: x\n"},
        ("present", ".pre-commit-config.yaml:4"),
        id="pre-commit",
    ),
    pytest.param({"scripts/check.sh": "ruff check .\nmypy src\n"}, ("present", "scripts/check.sh:1"), id="script"),
]


@pytest.mark.parametrize(("texts", "expected"), GATES)
def test_gates_run_by_one_local_command(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("ci_tests.local_gates", texts) == expected


COVERAGE = [
    pytest.param({"pyproject.toml": "[tool.coverage.report]\nshow_missing = true\n"}, ABSENT, id="measured"),
    pytest.param({"pyproject.toml": "[tool.coverage.report]\nfail_under = 0\n"}, ABSENT, id="a floor of nothing"),
    pytest.param({"pyproject.toml": "[tool.interrogate]\nfail-under = 80\n"}, ABSENT, id="of docstrings"),
    pytest.param(
        {"codecov.yml": "coverage:\n  status:\n    project:\n      default:\n        threshold: 1%\n"},
        ABSENT,
        id="threshold",
    ),
    pytest.param(
        {
            "codecov.yml": "coverage:\n  status:\n    project:\n      default:\n"
            "        target: 80%\n        informational: true\n"
        },
        ABSENT,
        id="informational",
    ),
    pytest.param({"README.md": "```\npytest --cov-fail-under=80\n```\n"}, ABSENT, id="a document"),
    pytest.param(
        {"ci/test.yml": "steps:\n  - run: pytest --cov-fail-under=80\n"}, ABSENT, id="a workflow that does not run"
    ),
    pytest.param(
        {".github/workflows/ci.yml": "steps:\n  - run: interrogate --fail-under=80 .\n"}, ABSENT, id="docstrings in CI"
    ),
    pytest.param({".coveragerc": "[report]\nfail_under = 80\n"}, ("present", ".coveragerc:2"), id="coveragerc"),
    pytest.param(
        {"pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--cov --cov-fail-under=80"\n'},
        ("present", "pyproject.toml:2"),
        id="addopts",
    ),
    pytest.param({"Makefile": "test:\n\tpytest --cov-fail-under=80\n"}, ("present", "Makefile:2"), id="make"),
    pytest.param(
        {
            ".github/workflows/ci.yml": "steps:\n  - run: |\n      coverage run -m pytest\n"
            "      coverage report --fail-under 80\n"
        },
        ("present", ".github/workflows/ci.yml:4"),
        id="CI",
    ),
    pytest.param(
        {".github/codecov.yml": "coverage:\n  status:\n    project:\n      default:\n        target: 80%\n"},
        ("present", ".github/codecov.yml:5"),
        id="codecov",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), COVERAGE)
def test_coverage_is_enforced_where_a_run_can_fail_by_it(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("ci_tests.coverage", texts) == expected


CI = ".github/workflows/ci.yml"
WORKFLOWS = [
    pytest.param({CI: "steps:\n  - run: pytest\n"}, ABSENT, id="no tests to run"),
    pytest.param({**TEST, "ops/.github/workflows/ci.yml": "steps:\n  - run: pytest\n"}, ABSENT, id="not at its place"),
    pytest.param({**TEST, CI: "steps:\n  - run: ruff check .\n"}, ABSENT, id="lint only"),
    pytest.param({**TEST, CI: "steps:\n  - run: pip install pytest\n"}, ABSENT, id="installed only"),
    pytest.param({**TEST, CI: "steps:\n  # - run: pytest\n  - run: tox -e lint\n"}, ABSENT, id="commented out"),
    pytest.param(
        {**TEST, CI: "steps:\n  - run: make lint\n", "Makefile": "lint:\n\truff check\n"}, ABSENT, id="target"
    ),
    pytest.param({**TEST, CI: "steps:\n  - run: python -m pytest -q\n"}, ("present", f"{CI}:2"), id="module"),
    pytest.param({**TEST, CI: "steps:\n  - run: uv run --frozen pytest\n"}, ("present", f"{CI}:2"), id="wrapped"),
    pytest.param({**TEST, CI: "steps:\n  - run: |\n      cd src\n      tox\n"}, ("present", f"{CI}:4"), id="tox"),
    pytest.param(
        {**TEST, CI: "steps:\n  - run: make check\n", "Makefile": "check:\n\tpytest\n"},
        ("present", f"{CI}:2"),
        id="make",
    ),
    pytest.param(
        {**TEST, CI: "steps:\n  - run: make check\n", "Makefile": "check:\n\t./ci/t.sh\n", "ci/t.sh": "pytest\n"},
        ("present", f"{CI}:2"),
        id="make and a script",
    ),
    pytest.param(
        {**TEST, CI: "steps:\n  - run: bash ci/t.sh\n", "ci/t.sh": "pytest\n"}, ("present", f"{CI}:2"), id="script"
    ),
    pytest.param(
        {
            **TEST,
            ".github/workflows/unit_test.yml": "steps:\n  - run: pixi run -e ${{ matrix.env }} tests -n 3\n",
            "pyproject.toml": '[tool.pixi.feature.test.tasks]\ntests = { cmd = "pytest -q" }\n',
        },
        ("present", ".github/workflows/unit_test.yml:2"),
        id="task of a project tool",
    ),
    pytest.param(
        {**TEST, ".gitlab-ci.yml": "t:\n  script:\n  - pytest\n"}, ("present", ".gitlab-ci.yml:3"), id="GitLab"
    ),
    pytest.param({**TEST, "Jenkinsfile": "steps {\n  sh 'pytest -q'\n}\n"}, ("present", "Jenkinsfile:2"), id="Jenkins"),
]


@pytest.mark.parametrize(("texts", "expected"), WORKFLOWS)
def test_ci_runs_the_tests_by_name_or_by_target(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("ci_tests.ci", texts) == expected
