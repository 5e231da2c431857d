"""What the end-to-end tests share: checkouts in which the installed console scripts and real hook runners work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.conftest import Repo

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent  # of the environment that the tests run in
TOOLS = ("pre-commit", "prek")
NOTHING_TO_ADD = f"{AUDIT_FILE}: brought up to date; stage it (git add {AUDIT_FILE}) and commit again"

STUB = "def train():\n    pass\n"
REAL = "def train():\n    return fit()\n"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
STUB_LINE = "train.py:1:1: STB001 train has no body but `pass`"


class Done(NamedTuple):
    """A finished process."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """All output, without blank lines and without the indentation of a hook runner."""
        return [line.strip() for line in (self.out + self.err).splitlines() if line.strip()]

    @property
    def found(self) -> list[str]:
        """The lines that name a finding."""
        return [line for line in self.lines if re.search(r":\d+: [A-Z]{1,4}\d{3} ", line)]


def run(*argv: str, cwd: Path, **env: str) -> Done:
    """Run a command; one without a slash that this environment installed comes from there."""
    program = SCRIPTS / argv[0]
    words = [str(program) if program.exists() else argv[0], *argv[1:]]
    done = subprocess.run(words, cwd=cwd, input=b"", capture_output=True, check=False, env={**os.environ, **env})
    return Done(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class Checkout(Repo):
    """A checkout with the project's commands at hand."""

    def run(self, *argv: str, cwd: str = ".", **env: str) -> Done:
        """Run a command in the checkout."""
        return run(*argv, cwd=self.path / cwd, **env)

    def use(self, tool: str, hooks: Sequence[str], *args: str, types: Sequence[str] = ("pre-commit",)) -> None:
        """Commit a configuration of these hooks with these arguments, and let `tool` install itself."""
        self.commit({".pre-commit-config.yaml": local_config(hooks, *args)})
        for kind in types:
            done = self.run(tool, "install", "--hook-type", kind)
            assert done.code == 0, done

    def try_commit(self, *args: str, **env: str) -> Done:
        """`git commit` with the installed hooks."""
        return self.run("git", "commit", "-m", "change", *args, **env)

    def force_commit(self, files: dict[str, str | bytes] | None = None) -> str:
        """Stage `files`, and commit past all hooks; the commit's id."""
        if files:
            self.add(files)
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "forced")
        return self.head()

    @property
    def audit(self) -> str:
        """The audit file on disk."""
        return _text((self.path / AUDIT_FILE).read_bytes())

    def committed_audit(self) -> str:
        """The audit file in HEAD."""
        return self.git("show", f"HEAD:{AUDIT_FILE}") + "\n"

    def as_json(self) -> dict[str, Any]:
        """The audit as JSON."""
        done = self.run("ml-audit", "report", "--format", "json", "--output", "-")
        assert done.code == 0, done
        found: dict[str, Any] = json.loads(done.out)
        return found

    def fresh_audit(self) -> str:
        """The audit of a second checkout with the same index and nothing remembered, people's notes included."""
        done = self.run("ml-audit", "report", "--output", "-")
        assert done.code == 0, done
        return done.out


def hook_blocks() -> dict[str, dict[str, Any]]:
    """The project's own hooks, by id."""
    blocks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {block["id"]: block for block in blocks}


def local_config(ids: Sequence[str], *args: str) -> str:
    """A configuration that runs the project's hooks from this environment, with nothing else changed."""
    hooks = []
    for name in ids:
        block = dict(hook_blocks()[name])
        block.update(language="system", entry=str(SCRIPTS / block["entry"]))
        if args:
            block["args"] = list(args)
        hooks.append(block)
    return json.dumps({"repos": [{"repo": "local", "hooks": hooks}]}, indent=1) + "\n"


def shards(checkout: Repo) -> list[Path]:
    """The store's files."""
    return sorted(path for path in checkout.path.glob(".git/ml-audit/*/*") if path.is_file())


def forget(checkout: Repo) -> None:
    """Delete everything that earlier runs left in git's directory."""
    import shutil

    shutil.rmtree(checkout.path / ".git" / "ml-audit", ignore_errors=True)
    (checkout.path / ".git" / "ml-audit-stamp").unlink(missing_ok=True)
