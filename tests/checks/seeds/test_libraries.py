"""Image pipelines of Keras, TensorFlow Datasets, environments, Lightning trainers, seeds by default, closures."""

from __future__ import annotations

import pytest

from tests.checks.seeds.support import findings, sources

IMAGES = "from tensorflow.keras.preprocessing.image import ImageDataGenerator\ngen = ImageDataGenerator()\n"
KERAS = IMAGES + "from tensorflow.keras.models import load_model\nmodel = load_model('m.h5')\n"
FEED = "rows = gen.flow_from_directory('d')\nmodel.fit_generator(rows)\n"
TF = {"tensorflow": False}
NET = """
import pytorch_lightning as pl
from torch import nn

class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 2){drop})

if __name__ == "__main__":
    pl.seed_everything(1)
    trainer = pl.Trainer({how})
    trainer.fit(Net())
"""
DROP = ", nn.Dropout(0.1)"
SEEDED = {"torch": True, "torch.cuda": True}
DROPPING = """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(args.dropout)).cuda()
net(x).backward()
"""
RESIZE = """
import torch

def resize(model, jitter=False{more}):
    {first}
    def fill(weights):
        if jitter:
            weights += torch.rand(3)

    fill(model)

if __name__ == "__main__":
    resize(1{given})
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gen.flow_from_directory('d', shuffle=False)\n", {}, id="files-in-order"),
        pytest.param("other.flow(x)\n", {}, id="another-flow"),
        pytest.param("gen.flow(x, y, seed=3)\n", {"numpy": True}, id="with-a-seed"),
        pytest.param("import numpy\nnumpy.random.seed(1)\ngen.flow(x, y)\n", {"numpy": True}, id="by-the-global-seed"),
        pytest.param("gen.flow(x, y)\n", {"numpy": False}, id="batches-of-arrays"),
        pytest.param("gen.flow_from_dataframe(df)\n", {"numpy": False}, id="files-of-a-frame"),
        pytest.param("gen.flow_from_directory('d', seed=None)\n", {"numpy": False}, id="no-seed"),
        pytest.param("make().flow_from_directory('d')\n", {"numpy": False}, id="of-unknown-making"),
    ],
)
def test_images_that_keras_reads(text: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": IMAGES + text + "print(1)\n"}) == expected


@pytest.mark.parametrize(
    ("fit", "expected"),
    [
        pytest.param("model.fit(x, y)\n", {"numpy": False} | TF, id="arrays"),
        pytest.param("model.fit(x, y=y)\n", {"numpy": False} | TF, id="arrays-by-name"),
        pytest.param("model.predict(rows)\n", {"numpy": False}, id="no-training"),
        pytest.param(
            "import random\nrandom.seed(1)\nmodel.fit(rows)\n", {"python": True, "numpy": False} | TF, id="seeded"
        ),
        pytest.param("model.fit(rows)\n", {"python": False, "numpy": False} | TF, id="batches"),
        pytest.param("model.fit_generator(rows)\n", {"python": False, "numpy": False} | TF, id="a-generator"),
    ],
)
def test_keras_orders_batches_by_random_only_where_it_trains_with_them(fit: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": KERAS + "rows = gen.flow_from_directory('d')\n" + fit}) == expected


def test_a_plain_generator_is_not_shuffled() -> None:
    assert sources({"train.py": KERAS + "model.fit_generator(rows())\n"}) == TF


def test_one_call_that_draws_from_two_sources_is_one_finding() -> None:
    assert [(f.code, f.kind) for _, f in findings({"train.py": KERAS + FEED})] == [
        ("SEED001", "numpy"),
        ("SEED001", "tensorflow"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("VGG16()", {}, id="of-imagenet"),
        pytest.param("VGG16(weights='imagenet', include_top=False)", {}, id="of-imagenet-by-name"),
        pytest.param("VGG16(weights=None)", TF, id="drawn"),
        pytest.param("VGG16(True, None)", TF, id="drawn-by-place"),
    ],
)
def test_the_weights_of_a_known_model(text: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": f"from tensorflow.keras.applications.vgg16 import VGG16\nprint({text})\n"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("tfds.load('mnist')", {}, id="in-order"),
        pytest.param("tfds.load('mnist', shuffle_files=False)", {}, id="files-in-order"),
        pytest.param("tfds.load('mnist').cache().batch(3)", {}, id="batches-in-order"),
        pytest.param("tfds.load('mnist').repeat().shuffle(9, seed=0)", {"tensorflow": True}, id="with-a-seed"),
        pytest.param("tfds.load('mnist').repeat().shuffle(9, 0)", {"tensorflow": True}, id="with-a-seed-by-place"),
        pytest.param("tfds.load('mnist', shuffle_files=True)", TF, id="files-shuffled"),
        pytest.param("tfds.load('mnist')['train'].shuffle(9)", TF, id="shuffled"),
    ],
)
def test_tensorflow_datasets(text: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": f"import tensorflow_datasets as tfds\nds = {text}\nprint(ds)\n"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("catch.Catch().reset()", {"env": False}, id="without-a-seed"),
        pytest.param("make = catch.Catch\nmake()", {"env": False}, id="by-another-name"),
        pytest.param("suite.load('cheetah', 'run')", {"env": False}, id="a-task"),
        pytest.param("catch.Catch", {}, id="not-made"),
        pytest.param("catch.Catch(seed=3)", {"env": True}, id="with-a-seed"),
        pytest.param("catch.Catch(10, 5, 3)", {"env": True}, id="with-a-seed-by-place"),
        pytest.param("suite.load('cheetah', 'run', task_kwargs={'random': 3})", {"env": True}, id="a-task-with-a-seed"),
    ],
)
def test_environments_with_generators_of_their_own(text: str, expected: dict[str, bool]) -> None:
    files = {"train.py": f"from bsuite.environments import catch\nfrom dm_control import suite\n{text}\nprint(1)\n"}
    assert sources(files) == expected
    assert findings(files) == []


@pytest.mark.parametrize(
    ("drop", "how", "expected"),
    [
        pytest.param("", "gpus=1", {"torch": True}, id="nothing-drawn-there"),
        pytest.param(DROP, "max_epochs=3", {"torch": True}, id="no-gpu-asked-for"),
        pytest.param(DROP, "gpus=0", {"torch": True}, id="no-gpus"),
        pytest.param(DROP, "gpus=None", {"torch": True}, id="none"),
        pytest.param(DROP, "accelerator='cpu', devices=2", {"torch": True}, id="on-the-cpu"),
        pytest.param(DROP, "gpus=1", SEEDED, id="a-gpu"),
        pytest.param(DROP, "gpus=args.gpus", SEEDED, id="a-number-by-settings"),
        pytest.param(DROP, "accelerator='auto'", SEEDED, id="any"),
        pytest.param(DROP, "devices=2", SEEDED, id="devices"),
        pytest.param(DROP, "**options", SEEDED, id="options"),
    ],
)
def test_a_lightning_trainer_and_the_gpu(drop: str, how: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": NET.format(drop=drop, how=how)}) == expected


@pytest.mark.parametrize(
    ("making", "expected"),
    [
        pytest.param("pl.Trainer()", {"torch": True}, id="made-here"),
        pytest.param("hydra.utils.instantiate(cfg.trainer)", SEEDED, id="by-a-configuration"),
    ],
)
def test_a_trainer_that_a_configuration_makes_may_use_the_gpu(making: str, expected: dict[str, bool]) -> None:
    text = NET.format(drop=DROP, how="").replace("trainer = pl.Trainer()", f"trainer: pl.Trainer = {making}")
    assert sources({"train.py": "import hydra\n" + text}) == expected


def test_the_trainer_of_the_second_version_picks_the_gpu() -> None:
    text = NET.format(drop=DROP, how="").replace("import pytorch_lightning as pl", "import lightning as pl")
    assert sources({"train.py": text}) == SEEDED


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("--dropout 0", {"torch": False}, id="nothing"),
        pytest.param("--attn_dropout=0.0 --resid_dropout=0", {"torch": False}, id="nothing-anywhere"),
        pytest.param("", {"torch": False, "torch.cuda": False}, id="by-default"),
        pytest.param("--dropout 0.1", {"torch": False, "torch.cuda": False}, id="a-rate"),
        pytest.param("--attn_dropout=0 --dropout=0.2", {"torch": False, "torch.cuda": False}, id="somewhere"),
        pytest.param("--drop_last 0", {"torch": False, "torch.cuda": False}, id="another-option"),
    ],
)
def test_a_command_that_switches_dropout_off(words: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": DROPPING, "run.sh": f"python train.py {words}\n"}, "run.sh") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("np.random.seed(1)\nfit(train_test_split(x, random_state=2))", {"sklearn": True}, id="its-own"),
        pytest.param("Perceptron()", {"sklearn": True}, id="a-seed-by-default"),
        pytest.param("np.random.seed(1)\nfit(train_test_split(x))", {"numpy": True, "sklearn": True}, id="by-numpy"),
        pytest.param("fit(train_test_split(x))", {"sklearn": False}, id="nothing"),
        pytest.param("fit(train_test_split(x))\nnp.random.seed(1)", {"sklearn": False}, id="late"),
        pytest.param("Perceptron(random_state=None)", {"sklearn": False}, id="no-seed"),
    ],
)
def test_what_scikit_learn_draws_from(text: str, expected: dict[str, bool]) -> None:
    head = "import numpy as np\nfrom sklearn.linear_model import Perceptron\n"
    head += "from sklearn.model_selection import train_test_split\n"
    assert sources({"train.py": f"{head}{text}\nprint(1)\n"}) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("wandb.agent(1, partial(show, a=1))", {}, id="one-that-draws-nothing"),
        pytest.param("jax.jit(partial(draw, a=1))", {}, id="compiled"),
        pytest.param("wandb.agent(1, partial(draw, a=1))", {"python": False}, id="one-that-draws"),
        pytest.param("wandb.agent(1, function=functools.partial(draw))", {"python": False}, id="by-the-module"),
    ],
)
def test_a_function_with_arguments_that_is_handed_on(call: str, expected: dict[str, bool]) -> None:
    text = "import functools\nimport random\nfrom functools import partial\nimport jax\nimport wandb\n"
    text += "def draw(a=0):\n    return random.random()\ndef show(a=0):\n    return a\n"
    assert sources({"train.py": f"{text}{call}\n"}) == expected


@pytest.mark.parametrize(
    ("first", "more", "given", "expected"),
    [
        pytest.param("pass", "", "", {}, id="off-by-default"),
        pytest.param("pass", "", ", False", {}, id="off"),
        pytest.param("pass", ", size=3", ", size=4", {}, id="another-argument"),
        pytest.param("pass", "", ", True", {"torch": False}, id="on"),
        pytest.param("pass", "", ", jitter=args.jitter", {"torch": False}, id="not-known"),
        pytest.param("jitter = ask()", "", "", {"torch": False}, id="assigned-before"),
    ],
)
def test_a_flag_that_an_inner_function_asks_for(first: str, more: str, given: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": RESIZE.format(first=first, more=more, given=given)}) == expected
