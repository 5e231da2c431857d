"""What people ask for by hand: what to strip from notebooks, and the snapshot of advisories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Console

CELL = {
    "cell_type": "code",
    "execution_count": 3,
    "metadata": {},
    "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
    "source": ["x = 1\n"],
}
RAN = json.dumps({"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
CLEAN = json.dumps(
    {"cells": [{**CELL, "outputs": [], "execution_count": None}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
)
RECORD = {
    "id": "PYSEC-2024-1",
    "modified": "2024-05-01T00:00:00Z",
    "affected": [{"package": {"ecosystem": "PyPI", "name": "torch"}, "versions": ["2.0.0"]}],
}


def test_what_to_strip_is_said_and_nothing_is_changed(console: Console) -> None:
    console.add({"a.ipynb": RAN, "b.ipynb": CLEAN, "c.ipynb": "{", "LICENSE": "MIT"})
    said = console.say("audit-notebooks", "--what-to-strip")
    assert (said.code, said.err) == (0, "")
    assert [line.partition(" (")[0] for line in said.out.splitlines()] == [
        "a.ipynb:cell 0: 1 output",
        "a.ipynb: 1 output, 1 kB in all; nothing was changed",
        "c.ipynb: is not a valid notebook: its JSON does not parse",
    ]
    assert (console.path / "a.ipynb").read_text() == RAN


def test_other_checks_have_nothing_to_strip(console: Console) -> None:
    said = console.say("audit-stubs", "--what-to-strip")
    assert (said.code, said.err) == (2, "audit-stubs: unknown option `--what-to-strip`; see --help\n")


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the snapshot will be."""
    path = tmp_path / "data" / "advisories.index"
    monkeypatch.setenv("ML_AUDIT_VULNDB", str(path))
    return path


def test_a_snapshot_that_is_not_there_is_told_with_the_mend(console: Console, snapshot: Path) -> None:
    said = console.say("ml-audit", "vulndb", "info")
    assert said.code == 2
    assert said.err == f"{snapshot}: there is no snapshot; run `ml-audit vulndb update --from …`\n"


def test_a_snapshot_is_built_from_a_folder(console: Console, snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "PYSEC-2024-1.json").write_text(json.dumps(RECORD))
    built = console.say("ml-audit", "vulndb", "update", "--from", str(tmp_path / "db"))
    assert (built.code, built.err) == (0, "")
    assert built.out.splitlines()[:2] == [str(snapshot), "advisories of 2024-05-01, 1 records"]
    assert console.say("ml-audit", "vulndb", "info") == built
