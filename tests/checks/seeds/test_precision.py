"""What looks like an unseeded draw and is none, and beside each what is one after all."""

from __future__ import annotations

import pytest

from tests.checks.seeds.support import findings, places

STEP = "model(x).sum().backward()\n"
TORCH = "import torch\n"
NET = "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
NET += "        self.layer = torch.nn.Linear(3, 3)\n"


@pytest.mark.parametrize(
    ("path", "silent", "loud"),
    [
        pytest.param(
            "train.py",
            "import random, time\ntime.sleep(random.random())\n" + STEP,
            "import random, time\ntime.sleep(3)\nnoise = random.random()\n" + STEP,
            id="how-long-a-program-waits",
        ),
        pytest.param(
            "train.py",
            "import random\nport = random.randint(10000, 20000)\n" + STEP,
            "import random\nshift = random.randint(0, 8)\n" + STEP,
            id="a-number-that-only-has-to-differ",
        ),
        pytest.param(
            "train.py",
            "import zero, torch\nzero.improve_reproducibility(3)\ntorch.nn.Linear(1, 1)\n" + STEP,
            "import zero, torch\nzero.improve_accuracy(3)\ntorch.nn.Linear(1, 1)\n" + STEP,
            id="a-helper-of-another-library-by-its-name",
        ),
        pytest.param(
            "train.py",
            "import zero, torch\nzero.make_deterministic(3)\ntorch.nn.Linear(1, 1)\n" + STEP,
            "import zero, torch\nzero.make_deterministic()\ntorch.nn.Linear(1, 1)\n" + STEP,
            id="a-switch-of-another-library-seeds-only-by-a-seed",
        ),
        pytest.param(
            "train.py",
            "import torch\ntorch.manual_seed(1)\ntorch.nn.Linear(1, 1)\n" + STEP,
            "import torch\ntorch.use_deterministic_algorithms(False)\ntorch.nn.Linear(1, 1)\n" + STEP,
            id="a-switch-is-no-helper",
        ),
        pytest.param(
            "generate.py",
            "from transformers import AutoModel as A, GenerationConfig as G\nmodel = A.from_pretrained('a')\n"
            "open('out.txt', 'w').write(model.generate(x, generation_config=G(do_sample=False)))\n",
            "from transformers import AutoModel as A, GenerationConfig as G\nmodel = A.from_pretrained('a')\n"
            "open('out.txt', 'w').write(model.generate(x, generation_config=G(do_sample=True)))\n",
            id="a-text-that-is-the-likeliest",
        ),
        pytest.param(
            "train.py",
            "from transformers import AutoModelForSequenceClassification as A, Trainer\n"
            "model = A.from_pretrained(args.reward_model_path)\nTrainer(model).train()\n",
            "from transformers import AutoModelForSequenceClassification as A, Trainer\n"
            "model = A.from_pretrained(args.model_path)\nTrainer(model).train()\n",
            id="a-head-that-was-trained",
        ),
        pytest.param(
            "train.py",
            TORCH + "def go(make, seed):\n    torch.manual_seed(seed)\n    make()\n"
            "class Net(torch.nn.Module):\n    def __init__(self):\n        self.a = torch.nn.Linear(1, 1)\n"
            "go(Net, 3)\n" + STEP,
            TORCH + "def go(make, seed):\n    make()\nclass Net(torch.nn.Module):\n    def __init__(self):\n"
            "        self.a = torch.nn.Linear(1, 1)\ngo(Net, 3)\n" + STEP,
            id="what-is-handed-on-is-called-later",
        ),
        pytest.param(
            "train.py",
            NET + "from functools import partial\ndef go(make):\n    torch.manual_seed(1)\n    make()\n"
            "    loss.backward()\nSmall = partial(Net, 3)\ngo(Small)\n",
            NET + "from functools import partial\ndef go(make):\n    make()\n    loss.backward()\n"
            "Small = partial(Net, 3)\ngo(Small)\n",
            id="what-is-prepared-is-called-later",
        ),
        pytest.param(
            "train.py",
            "import os, random\nos.environ['MASTER_PORT'] = str(random.randint(10000, 20000))\n" + STEP,
            "import os, random\nstart['OFFSET'] = random.randint(0, 20)\n" + STEP,
            id="a-number-that-only-has-to-differ-by-its-key",
        ),
        pytest.param(
            "train.py",
            TORCH + "def main(flip=False):\n    torch.manual_seed(1)\n    if flip:\n        import random\n"
            "        random.random()\n    torch.nn.Linear(1, 1)\n    loss.backward()\nmain()\n",
            TORCH + "def main(flip=True):\n    torch.manual_seed(1)\n    if flip:\n        import random\n"
            "        random.random()\n    torch.nn.Linear(1, 1)\n    loss.backward()\nmain()\n",
            id="a-way-that-is-off-by-default",
        ),
        pytest.param(
            "train.py",
            NET + "def show(state):\n    net = Net()\n    net.load_state_dict(state)\ndef go():\n"
            "    torch.manual_seed(1)\n    Net()\n    loss.backward()\nshow(state)\ngo()\n",
            NET + "def show(state):\n    net = Net()\n    optimizer.load_state_dict(state)\ndef go():\n"
            "    torch.manual_seed(1)\n    Net()\n    loss.backward()\nshow(state)\ngo()\n",
            id="weights-overwritten-on-every-way",
        ),
        pytest.param(
            "evaluate.py",
            "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n"
            "        self.place = torch.nn.Parameter(torch.rand(3))\nNet().load_state_dict(state)\n",
            "import torch\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        return x + torch.rand(3)\n"
            "net = Net()\nnet.load_state_dict(state)\ntorch.save(net(3), 'x')\n",
            id="weights-drawn-by-hand-and-overwritten",
        ),
    ],
)
def test_a_draw_that_decides_nothing_is_silent(path: str, silent: str, loud: str) -> None:
    assert places({path: silent}) == []
    assert [code for _, _, code in (row.partition(" ") for row in places({path: loud}))] in (["SEED001"], ["SEED002"])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"benchmarks/train.py": TORCH + "torch.nn.Linear(1, 1)\n" + STEP}, [], id="measures-speed"),
        pytest.param(
            {"train.py": "import lib\nimport torch\ntorch.manual_seed(1)\ntorch.nn.Linear(1, 1)\n" + STEP}
            | {
                "lib.py": "from functools import partial\nfrom net import Net\nSmall = partial(Net, 3)\n",
                "net.py": NET,
            },
            [],
            id="a-table-of-models-made-at-import",
        ),
        pytest.param(
            {"train.py": "import lib\nimport torch\ntorch.manual_seed(1)\ntorch.nn.Linear(1, 1)\n" + STEP}
            | {"lib.py": "import torch\ntry:\n    fast(torch.randn(3))\nexcept RuntimeError:\n    FAST = False\n"},
            [],
            id="the-machine-tried-out-at-import",
        ),
        pytest.param(
            {"train.py": "import lib\nimport torch\ntorch.manual_seed(1)\ntorch.nn.Linear(1, 1)\n" + STEP}
            | {"lib.py": "import torch\nSTEPS = {'torch': lambda: torch.rand(1)}\n"},
            [],
            id="a-table-of-lambdas",
        ),
        pytest.param(
            {"train.py": "import lib\nimport torch\ntorch.manual_seed(1)\n" + STEP}
            | {"lib.py": "from net import Net\nSMALL = Net()\n", "net.py": NET},
            ["train.py:1 SEED002"],
            id="a-model-made-at-import",
        ),
        pytest.param(
            {"train.py": "from own.utils import fix\nimport own\nfix(3)\nown.net.Net()\n" + STEP}
            | {"own/__init__.py": "from . import net\n", "own/net.py": NET}
            | {"own/utils.py": "import torch\ndef fix(n):\n    torch.manual_seed(n)\n"},
            [],
            id="a-helper-of-the-repository-whatever-its-name",
        ),
        pytest.param(
            {
                "train.py": "import argparse\nfrom transformers import Trainer, set_seed\n"
                "from datasets import load_dataset\np = argparse.ArgumentParser()\n"
                "p.add_argument('--seed', type=int)\nargs = p.parse_args()\nif args.seed is not None:\n"
                "    set_seed(args.seed)\nd = load_dataset('x').shuffle()\nTrainer(m).train()\n"
            },
            ["train.py:7 SEED003"],
            id="an-unset-option-is-the-cause-though-a-trainer-seeds-later",
        ),
        pytest.param(
            {"train.py": "import torch\ndef fix(i):\n    torch.manual_seed(i)\ndef main(seed=None):\n    fix(seed)\n"}
            | {"go.py": "from train import main\nimport torch\nmain()\ntorch.nn.Linear(1, 1)\n" + STEP},
            ["train.py:3 SEED003"],
            id="none-is-handed-through-a-helper",
        ),
        pytest.param(
            {"train.py": "import random\nrandom.seed(random.SystemRandom().randint(0, 9))\nrandom.random()\n" + STEP},
            ["train.py:2 SEED004"],
            id="a-moving-seed-is-one-cause",
        ),
        pytest.param(
            {
                "train.py": "import torch\nclass Base:\n    def __init__(self, model=None, flip=False):\n"
                "        if model is None:\n            raise ValueError\n        torch.manual_seed(1)\n"
                "        if flip:\n            import random\n            random.random()\n"
                "class Mine(Base):\n    def __init__(self, *args, **options):\n        super().__init__(*args)\n"
                "class Other(Base):\n    def __init__(self, model, **options):\n"
                "        super().__init__(model, **options)\n"
                "Mine(3)\nOther(3)\ntorch.nn.Linear(1, 1)\nloss.backward()\n"
            },
            ["train.py:9 SEED001"],
            id="arguments-handed-through-in-bulk",
        ),
        pytest.param(
            {"cli.py": TORCH + "def main():\n    torch.nn.Linear(1, 1)\n    loss.backward()\n"}
            | {"pyproject.toml": '[project.scripts]\na = "cli:main"\nb = "cli:main"\n'},
            ["cli.py:3 SEED001"],
            id="a-console-script",
        ),
        pytest.param(
            {"src/lib.py": "import random\ndef pick(xs):\n    return random.choice(xs)\n"},
            [],
            id="a-library-starts-nothing",
        ),
        pytest.param(
            {"cli.py": "import click, random\n@click.command()\ndef main():\n    print(random.random())\n"},
            [],
            id="a-command-that-decides-nothing",
        ),
    ],
)
def test_the_findings_of_small_repositories(files: dict[str, str], expected: list[str]) -> None:
    assert places(files) == expected


@pytest.mark.parametrize(
    ("draw", "cure"),
    [
        pytest.param("random.random()", "random.seed(…) before it would", id="python"),
        pytest.param("d.shuffle()", "seed=… there would", id="datasets"),
        pytest.param("train_test_split(x)", "random_state=… there would", id="sklearn"),
        pytest.param("torch.rand(3)", "torch.manual_seed(…) before it would", id="torch"),
    ],
)
def test_a_finding_names_the_call_that_would_seed(draw: str, cure: str) -> None:
    text = "import random, torch\nfrom datasets import load_dataset\n"
    text += "from sklearn.model_selection import train_test_split\n"
    ((_, finding),) = findings({"train.py": f"{text}d = load_dataset('x')\nx = {draw}\nx.backward()\n"})
    assert finding.text.endswith(f"and nothing seeds it; {cure}")


JAX = "import jax\nfrom jax import random as jr\nkey = jax.random.key(0)\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "for i in range(9):\n    key, sub = jr.split(key)\n    jr.normal(sub)\n", [], id="split-in-the-loop"
        ),
        pytest.param("for k in jr.split(key, 9):\n    jr.normal(k)\n", [], id="a-key-a-round"),
        pytest.param("for i in range(9):\n    k = jr.fold_in(key, i)\n    jr.normal(k)\n", [], id="round-folded-in"),
        pytest.param("keys = jr.split(key, 3)\nfor i in range(3):\n    jr.normal(keys[i])\n", [], id="by-index"),
        pytest.param("if a:\n    jr.normal(key)\nelse:\n    jr.uniform(key)\n", [], id="on-two-ways"),
        pytest.param("key, sub = jr.split(key)\njr.normal(sub)\njr.normal(key)\n", [], id="assigned-anew"),
        pytest.param("for i in range(9):\n    jr.normal(key)\n", [5], id="the-same-in-every-round"),
        pytest.param("one, two = jr.split(key)\njr.normal(key)\n", [5], id="drawn-from-after-its-split"),
        pytest.param("jr.normal(key)\njr.uniform(key)\n", [5], id="two-draws"),
    ],
)
def test_a_jax_key_serves_one_draw(text: str, lines: list[int]) -> None:
    assert [f.line for _, f in findings({"lib.py": JAX + text}) if f.code == "SEED012"] == lines


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("names = sorted(os.listdir(d))\n    random.shuffle(names)\n", [], id="sorted"),
        pytest.param("n = len(os.listdir(d))\n    random.shuffle(xs)\n", [], id="counted"),
        pytest.param("names = os.listdir(d)\n    return names\n", [], id="no-order-needed"),
        pytest.param("names = os.listdir(d)\n    random.shuffle(names)\n", ["SEED013"], id="listing-shuffled"),
        pytest.param("names = [*Path(d).rglob('*')]\n    random.shuffle(names)\n", ["SEED013"], id="path-shuffled"),
        pytest.param("return random.sample(sorted(set(xs)), 3)\n", [], id="set-sorted"),
        pytest.param("return random.sample(list(set(xs)), 3)\n", ["SEED014"], id="set-sampled"),
        pytest.param("return {x: i for i, x in enumerate(set(xs))}\n", ["SEED014"], id="set-numbered"),
    ],
)
def test_an_order_that_differs_feeds_a_draw(text: str, codes: list[str]) -> None:
    lib = f"import os, random\nfrom pathlib import Path\ndef take(d, xs):\n    {text}"
    assert [f.code for _, f in findings({"lib.py": lib})] == codes


DATASET = "import numpy as np\nimport torch\nclass Data(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"d.py": DATASET + "        return np.random.rand()\n"}, ["d.py:5 SEED008"], id="drawn-here"),
        pytest.param(
            {
                "d.py": DATASET
                + "        return self.flip(i)\n    def flip(self, i):\n        return np.random.rand()\n"
            },
            ["d.py:7 SEED008"],
            id="drawn-in-a-method-that-it-calls",
        ),
        pytest.param(
            {
                "d.py": DATASET + "        return np.random.rand()\n",
                "m.py": "def make(f):\n    L(d, worker_init_fn=f)\n",
            },
            [],
            id="workers-are-seeded-elsewhere",
        ),
        pytest.param({"d.py": DATASET + "        return torch.rand(1)\n"}, [], id="torch-differs-by-worker"),
        pytest.param(
            {"d.py": DATASET.replace("torch.utils.data.Dataset", "object") + "        return np.random.rand()\n"},
            [],
            id="no-torch-dataset",
        ),
    ],
)
def test_numpy_in_the_items_of_a_dataset(files: dict[str, str], expected: list[str]) -> None:
    assert places(files) == expected


@pytest.mark.parametrize("path", ["tests/test_it.py", "vendor/lib.py", "benchmarks/keys.py", "x_pb2.py"])
def test_single_findings_count_nowhere_else(path: str) -> None:
    text = JAX + "jr.normal(key)\njr.uniform(key)\n"
    assert places({path: text}) == []
    assert places({"lib.py": text}) == ["lib.py:5 SEED012"]
