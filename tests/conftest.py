"""Shared fixtures: real git repositories in temporary folders, cut off from the machine's own settings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from ml_audit_hooks.core.git import Repository, find_repository

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")

_SETTINGS = {
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
}


@pytest.fixture(scope="session", autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No variable and no file of the machine reaches git or a hook; nothing is written to the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("GIT_", "PRE_COMMIT", "SOURCE_DATE_EPOCH")):
                patch.delenv(name)
        for name, value in _SETTINGS.items():
            patch.setenv(name, value)
        home = str(tmp_path_factory.mktemp("home"))
        patch.setenv("HOME", home)
        patch.setenv("XDG_CONFIG_HOME", os.path.join(home, ".config"))
        patch.setenv("XDG_CACHE_HOME", os.path.join(home, ".cache"))
        yield


def unmeasured() -> dict[str, str]:
    """The environment without what makes a child measure its coverage, for tests of what a child imports and opens."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "COVERAGE_"))}


class Repo:
    """A checkout that real git keeps."""

    def __init__(self, path: Path, object_format: str = "sha1") -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", "--template=", f"--object-format={object_format}")

    def git(self, *args: str, stdin: str = "") -> str:
        """git's output without the last line break. Fails the test on any exit code but 0."""
        done = self.try_git(*args, stdin=stdin)
        assert done.returncode == 0, f"git {' '.join(args)}: {done.stderr!r}"
        return os.fsdecode(done.stdout).removesuffix("\n")

    def try_git(self, *args: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
        """The finished process, whatever its exit code."""
        return subprocess.run(("git", *args), cwd=self.path, input=stdin.encode(), capture_output=True, check=False)

    def write(self, name: str, content: str | bytes = "") -> Path:
        """Put a file into the work tree."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, files: Mapping[str, str | bytes] | None = None) -> None:
        """Write `files` and stage them; without any, stage the work tree as it is."""
        for name, content in (files or {}).items():
            self.write(name, content)
        self.git("--literal-pathspecs", "add", "-A", "--", *(files or ["."]))

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "change") -> str:
        """`add`, then commit what is staged; the commit's id."""
        self.add(files)
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def head(self) -> str:
        """The id of the current commit."""
        return self.git("rev-parse", "HEAD")

    def blob(self, name: str) -> str:
        """The id of a staged file's content."""
        return self.git("rev-parse", f":{name}")

    def branch(self, name: str, at: str = "HEAD") -> None:
        """Make a branch and switch to it."""
        self.git("switch", "-q", "-c", name, at)

    def switch(self, name: str) -> None:
        """Go to a branch."""
        self.git("switch", "-q", name)

    def merge(self, name: str, commit: bool = True) -> bool:
        """Merge a branch; with `commit` off, up to the commit. Whether it went without conflicts."""
        options = () if commit else ("--no-commit",)
        return self.try_git("merge", "-q", "--no-ff", *options, "-m", "merge", name).returncode == 0

    def find(self) -> Repository:
        """The checkout as the audit sees it."""
        found = find_repository(str(self.path))
        assert found is not None
        return found


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty checkout, and not the current folder."""
    return Repo(tmp_path / "repo")
