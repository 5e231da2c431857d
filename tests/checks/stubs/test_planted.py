"""The planting experiment on a small repository: every planted stub is found, every look-alike left alone."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import Repo

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
FILES = {
    "src/model.py": '''"""A model."""

from __future__ import annotations

import functools
import random


def build(width: int) -> list[int]:
    """A layer."""
    layer = [random.randint(0, width) for _ in range(width)]
    return sorted(layer)


class Network:
    """Some layers."""

    depth = 3

    def __init__(self, width: int) -> None:
        self.layers = [build(width) for _ in range(self.depth)]

    @functools.cached_property
    def size(self) -> int:
        total = 0
        for layer in self.layers:
            total += len(layer)
        return total

    def run(self, rows):
        return [sum(layer) for layer in self.layers for _ in rows]


if __name__ == "__main__":
    print(Network(3).size)
''',
    "src/data/loader.py": """import os
import time

ROOT = os.environ.get("ROOT", "data")


def rows(path):
    with open(os.path.join(ROOT, path)) as stream:
        for line in stream:
            yield line.split()


async def first(path):
    started = time.time()
    found = [row async for row in path]
    return found[0], started
""",
    "notes/run.ipynb": '{"cells": [{"cell_type": "code", "source": "x = 1\\n"}], "metadata": {}, "nbformat": 4}',
    "conf/run.yaml": "model:\n  width: 3\n  text: |\n    two\n    lines\n",
    "conf/tool.toml": '[tool]\nname = "x"\n',
    "conf/.env": "HOST=localhost\n",
    "tests/test_model.py": "def test_size():\n    assert 1\n",
}


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The experiment."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.delitem(sys.modules, "planted_stubs", raising=False)
    import planted_stubs

    return planted_stubs


@pytest.mark.parametrize("seed", range(3))
def test_every_planted_stub_is_found_and_no_look_alike(repo: Repo, planted: ModuleType, seed: int) -> None:
    repo.commit(FILES)
    scores, collateral = planted.run(repo.path, seed, 2)
    missed = {s.form.name: s.planted - s.found for s in scores if s.form.code and s.found < s.planted}
    wrong = {s.form.name: s.wrong for s in scores if s.wrong}
    assert (missed, wrong, collateral) == ({}, {}, 0)
    assert len(scores) == len(planted.forms())


def test_the_experiment_can_fail(repo: Repo, planted: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    # a form whose code is wrong is missed, and what is found in its place is wrong
    repo.commit(FILES)
    form = planted.Form("pass under a wrong code", "STB002", "def load_NAME(x):\n    pass", "module")
    monkeypatch.setattr(planted, "forms", lambda: [form])
    scores, _ = planted.run(repo.path, 1, 4)
    assert [(s.planted, s.found, s.wrong) for s in scores] == [(4, 0, 4)]
    precision, recall = planted.totals(scores, 0)
    assert (precision, recall) == (0.0, 0.0)
