"""Entry points followed through the repository: what they draw from, and what seeds it."""

from __future__ import annotations

import marshal

import pytest

from tests.checks.seeds.support import findings, places, records, sources

STEP = "model(x).sum().backward()\n"
HELPER = """
    import random
    import numpy as np
    import torch

    def set_seed(seed=None):
        if seed is not None:
            random.seed(seed)
            np.random.seed(seed)
            torch.manual_seed(seed)
"""
MODEL = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 3)
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"train.py": "import torch\n\ntorch.zeros(3)\n"}, {}, id="nothing-drawn"),
        pytest.param(
            {"train.py": "import torch\ng = torch.Generator().manual_seed(3)\ntorch.randn(2, generator=g)\n"},
            {"torch": True},
            id="generator-of-the-call",
        ),
        pytest.param(
            {"train.py": "from utils import set_seed\nfrom net import Net\nset_seed(3)\nmodel = Net()\n" + STEP}
            | {"utils.py": HELPER, "net.py": MODEL},
            {"torch": True},
            id="own-helper-given-a-seed",
        ),
        pytest.param(
            {"train.py": "from utils import set_seed\nfrom net import Net\nset_seed()\nmodel = Net()\n" + STEP}
            | {"utils.py": HELPER, "net.py": MODEL},
            {"torch": False},
            id="own-helper-given-none",
        ),
        pytest.param(
            {"train.py": "import seeds\nfrom net import Net\nmodel = Net()\n" + STEP}
            | {"seeds.py": "import torch\ntorch.manual_seed(1)\n", "net.py": MODEL},
            {"torch": True},
            id="seeded-by-an-import",
        ),
        pytest.param(
            {"train.py": "import random\nif len('ab') > 3:\n    random.seed(1)\nprint(random.random())\n"},
            {"python": False},
            id="seeded-on-one-way-only",
        ),
        pytest.param(
            {"train.py": "import torch\nif torch.cuda.is_available():\n    torch.cuda.manual_seed_all(1)\n"}
            | {"net.py": MODEL},
            {},
            id="gpu-question-alone",
        ),
        pytest.param(
            {
                "train.py": "from transformers import Trainer, AutoModelForCausalLM\n"
                "model = AutoModelForCausalLM.from_pretrained('x')\nmodel.resize_token_embeddings(9)\n"
                "trainer = Trainer(model=model)\ntrainer.train()\n"
            },
            {"torch": True, "torch.cuda": True},
            id="trainer-seeds-itself",
        ),
        pytest.param(
            {"train.py": "from sklearn.model_selection import train_test_split\ntrain_test_split(x)\n"},
            {"sklearn": False},
            id="sklearn-global-state",
        ),
        pytest.param(
            {
                "train.py": "import numpy as np\nfrom sklearn.model_selection import train_test_split\n"
                "np.random.seed(1)\ntrain_test_split(x)\n"
            },
            {"numpy": True, "sklearn": True},
            id="sklearn-by-numpy",
        ),
        pytest.param(
            {"train.py": "import gymnasium as gym\nenv = gym.make('A')\nenv.reset(seed=3)\n"}, {"env": True}, id="env"
        ),
        pytest.param({"train.py": "import gym\nenv = gym.make('A')\nenv.reset()\n"}, {"env": False}, id="env-unseeded"),
        pytest.param(
            {"train.py": "import jax\nkey = jax.random.PRNGKey(0)\nprint(key)\n"}, {"jax": True}, id="jax-key"
        ),
        pytest.param(
            {"train.py": "import datasets\nd = datasets.load_dataset('x')\nd['train'].shuffle()\n"},
            {"numpy": False},
            id="dataset-shuffle",
        ),
        pytest.param(
            {
                "train.py": "import torch.multiprocessing as mp\nimport torch\ndef work(rank):\n    torch.randn(3)\n"
                "if __name__ == '__main__':\n    torch.manual_seed(1)\n    mp.spawn(work, nprocs=2)\n"
            },
            {"torch": False},
            id="spawned-process-starts-unseeded",
        ),
    ],
)
def test_the_sources_of_a_program_and_whether_they_are_seeded(files: dict[str, str], expected: dict[str, bool]) -> None:
    assert sources(files) == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                "train.py": "import numpy as np\nimport random\nimport sys\nseed = int(sys.argv[1])\nif seed < 0:\n"
                "    seed = np.random.randint(9)\nnp.random.seed(seed)\nnp.random.rand()\n"
            },
            id="a-draw-that-picks-the-seed",
        ),
        pytest.param({"test_train.py": "import torch\nmodel = torch.nn.Linear(1, 1)\n" + STEP}, id="test-code"),
        pytest.param({"vendor/train.py": "import torch\nmodel = torch.nn.Linear(1, 1)\n" + STEP}, id="vendored"),
        pytest.param({"net.py": MODEL + "\n    if __name__ == '__main__':\n        print(Net())\n"}, id="smoke-test"),
        pytest.param(
            {"export_onnx.py": "import torch\ntorch.save(model(torch.randn(1, 3)), 'x.pt')\n"}, id="stand-in-input"
        ),
        pytest.param(
            {"main.py": "import torch\nfrom net import Net\nmodel = Net()\nmodel.load_state_dict(torch.load('x'))\n"}
            | {"net.py": MODEL},
            id="weights-overwritten-by-a-checkpoint",
        ),
        pytest.param(
            {
                "train.py": "import torch\nloader = torch.utils.data.DataLoader(d, shuffle=True)\n"
                "torch.manual_seed(1)\nmodel = torch.nn.Linear(1, 1)\n" + STEP
            },
            id="loader-made-before-the-seed",
        ),
    ],
)
def test_stays_silent(files: dict[str, str]) -> None:
    assert places(files) == []


def test_one_finding_a_cause_at_the_line_that_leads_there() -> None:
    files = {"train.py": "from net import Net\n\nmodel = Net()\nother = Net()\n" + STEP, "net.py": MODEL}
    assert places(files) == ["train.py:3 SEED001"]
    (_, finding), *_ = findings(files)
    assert finding.text == (
        "torch is drawn from (torch.nn.Linear in net.py, Net.__init__) and nothing seeds it;"
        " torch.manual_seed(…) before it would"
    )


@pytest.mark.parametrize(
    ("call", "gone"),
    [
        pytest.param("random.seed(1)", {"python"}, id="python"),
        pytest.param("np.random.seed(1)", {"numpy"}, id="numpy"),
        pytest.param("torch.manual_seed(1)", {"torch"}, id="torch"),
    ],
)
def test_deleting_a_seeding_call_makes_exactly_its_sources_unseeded(call: str, gone: set[str]) -> None:
    seeded = (
        "import random\nimport numpy as np\nimport torch\nrandom.seed(1)\nnp.random.seed(1)\ntorch.manual_seed(1)\n"
        "random.random()\nnp.random.rand()\ntorch.rand(1)\n"
    )
    assert set(sources({"train.py": seeded}).values()) == {True}
    without = sources({"train.py": seeded.replace(f"\n{call}\n", "\n")})
    assert {source for source, fine in without.items() if not fine} == gone


@pytest.mark.parametrize(
    ("seed", "fine"), [pytest.param("42", True, id="given"), pytest.param("null", False, id="none")]
)
def test_a_hydra_program_takes_its_seed_from_the_primary_configuration(seed: str, fine: bool) -> None:
    program = (
        "import hydra\nimport torch\n@hydra.main(config_path='conf', config_name='train')\ndef main(cfg):\n"
        "    if cfg.get('seed'):\n        torch.manual_seed(cfg.seed)\n    torch.nn.Linear(1, 1)\n"
        "    loss.backward()\nif __name__ == '__main__':\n    main()\n"
    )
    files = {"train.py": program, "conf/train.yaml": f"seed: {seed}\n"}
    assert sources(files) == {"torch": fine}
    assert places(files) == ([] if fine else ["train.py:5 SEED003"])


@pytest.mark.parametrize(
    ("command", "fine"),
    [pytest.param("python train.py --seed 3", True, id="given"), pytest.param("python train.py", False, id="default")],
)
def test_a_command_gives_the_seed_that_the_program_lacks(command: str, fine: bool) -> None:
    program = (
        "import argparse, torch\np = argparse.ArgumentParser()\np.add_argument('--seed', type=int)\n"
        "args = p.parse_args()\nif args.seed is not None:\n    torch.manual_seed(args.seed)\ntorch.rand(1)\n"
    )
    assert sources({"train.py": program, "run.sh": command + "\n"}, "run.sh") == {"torch": fine}


@pytest.mark.parametrize(
    ("option", "command", "fine"),
    [
        pytest.param("'-seed'", "python train.py -seed 3", True, id="one-dash"),
        pytest.param("'-seed'", "python train.py -s 3", False, id="another-option"),
        pytest.param("'-s', '--seed'", "python train.py --seed=3", True, id="two-names"),
    ],
)
def test_an_option_of_one_dash_is_one(option: str, command: str, fine: bool) -> None:
    program = (
        f"import argparse, torch\np = argparse.ArgumentParser()\np.add_argument({option}, type=int, default=None)\n"
        "args = p.parse_args()\nif args.seed is not None:\n    torch.manual_seed(args.seed)\ntorch.rand(1)\n"
    )
    assert sources({"train.py": program, "run.sh": command + "\n"}, "run.sh") == {"torch": fine}
    assert sources({"train.py": program}) == {"torch": False}


@pytest.mark.parametrize(
    ("config", "fine"),
    [
        pytest.param("tf.estimator.RunConfig(tf_random_seed=3)", True, id="seeded"),
        pytest.param("tf.estimator.RunConfig(model_dir='out')", False, id="unseeded"),
    ],
)
@pytest.mark.parametrize("start", ["tf.app.run()", "tf.compat.v1.app.run()"])
def test_an_app_runs_its_main(start: str, config: str, fine: bool) -> None:
    program = (
        "import tensorflow as tf\n"
        "def model_fn(features, labels, mode):\n    return tf.layers.dense(features, 3)\n"
        "def main(_):\n"
        f"    config = {config}\n"
        "    estimator = tf.estimator.Estimator(model_fn, config=config)\n"
        "    estimator.train(input_fn)\n"
        f"if __name__ == '__main__':\n    {start}\n"
    )
    assert sources({"train.py": program}) == {"tensorflow": fine}


def test_a_notebook_is_one_program_and_findings_name_the_cell() -> None:
    cells = (
        '[{"cell_type": "code", "source": "import torch"}, {"cell_type": "code", "source": "m = torch.nn.Linear(1, 1)"}'
    )
    cells += ', {"cell_type": "code", "source": "m(x).backward()"}]'
    found = findings({"a.ipynb": f'{{"cells": {cells}, "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'})
    assert [(f.code, f.cell, f.line) for _, f in found] == [("SEED001", 1, 1)]


def test_calls_in_a_circle_come_to_an_end() -> None:
    text = "import random\ndef a(n):\n    return b(n)\ndef b(n):\n    return a(n) + random.random()\na(3)\n"
    assert sources({"train.py": text}) == {"python": False}


def test_a_record_can_be_stored() -> None:
    for record in records({"train.py": HELPER, "net.py": MODEL, "c.yaml": "seed: 1\n"}).values():
        assert marshal.loads(marshal.dumps(record.plain())) == record.plain()
