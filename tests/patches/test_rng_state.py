"""The generators go into the checkpoint, and come back where the optimizer does."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.rng_state import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

SOURCE = """\
import os
import torch


def train(model, optimizer, loader, path):
    start = 0
    if os.path.exists(path):
        ckpt = torch.load(path, weights_only=True)
        model.load_state_dict(ckpt['model'])
        optimizer.load_state_dict(ckpt['optimizer'])
        start = ckpt['epoch']
    for epoch in range(start, 3):
        for x in loader:
            model(x).sum().backward()
            optimizer.step()
        torch.save({
            'model': model.state_dict(),
            'optimizer': optimizer.state_dict(),
            'epoch': epoch,
        }, path)
"""
SAVED = "            'optimizer': optimizer.state_dict(),\n"
BACK = "        optimizer.load_state_dict(ckpt['optimizer'])\n"
ENTRY = "            'rng': {'torch': torch.get_rng_state(), 'cuda': torch.cuda.get_rng_state_all()},\n"
ROWS = """\
        if 'rng' in ckpt:
            torch.set_rng_state(ckpt['rng']['torch'].cpu())
            if len(ckpt['rng']['cuda']) == torch.cuda.device_count():
                torch.cuda.set_rng_state_all([state.cpu() for state in ckpt['rng']['cuda']])
"""


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"train.py": SOURCE.replace(SAVED, SAVED + "            'rng': torch.get_rng_state(),\n")}, id="there"
        ),
        pytest.param({"train.py": SOURCE.replace(BACK, "")}, id="never-restored"),
        pytest.param(
            {"train.py": SOURCE.replace("def train", "def recover_from_nan")}, id="a-step-that-is-tried-again"
        ),
        pytest.param(
            {"train.py": SOURCE, "b.py": "import torch\ntorch.distributed.init_process_group()\n"},
            id="several-processes",
        ),
        pytest.param(
            {
                "train.py": SOURCE.replace("import torch", "import numpy as np\nimport torch").replace(
                    "model(x).sum()", "model(x, np.random.rand()).sum()"
                )
            },
            id="an-array-that-a-safe-load-refuses",
        ),
        pytest.param(
            {
                "train.py": SOURCE.replace("import os\n", "import os\nfrom data import load\n"),
                "data.py": "import random\n\n\ndef load():\n    return random.random()\n",
            },
            id="draws-elsewhere",
        ),
        pytest.param({"train.py": SOURCE.replace("['optimizer'])", "['optimizer'], strict=True)")}, id="not-plain"),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, files, KIND) == []


def test_exact(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE}, KIND)
    assert new_text(patch, "train.py") == SOURCE.replace(SAVED, SAVED + ENTRY).replace(BACK, BACK + ROWS)


def test_the_generator_of_python_where_it_is_drawn_from(repo: Repo) -> None:
    source = SOURCE.replace("import os\n", "import os\nimport random\n").replace("model(x)", "model(random.choice(x))")
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    assert "'python': random.getstate()}" in new_text(patch, "train.py")
    assert "            random.setstate(ckpt['rng']['python'])\n" in new_text(patch, "train.py")


def test_a_dict_on_one_line(repo: Repo) -> None:
    one = "{'model': model.state_dict(), 'optimizer': optimizer.state_dict(), 'epoch': epoch}"
    head, _, rest = SOURCE.partition("torch.save(")
    source = f"{head}state = {one}\n        torch.save(state, path)\n"
    assert rest
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    cell = "'rng': {'torch': torch.get_rng_state(), 'cuda': torch.cuda.get_rng_state_all()}"
    assert f"optimizer.state_dict(), {cell}, 'epoch': epoch}}" in new_text(patch, "train.py")


def test_the_proof_holds(repo: Repo) -> None:
    head, _, _ = SOURCE.partition("torch.save(")
    one = "{'model': model.state_dict(), 'optimizer': optimizer.state_dict(), 'epoch': epoch}"
    source = (
        f"{head}state = {one}\n        torch.save(state, path)\n\n\nif __name__ == '__main__':\n    train(*make())\n"
    )
    (result,) = proved(repo, {"train.py": source}, KIND)
    assert isinstance(result, Proved)
    assert ("train.py", "train", "CKP009") in [row[:3] for row in result.findings]
    assert "checkpointing.rng_state" in result.facets
