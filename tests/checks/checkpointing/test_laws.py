"""What must hold for every program: a key that is dropped from a saved dictionary is exactly one finding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.checkpointing import CHECK, gist
from tests.checks.checkpointing.support import findings, records, rows

KEYS = {
    "optimizer": "optimizer.state_dict()",
    "scheduler": "scheduler.state_dict()",
    "scaler": "scaler.state_dict()",
    "rng_state": "torch.get_rng_state()",
}
CODES = {"optimizer": "CKP006", "scheduler": "CKP007", "scaler": "CKP008", "rng_state": "CKP009"}
FORMS = ("literal", "variable", "keywords", "keys", "helper", "method")


def program(form: str, without: frozenset[str] = frozenset()) -> str:
    """A training script that saves and resumes; the saved dictionary lacks the keys `without`."""
    kept = {"model": "model.state_dict()", "epoch": "epoch"} | {k: v for k, v in KEYS.items() if k not in without}
    literal = "{" + ", ".join(f'"{k}": {v}' for k, v in kept.items()) + "}"
    keywords = "dict(" + ", ".join(f"{k}={v}" for k, v in kept.items()) + ")"
    step_by_step = "\n".join(["        state = {}"] + [f'        state["{k}"] = {v}' for k, v in kept.items()])
    save = {
        "literal": f"        torch.save({literal}, path)",
        "variable": f"        state = {literal}\n        torch.save(state, path)",
        "keywords": f"        torch.save({keywords}, path)",
        "keys": f"{step_by_step}\n        torch.save(state, path)",
        "helper": f"        save_checkpoint({literal}, path)",
        "method": "        torch.save(get_state(model, optimizer, scheduler, scaler, epoch), path)",
    }[form]
    return f"""\
import torch

def save_checkpoint(state, path):
    torch.save(state, path)

def get_state(model, optimizer, scheduler, scaler, epoch):
    return {literal if form == "method" else "{}"}

def main(path, model, optimizer, scheduler, scaler, data):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    scheduler.load_state_dict(checkpoint["scheduler"])
    scaler.load_state_dict(checkpoint["scaler"])
    torch.set_rng_state(checkpoint["rng_state"])
    for epoch in range(checkpoint["epoch"], 9):
        for batch in data:
            scaler.scale(model(batch)).backward()
            scaler.step(optimizer)
        scheduler.step()
{save}
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_full_checkpoint_is_silent(form: str) -> None:
    assert findings({"train.py": program(form)}) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_a_dropped_key_is_exactly_its_finding(form: str, key: str) -> None:
    assert [f.code for _, f in findings({"train.py": program(form, frozenset((key,)))})] == [CODES[key]]


@given(st.sampled_from(FORMS), st.sets(st.sampled_from(sorted(KEYS))))
@settings(max_examples=40, deadline=None)
def test_what_is_held_is_what_is_written(form: str, without: set[str]) -> None:
    held = [row for row in rows({"train.py": program(form, frozenset(without))}) if row["what"] == "save"][-1]["holds"]
    kept = {key.partition("_")[0] for key in KEYS if key not in without} | {"weights", "epoch"}
    assert set(held) == kept


@given(st.integers(0, 5), st.sampled_from(FORMS))
@settings(max_examples=20, deadline=None)
def test_lines_that_move_leave_the_gist_and_the_identities(lines: int, form: str) -> None:
    before, after = program(form, frozenset(("optimizer",))), "\n" * lines + program(form, frozenset(("optimizer",)))
    assert gist(records({"a.py": before})["a.py"]) == gist(records({"a.py": after})["a.py"])
    old, new = ([CHECK.identity(f) for _, f in findings({"a.py": text})] for text in (before, after))
    assert old == new


def test_the_fold_does_not_depend_on_the_order_of_files() -> None:
    files = {f"{form}.py": program(form, frozenset(("scaler",))) for form in FORMS}
    backwards = dict(reversed(files.items()))
    assert findings(files) == findings(backwards)
    assert rows(files) == rows(backwards)
