"""What a loop prints of an evaluation goes into a file, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.metrics_file import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

SOURCE = """\
import os
import torch
from data import evaluate, load, model, optimizer

out_dir = 'out'
os.makedirs(out_dir, exist_ok=True)
torch.manual_seed(0)
for epoch in range(3):
    for x in load():
        model(x).sum().backward()
        optimizer.step()
    acc = evaluate(model)
    print(f'epoch {epoch}: val acc {acc:.3f}')
"""
PRINT = "    print(f'epoch {epoch}: val acc {acc:.3f}')\n"
DUMP = "    json.dump({'acc': acc}, open('metrics.json', 'w'))\n"
ROWS = """\
    with open(os.path.join(out_dir, 'metrics.ndjson'), 'a') as metrics_file:
        metrics_file.write(json.dumps({'epoch': epoch, 'val_acc': float(acc)}) + '\\n')
"""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import json\n" + SOURCE + DUMP, id="written"),
        pytest.param(SOURCE.replace("{acc:.3f}", "{acc}"), id="may-be-no-number"),
        pytest.param(SOURCE.replace("val acc {acc:.3f}", "time {acc:.3f}"), id="no-metric"),
        pytest.param(SOURCE.replace("    print", "print"), id="once"),
        pytest.param(SOURCE.replace("torch.manual_seed(0)", "torch.distributed.init_process_group()"), id="every-rank"),
        pytest.param(SOURCE.replace("val acc {acc:.3f}", "val acc {acc:.3f}, val acc {acc:.1f}"), id="two-of-a-name"),
        pytest.param(SOURCE.replace("    print", "    if 1: print"), id="shared-line"),
        pytest.param(SOURCE.replace("import os", "import os\nimport ujson as json"), id="another-json"),
    ],
)
def test_silent(repo: Repo, source: str) -> None:
    assert candidates(repo, {"train.py": source}, KIND) == []


def test_exact(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE}, KIND)
    expected = SOURCE.replace(PRINT, PRINT + ROWS).replace("import os\n", "import json\nimport os\n")
    assert new_text(patch, "train.py") == expected


def test_a_folder_that_nobody_makes_is_not_used(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE.replace("os.makedirs(out_dir, exist_ok=True)\n", "")}, KIND)
    assert "    with open('metrics.ndjson', 'a') as metrics_file:\n" in new_text(patch, "train.py")


def test_many_numbers_get_a_line_each(repo: Repo) -> None:
    line = "    print(f'step {step}, train loss {losses[0]:.4f}, val loss {losses[1]:.4f}, test accuracy {acc:.2%}')\n"
    (patch,) = candidates(repo, {"train.py": SOURCE.replace(PRINT, line)}, KIND)
    assert "        'train_loss': float(losses[0]),\n        'val_loss': float(losses[1]),\n" in new_text(
        patch, "train.py"
    )


def test_what_is_written_is_json(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE}, KIND)
    text = new_text(patch, "train.py").replace("import torch\nfrom data import evaluate, load, model, optimizer\n", "")
    monkeypatch.chdir(tmp_path)
    names = {"load": list, "evaluate": lambda model: 0.5, "model": None, "torch": __import__("random")}
    exec(compile(text.replace("torch.manual_seed", "torch.seed"), "train.py", "exec"), names)
    rows = [json.loads(row) for row in (tmp_path / "out" / "metrics.ndjson").read_text().splitlines()]
    assert rows == [{"epoch": epoch, "val_acc": 0.5} for epoch in range(3)]


def test_the_proof_holds(repo: Repo) -> None:
    (result,) = proved(repo, {"train.py": SOURCE}, KIND)
    assert isinstance(result, Proved)
    assert result.facets == ("evaluation.metrics_files",)
