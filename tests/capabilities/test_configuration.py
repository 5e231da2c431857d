"""Configuration: where settings live, how they are overridden, swept and checked."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown

ABSENT = ("absent",)
DATACLASS = """
from dataclasses import dataclass


@dataclass
class TrainConfig:
    learning_rate: float = 1e-3
    batch_size: int = 8
"""
LOADED = "import yaml\n\nwith open('config.yaml') as f:\n    config = yaml.safe_load(f)\n"
YAML = "data:\n  path: x\ntrain:\n  lr: 0.1\n  batch_size: 4\n"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"train.py": "lr = 0.1\nbatch_size = 4\n"}, ABSENT, id="literals"),
        pytest.param({"config.yaml": YAML}, ABSENT, id="a file that nothing loads"),
        pytest.param({"a.py": LOADED.replace("config", "labels")}, ABSENT, id="yaml that is data"),
        pytest.param(
            {"model.py": DATACLASS.replace("learning_rate: float", "n_layer: int").replace("batch_size", "n_head")},
            ABSENT,
            id="only the model's shape",
        ),
        pytest.param({"vendor/x/config.py": DATACLASS}, ABSENT, id="vendored"),
        pytest.param({"tests/test_config.py": DATACLASS}, ABSENT, id="test code"),
        pytest.param({"a.py": "import hydra\n# hydra.main\nx = 'hydra.main()'\n"}, ABSENT, id="only named"),
        pytest.param({"config.py": DATACLASS}, ("present", "config.py:6"), id="dataclass"),
        pytest.param(
            {"s.py": "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    seed: int = 1\n"},
            ("present", "s.py:2"),
            id="pydantic settings",
        ),
        pytest.param(
            {"config.yaml": YAML, "run.py": LOADED}, ("present", "config.yaml:4", "run.py:4"), id="loaded YAML"
        ),
        pytest.param(
            {
                "config.json": '{\n  "lr": 0.1,\n  "epochs": 3\n}\n',
                "u.py": "import json\n\ndef read_config(path):\n"
                "    with path.open() as f:\n        return json.load(f)\n",
            },
            ("present", "config.json:2", "u.py:5"),
            id="loaded JSON",
        ),
        pytest.param(
            {"train.py": "import hydra\n\n@hydra.main(config_path='c')\ndef main(cfg): ...\n"},
            ("present", "train.py:3"),
            id="Hydra",
        ),
        pytest.param(
            {"train.py": "from transformers import HfArgumentParser as P\nparser = P((A, B))\n"},
            ("present", "train.py:2"),
            id="HfArgumentParser under another name",
        ),
        pytest.param(
            {"a.py": "import transformers\n\nclass Args(transformers.TrainingArguments):\n    cache: str = ''\n"},
            ("present", "a.py:3"),
            id="own training arguments",
        ),
    ],
)
def test_structured_settings_are_those_of_a_run(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("configuration.structured", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"train.py": "lr = 0.1\n"}, ABSENT, id="literals"),
        pytest.param({"train.py": "import argparse\nparser = argparse.ArgumentParser()\n"}, ABSENT, id="no option"),
        pytest.param({"clean.py": "import argparse\np.add_argument('--path')\n"}, ABSENT, id="a tool of its own"),
        pytest.param({"r.py": "import os\nrank = os.environ['RANK']\n"}, ABSENT, id="place in a cluster"),
        pytest.param({"r.py": "import os\nkey = os.getenv('MODEL_API_KEY')\n"}, ABSENT, id="a key"),
        pytest.param({"setup.py": "import os\nx = os.getenv('DATA_DIR')\n"}, ABSENT, id="a build"),
        pytest.param(
            {"train.py": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--batch-size', type=int)\n"},
            ("present", "train.py:3"),
            id="argparse",
        ),
        pytest.param(
            {"opts.py": "def add(p):\n    p.add_argument('--lr')\n"}, ("present", "opts.py:2"), id="parser given"
        ),
        pytest.param(
            {
                "cli.py": "import typer\napp = typer.Typer()\n\n@app.command()\n"
                "def train(epochs: int = 3): run(epochs)\n"
            },
            ("present", "cli.py:5"),
            id="Typer command",
        ),
        pytest.param(
            {"c.py": "import click\n@click.command()\n@click.option('--lr')\ndef f(lr): print(lr)\n"},
            ("present", "c.py:3"),
            id="click",
        ),
        pytest.param({"g.py": "import fire\nfire.Fire(main)\n"}, ("present", "g.py:2"), id="fire"),
        pytest.param(
            {"c.py": "import sys\nfor arg in sys.argv[1:]:\n    k, v = arg.split('=')\n    globals()[k] = v\n"},
            ("present", "c.py:2"),
            id="key=value by hand",
        ),
        pytest.param({"r.py": "import os\nd = os.getenv('DATA_DIR', 'x')\n"}, ("present", "r.py:2"), id="environment"),
        pytest.param(
            {"a_tool.py": "import torch\np.add_argument('--seed')\n", "train.py": "p.add_argument('--lr')\n"},
            ("present", "train.py:1", "a_tool.py:2"),
            id="training first",
        ),
    ],
)
def test_overrides_reach_settings_of_a_run(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("configuration.overrides", texts) == expected


HYDRA = "import hydra\n\n@hydra.main()\ndef main(cfg): go(cfg)\n"
MULTIRUN = "# X\n```bash\npython train.py -m lr=0.1,0.01\n```\n"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"a.py": "import optuna\n"}, ABSENT, id="dead import"),
        pytest.param({"README.md": MULTIRUN}, ABSENT, id="multirun of nothing"),
        pytest.param({"run.sh": "for seed in 1 2 3; do\n  python train.py --seed $seed\ndone\n"}, ABSENT, id="seeds"),
        pytest.param({"s.py": "def beam_search(): return go()\n"}, ABSENT, id="another search"),
        pytest.param({"README.md": "```\npython -m pytest\n```\n"}, ABSENT, id="python -m"),
        pytest.param({"t.py": "import optuna\ns = optuna.create_study()\n"}, ("present", "t.py:2"), id="Optuna"),
        pytest.param(
            {"t.py": "from sklearn.model_selection import GridSearchCV\nGridSearchCV(model, {}).fit(x, y)\n"},
            ("present", "t.py:2"),
            id="grid search of scikit-learn",
        ),
        pytest.param({"README.md": MULTIRUN, "train.py": HYDRA}, ("present", "README.md:3"), id="multirun"),
        pytest.param(
            {"c/opt.yaml": "defaults:\n  - override /hydra/sweeper: optuna\n"},
            ("present", "c/opt.yaml:2"),
            id="sweeper",
        ),
        pytest.param(
            {"sweep.yaml": "method: bayes\nparameters:\n  lr:\n    min: 0.1\n"}, ("present", "sweep.yaml:2"), id="W&B"
        ),
        pytest.param(
            {"g.py": "from itertools import product\nfor lr, bs in product(a, b):\n    train(lr=lr)\n"},
            ("present", "g.py:2"),
            id="own grid",
        ),
        pytest.param(
            {"run.sh": "for lr in 0.1 0.01; do\n  python train.py --lr $lr\ndone\n"},
            ("present", "run.sh:1"),
            id="shell",
        ),
        pytest.param({"s.py": "def grid_search(space):\n    pass\n"}, ("stubbed", "s.py:1"), id="stub"),
    ],
)
def test_sweeps_try_several_values(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("configuration.sweeps", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "p.add_argument('--lr', type=float)\n"}, ABSENT, id="type only"),
        pytest.param({"t.py": "if args.fast:\n    print(1)\n"}, ABSENT, id="a branch"),
        pytest.param({"t.py": "if x < 0:\n    raise ValueError(x)\n"}, ABSENT, id="no setting"),
        pytest.param({"t.py": "def _check_args(x):\n    assert x\n"}, ABSENT, id="arguments of a function"),
        pytest.param({"t.py": "p.add_argument('--opt', choices=['a', 'b'])\n"}, ("present", "t.py:1"), id="choices"),
        pytest.param({"t.py": "if args.lr <= 0:\n    raise ValueError\n"}, ("present", "t.py:1"), id="range"),
        pytest.param({"t.py": "assert config.n in NAMES\n"}, ("present", "t.py:1"), id="assert"),
        pytest.param(
            {
                "c.py": DATACLASS
                + "\n    def __post_init__(self):\n        if self.batch_size < 1:\n            raise ValueError\n"
            },
            ("present", "c.py:10"),
            id="post init",
        ),
        pytest.param(
            {
                "c.py": "for k in given:\n    if k in globals():\n"
                "        set(k)\n    else:\n        raise ValueError(k)\n"
            },
            ("present", "c.py:2"),
            id="known names",
        ),
        pytest.param({"c.py": "def validate_config(config):\n    pass\n"}, ("stubbed", "c.py:1"), id="stub"),
    ],
)
def test_validation_refuses_wrong_settings(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("configuration.validation", texts) == expected


OWN = "class CfgNode:\n    def to_dict(self): return self.__dict__\n    def merge_from_dict(self, d): self.d = d\n"


@pytest.mark.parametrize(
    ("facet", "text", "expected"),
    [
        pytest.param("structured", "class Config:\n    def forward(self): return 1\n", ABSENT, id="only the name"),
        pytest.param("structured", OWN.replace("CfgNode", "ModelConfig"), ABSENT, id="of a model"),
        pytest.param("structured", OWN, ("present", "u.py:1"), id="own config object"),
        pytest.param("overrides", "import sys\nmain(sys.argv[1:])\n", ABSENT, id="handed to main"),
        pytest.param(
            "overrides",
            "import sys\nc.merge_from_args(sys.argv[1:])\n",
            ("present", "u.py:2"),
            id="merged into settings",
        ),
        pytest.param(
            "validation",
            "import torch.nn as nn\nclass M(nn.Module):\n"
            "    def __init__(self, config):\n        assert config.n % 2 == 0\n",
            ABSENT,
            id="a model's shape",
        ),
    ],
)
def test_own_config_objects_are_known(facet: str, text: str, expected: tuple[str, ...]) -> None:
    assert shown(f"configuration.{facet}", {"u.py": text}) == expected
