"""Draws on the GPU, of data pipelines and of searches; branches that a call cannot take; methods of handed objects."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.seeds import fold
from tests.checks.seeds.support import records, sources

MODEL = "import torch\nfrom torch import nn\nmodel = nn.Linear(3, 3).cuda()\n"
STEP = "model(x).sum().backward()\n"
TORCH = {"torch": False}
BOTH = {"torch": False, "torch.cuda": False}
NET = """
import random
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, styles):
        styles = [s * 2 for s in styles]
        if len(styles) < 2:
            return styles[0]
        return styles[random.randint(0, 1)]
"""
USE = "from net import Net\n\ndef draw(g):\n    return g({})\n\nif __name__ == '__main__':\n    draw(Net())\n"
POLICY = """
import torch
from torch import nn

class Policy(nn.Module):
    def act(self, x, deterministic=False):
        return torch.bernoulli(x)
"""
IMAGES = """
import random

class Images:
    def load(self, path):
        return random.random()

    def name(self, path):
        return path
"""
COMMANDS = """
import torch
import typer
app = typer.Typer()

@app.command()
def train(seed: int = None):
    if seed is not None:
        torch.manual_seed(seed)
    model = torch.nn.Linear(2, 2)
    model(1).backward()

@app.command()
def show():
    print(1)

if __name__ == "__main__":
    app()
"""
EVALUATE = "import torch\nmodel = torch.nn.Linear(2, 2)\nmodel.load_state_dict(torch.load('w.pt'))\nmodel(1)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(STEP, TORCH, id="a-model-moved-without-dropout"),
        pytest.param("torch.rand(3).cuda()\n" + STEP, TORCH, id="drawn-on-the-cpu-and-moved"),
        pytest.param("torch.rand(3, device='cpu')\n", TORCH, id="drawn-on-the-cpu-by-name"),
        pytest.param("drop = nn.Dropout(0.1)\nmodel(x)\n", TORCH, id="dropout-without-training"),
        pytest.param("drop = nn.Dropout(0)\n" + STEP, TORCH, id="dropout-of-nothing"),
        pytest.param("rnn = nn.LSTM(3, 3, dropout=0)\n" + STEP, TORCH, id="a-layer-without-dropout"),
        pytest.param("w.data.normal_(0, 1)\n" + STEP, TORCH, id="weights-drawn-in-place"),
        pytest.param("torch.set_default_device('cpu')\n" + STEP, TORCH, id="all-on-the-cpu"),
        pytest.param("torch.rand(3, device=device)\n", BOTH, id="drawn-on-a-device"),
        pytest.param("torch.randn_like(x)\n", BOTH, id="drawn-like-a-tensor"),
        pytest.param("drop = nn.Dropout(0.1)\n" + STEP, BOTH, id="dropout-in-training"),
        pytest.param("rnn = nn.LSTM(3, 3, dropout=0.2)\n" + STEP, BOTH, id="a-layer-with-dropout"),
        pytest.param("layer = nn.TransformerEncoderLayer(8, 2)\n" + STEP, BOTH, id="dropout-by-default"),
        pytest.param("torch.distributions.Normal(0, x).sample()\n", BOTH, id="sampled-from-a-distribution"),
        pytest.param("x.new_empty(3).normal_()\n", BOTH, id="a-new-tensor-drawn-in-place"),
        pytest.param("torch.set_default_device(device)\n" + STEP, BOTH, id="all-on-a-device"),
        pytest.param("model.generate(x, do_sample=True)\n", BOTH, id="sampled-text"),
    ],
)
def test_the_gpu_is_a_source_where_something_is_drawn_there(text: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": MODEL + text}) == expected


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        pytest.param("x.to(torch.float32)", TORCH, id="to-a-type"),
        pytest.param("x.to(dtype=dtype)", TORCH, id="to-a-type-by-name"),
        pytest.param("x.to('cpu')", TORCH, id="to-the-cpu"),
        pytest.param("x.to(device)", BOTH, id="to-a-device"),
        pytest.param("x.to(device, dtype=torch.float32)", BOTH, id="to-a-device-and-a-type"),
    ],
)
def test_what_moves_to_the_gpu(move: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": f"import torch\n{move}\ntorch.randn_like(x)\n"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("import tensorflow as tf\nrng.shuffle(rows)\n", {}, id="a-list-shuffled"),
        pytest.param("import tensorflow as tf\nds.batch(3)\n", {}, id="a-pipeline-in-order"),
        pytest.param(
            "from torchtext.data import Iterator\nIterator(d, 3, train=False)\n", {}, id="batches-to-test-with"
        ),
        pytest.param("import pandas as pd\nrng.sample(3)\n", {}, id="no-frame"),
        pytest.param(
            "import tensorflow as tf\nds.shuffle(9, seed=3)\n", {"tensorflow": True}, id="a-pipeline-with-a-seed"
        ),
        pytest.param("import ray\nds.random_shuffle(seed=3)\n", {"numpy": True}, id="rows-shuffled-with-a-seed"),
        pytest.param(
            "import random\nrng = random.Random(3)\nrng.random()\n", {"python": True}, id="a-generator-of-its-own"
        ),
        pytest.param(
            "from ray.tune.search.hyperopt import HyperOptSearch\nHyperOptSearch(random_state_seed=1)\n",
            {"numpy": True},
            id="a-search-with-a-seed",
        ),
        pytest.param("import tensorflow as tf\nds.shuffle(9)\n", {"tensorflow": False}, id="a-pipeline-shuffled"),
        pytest.param(
            "import tensorflow.compat.v2 as tf\n\nclass Net(tf.keras.Model):\n    def __init__(self):\n"
            "        super().__init__()\n        self.d = tf.keras.layers.Dense(2)\n\nwith scope():\n    net = Net()\n",
            {"tensorflow": False},
            id="a-layer-of-an-own-model",
        ),
        pytest.param(
            "from torchtext.data import BucketIterator\nit = BucketIterator(d, 3)\nprint(it)\n",
            {"python": False},
            id="batches-to-train-with",
        ),
        pytest.param(
            "from torchtext.data import BucketIterator\nits = BucketIterator.splits((a, b), 3)\nprint(its)\n",
            {"python": False},
            id="batches-of-several-sets",
        ),
        pytest.param("import ray\nds.random_shuffle()\n", {"numpy": False}, id="rows-shuffled"),
        pytest.param(
            "from ray.tune.search.hyperopt import HyperOptSearch\nHyperOptSearch()\n", {"numpy": False}, id="a-search"
        ),
        pytest.param("import pandas as pd\ntrain_df.sample(3)\n", {"numpy": False}, id="rows-of-a-frame"),
        pytest.param("rows.sample(3, random_state=None)\n", {"numpy": False}, id="rows-by-the-global-state"),
    ],
)
def test_the_draws_of_pipelines_and_searches(text: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": text + "print(1)\n"}) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param("[1]", {}, id="a-list-of-one"),
        pytest.param("[1, 2]", {"python": False}, id="a-list-of-two"),
        pytest.param("[*xs]", {"python": False}, id="a-list-of-any-length"),
        pytest.param("xs", {"python": False}, id="a-value-that-is-not-known"),
    ],
)
def test_a_branch_that_the_length_of_a_list_excludes(shown: str, expected: dict[str, bool]) -> None:
    assert sources({"train.py": USE.format(shown), "net.py": NET}) == expected


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        pytest.param("actor = torch.load('p.pt')\nactor.act(x)\n", {"b.py": POLICY}, {}, id="two-classes-have-it"),
        pytest.param("actor = make()\nactor.act(x)\n", {}, {}, id="made-by-something-else"),
        pytest.param("actor = torch.load('p.pt')\nactor.items()\n", {}, {}, id="a-method-of-every-object"),
        pytest.param("actor = torch.load('p.pt')\nactor.act(x)\n", {}, TORCH, id="the-only-class-that-has-it"),
        pytest.param("actor, n = torch.load('p.pt')\nactor.act(x)\n", {}, TORCH, id="one-of-several-objects"),
    ],
)
def test_the_methods_of_an_unpickled_object(text: str, more: dict[str, str], expected: dict[str, bool]) -> None:
    found = sources({"play.py": "import torch\n" + text + "print(1)\n", "policy.py": POLICY} | more, "play.py")
    assert {source: seeded for source, seeded in found.items() if source == "torch"} == expected


@pytest.mark.parametrize(
    ("handed", "expected"),
    [
        pytest.param("images.name", {}, id="one-that-draws-nothing"),
        pytest.param("images.size", {}, id="an-attribute"),
        pytest.param("images.load", {"python": False}, id="one-that-draws"),
    ],
)
def test_a_method_that_is_handed_on(handed: str, expected: dict[str, bool]) -> None:
    text = f"from images import Images\nimages = Images()\nrun({handed})\n"
    assert sources({"train.py": text, "images.py": IMAGES}) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("python app.py show\n", {}, id="a-command-that-draws-nothing"),
        pytest.param("python app.py train --seed 3\n", {"torch": True}, id="a-command-with-a-seed"),
        pytest.param(
            "python app.py train --seed 3\npython evaluate.py\n",
            {"torch": True},
            id="what-is-overwritten-after-training",
        ),
        pytest.param("python app.py train\n", TORCH, id="a-command-without-a-seed"),
        pytest.param("python evaluate.py\n", TORCH, id="nothing-but-what-is-overwritten"),
    ],
)
def test_the_commands_that_a_script_starts(script: str, expected: dict[str, bool]) -> None:
    assert sources({"run.sh": script, "app.py": COMMANDS, "evaluate.py": EVALUATE}, "run.sh") == expected


def test_a_script_has_a_row_for_each_program_that_decides_something() -> None:
    files = {"run.sh": "python app.py train\npython evaluate.py\n", "app.py": COMMANDS, "evaluate.py": EVALUATE}
    assert [row["symbol"] for row in fold.rows(records(files)) if row["path"] == "run.sh"] == ["app.py"]
