"""A floor under coverage: only where coverage is measured, and never above what collecting the tests runs."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.coverage_floor import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

MODULE = "import os\n\n\ndef size(path):\n    return os.path.getsize(path)\n"
TEST = "from pkg.files import size\n\n\ndef test_size(tmp_path):\n    assert size(__file__) > 0\n"
SETTINGS = '[tool.pytest.ini_options]\naddopts = "--cov=pkg"\n'
FILES = {"pkg/__init__.py": "", "pkg/files.py": MODULE, "tests/test_files.py": TEST, "pyproject.toml": SETTINGS}
LONG = "def late():\n" + "".join(f"    x{i} = {i}\n" for i in range(60))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"pyproject.toml": ""}, id="nothing-measures"),
        pytest.param({"tests/test_files.py": "def helper():\n    return 1\n"}, id="no-tests"),
        pytest.param({"pkg/more.py": LONG}, id="hardly-anything-is-imported"),
        pytest.param({"tests/test_files.py": "import pytest\npytest.importorskip('x')\n" + TEST}, id="tests-may-skip"),
        pytest.param({"tests/test_files.py": TEST.replace("from pkg", "try:\n    from pkg").replace(
            "size\n\n", "size\nexcept ImportError:\n    raise\n\n", 1)}, id="import-in-a-try"),
        pytest.param({"Makefile": "test:\n\tpytest --cov-fail-under=0\n"}, id="chosen"),
        pytest.param({"Makefile": "test:\n\tpytest --cov --cov-config=.ci.cfg\n"}, id="settings-elsewhere"),
        pytest.param({"pyproject.toml": SETTINGS + "[tool.coverage]\nreport = { show_missing = true }\n"}, id="inline"),
        pytest.param({"pyproject.toml": SETTINGS + "[broken\n"}, id="broken-toml"),
    ],
)  # fmt: skip
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, FILES | files, KIND) == []


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        pytest.param({}, "pyproject.toml", SETTINGS + "\n[tool.coverage.report]\nfail_under = 50\n", id="new-table"),
        pytest.param(
            {"pyproject.toml": SETTINGS + "\n[tool.coverage.report]\nprecision = 1\n\n[tool.x]\na = 1\n"},
            "pyproject.toml",
            SETTINGS + "\n[tool.coverage.report]\nprecision = 1\nfail_under = 50\n\n[tool.x]\na = 1\n",
            id="table-that-is-there",
        ),
        pytest.param(
            {"pyproject.toml": SETTINGS.replace("\n", "\r\n")},
            "pyproject.toml",
            (SETTINGS + "\n[tool.coverage.report]\nfail_under = 50\n").replace("\n", "\r\n"),
            id="line-ends",
        ),
        pytest.param(
            {".coveragerc": "[run]\nbranch = True\n\n[report]\nomit =\n    a\n    b\n\n[html]\ndirectory = x\n"},
            ".coveragerc",
            "[run]\nbranch = True\n\n[report]\nomit =\n    a\n    b\nfail_under = 50\n\n[html]\ndirectory = x\n",
            id="coveragerc-before-pyproject",
        ),
        pytest.param(
            {"setup.cfg": "[coverage:run]\nsource = pkg"},
            "setup.cfg",
            "[coverage:run]\nsource = pkg\n\n[coverage:report]\nfail_under = 50\n",
            id="setup-cfg-without-a-last-line-end",
        ),
        pytest.param(
            {"pkg/branches.py": "def f(x):\n    if x:\n        return 1\n    return 2\n",
             "pyproject.toml": SETTINGS.replace("--cov=", "--cov-branch --cov=")},
            "pyproject.toml",
            SETTINGS.replace("--cov=", "--cov-branch --cov=") + "\n[tool.coverage.report]\nfail_under = 15\n",
            id="branches-count",
        ),
    ],
)  # fmt: skip
def test_the_floor_stands_where_coverage_reads_it(repo: Repo, files: dict[str, str], path: str, expected: str) -> None:
    (result,) = proved(repo, FILES | files, KIND)
    assert isinstance(result, Proved), result
    assert new_text(result.patch, path) == expected
    assert result.facets == ("ci_tests.coverage",)
