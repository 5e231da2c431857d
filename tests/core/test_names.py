"""Names are cut into words."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core import names


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("", []),
        ("_", []),
        ("train", ["train"]),
        ("load_hf_model", ["load", "hf", "model"]),
        ("__init__", ["init"]),
        ("loadHFModel", ["load", "hfmodel"]),
        ("DataLoader", ["data", "loader"]),
        ("BATCH_SIZE", ["batch", "size"]),
        ("Load_Model", ["load", "model"]),
        ("x1", ["x1"]),
        ("größeÄndern", ["größe", "ändern"]),
    ],
)
def test_a_name_is_its_words(name: str, parts: list[str]) -> None:
    assert names.name_parts(name) == parts
    assert names.name_parts(name) == parts


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_MAX_KNOWN", 2)
    monkeypatch.setattr(names, "_KNOWN", {})
    assert [names.name_parts(f"a_{i}") for i in range(5)] == [["a", str(i)] for i in range(5)]
    assert len(names._KNOWN) <= 2
