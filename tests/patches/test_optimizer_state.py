"""Schedules and scalers go into the checkpoint beside the optimizer."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.optimizer_state import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

SOURCE = """\
import os
import torch


def train(model, optimizer, loader, path):
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    start = 0
    if os.path.exists(path):
        ckpt = torch.load(path, weights_only=True)
        model.load_state_dict(ckpt["model"])
        optimizer.load_state_dict(ckpt["optimizer"])
        start = ckpt["epoch"]
    for epoch in range(start, 3):
        for x in loader:
            model(x).sum().backward()
            optimizer.step()
        scheduler.step()
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        torch.save(state, path)


if __name__ == "__main__":
    train(*make())
"""
MADE = "    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)\n"
BACK = '        optimizer.load_state_dict(ckpt["optimizer"])\n'
SAVED = '"optimizer": optimizer.state_dict(), '


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(SOURCE.replace(SAVED, SAVED + '"scheduler": scheduler.state_dict(), '), id="there"),
        pytest.param(SOURCE.replace(BACK, ""), id="never-restored"),
        pytest.param(SOURCE.replace(MADE, "    scheduler = make(optimizer)\n"), id="made-elsewhere"),
        pytest.param(
            SOURCE.replace(MADE, "").replace("    for epoch", MADE + "    for epoch"), id="made-after-the-load"
        ),
        pytest.param(SOURCE.replace(MADE, MADE + MADE.replace("    s", "    warm_s")), id="two-of-them"),
        pytest.param(SOURCE.replace("        scheduler.step()\n", "").replace(MADE, ""), id="none"),
    ],
)
def test_silent(repo: Repo, source: str) -> None:
    assert candidates(repo, {"train.py": source}, KIND) == []


def test_a_schedule(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE}, KIND)
    rows = '        if "scheduler" in ckpt:\n            scheduler.load_state_dict(ckpt["scheduler"])\n'
    expected = SOURCE.replace(SAVED, SAVED + '"scheduler": scheduler.state_dict(), ').replace(BACK, BACK + rows)
    assert new_text(patch, "train.py") == expected


def test_a_scaler_that_was_off_is_not_taken(repo: Repo) -> None:
    source = SOURCE.replace(MADE, "    scaler = torch.amp.GradScaler()\n").replace("        scheduler.step()\n", "")
    source = source.replace("model(x).sum()", "scaler.scale(model(x).sum())").replace(
        "optimizer.step()", "scaler.step(optimizer)"
    )
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    rows = '        if ckpt.get("scaler"):\n            scaler.load_state_dict(ckpt["scaler"])\n'
    expected = source.replace(SAVED, SAVED + '"scaler": scaler.state_dict(), ').replace(BACK, BACK + rows)
    assert new_text(patch, "train.py") == expected


def test_the_proof_holds(repo: Repo) -> None:
    (result,) = proved(repo, {"train.py": SOURCE}, KIND)
    assert isinstance(result, Proved)
    assert ("train.py", "train", "CKP007") in [row[:3] for row in result.findings]
