"""Laws of the capabilities, on a small repository that is written down here; benchmarks/metamorphic.py tries them on
real ones."""

from __future__ import annotations

import pytest

from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.core import rubric
from tests.capabilities import laws, support

MODEL = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(width, 2)

    def forward(self, batch):
        return self.layer(batch)


def build_model(width, device):
    model = Net(width)
    return model.to(device)
"""
TRAIN = """\
import argparse
import json

import torch
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from torch.utils.tensorboard import SummaryWriter
from transformers import AutoTokenizer

from model import build_model


def load_tokenizer(name):
    tokenizer = AutoTokenizer.from_pretrained(name)
    return tokenizer


def encode_texts(tokenizer, texts):
    batch = tokenizer(texts, padding=True, truncation=True)
    return batch


def split_rows(rows):
    kept, held = train_test_split(rows, random_state=0)
    return kept, held


def train_epoch(model, loader, optimizer, scaler):
    writer = SummaryWriter("runs")
    for step, (batch, target) in enumerate(loader):
        with torch.autocast("cuda"):
            loss = torch.nn.functional.cross_entropy(model(batch), target)
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        writer.add_scalar("loss", loss.item(), step)


def evaluate(model, loader):
    model.eval()
    found = []
    with torch.no_grad():
        for batch, target in loader:
            found.append(accuracy_score(target, model(batch).argmax(-1)))
    return sum(found) / len(found)


def save_checkpoint(model, optimizer, path):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, path)


def write_metrics(metrics, path):
    with open(path, "w") as file:
        json.dump(metrics, file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=1e-3)
    args = parser.parse_args()
    model = build_model(8, "cpu")
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr)
    train_epoch(model, [], optimizer, torch.amp.GradScaler())
    write_metrics({"accuracy": evaluate(model, [])}, "metrics.json")
    save_checkpoint(model, optimizer, "last.pt")


if __name__ == "__main__":
    main()
"""
REPOSITORY = {
    "README.md": "# Net\n\nA classifier.\n\n```\npip install -r requirements.txt\npython train.py --lr 0.01\n```\n",
    "model.py": MODEL,
    "requirements.txt": "torch==2.4.0\n",
    "train.py": TRAIN,
}
BEFORE = laws.states(support.view(REPOSITORY))


def changed(texts: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Facet to (state before, state now) where they differ from those of REPOSITORY."""
    now = laws.states(support.view(texts))
    return {name: (BEFORE[name], now[name]) for name in BEFORE if BEFORE[name] != now[name]}


def test_the_repository_shows_enough_to_prove_something() -> None:
    shown = {name for name, state in BEFORE.items() if state == "present"}
    assert shown >= {
        "tokenization.fast_tokenizer",
        "modeling.model_init",
        "training.train_loop",
        "training.precision",
        "training.grad_clipping",
        "configuration.overrides",
        "evaluation.validation_loop",
        "evaluation.metrics_api",
        "evaluation.metrics_files",
        "logging.tracker",
        "checkpointing.weights",
        "checkpointing.optimizer_state",
        "data.splits",
        "data.deterministic_shuffling",
        "security.dependency_lock",
        "deployment.cli",
    }


@pytest.mark.parametrize("path", ["model.py", "train.py"])
def test_comments_strings_and_dead_imports_that_name_a_facet_change_nothing(path: str) -> None:
    assert changed(REPOSITORY | {path: laws.with_decoys(REPOSITORY[path])}) == {}


@pytest.mark.parametrize("path", ["model.py", "train.py"])
def test_renaming_local_variables_changes_nothing(path: str) -> None:
    renamed = laws.locals_renamed(REPOSITORY[path])
    assert renamed != REPOSITORY[path]
    assert changed(REPOSITORY | {path: renamed}) == {}


def test_renaming_a_program_with_its_mention_changes_nothing() -> None:
    texts = {"README.md": REPOSITORY["README.md"].replace("train.py", "go.py"), "model.py": MODEL, "go.py": TRAIN}
    assert changed(texts | {"requirements.txt": REPOSITORY["requirements.txt"]}) == {}


@pytest.mark.parametrize(
    ("symbol", "gone"),
    [
        pytest.param("split_rows", {"data.splits", "data.deterministic_shuffling"}, id="split"),
        pytest.param("evaluate", {"evaluation.validation_loop", "evaluation.metrics_api"}, id="evaluate"),
        pytest.param("save_checkpoint", {"checkpointing.weights", "checkpointing.optimizer_state"}, id="save"),
        pytest.param("write_metrics", {"evaluation.metrics_files"}, id="metrics"),
    ],
)
def test_a_stub_in_place_of_the_evidence_takes_its_facets_and_no_other(symbol: str, gone: set[str]) -> None:
    found = changed(REPOSITORY | {"train.py": laws.stubbed_out(TRAIN, symbol)})
    assert set(found) == gone
    assert all(before == "present" and now in ("stubbed", "absent") for before, now in found.values())


def test_deleting_the_only_file_with_the_evidence_removes_it() -> None:
    found = changed({path: text for path, text in REPOSITORY.items() if path != "requirements.txt"})
    assert found["security.dependency_lock"] == ("present", "absent")


def test_the_names_that_configuration_knows_are_those_of_the_catalogue() -> None:
    assert tuple((c.name, c.title) for c in CAPABILITIES) == rubric.CAPABILITIES
    assert tuple(f"{c.name}.{f.name}" for c in CAPABILITIES for f in c.facets) == rubric.FACETS
