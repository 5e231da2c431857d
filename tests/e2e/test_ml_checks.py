"""Seeds, checkpoints and notebooks at real commits: what the base lacks fails, what it has does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.support import TOOLS, Checkout

HELPER = "import random\n\nimport torch\n\n\ndef seed_all(seed):\n    random.seed(seed)\n    torch.manual_seed(seed)\n"
TRAIN = """\
import random

import torch

from helper import seed_all


def main():
    seed_all(13)
    model = torch.nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = [0, 1, 2]
    random.shuffle(order)
    for step in order:
        loss = model(torch.randn(8, 4)).sum()
        loss.backward()
        optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "last.pt")


if __name__ == "__main__":
    main()
"""
UNSAFE = 'import torch\n\n\ndef load(path):\n    return torch.load(path, map_location="cpu")\n'


def notebook(*sources: str) -> str:
    """A notebook that was run from top to bottom."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": i,
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
            "source": source.splitlines(keepends=True),
        }
        for i, source in enumerate(sources, 1)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


@pytest.fixture
def training(checkout: Checkout) -> Checkout:
    """A checkout with a seeded training program that saves its optimizer."""
    checkout.commit({"helper.py": HELPER, "train.py": TRAIN})
    return checkout


@pytest.mark.parametrize("tool", TOOLS)
def test_a_seed_that_goes_from_a_helper_fails_the_commit(training: Checkout, tool: str) -> None:
    training.use(tool, ["audit-seeds"])
    training.add({"helper.py": HELPER.replace("    random.seed(seed)\n", "")})
    done = training.try_commit()
    assert done.code == 1
    assert [line.partition(" ")[0] for line in done.found] == ["train.py:13:1:"]
    assert "python" in done.found[0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"README.md": "# Notes\n"}, id="a-document"),
        pytest.param({"helper.py": "# seeds\n" + HELPER}, id="a-comment"),
        pytest.param({"train.py": TRAIN.replace("order", "steps")}, id="another-name"),
        pytest.param({"helper.py": HELPER.replace("random.seed(seed)", "random.seed(seed + 1)")}, id="another-seed"),
    ],
)
@pytest.mark.parametrize("hook", ["audit-seeds", "audit-checkpoints"])
def test_a_commit_that_takes_nothing_away_passes(training: Checkout, hook: str, change: dict[str, str | bytes]) -> None:
    training.use("pre-commit", [hook])
    training.add(change)
    done = training.try_commit()
    assert (done.code, done.found) == (0, [])


def test_state_that_a_checkpoint_loses_fails_the_commit(training: Checkout) -> None:
    training.use("pre-commit", ["audit-checkpoints"])
    training.add({"train.py": TRAIN.replace(', "optimizer": optimizer.state_dict()', "")})
    done = training.try_commit()
    assert done.code == 1
    assert len(done.found) == 1
    assert done.found[0].startswith("train.py:18:5: CKP")
    assert "optimizer" in done.found[0]


def test_an_unsafe_load_fails_once_and_is_known_afterwards(training: Checkout) -> None:
    training.use("pre-commit", ["audit-checkpoints"])
    training.add({"load.py": UNSAFE})
    done = training.try_commit()
    assert done.code == 1
    assert done.found[0].startswith("load.py:5:12: CKP001 ")
    training.force_commit()
    training.add({"load.py": "# moved\n\n" + UNSAFE})
    assert training.try_commit().code == 0


def test_a_suppressed_load_passes_and_is_a_deferred_item(training: Checkout) -> None:
    line = '    return torch.load(path, map_location="cpu")'
    quiet = f"    # audit: ignore[CKP001] our own files only until=2999-01-31\n{line}"
    training.commit({"load.py": UNSAFE.replace(line, quiet)})
    assert training.run("audit-checkpoints", "load.py").found == []
    deferred = [item for item in training.as_json()["deferred"] if item["item"].startswith("CKP001")]
    assert deferred == [
        {"item": "CKP001 load.py: load", "rationale": "our own files only", "plan": "due 2999-01-31"},
    ]


def test_a_notebook_fails_only_as_configured(checkout: Checkout) -> None:
    checkout.use("pre-commit", ["audit-notebooks"])
    checkout.add({"a.ipynb": notebook("x = 1\nx")})
    reported = checkout.try_commit()
    assert reported.code == 0
    checkout.add({"ml-audit.toml": 'strict = ["NBK"]\n', "b.ipynb": notebook("y = 2\ny")})
    failed = checkout.try_commit()
    assert failed.code == 1
    assert {line.partition(":")[0] for line in failed.found} == {"b.ipynb"}


def test_the_audit_shows_what_is_unseeded_and_what_is_saved(training: Checkout) -> None:
    training.commit({"helper.py": HELPER.replace("    torch.manual_seed(seed)\n", "")})
    audit = training.as_json()
    programs = [row for row in audit["randomness"] if row["path"] == "train.py"]
    assert [{s["source"]: s["seeded"] for s in row["sources"]} for row in programs] == [
        {"python": True, "torch": False}
    ]
    assert [(row["path"], row["line"], row["what"], row["holds"]) for row in audit["checkpoints"]] == [
        ("train.py", 18, "save", ["weights", "optimizer"])
    ]
