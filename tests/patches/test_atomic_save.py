"""A checkpoint that is overwritten is renamed into place."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.atomic_save import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

SOURCE = """\
import os
import torch


def train(model, optimizer, loader, out_dir):
    for epoch in range(3):
        for x in loader:
            model(x).sum().backward()
            optimizer.step()
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        torch.save(state, os.path.join(out_dir, "last.pt"))
"""
CALL = '        torch.save(state, os.path.join(out_dir, "last.pt"))\n'


@pytest.mark.parametrize(
    "call",
    [
        pytest.param('        torch.save(state, os.path.join(out_dir, f"{epoch}.pt"))\n', id="a-file-each-epoch"),
        pytest.param('        with open("last.pt", "wb") as f:\n            torch.save(state, f)\n', id="an-open-file"),
        pytest.param('        torch.save(state, "last.pt"); print(epoch)\n', id="shared-line"),
        pytest.param('        torch.save(state, os.path.join(\n            out_dir, "last.pt"))\n', id="several-lines"),
        pytest.param('        torch.save(state, "a.tmp")\n        os.replace("a.tmp", "a")\n', id="atomic-already"),
    ],
)
def test_silent(repo: Repo, call: str) -> None:
    assert candidates(repo, {"train.py": SOURCE.replace(CALL, call)}, KIND) == []


def test_silent_where_every_rank_saves(repo: Repo) -> None:
    source = SOURCE.replace("def train", "torch.distributed.init_process_group('nccl')\n\n\ndef train")
    assert candidates(repo, {"train.py": source}, KIND) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param(
            CALL,
            '        checkpoint_path = os.path.join(out_dir, "last.pt")\n'
            '        torch.save(state, f"{checkpoint_path}.tmp")\n'
            '        os.replace(f"{checkpoint_path}.tmp", checkpoint_path)\n',
            id="an-expression",
        ),
        pytest.param(
            '        torch.save(state, "last.pt")\n',
            '        torch.save(state, "last.pt.tmp")\n        os.replace("last.pt.tmp", "last.pt")\n',
            id="a-constant",
        ),
        pytest.param(
            '        path = "last.pt"\n        torch.save(state, path)\n',
            '        path = "last.pt"\n        torch.save(state, f"{path}.tmp")\n'
            '        os.replace(f"{path}.tmp", path)\n',
            id="a-name",
        ),
        pytest.param(
            '        torch.save(state, "last.pt")\n        torch.save(state, "best.pt")\n',
            '        torch.save(state, "last.pt.tmp")\n        os.replace("last.pt.tmp", "last.pt")\n'
            '        torch.save(state, "best.pt.tmp")\n        os.replace("best.pt.tmp", "best.pt")\n',
            id="two-in-a-function",
        ),
    ],
)
def test_exact(repo: Repo, call: str, expected: str) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE.replace(CALL, call)}, KIND)
    assert new_text(patch, "train.py") == SOURCE.replace(CALL, expected)


def test_os_is_imported(repo: Repo) -> None:
    source = SOURCE.replace("import os\n", "").replace(CALL, '        torch.save(state, "last.pt")\n')
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    assert new_text(patch, "train.py").startswith("import os\nimport torch\n")


def test_the_proof_holds(repo: Repo) -> None:
    (result,) = proved(repo, {"train.py": SOURCE}, KIND)
    assert isinstance(result, Proved)
    assert ("train.py", "train", "CKP012") in [row[:3] for row in result.findings]
