"""The project as pre-commit gets it: a repository at a URL that it clones, builds and installs."""

from __future__ import annotations

import configparser
import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import Repo
from tests.e2e.support import NOTHING_TO_ADD, PROJECT, REAL, STUB, STUB_LINE, Checkout, hook_blocks, run

SHIPPED = ("hooks", ".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "setup.cfg", "setup.py")


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A git repository made of a copy of this project."""
    made = Repo(tmp_path_factory.mktemp("hooks") / "ml-audit-hooks")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SHIPPED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, made.path / name, ignore=unwanted)
        else:
            shutil.copy(PROJECT / name, made.path / name)
    made.commit(message="hooks")
    made.git("tag", "v0.1.0")
    return made


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables by which pip takes what the build needs from a folder, and nothing from anywhere else."""
    wheels = tmp_path_factory.mktemp("wheels")
    pip = (sys.executable, "-m", "pip")
    parser = configparser.ConfigParser()
    parser.read(PROJECT / "setup.cfg", encoding="utf-8")
    needed = parser["options"]["install_requires"].split()
    done = run(*pip, "download", "-q", "--dest", str(wheels), "setuptools>=69", "wheel", *needed, cwd=wheels)
    if done.code:
        pytest.skip(f"no package index: {done.err.strip().splitlines()[-1]}")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def test_a_commit_is_guarded_by_the_installed_hooks(
    checkout: Checkout, hook_repository: Repo, offline: dict[str, str]
) -> None:
    hooks = [{"id": name} for name in hook_blocks() if name != "audit-all"]
    repos = [{"repo": str(hook_repository.path), "rev": "v0.1.0", "hooks": hooks}]
    checkout.commit({".pre-commit-config.yaml": json.dumps({"repos": repos}, indent=1)})
    assert checkout.run("pre-commit", "install", "--install-hooks", **offline).code == 0
    # many a README tells to set PYTHONPATH to a checkout, and many a checkout has a package `hooks`
    env = {**offline, "PYTHONPATH": str(checkout.path)}
    checkout.force_commit({"hooks/__init__.py": "raise SystemExit('ran the audited code')\n"})
    checkout.add({"train.py": STUB})
    failed = checkout.try_commit(**env)
    assert failed.code == 1
    assert failed.found == [STUB_LINE]
    assert failed.lines[-1] == NOTHING_TO_ADD
    assert "ran the audited code" not in failed.out + failed.err
    checkout.add({"train.py": REAL})
    checkout.add()
    assert checkout.try_commit(**env).code == 1  # the audit file changed once more
    checkout.add()
    assert checkout.try_commit(**env).code == 0
    assert checkout.committed_audit() == checkout.audit


def test_try_repo_shows_what_the_hooks_would_say(
    checkout: Checkout, hook_repository: Repo, offline: dict[str, str]
) -> None:
    checkout.commit({"train.py": STUB})
    done = checkout.run(
        "pre-commit", "try-repo", str(hook_repository.path), "audit-stubs", "--ref", "v0.1.0", "--all-files", **offline
    )
    assert done.code == 1
    assert done.lines[-2:] == [STUB_LINE, "audit-stubs: 1 new stub in 1 of 1 file"]


def test_every_hook_names_a_console_script_that_is_installed() -> None:
    scripts = Path(sys.executable).parent
    for name, block in hook_blocks().items():
        assert block["entry"] == name
        assert (scripts / name).is_file()
        assert block["language"] == "python"


def test_the_aggregator_is_the_last_block() -> None:
    assert [*hook_blocks()][-1] == "audit-report"


def test_the_manifest_and_the_projects_own_configuration_are_valid(tmp_path: Path) -> None:
    done = run("pre-commit", "validate-manifest", str(PROJECT / ".pre-commit-hooks.yaml"), cwd=tmp_path)
    assert done.code == 0, done
    own = PROJECT / ".pre-commit-config.yaml"
    assert not own.exists() or run("pre-commit", "validate-config", str(own), cwd=tmp_path).code == 0
