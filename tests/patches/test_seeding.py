"""A seed comes into a program in the way in which the program takes its other settings."""

from __future__ import annotations

import pytest

from ml_audit_hooks.patches.seeding import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, ground, new_text

TRAIN = """\
    model = torch.nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in load():
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
"""
LOOP = "def train():\n" + TRAIN
IMPORTS = "import argparse\nimport torch\nfrom data import load\n\n\n"
PARSER = """\
if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--lr', type=float)
    args = parser.parse_args()
    train()
"""
ARGPARSE = IMPORTS + LOOP + "\n\n" + PARSER
OPTION = "    parser.add_argument('--seed', type=int, default=42, help='random seed')\n"
MAIN = "import torch\nfrom data import load\n\n\ndef main():\n" + TRAIN + "\n\nif __name__ == '__main__':\n    main()\n"
SCRIPT = "import torch\nfrom data import load\n\nlr = 0.1\nepochs = 2\nname = 'a'\n" + TRAIN.replace("\n    ", "\n")[4:]
FLAGS = """\
import torch
from absl import app, flags
from data import load

FLAGS = flags.FLAGS
flags.DEFINE_float('lr', 0.1, 'Rate.')


def main(_):
"""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(ARGPARSE.replace("    train()\n", "    torch.manual_seed(0)\n    train()\n"), id="seeded"),
        pytest.param(ARGPARSE.replace("parser.parse_args()", "shared.parse()"), id="parsed-elsewhere"),
        pytest.param(
            MAIN.replace("import torch\n", "import fire\nimport torch\n").replace("    main()", "    fire.Fire(main)"),
            id="a-command-line-that-is-not-understood",
        ),
        pytest.param(ARGPARSE.replace("'--lr', type=float", "'--seed', type=int"), id="a-seed-without-a-default"),
        pytest.param(ARGPARSE.replace("    args =", "    if 1: args ="), id="shared-lines"),
        pytest.param(IMPORTS + "def helper():\n    return torch.rand(3)\n", id="no-program"),
    ],
)
def test_silent(repo: Repo, source: str) -> None:
    assert candidates(repo, {"train.py": source}, KIND) == []


@pytest.mark.parametrize(
    ("source", "edits"),
    [
        pytest.param(
            ARGPARSE,
            [
                ("    args = parser", OPTION + "    args = parser"),
                ("args()\n", "args()\n    torch.manual_seed(args.seed)\n"),
            ],
            id="argparse",
        ),
        pytest.param(
            ARGPARSE.replace("'--lr', type=float", "'--seed', type=int, default=7"),
            [("args()\n", "args()\n    torch.manual_seed(args.seed)\n")],
            id="an-option-that-nothing-takes-up",
        ),
        pytest.param(
            MAIN,
            [("main():\n", "main():\n    torch.manual_seed(42)\n")],
            id="main-without-settings",
        ),
        pytest.param(
            SCRIPT,
            [("name = 'a'\n", "name = 'a'\nseed = 42\n"), ("model = torch", "torch.manual_seed(seed)\nmodel = torch")],
            id="settings-as-constants",
        ),
        pytest.param(
            FLAGS + TRAIN + "\n\nif __name__ == '__main__':\n    app.run(main)\n",
            [
                ("'Rate.')\n", "'Rate.')\nflags.DEFINE_integer('seed', 42, 'Random seed.')\n"),
                ("(_):\n", "(_):\n    torch.manual_seed(FLAGS.seed)\n"),
            ],
            id="absl",
        ),
    ],
)
def test_exact(repo: Repo, source: str, edits: list[tuple[str, str]]) -> None:
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    expected = source
    for old, new in edits:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert new_text(patch, "train.py") == expected


def test_a_module_that_draws_elsewhere_is_imported(repo: Repo) -> None:
    data = "import random\n\n\ndef load():\n    return random.sample([(1, 2), (3, 4)], 2)\n"
    source = ARGPARSE.replace(
        "    args =", "    parser.add_argument('--seed', default=1, type=int)\n    args ="
    ).replace("args()\n", "args()\n    torch.manual_seed(args.seed)\n")
    (patch,) = candidates(repo, {"train.py": source, "data.py": data}, KIND)
    text = new_text(patch, "train.py")
    assert text.startswith("import argparse\nimport random\nimport torch\n")
    assert "args()\n    random.seed(args.seed)\n" in text


@pytest.mark.parametrize("source", [pytest.param(s, id=f"{i}") for i, s in enumerate((ARGPARSE, MAIN, SCRIPT))])
def test_the_audit_is_content(repo: Repo, source: str) -> None:
    (patch,) = candidates(repo, {"train.py": source}, KIND)
    assert [item.code for item in patch.findings] == ["SEED001"]
    after = ground(repo, {"train.py": new_text(patch, "train.py")})
    assert not {"SEED001", "SEED002"} & after.findings.keys()
