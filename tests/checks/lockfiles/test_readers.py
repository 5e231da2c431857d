"""Every format by a small file of its own: the packages, and what a broken one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_audit_hooks.checks.lockfiles import CHECK
from ml_audit_hooks.checks.lockfiles.facts import read
from ml_audit_hooks.checks.lockfiles.packages import CONDA, NPM, PATH, PYPI, URL, VCS
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content, Unreadable
from tests.checks.lockfiles.support import packages_of, record

SAMPLES = Path(__file__).parents[2] / "samples" / "LCK_formats"
Row = tuple[str, str, str, bool]  # name, version, source, hashes

LOCKS: dict[str, list[Row]] = {
    "poetry.lock": [("numpy", "1.26.4", PYPI, True), ("peft", "0.1", VCS, False)],
    "old/poetry.lock": [("click", "7.0", PYPI, True)],
    "uv.lock": [("own", "0.1.0", PATH, False), ("torch", "2.4.1+cu121", PYPI, True), ("peft", "0.1", VCS, False)],
    "pdm.lock": [("a", "1", PYPI, True), ("b", "2", VCS, False)],
    "pylock.toml": [
        ("jaraco-classes", "3", PYPI, True),
        ("v", "", VCS, False),
        ("d", "", PATH, False),
        ("z", "", URL, True),
    ],
    "Pipfile.lock": [("requests", "2.32.3", PYPI, True), ("own", "", PATH, False), ("x", "", VCS, False)],
    "conda-lock.yml": [("numpy", "1.26", CONDA, True), ("torch-geometric", "2.5", PYPI, True)],
    "conda-linux-64.lock": [("numpy", "1.26.4", CONDA, True)],
    "pixi.lock": [("python", "3.12.1", CONDA, True), ("torch", "2.4.1", PYPI, True), ("own", "0.1.0", PATH, False)],
    "package-lock.json": [("@x/a", "1.2.3", NPM, True)],
}


def text_of(part: str, path: str) -> str:
    """The sample of one format."""
    return (SAMPLES / part / path.removeprefix(".")).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_gives_its_packages(path: str) -> None:
    found, expected = packages_of(path, text_of("locks", path)), LOCKS[path]
    assert [(item.name, item.version, item.source, item.hashes) for item in found] == expected
    assert all(not item.declared and item.line >= 1 for item in found)


@pytest.mark.parametrize("path", ["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "pixi.lock", "Pipfile.lock"])
def test_the_line_is_where_the_package_stands(path: str) -> None:
    text = text_of("locks", path)
    rows = text.split("\n")
    for item in packages_of(path, text):
        near = "\n".join(rows[item.line - 1 : item.line + 2]).lower().replace(".", "-")
        assert item.name in near


BROKEN = [
    ("poetry.lock", "[[package]\n", "does not parse as TOML: line 1"),
    ("poetry.lock", "a = 1\n<<<<<<< HEAD\n=======\n>>>>>>> x\n", "holds a merge conflict: line 2"),
    ("poetry.lock", "package = 3\n", "is not a valid lock: its package is no list of tables"),
    ("uv.lock", "version = 9\n", "is not a lock that this version reads: its schema version is not 1"),
    ("uv.lock", 'version = 1\n\n[[package]]\nversion = "1"\n', "is not a valid lock: a package has no name: line 3"),
    ("pylock.toml", 'lock-version = "2.0"\n', "is not a lock that this version reads: its lock-version is not 1"),
    ("pylock.toml", 'lock-version = "1.0"\n', "is not a valid lock: it has no packages"),
    ("Pipfile.lock", '{"default": {', "does not parse as JSON: line 1"),
    ("Pipfile.lock", '{"default": 3}', "is not a valid lock: its section default is no object"),
    ("Pipfile.lock", "[]", "is not a valid lock: no object at the top"),
    ("Pipfile", "[packages\n", "does not parse as TOML: line 1"),
    ("conda-lock.yml", "a: [\n", "does not parse as YAML: line 2"),
    ("conda-lock.yml", "a: 1\n", "is not a valid lock: it has no list of packages"),
    ("pixi.lock", "[]", "is not a valid lock: it has no version"),
    ("package-lock.json", "[]", "is not a valid package file: no object at the top"),
    ("pyproject.toml", "[project\n", "does not parse as TOML: line 1"),
    ("environment.yml", "dependencies: [\n", "does not parse as YAML: line 2"),
    ("setup.cfg", "[options]\ninstall_requires = a\n[options\n", "does not parse as INI: line 3"),
]


@pytest.mark.parametrize(("path", "text", "reason"), BROKEN, ids=[f"{p} {r[:24]}" for p, _, r in BROKEN])
def test_a_broken_file_says_so_in_one_line(path: str, text: str, reason: str) -> None:
    assert record(path, text).unread == ((None, reason),)


@pytest.mark.parametrize("path", ["poetry.lock", "Pipfile.lock", "conda-lock.yml", "package.json", "environment.yml"])
def test_nesting_without_end_is_no_exception(path: str) -> None:
    deep = {"poetry.lock": "a = " + "[" * 5000, "environment.yml": "dependencies: " + "[" * 3000}
    text = deep.get(path, '{"a": ' * 9000 if path != "conda-lock.yml" else "[" * 3000)
    assert len(record(path, text).unread) == 1


@pytest.mark.parametrize("path", ["tests/poetry.lock", "tests/requirements/pyproject.toml"])
def test_a_broken_sample_of_a_test_is_nobodys_business(path: str) -> None:
    assert record(path, "[[package]\n").unread == ()


def test_the_reader_raises_only_what_the_house_expects() -> None:
    with pytest.raises(Unreadable):
        CHECK.examine(File("uv.lock", Content(b"[", "")))


MANIFESTS: dict[str, list[tuple[str, str, str]]] = {  # name, version, group
    "pyproject.toml": [
        ("torch", "2.1", ""),
        ("numpy", "", ""),
        ("black", "", "dev-tools"),
        ("pytest", "", "test"),
        ("a", "", "lint"),
        ("mypy", "", "lint"),
        ("ruff", "0.9", "dev"),
    ],
    "poetry/pyproject.toml": [
        ("torch", "2.1.0", ""),
        ("numpy", "", ""),
        ("x", "1.0", ""),
        ("g", "", ""),
        ("pytest", "", "dev"),
    ],
    "pixi.toml": [
        ("python", "", "pixi"),
        ("numpy", "1.26.4", "pixi"),
        ("torch", "2.4.1", "pixi"),
        ("cuda", "", "pixi-gpu"),
    ],
    "Pipfile": [("requests", "", ""), ("numpy", "1.26.4", ""), ("black", "24.1", "dev"), ("sphinx", "", "docs")],
    "setup.cfg": [("torch", "", ""), ("numpy", "1.0", ""), ("black", "", "dev")],
    "setup.py": [("torch", "", ""), ("numpy", "1.0", ""), ("a", "", ""), ("black", "", "dev")],
    "environment.yml": [
        ("python", "", ""),
        ("numpy", "", ""),
        ("scipy", "1.11.0", ""),
        ("pytorch", "2.1.0", ""),
        ("cudatoolkit", "", ""),
        ("pip", "", ""),
        ("torchmetrics", "1.0", ""),
    ],
    "Dockerfile": [("torch", "2.1.0", ""), ("numpy", "", ""), ("flask", "", ""), ("scipy", "", ""), ("jax", "", "")],
    ".github/workflows/ci.yml": [("pytest", "8.0", ""), ("ruff", "", "")],
    "a.ipynb": [("torch", "2.1", ""), ("transformers", "", ""), ("datasets", "", "")],
    "run.py": [("torch", "2.4", ""), ("rich", "", "")],
}


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_manifest_gives_what_it_asks_for(path: str) -> None:
    found, expected = packages_of(path, text_of("manifests", path)), MANIFESTS[path]
    assert [(item.name, item.version, item.group) for item in found] == expected
    assert all(item.declared for item in found)


def test_a_setup_py_is_never_run() -> None:
    text = "raise SystemExit(3)\nfrom setuptools import setup\nsetup(install_requires=['a', f'b{1}'])\n"
    found = record("setup.py", text)
    assert [row[0] for row in read(found)["packages"]] == ["a"]
    assert read(found)["dynamic"] == 1


def test_sources_of_uv_say_where_a_package_comes_from() -> None:
    text = (
        '[project]\nname = "x"\ndependencies = ["a", "b", "c"]\n[tool.uv.sources]\n'
        'a = {git = "https://u:p@g.org/a", branch = "main"}\nb = {workspace = true}\n'
    )
    found = packages_of("pyproject.toml", text)
    assert [(i.name, i.source, i.where, i.reference) for i in found] == [
        *(("a", VCS, "https://g.org/a", "main"), ("b", PATH, "", ""), ("c", PYPI, "", "")),
    ]


@pytest.mark.parametrize(
    "text", ["name: x\n", "dependencies: torch\n", "- a\n", "dependencies:\n  - {{ a }}\n", "a: 1\n"]
)
def test_a_yaml_file_that_is_no_environment_asks_for_nothing(text: str) -> None:
    assert packages_of("environment.yml", text) == ()


def test_facts_are_plain_values_and_the_gist_has_no_lines() -> None:
    import marshal

    for part, path in [("locks", path) for path in LOCKS] + [("manifests", path) for path in MANIFESTS]:
        text = text_of(part, path)
        found = record(path, text)
        marshal.dumps(found.plain())
        assert CHECK.gist is not None
        if path in ("setup.cfg", "Pipfile", "pdm.lock", "run.py"):
            head = "#\n" if path != "run.py" else "\n"
            assert CHECK.gist(record(path, head + text)) == CHECK.gist(found)


def test_imports_that_may_fail_are_weak() -> None:
    text = """import torch
try:
    import apex
except ImportError:
    pass
def f():
    import wandb
import os
from . import a
"""
    assert read(record("m.py", text))["imports"] == (("apex", 3, None, 1), ("torch", 1, None, 0), ("wandb", 7, None, 1))
