"""A tracker that wants a network gets a switch, or its own switch is documented."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.offline_tracking import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

LOOP = """\
    for x in load():
        model(x).sum().backward()
        optimizer.step()
        wandb.log({'loss': 1.0})
"""
SOURCE = f"""\
import argparse
import torch
import wandb
from data import load, model, optimizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--lr', type=float)
    args = parser.parse_args()
    wandb.init(project='p')
{LOOP}

if __name__ == '__main__':
    main()
"""
OPTION = (
    "    parser.add_argument('--wandb-offline', action='store_true', "
    "help='keep the W&B run on this machine; wandb sync uploads it')\n"
)
AWAY = SOURCE.replace("    wandb.init(project='p')\n", "    train()\n\n\ndef train():\n    wandb.init(project='p')\n")
README = "# A\n\n```sh\n$ pip install .\n$ python train.py --lr 1\n```\n\nMore.\n"
MLFLOW = SOURCE.replace("import wandb", "import mlflow").replace(
    "wandb.init(project='p')", "mlflow.set_experiment('p')"
)
MLFLOW = MLFLOW.replace("wandb.log({'loss': 1.0})", "mlflow.log_metric('loss', 1.0)")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"train.py": SOURCE.replace("='p')", "='p', mode='offline')")}, id="offline"),
        pytest.param({"train.py": SOURCE, "run.sh": "WANDB_MODE=offline python train.py\n"}, id="documented"),
        pytest.param({"train.py": AWAY}, id="options-that-are-not-there"),
        pytest.param(
            {"train.py": AWAY, "README.md": README.replace("--lr 1\n", "--lr 1 \\\n  --x\n")}, id="long-command"
        ),
        pytest.param({"train.py": AWAY, "README.md": README.replace("\n\nMore", "\nMore")}, id="a-sentence-goes-on"),
        pytest.param({"train.py": AWAY, "README.md": README.replace("train.py", "other.py")}, id="another-program"),
        pytest.param(
            {"train.py": MLFLOW, "b.py": "import mlflow\nmlflow.set_tracking_uri(uri)\n"}, id="a-chosen-store"
        ),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, files, KIND) == []


def test_an_option_of_the_program(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": SOURCE, "README.md": README}, KIND)
    expected = SOURCE.replace("    args =", OPTION + "    args =")
    expected = expected.replace("project='p'", "project='p', mode='offline' if args.wandb_offline else None")
    assert new_text(patch, "train.py") == expected


def test_the_switch_of_wandb_is_documented(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": AWAY, "README.md": README}, KIND)
    added = (
        "\nWithout a network, the W&B run stays on this machine until `wandb sync` uploads it:\n\n"
        "```sh\nWANDB_MODE=offline python train.py --lr 1\n```\n"
    )
    assert new_text(patch, "README.md") == README.replace("```\n\nMore", "```\n" + added + "\nMore")


def test_a_store_for_mlflow(repo: Repo) -> None:
    (patch,) = candidates(repo, {"train.py": MLFLOW}, KIND)
    row = "    mlflow.set_tracking_uri(os.environ.get('MLFLOW_TRACKING_URI', 'file:./mlruns'))\n"
    expected = MLFLOW.replace("    mlflow.set_exp", row + "    mlflow.set_exp").replace(
        "import torch", "import os\nimport torch"
    )
    assert new_text(patch, "train.py") == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"train.py": SOURCE}, id="option"),
        pytest.param({"train.py": AWAY, "README.md": README}, id="document"),
        pytest.param({"train.py": MLFLOW}, id="mlflow"),
    ],
)
def test_the_proof_holds(repo: Repo, files: dict[str, str]) -> None:
    (result,) = proved(repo, files, KIND)
    assert isinstance(result, Proved)
    assert "tracking.offline_mode" in result.facets
