"""A list of requirements pinned to the lock beside it; silent wherever the lock does not answer for every line."""

from __future__ import annotations

import json

import pytest

from ml_audit_hooks.checks.lockfiles import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.patches.model import Ground, Patch
from ml_audit_hooks.patches.pinned_requirements import KIND

LOCK = "".join(
    f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
    for name, version in (("numpy", "1.26.4"), ("torch", "2.3.1"), ("scikit-learn", "1.5.0"), ("rc", "1.0rc1"))
)
TWO = LOCK + '[[package]]\nname = "numpy"\nversion = "2.0.0"\n'
GIT = LOCK.replace('version = "2.3.1"\n', 'version = "2.3.1"\nsource = { git = "https://example.org/t" }\n')


def _ground(files: dict[str, str], path: str = "requirements.txt") -> Ground:
    finding = Finding("LCK004", 1, 1, None, "requirements", "unpinned", "2 of 2 packages are not pinned", 1, 1)
    kept = {name: File(name, Content(text.encode(), "")) for name, text in files.items()}
    return Ground(tuple(sorted(files)), kept.__getitem__, {"LCK004": ((path, finding),)}, {}, (), ())


def _patches(files: dict[str, str], path: str = "requirements.txt") -> list[Patch]:
    return [*KIND.build(_ground(files, path))]


@pytest.mark.parametrize(
    ("asked", "lock"),
    [
        pytest.param("numpy\n", "", id="no-lock"),
        pytest.param("numpy\npandas\n", LOCK, id="not-all-are-locked"),
        pytest.param("numpy\n", TWO, id="two-versions"),
        pytest.param("torch\n", GIT, id="from-git"),
        pytest.param("numpy<1.20\n", LOCK, id="the-lock-does-not-fit"),
        pytest.param("numpy>=1.26.*\n", LOCK, id="a-bound-that-is-no-number"),
        pytest.param("rc>=1.0\n", LOCK, id="a-version-that-is-no-number"),
        pytest.param("-r base.txt\nnumpy\n", LOCK, id="takes-in-another"),
        pytest.param("numpy \\\n  --hash=sha256:0\n", LOCK, id="hashes"),
        pytest.param("numpy @ https://example.org/n.whl\n", LOCK, id="an-address"),
        pytest.param("numpy==1.26.4\n", LOCK, id="pinned"),
    ],
)
def test_silent(asked: str, lock: str) -> None:
    assert _patches({"requirements.txt": asked, "poetry.lock": lock}) == []


@pytest.mark.parametrize("name", ["setup.py", "setup.cfg", "pyproject.toml"])
def test_a_library_that_reads_the_list_keeps_its_ranges(name: str) -> None:
    files = {"requirements.txt": "numpy\n", "uv.lock": LOCK, name: "x = 'requirements.txt'\n"}
    assert _patches(files) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("numpy\ntorch>=2.0\n", "numpy==1.26.4\ntorch==2.3.1\n", id="lines"),
        pytest.param("# math\nnumpy  # arrays\n\n", "# math\nnumpy==1.26.4  # arrays\n\n", id="comments"),
        pytest.param("Scikit_Learn[alldeps] >=1.0,<2\n", "Scikit_Learn[alldeps]==1.5.0\n", id="names-and-extras"),
        pytest.param(
            "torch~=2.3.0; sys_platform == 'linux'\n", "torch==2.3.1; sys_platform == 'linux'\n", id="markers"
        ),
        pytest.param("torch==2.3.1\nnumpy\n", "torch==2.3.1\nnumpy==1.26.4\n", id="those-that-are-pinned-stay"),
        pytest.param("numpy\r\ntorch", "numpy==1.26.4\r\ntorch==2.3.1", id="line-ends"),
    ],
)
@pytest.mark.parametrize("lock", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_the_versions_of_the_lock(lock: str, asked: str, expected: str) -> None:
    (patch,) = _patches({"requirements.txt": asked, lock: LOCK})
    assert patch.changes[0].new.decode() == expected
    assert patch.findings == (("LCK004", "requirements.txt", "requirements"),)


def test_the_lock_of_pipenv_in_a_folder() -> None:
    lock = json.dumps({"default": {"numpy": {"version": "==1.26.4"}}, "develop": {"numpy": {"version": "==2.0"}}})
    (patch,) = _patches({"app/requirements.txt": "numpy\n", "app/Pipfile.lock": lock}, "app/requirements.txt")
    assert patch.changes[0].new == b"numpy==1.26.4\n"
    assert patch.id == "pinned-requirements-app"


def _told(files: dict[str, str]) -> dict[str, tuple[Finding, ...]]:
    """What the check of lock files says of the unpinned."""
    records = {name: CHECK.examine(File(name, Content(text.encode(), ""))) for name, text in files.items()}
    assert CHECK.fold is not None
    found = {path: tuple(f for f in rows if f.code == "LCK004") for path, rows in CHECK.fold(records, {}).items()}
    return {path: rows for path, rows in found.items() if rows}


def test_the_check_is_content_with_what_the_patch_gives() -> None:
    files = {"requirements.txt": "numpy\ntorch>=2.0\n", "poetry.lock": LOCK, "train.py": "import torch\n"}
    ((path, (finding,)),) = _told(files).items()
    kept = {name: File(name, Content(text.encode(), "")) for name, text in files.items()}
    ground = Ground(tuple(sorted(files)), kept.__getitem__, {"LCK004": ((path, finding),)}, {}, (), ())
    (patch,) = KIND.build(ground)
    assert (patch.findings[0].path, patch.findings[0].symbol) == (path, finding.symbol)
    assert _told(files | {path: patch.changes[0].new.decode()}) == {}
