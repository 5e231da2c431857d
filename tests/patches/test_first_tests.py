"""A first round trip of a model's weights: only where the model can be built without guessing."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches import first_tests
from ml_audit_hooks.patches.first_tests import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

NET = """\
import torch
from torch import nn


class SmallNet(nn.Module):
    def __init__(self, width=16, dropout=0.1):
        super().__init__()
        self.one = nn.Linear(4, width)
        self.two = nn.Linear(width, 2)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))
"""
CONFIG = """\
from dataclasses import dataclass


@dataclass
class NetConfig:
    n_layer: int = 12
    n_head: int = 12
    n_embd: int = 768
    block: int = 1024
    bias: bool = True


"""
TRAIN = "import torch\nfrom net import SmallNet\n\nnet = SmallNet()\ntorch.save(net.state_dict(), 'net.pt')\n"
FILES = {"net.py": NET, "train.py": TRAIN}
TEST = '''"""A checkpoint of SmallNet gives the same weights back."""

import torch

from net import SmallNet


def test_small_net_checkpoint_round_trip(tmp_path):
    torch.manual_seed(0)
    saved = SmallNet()
    torch.save(saved.state_dict(), tmp_path / "model.pt")
    loaded = SmallNet()
    loaded.load_state_dict(torch.load(tmp_path / "model.pt", weights_only=True))
    expected = saved.state_dict()
    assert expected
    for name, value in loaded.state_dict().items():
        assert torch.equal(value, expected[name]), name
'''
CONFIGURED = NET.replace("\nclass", CONFIG.replace("\\", "") + "class", 1).replace("width=16, dropout=0.1", "config")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"net.py": NET.replace("width=16", "width")}, id="an-argument-without-a-default"),
        pytest.param({"net.py": NET.replace("dropout=0.1", "act=nn.ReLU()")}, id="a-default-that-is-no-literal"),
        pytest.param({"net.py": NET.replace("dropout=0.1", "head=None")}, id="a-default-to-be-made-up"),
        pytest.param({"net.py": NET.replace("dropout=0.1", "**more")}, id="any-arguments"),
        pytest.param({"net.py": NET.replace("width=16, dropout=0.1", "width=4096, depth=128")}, id="large"),
        pytest.param({"net.py": NET.replace("(nn.Module)", "(Base)")}, id="another-base"),
        pytest.param({"net.py": NET.replace("nn.Linear(width, 2)", "width")}, id="a-part-of-a-model"),
        pytest.param({"net.py": NET.replace("dropout=0.1", "pretrained=True")}, id="fetches-weights"),
        pytest.param({"net.py": NET + "\nprint(SmallNet())\n"}, id="work-at-import"),
        pytest.param({"net.py": "from .gone import x\n" + NET}, id="a-relative-import-that-is-missing"),
        pytest.param({"net.py": "import data\n" + NET, "data.py": "open('x').read()\n"}, id="work-in-what-it-imports"),
        pytest.param({"net.py": CONFIGURED.replace("768", "50257")}, id="a-configuration-that-stays-large"),
        pytest.param({"net.py": CONFIGURED.replace(": int = 12\n", ": int\n", 1)}, id="a-field-without-a-default"),
        pytest.param({"net.py": CONFIGURED.replace("self, config", "self, size")}, id="an-argument-of-another-name"),
        pytest.param({"src/net.py": NET, "net.py": "", "train.py": TRAIN.replace("net ", "src.net ")}, id="no-package"),
        pytest.param({"tests/test_a.py": "import os\n\n\ndef test_a():\n    assert os\n"}, id="tests-of-other-code"),
        pytest.param(
            {"tests/test_a.py": "from unittest import TestCase\nimport net\n\n\nclass A(TestCase):\n"
             "    def test_a(self):\n        self.assertTrue(net)\n"}, id="unittest"
        ),
        pytest.param(
            {"tests/test_net.py": "import torch\nfrom net import SmallNet\n\n\ndef test_save_and_load(tmp_path):\n"
             "    net = SmallNet()\n    torch.save(net.state_dict(), tmp_path / 'a')\n"
             "    assert SmallNet().load_state_dict(torch.load(tmp_path / 'a'))\n"}, id="tested"
        ),
    ],
)  # fmt: skip
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, FILES | files, KIND) == []


def test_the_first_test_of_a_repository(repo: Repo) -> None:
    (result,) = proved(repo, FILES, KIND)
    assert isinstance(result, Proved), result
    assert new_text(result.patch, "tests/test_small_net_checkpoint.py") == TEST
    assert {"checkpointing.tests", "ci_tests.pytest_targets", "modeling.tests"} <= {*result.facets}


def test_beside_the_other_tests(repo: Repo) -> None:
    files = {f"pkg/{name}": text for name, text in FILES.items()} | {"pkg/__init__.py": ""}
    files["tests/unit/test_a.py"] = "from pkg import x\n\n\ndef test_a():\n    assert x\n"
    (result,) = proved(repo, files | {"pkg/train.py": TRAIN.replace("from net", "from pkg.net")}, KIND)
    assert isinstance(result, Proved), result
    text = new_text(result.patch, "tests/unit/test_small_net_checkpoint.py")
    assert text == TEST.replace("from net", "from pkg.net")


@pytest.mark.parametrize(
    "hint", [pytest.param("config", id="by-its-name"), pytest.param("a: NetConfig", id="by-its-annotation")]
)
def test_a_configuration_is_made_small(repo: Repo, hint: str) -> None:
    (result,) = proved(repo, FILES | {"net.py": CONFIGURED.replace("self, config", f"self, {hint}")}, KIND)
    assert isinstance(result, Proved), result
    text = new_text(result.patch, "tests/test_small_net_checkpoint.py")
    assert "from net import NetConfig, SmallNet\n" in text
    assert "saved = SmallNet(NetConfig(n_embd=48, block=64))\n" in text


@pytest.mark.parametrize(
    ("value", "others", "expected"),
    [
        pytest.param(768, (12, 768), 48, id="stays-a-multiple-of-heads"),
        pytest.param(768, (32, 768), 96, id="of-more-heads"),
        pytest.param(50304, (12, 50304), 1572, id="odd-in-the-end"),
        pytest.param(64, (64,), 64, id="small"),
        pytest.param(0, (0,), 0, id="nothing"),
    ],
)
def test_halved(value: int, others: tuple[int, ...], expected: int) -> None:
    assert first_tests._halved(value, others) == expected
