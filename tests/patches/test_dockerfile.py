"""A Dockerfile: only where the Python, what is installed and the program can be told from the repository."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.dockerfile import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

TRAIN = "import argparse\n\nparser = argparse.ArgumentParser()\nprint(parser.parse_args())\n"
README = "# Model\n\n```bash\npip install -r requirements.txt\npython train.py --lr 0.1\n```\n"
FILES = {"README.md": README, "requirements.txt": "torch\n", "train.py": TRAIN, ".python-version": "3.11\n"}
PROJECT = '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "model"\nrequires-python = ">=3.10"\n'
HEAD = "FROM python:3.11-slim\n\nWORKDIR /app\n\n"
LISTED = "COPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\n\nCOPY . .\n"
RUN = '\nENTRYPOINT ["python", "train.py"]\nCMD ["--help"]\n'


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({".python-version": ""}, id="no-version-of-python"),
        pytest.param({"requirements.txt": "torch\nflash-attn\n"}, id="needs-a-compiler"),
        pytest.param({"README.md": "# Model\n"}, id="no-documented-program"),
        pytest.param({"README.md": README.replace("python train.py", "python gone.py")}, id="a-program-that-is-gone"),
        pytest.param({"compose.yaml": "services:\n  a:\n    image: x\n"}, id="has-containers"),
        pytest.param({".dockerignore": "data\n"}, id="has-a-dockerignore"),
        pytest.param({"uv.lock": 'version = 1\n[[package]]\nname = "torch"\nversion = "2.1"\n'}, id="has-a-lock"),
        pytest.param({".python-version": "3.9\n", "pyproject.toml": PROJECT.replace("3.10", "3.15")}, id="no-image"),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, FILES | files, KIND) == []


def test_nothing_to_install(repo: Repo) -> None:
    assert candidates(repo, {name: text for name, text in FILES.items() if name != "requirements.txt"}, KIND) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({}, HEAD + LISTED + RUN, id="requirements"),
        pytest.param(
            {"pyproject.toml": PROJECT}, HEAD + LISTED + "RUN pip install --no-cache-dir .\n" + RUN, id="and-a-package"
        ),
        pytest.param(
            {"requirements.txt": "-e .\ntorch\n", "setup.py": "from setuptools import setup\nsetup(name='m')\n"},
            HEAD
            + "COPY . .\nRUN pip install --no-cache-dir -r requirements.txt\nRUN pip install --no-cache-dir .\n"
            + RUN,
            id="requirements-that-need-the-tree",
        ),
        pytest.param(
            {"requirements.txt": "opencv-python\ngit+https://example.org/a.git\n"},
            HEAD
            + "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends git libgl1 libglib2.0-0 \\\n"
            "    && rm -rf /var/lib/apt/lists/*\n\n" + LISTED + RUN,
            id="system-packages",
        ),
        pytest.param(
            {"train.py": "print('training')\n"}, HEAD + LISTED + '\nCMD ["python", "train.py"]\n', id="reads-no-options"
        ),
        pytest.param(
            {".python-version": "", "environment.yml": "dependencies:\n  - python=3.10\n  - numpy\n"},
            (HEAD + LISTED + RUN).replace("3.11", "3.10"),
            id="version-of-the-environment",
        ),
        pytest.param(
            {".python-version": "", ".github/workflows/t.yml": "jobs:\n  t:\n    python-version: ['3.9', '3.12']\n"
             "    steps:\n      - run: pytest\n"},
            (HEAD + LISTED + RUN).replace("3.11", "3.12"),
            id="version-that-is-tested",
        ),
        pytest.param(
            {"README.md": README.replace("python train", "torchrun --nproc_per_node=8 train")},
            (HEAD + LISTED + RUN).replace('"python", "train', '"torchrun", "train'),
            id="launched",
        ),
        pytest.param(
            {"README.md": "```\npython sample.py\npython train.py\n```\n", "sample.py": TRAIN},
            HEAD + LISTED + RUN,
            id="the-one-that-trains",
        ),
        pytest.param(
            {"README.md": "```\npython sample.py\n```\n", "sample.py": TRAIN},
            (HEAD + LISTED + RUN).replace("train.py", "sample.py"),
            id="the-one-that-is-documented",
        ),
    ],
)  # fmt: skip
def test_the_image(repo: Repo, files: dict[str, str], expected: str) -> None:
    (result,) = proved(repo, FILES | files, KIND)
    assert isinstance(result, Proved), result
    assert new_text(result.patch, "Dockerfile") == expected
    assert result.facets == ("deployment.container",)


def test_what_git_ignores_stays_out(repo: Repo) -> None:
    files = FILES | {".gitignore": "# data\ndata/\n/wandb\n*.pt\nsecret\n", "data/a.py": "x = 1\n"}
    repo.add({name: text for name, text in files.items() if not name.startswith("data/")})
    (result,) = proved(repo, {"train.py": TRAIN}, KIND)
    assert isinstance(result, Proved), result
    assert new_text(result.patch, ".dockerignore") == ".git\ndata\nwandb\n"
