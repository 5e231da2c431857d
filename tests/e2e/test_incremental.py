"""After any history of edits the incremental audit is the one from scratch, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from ml_audit_hooks.cli import subject, writing
from ml_audit_hooks.core.store import Store
from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.conftest import Repo
from tests.e2e import hostile
from tests.e2e.support import POINTER, REAL, STUB, Checkout, forget

PATHS = (
    "train.py",
    "src/model.py",
    "src/base.py",
    "src/deep/er.py",
    "tests/test_model.py",
    "tests/helpers.py",
    "vendor/lib.py",
    "nb/a.ipynb",
    "conf/run.yaml",
    "conf/run.example.yaml",
    ".env",
    "tool",
    "README.md",
    "weights.pt",
    "data.csv",
    "naïve ☃.py",
    "pyproject.toml",
    ".github/workflows/ci.yml",
    "docs/usage.md",
    "requirements.txt",
)
CONTRACT = "class Base:\n    def fit(self):\n        raise NotImplementedError\n"
TRAINING = """\
import torch
from transformers import AutoTokenizer


def train(model, loader, optimizer):
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained("gpt2")
    for batch in loader:
        loss = model(tokenizer(batch, padding=True)).loss
        loss.backward()
        optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "last.pt")
"""
TEST = "from train import train\n\n\ndef test_train():\n    assert train(None, [], None) is None\n"
CONTENTS: tuple[str | bytes, ...] = (
    STUB,
    REAL,
    STUB + STUB.replace("train", "save"),
    CONTRACT,
    "from base import Base\n\n\nclass Own(Base):\n    def fit(self):\n        return 1\n",
    "def save():  # audit: ignore[STB] not yet\n    pass\n",
    "# TODO: more\nx = 1\n",
    "def broken(:\n",
    "if __name__ == '__main__':\n    train()\n",
    "#!/usr/bin/env python\n" + STUB,
    "token: changeme\n",
    "TOKEN=changeme\n",
    "[tool.black]\nline-length = 100\n",
    "[tool.ml-audit]\nexclude = ['src/deep', 'tests']\n",
    hostile.cells(STUB, "x = 1"),
    hostile.cells("def broken(:"),
    b"\0binary",
    b"\xff\xfe",
    POINTER,
    TRAINING,
    TEST,
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --cov\n",
    "torch==2.4.0\nwandb>=0.17\n",
    "",
)
CONFIGURABLE = tuple(c for c in CONTENTS if isinstance(c, str) and c != POINTER)  # a pyproject.toml that can be read
paths, contents = st.sampled_from(PATHS), st.sampled_from(CONTENTS)


class Edits(RuleBasedStateMachine):
    """Edits, staging, renames, commits and notes, in any order; the audit file is checked after each."""

    files = Bundle("files")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.repo = Repo(Path(self.folder.name) / "repo")
        self.notes = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(target=files, path=paths, content=contents, stage=st.booleans())
    def write(self, path: str, content: str | bytes, stage: bool) -> str:
        """Add or modify a file; unstaged, it must not count."""
        if path == "pyproject.toml" and content not in CONFIGURABLE:
            content = ""
        full = self.repo.path / path
        if full.is_dir():
            shutil.rmtree(full)
        self.repo.write(path, content)
        if stage:
            self.repo.git("add", "--", path)
        return path

    @rule(path=files, stage=st.booleans())
    def delete(self, path: str, stage: bool) -> None:
        """Delete a file, or take it out of the index only."""
        if stage:
            self.repo.try_git("rm", "-qf", "--cached", "--", path)
        (self.repo.path / path).unlink(missing_ok=True)

    @rule(path=files, other=paths.filter(lambda path: path != "pyproject.toml"))
    def rename(self, path: str, other: str) -> None:
        """Move a tracked file, over another if there is one."""
        (self.repo.path / other).parent.mkdir(parents=True, exist_ok=True)
        self.repo.try_git("mv", "-f", "--", path, other)

    @rule(path=files.filter(lambda path: path != "pyproject.toml"))
    def link(self, path: str) -> None:
        """Put a symlink in place of a file."""
        (self.repo.path / path).parent.mkdir(parents=True, exist_ok=True)
        (self.repo.path / path).unlink(missing_ok=True)
        os.symlink("somewhere", self.repo.path / path)

    @rule()
    def stage_all(self) -> None:
        """`git add -A`."""
        self.repo.git("add", "-A")

    @rule()
    def commit(self) -> None:
        """Commit what is staged."""
        self.repo.git("commit", "-q", "--allow-empty", "-m", "change")

    @rule()
    def note(self) -> None:
        """A person writes a note into the audit file."""
        path = self.repo.path / AUDIT_FILE
        if path.exists():
            self.notes += 1
            block = f"<!-- audit:notes n{self.notes} -->\nwords\n<!-- /audit:notes -->\n\n## 3. "
            path.write_text(path.read_text("utf-8").replace("## 3. ", block), "utf-8")

    @invariant()
    def the_incremental_audit_is_the_one_from_scratch(self) -> None:
        looked_at = subject.whole(str(self.repo.path))
        incremental = writing.update(looked_at, jobs=1)
        text = (self.repo.path / AUDIT_FILE).read_bytes()
        scratch = subject.whole(str(self.repo.path))._replace(store=Store(None))
        again = writing.update(scratch, jobs=1)
        assert (again.changed, again.changes, again.crashes) == (False, (), ())
        assert (self.repo.path / AUDIT_FILE).read_bytes() == text
        assert incremental.captures == again.captures
        assert text.count(b"\nwords\n") == self.notes


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=25, stateful_step_count=12)


@pytest.mark.parametrize("seed", range(3))
def test_the_commands_agree_after_random_edits(checkout: Checkout, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(10):
        for _ in range(dice.randint(1, 3)):
            path = dice.choice([name for name in PATHS if "☃" not in name])
            if dice.random() < 0.25:
                (checkout.path / path).unlink(missing_ok=True)
            else:
                checkout.write(path, dice.choice(CONFIGURABLE if path == "pyproject.toml" else CONTENTS))
            if dice.random() < 0.7:
                checkout.git("rm", "-qf", "--cached", "--ignore-unmatch", "--", path)
                if (checkout.path / path).exists():
                    checkout.git("add", "--", path)
        if dice.random() < 0.3:
            checkout.force_commit()
        code = checkout.run("audit-report").code
        assert code in (0, 1)
        assert checkout.run("audit-report") == (0, "", "")
        incremental = checkout.audit
        forget(checkout)
        assert checkout.run("audit-report") == (0, "", "")
        assert checkout.audit == incremental
        assert checkout.fresh_audit() == incremental
