"""Trainers keep a few checkpoints; callbacks keep the best by a metric that is logged."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.best_k import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

SOURCE = """\
from transformers import Trainer, TrainingArguments

from data import load, model

args = TrainingArguments("out", num_train_epochs=3)
Trainer(model, args, train_dataset=load()).train()
"""
GIVEN = "num_train_epochs=3"
CALLBACK = """\
import lightning as L
from lightning.pytorch.callbacks import ModelCheckpoint


class Net(L.LightningModule):
    def validation_step(self, batch, i):
        self.log("val_loss", self(batch))


L.Trainer(callbacks=[ModelCheckpoint(save_top_k=3)]).fit(Net())
"""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(SOURCE.replace(GIVEN, "save_total_limit=2"), id="limited"),
        pytest.param(SOURCE.replace(GIVEN, 'save_strategy="no"'), id="saves-nothing"),
        pytest.param(SOURCE.replace(GIVEN, "save_strategy=strategy()"), id="may-save-nothing"),
        pytest.param(SOURCE.replace(GIVEN, "**options"), id="options"),
        pytest.param(SOURCE.replace("from transformers", "from mine"), id="another-library"),
        pytest.param(CALLBACK.replace("top_k=3", 'top_k=3, monitor="val_loss"'), id="monitored"),
        pytest.param(CALLBACK.replace('"val_loss"', "name"), id="an-unknown-metric"),
        pytest.param(CALLBACK.replace("top_k=3", 'top_k=3, mode="max"'), id="a-mode-that-may-not-fit"),
    ],
)
def test_silent(repo: Repo, source: str) -> None:
    assert candidates(repo, {"train.py": source}, KIND) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(GIVEN, f"{GIVEN}, save_total_limit=3", id="one-line"),
        pytest.param(
            f'"out", {GIVEN})', f'\n    "out",\n    {GIVEN},\n    save_total_limit=3,\n)', id="one-argument-a-line"
        ),
        pytest.param(f'"out", {GIVEN})', f'\n    "out",\n    {GIVEN},\n    save_total_limit=3\n)', id="no-last-comma"),
    ],
)
def test_exact(repo: Repo, old: str, new: str) -> None:
    expected = SOURCE.replace(old, new)
    before = expected.replace(",\n    save_total_limit=3", "").replace(", save_total_limit=3", "")
    (patch,) = candidates(repo, {"train.py": before}, KIND)
    assert new_text(patch, "train.py") == expected


def test_the_metric_that_is_logged_is_monitored(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": CALLBACK}, KIND)
    expected = CALLBACK.replace("top_k=3", 'top_k=3, monitor="val_loss", mode="min"')
    assert new_text(patch, "train.py") == expected


@pytest.mark.parametrize("source", [pytest.param(SOURCE, id="arguments"), pytest.param(CALLBACK, id="callback")])
def test_the_proof_holds(repo: Repo, source: str) -> None:
    (result,) = proved(repo, {"train.py": source}, KIND)
    assert isinstance(result, Proved)
