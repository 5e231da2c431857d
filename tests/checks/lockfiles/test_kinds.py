"""Which files are read, by the name alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ml_audit_hooks.checks.lockfiles import CHECK
from ml_audit_hooks.checks.lockfiles.kinds import kind

SILENT = [
    *("README.md", "train.txt", "data/config.yaml", "poetry.lock.bak", "uv.lock.orig", "pyproject.toml.j2"),
    *("tests/fixtures/poetry.lock", "tests/testdata/requirements.txt", "node_modules/a/package-lock.json"),
    *("third_party/x/setup.cfg", "{{cookiecutter.name}}/requirements.txt", "{{ cookiecutter.name }}/src/a.py"),
    *("configs/model.yml", "docs/conf.toml", "a.lock", "pylock.a.b.toml", "src/requirement.json"),
]
READ = {
    ".github/workflows/ci.yml": "workflow",
    ".gitlab-ci.yml": "workflow",
    "Dockerfile.gpu": "dockerfile",
    "Pipfile": "pipfile",
    "Pipfile.lock": "pipfile.lock",
    "a/b/uv.lock": "uv.lock",
    "conda-linux-64.lock": "conda-explicit",
    "conda.yaml": "environment",
    "constraints-3.11.txt": "constraints",
    "dev.conda-lock.yml": "conda-lock",
    "docker/serve.dockerfile": "dockerfile",
    "environment.dev.yml": "environment",
    "pylock.gpu.toml": "pylock",
    "requirements-dev.in": "requirements.in",
    "requirements-dev.lock": "requirements",
    "requirements.txt": "requirements",
    "requirements/base.txt": "requirements",
    "run.py.lock": "uv.lock",
    "src/train.py": "python",
    "tests/requirements.txt": "requirements",
    "yarn.lock": "npm-other",
}


@pytest.mark.parametrize("path", SILENT)
def test_other_files_are_not_read(path: str) -> None:
    assert kind(path) == ""
    assert CHECK.reads is not None
    assert not CHECK.reads(path)


@pytest.mark.parametrize(("path", "expected"), READ.items(), ids=READ.keys())
def test_a_manifest_is_known_by_its_name(path: str, expected: str) -> None:
    assert kind(path) == expected


def test_a_plain_requirements_file_costs_no_parser() -> None:
    code = """
import sys
from ml_audit_hooks.checks.lockfiles import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
before = set(sys.modules)
assert not CHECK.reads("src/model.bin")
assert sorted(set(sys.modules) - before) == ["ml_audit_hooks.checks.lockfiles.kinds"], set(sys.modules) - before
text = b"# models\\ntorch==2.1.0+cu121 ; python_version >= '3.9'\\nnumpy>=1.20,<2\\ntransformers[torch]\\n"
record = CHECK.examine(File("requirements.txt", Content(text, "")))
assert len(dict(record.facts)["packages"]) == 3
CHECK.fold({"requirements.txt": record}, {"profile": "auto"})
heavy = {"packaging", "tomllib", "tomli", "yaml", "json", "re", "typing", "dataclasses", "hashlib"} & set(sys.modules)
assert not heavy - before, heavy - before
"""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"], check=False
    )
    assert ran.returncode == 0
