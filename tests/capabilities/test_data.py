"""Data handling is shown by splits, seeded shuffles and prepared data that are kept."""

from __future__ import annotations

import pytest

from tests.capabilities.support import notebook, shown, verdict

SILENT = [
    pytest.param("splits", "from sklearn.model_selection import train_test_split\n", id="dead import"),
    pytest.param("splits", "a, b = text.split(',')\n", id="a text is split"),
    pytest.param(
        "splits", "def split_heads(x, batch_size):\n    return x.view(batch_size, -1)\n", id="attention heads"
    ),
    pytest.param("splits", "train_loss = step(x)\ntest_loss = step(y)\n", id="losses"),
    pytest.param("splits", "self.train_data, self.val_data = None, None\n", id="declared only"),
    pytest.param("splits", "d = dict(train_dataset=make(), eval_dataset=None)\n", id="no held-out part"),
    pytest.param("splits", "model.fit(x, y, validation_split=0)\n", id="off-value"),
    pytest.param("splits", "parser.add_argument('--mode', choices=['train', 'test'])\n", id="a mode"),
    pytest.param("deterministic_shuffling", "loader = DataLoader(d, shuffle=True)\n", id="unseeded"),
    pytest.param(
        "deterministic_shuffling",
        "from sklearn.model_selection import train_test_split as s\na, b = s(x, random_state=None)\n",
        id="off-value",
    ),
    pytest.param("deterministic_shuffling", "import torch\ntorch.manual_seed(0)\n", id="a seed and no shuffle"),
    pytest.param(
        "deterministic_shuffling", "import random\nrandom.seed()\nrandom.shuffle(x)\n", id="seeded by the clock"
    ),
    pytest.param(
        "deterministic_shuffling",
        "import torch, random\ntorch.manual_seed(0)\nrandom.shuffle(x)\n",
        id="another source",
    ),
    pytest.param("deterministic_shuffling", "s = optuna.samplers.RandomSampler(seed=0)\n", id="a search"),
    pytest.param("caching", "import torch\ntorch.save(model.state_dict(), 'model.pt')\n", id="weights"),
    pytest.param("caching", "results.to_csv('results.csv')\n", id="results"),
    pytest.param("caching", "d = datasets.MNIST('data', download=True)\n", id="a raw download"),
    pytest.param("caching", "cfg = {'use_cache': True}\nmodel.config.use_cache = False\n", id="another cache"),
    pytest.param("caching", "xs = pool.map(f, range(3))\n", id="another map"),
    pytest.param(
        "caching",
        "d = dataset.map(f, batched=True, load_from_cache_file=False, keep_in_memory=True)\n",
        id="switched off",
    ),
]

SEEDED = "from torch.utils.data import DataLoader, random_split as rs\n"
LOUD = [
    pytest.param("splits", "from sklearn.model_selection import KFold as K\nk = K(5)\n", 2, id="folds by an alias"),
    pytest.param("splits", "a, b = data.train_test_split(test_size=0.1)\n", 1, id="a data set's method"),
    pytest.param("splits", "n = 9\ntrain_data = data[:n]\nval_data = data[n:]\n", 3, id="slices"),
    pytest.param("splits", "(x_train, y_train), (x_test, y_test) = load()\n", 1, id="loaded as such"),
    pytest.param("splits", "d = datasets.load_dataset('x', split='test')\n", 1, id="split="),
    pytest.param("splits", "d = MNIST('x', train=False)\n", 1, id="train=False"),
    pytest.param("splits", "model.fit(x, y, validation_split=0.1)\n", 1, id="keras"),
    pytest.param("splits", "x, y = get_batch('val')\n", 1, id="own loader"),
    pytest.param("splits", "e = dataset['validation']\n", 1, id="a part by its key"),
    pytest.param("splits", "class D:\n    def val_dataloader(self):\n        return self.v\n", 2, id="lightning"),
    pytest.param("splits", "def split_validation(data):\n    return data[:9]\n", 1, id="own function"),
    pytest.param("deterministic_shuffling", SEEDED + "a, b = rs(d, n, generator=g)\n", 2, id="a generator"),
    pytest.param("deterministic_shuffling", "a = dataset.shuffle(seed=0)\n", 1, id="seed zero"),
    pytest.param(
        "deterministic_shuffling", "import numpy as np\nr = np.random.default_rng(0)\nr.shuffle(x)\n", 3, id="numpy"
    ),
    pytest.param(
        "deterministic_shuffling", "import random\nrandom.seed(1)\nrandom.shuffle(x)\n", 3, id="a seed before"
    ),
    pytest.param("deterministic_shuffling", "import jax\np = jax.random.permutation(key, n)\n", 2, id="jax"),
    pytest.param("caching", "import numpy as np\nx = np.memmap('a.bin')\n", 2, id="memmap"),
    pytest.param("caching", "tokenized.save_to_disk('d')\n", 1, id="save_to_disk"),
    pytest.param("caching", "import numpy as np\nnp.save('data/processed/features.npy', x)\n", 2, id="features"),
    pytest.param("caching", "train_df.to_parquet('train.parquet')\n", 1, id="parquet"),
    pytest.param("caching", "import tensorflow as tf\nd = tf.data.Dataset.range(3).cache()\n", 2, id="tf.data"),
    pytest.param("caching", "t = dataset.map(f, batched=True)\n", 1, id="a mapped data set"),
    pytest.param(
        "caching", "import functools\n@functools.lru_cache\ndef load_data(p):\n    return p\n", 3, id="remembered"
    ),
]


@pytest.mark.parametrize(("facet", "code"), SILENT)
def test_what_is_no_data_handling_shows_nothing(facet: str, code: str) -> None:
    assert shown(f"data.{facet}", {"train.py": code}) == ("absent",)


@pytest.mark.parametrize(("facet", "code", "line"), LOUD)
def test_data_handling_is_found_on_its_line(facet: str, code: str, line: int) -> None:
    assert shown(f"data.{facet}", {"train.py": code})[:2] == ("present", f"train.py:{line}")


@pytest.mark.parametrize(
    ("facet", "code"),
    [
        pytest.param("splits", "def split_dataset(data):\n    pass\n", id="splits"),
        pytest.param("caching", "def cache_dataset(data, path):\n    raise NotImplementedError\n", id="caching"),
    ],
)
def test_a_place_without_a_body_is_stubbed(facet: str, code: str) -> None:
    assert shown(f"data.{facet}", {"data.py": code}) == ("stubbed", "data.py:1")


def test_a_seed_of_the_program_reaches_the_loader_in_its_package() -> None:
    texts = {
        "pkg/loader.py": "from torch.utils.data import DataLoader\nx = DataLoader(d, shuffle=True)\n",
        "train.py": "import torch\ntorch.manual_seed(0)\n",
    }
    assert shown("data.deterministic_shuffling", texts) == ("present", "pkg/loader.py:2", "train.py:2")


def test_a_seed_of_another_project_does_not() -> None:
    texts = {
        "one/src/loader.py": "from torch.utils.data import DataLoader\nx = DataLoader(d, shuffle=True)\n",
        "two/src/train.py": "import torch\ntorch.manual_seed(0)\n",
    }
    assert shown("data.deterministic_shuffling", texts) == ("absent",)


def test_a_trainer_seeds_its_sampler_by_default() -> None:
    found = verdict("data.deterministic_shuffling", {"t.py": "from transformers import Trainer\nTrainer(model=m)\n"})
    assert (found.state, found.evidence[0].line, found.note) == ("present", 2, "by default")


def test_a_notebook_splits_by_an_import_of_an_earlier_cell() -> None:
    book = notebook("from sklearn.model_selection import train_test_split as tts", "a, b = tts(x, random_state=1)")
    assert shown("data.deterministic_shuffling", {"a.ipynb": book}) == ("present", "a.ipynb:1:1")


@pytest.mark.parametrize(
    ("test", "found"),
    [
        pytest.param(
            "from pkg.data import size\ndef test_a():\n    assert size() == 1\n", ("absent",), id="something else"
        ),
        pytest.param(
            "from pkg.data import load_data\ndef test_a():\n    assert load_data()\n",
            ("present", "tests/test_a.py:3"),
            id="loading",
        ),
    ],
)
def test_tests_of_data_are_found_at_the_call(test: str, found: tuple[str, ...]) -> None:
    texts = {
        "pkg/data.py": "def load_data():\n    return read()\ndef size():\n    return 1 + 0\n",
        "tests/test_a.py": test,
    }
    assert shown("data.tests", texts) == found
