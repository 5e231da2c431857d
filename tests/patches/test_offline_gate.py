"""An offline gate: in the Makefile that is there, or in a new one where there is no other runner."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.offline_gate import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

TEST = "import pytest\n\nfrom model import size\n\n\ndef test_size():\n    assert size() == 1\n"
README = "# Model\n\n```\npython -m pytest tests/ -v --cov=model\n```\n"
FILES = {"README.md": README, "model.py": "def size():\n    return 1\n", "tests/test_model.py": TEST}
GATE = """\
# The tests with pip offline: what they load must lie in the local caches.
.PHONY: test-offline
test-offline: export PIP_NO_INDEX = 1
test-offline:
\tpython -m pytest tests/ -v
"""
CASE = "import unittest\n\nimport model\n\n\nclass T(unittest.TestCase):\n    def test_size(self):\n"
CASE += "        self.assertEqual(model.size(), 1)\n"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"Makefile": "test:\n\tpytest\n"}, id="has-a-gate"),
        pytest.param({"tests/test_model.py": ""}, id="no-tests"),
        pytest.param({"justfile": "train:\n    python train.py\n"}, id="another-runner"),
        pytest.param({"Makefile": ".RECIPEPREFIX = >\nall:\n> echo\n"}, id="another-prefix"),
        pytest.param({"Makefile": "test-offline: all\nall:\n\techo\n"}, id="the-name-is-taken"),
        pytest.param(
            {"README.md": "```\npytest tests/test_model.py\n```\n", "tests/test_model.py": TEST[15:]},
            id="one-test-only",
        ),
        pytest.param({"README.md": "```\npytest --run=$RUN\n```\n", "tests/test_model.py": TEST[15:]}, id="a-template"),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, FILES | files, KIND) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, GATE, id="new"),
        pytest.param({"Makefile": "all:\n\techo"}, "all:\n\techo\n\n" + GATE, id="one-target-more"),
        pytest.param(
            {"Makefile": "all:\r\n\techo\r\n"}, ("all:\n\techo\n\n" + GATE).replace("\n", "\r\n"), id="line-ends"
        ),
        pytest.param(
            {"train.py": "import wandb\nfrom transformers import Trainer\nimport mlflow.pytorch\n"},
            GATE.replace("pip offline", "the hub, MLflow, pip, W&B offline").replace(
                "test-offline: export PIP_NO_INDEX = 1\n",
                "test-offline: export HF_HUB_OFFLINE = 1\n"
                "test-offline: export MLFLOW_TRACKING_URI = file:./mlruns\n"
                "test-offline: export PIP_NO_INDEX = 1\n"
                "test-offline: export TRANSFORMERS_OFFLINE = 1\n"
                "test-offline: export WANDB_MODE = offline\n",
            ),
            id="what-is-imported",
        ),
        pytest.param({"README.md": "# Model\n"}, GATE.replace(" tests/ -v", ""), id="by-the-tests"),
        pytest.param(
            {"README.md": "# Model\n", "tests/test_model.py": CASE},
            GATE.replace("pytest tests/ -v", "unittest discover tests"),
            id="unittest",
        ),
        pytest.param(
            {
                "README.md": "# Model\n",
                ".github/workflows/t.yml": "jobs:\n  t:\n    steps:\n      - run: pytest tests\n",
            },
            GATE.replace(" tests/ -v", " tests"),
            id="as-ci-runs-them",
        ),
    ],
)
def test_the_target(repo: Repo, files: dict[str, str], expected: str) -> None:
    (result,) = proved(repo, FILES | files, KIND)
    assert isinstance(result, Proved), result
    assert new_text(result.patch, "Makefile") == expected
    assert result.facets == ("ci_tests.local_gates",)


def test_a_test_that_fetches_is_named(repo: Repo) -> None:
    fetches = TEST + "\n\ndef test_hub():\n    AutoModel.from_pretrained('x')\n    assert size()\n"
    (patch,) = candidates(repo, FILES | {"tests/test_hub.py": fetches}, KIND)
    assert "red where tests/test_hub.py finds nothing in the cache" in patch.risk
