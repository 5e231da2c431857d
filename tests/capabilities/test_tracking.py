"""Experiment tracking: the tracker, its offline mode, the settings it gets."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown, verdict

ABSENT = ("absent",)
BOARD = {"t.py": "from torch.utils.tensorboard import SummaryWriter\nw = SummaryWriter()\n"}
WANDB = {"t.py": "import wandb\nwandb.init(project='x')\n"}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "import wandb\n"}, ABSENT, id="dead import"),
        pytest.param({"t.py": "import csv\nw = csv.writer(f)\n"}, ABSENT, id="a file"),
        pytest.param(WANDB, ("present", "t.py:2"), id="W&B"),
        pytest.param(BOARD, ("present", "t.py:2"), id="TensorBoard"),
        pytest.param({"t.py": "import mlflow\nwith mlflow.start_run(): go()\n"}, ("present", "t.py:2"), id="MLflow"),
        pytest.param(
            {"t.py": "from stable_baselines3 import PPO\nPPO('P', e, tensorboard_log='runs')\n"},
            ("present", "t.py:2"),
            id="SB3",
        ),
        pytest.param(
            {"t.py": "import importlib\nw = importlib.import_module(name).SummaryWriter(d)\n"},
            ("present", "t.py:2"),
            id="module by name",
        ),
        pytest.param({"t.py": "def init_tracker(): pass\n"}, ("stubbed", "t.py:1"), id="stub"),
    ],
)
def test_a_local_tracker_keeps_runs(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("tracking.local_tracker", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "x = 1\n"}, ABSENT, id="nothing"),
        pytest.param(WANDB, ABSENT, id="W&B alone"),
        pytest.param({**WANDB, "b.py": BOARD["t.py"]}, ABSENT, id="W&B beside TensorBoard"),
        pytest.param({"t.py": "import wandb\nif use:\n    wandb.init()\n"}, ABSENT, id="no tracking is not offline"),
        pytest.param(
            {"t.py": "import mlflow\nmlflow.set_tracking_uri('https://host')\nmlflow.start_run()\n"},
            ABSENT,
            id="server",
        ),
        pytest.param(BOARD, ("present", "t.py:2"), id="TensorBoard alone"),
        pytest.param({"t.py": "import wandb\nwandb.init(mode='offline')\n"}, ("present", "t.py:2"), id="mode"),
        pytest.param(
            {"t.py": "import os\nos.environ['WANDB_MODE'] = 'offline'\n"}, ("present", "t.py:2"), id="environment"
        ),
        pytest.param(
            {**WANDB, "README.md": "```\nWANDB_MODE=offline python t.py\n```\n"},
            ("present", "README.md:2"),
            id="command",
        ),
        pytest.param(
            {"t.py": "import mlflow\nmlflow.set_tracking_uri('file:./mlruns')\n"}, ("present", "t.py:2"), id="store"
        ),
        pytest.param(
            {"w.yaml": "w:\n  _target_: lightning.pytorch.loggers.WandbLogger\n  offline: false\n"},
            ("present", "w.yaml:3"),
            id="switch in a config",
        ),
    ],
)
def test_offline_mode_is_chosen(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("tracking.offline_mode", texts) == expected


def test_tensorboard_is_noted_as_offline_by_nature() -> None:
    assert verdict("tracking.offline_mode", BOARD).note == "works offline by nature"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(WANDB, ABSENT, id="no config"),
        pytest.param({"t.py": "import wandb\nwandb.init(config=None)\n"}, ABSENT, id="none"),
        pytest.param({"t.py": "import json, torch\njson.dump(metrics, f)\ntorch.save(w, p)\n"}, ABSENT, id="metrics"),
        pytest.param({"t.py": "import torch\ntorch.save({'params': params}, p)\n"}, ABSENT, id="weights"),
        pytest.param({"t.py": "import torch, json\njson.dump(model_config, f)\n"}, ABSENT, id="the model's shape"),
        pytest.param(
            {"c.py": "import yaml\nclass Config:\n    def save(self, f):\n        yaml.dump(self.config, f)\n"},
            ABSENT,
            id="a config that can write itself",
        ),
        pytest.param({"t.py": "import wandb\nwandb.init(config=vars(args))\n"}, ("present", "t.py:2"), id="W&B"),
        pytest.param({"t.py": "import mlflow\nmlflow.log_params(p)\n"}, ("present", "t.py:2"), id="MLflow"),
        pytest.param(
            {"m.py": "class M:\n    def __init__(self):\n        self.save_hyperparameters()\n"},
            ("present", "m.py:3"),
            id="Lightning",
        ),
        pytest.param(
            {"t.py": "import json, torch\njson.dump(vars(args), open(p, 'w'))\n"}, ("present", "t.py:2"), id="dumped"
        ),
        pytest.param(
            {"t.py": "import torch\nstate = {'model': m, 'config': config}\ntorch.save(state, p)\n"},
            ("present", "t.py:3"),
            id="with the checkpoint",
        ),
        pytest.param({"t.py": "def log_params(params): pass\n"}, ("stubbed", "t.py:1"), id="stub"),
    ],
)
def test_settings_are_recorded_with_the_run(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("tracking.params_logged", texts) == expected
