"""What the locks pin is held against the local snapshot of advisories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_audit_hooks import vulndb
from ml_audit_hooks.checks.lockfiles import CHECK
from tests.checks.lockfiles.support import record

RECORD = {
    "id": "PYSEC-2024-1",
    "modified": "2024-05-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "torch"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.2.0"}]}],
        }
    ],
}


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A snapshot with one record."""
    monkeypatch.delenv("ML_AUDIT_VULNDB", raising=False)
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "PYSEC-2024-1.json").write_text(json.dumps(RECORD))
    path = tmp_path / "advisories.index"
    vulndb.update(str(tmp_path / "db"), str(path))
    return path


def known(text: str, **settings: object) -> list[tuple[str, str]]:
    """(code, package) of the LCK1xx findings for a requirements file."""
    assert CHECK.fold is not None
    chosen = {"profile": "auto", "ignore": (), **settings}
    found = CHECK.fold({"requirements.txt": record("requirements.txt", text)}, chosen)  # type: ignore[arg-type]
    return [(f.code, f.symbol) for findings in found.values() for f in findings if f.code.startswith("LCK1")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("torch==2.2.0\n", [], id="fixed"),
        pytest.param("torch>=2.0\n", [], id="no-pin"),
        pytest.param("numpy==1.26.0\n", [], id="another"),
        pytest.param("torch==2.1.0\n", [("LCK101", "torch")], id="vulnerable"),
        pytest.param("torch==2.1.0+cu121\n", [("LCK101", "torch")], id="build-for-cuda"),
    ],
)
def test_a_pin_with_a_known_hole_is_found(snapshot: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert [row for row in known(text, vulndb=str(snapshot)) if row[0] != "LCK013"] == expected


def test_without_a_snapshot_it_says_so(tmp_path: Path) -> None:
    assert known("torch==2.1.0\n", vulndb=str(tmp_path / "none")) == [("LCK104", "<file>")]


def test_an_ignore_ends_on_its_day(snapshot: Path) -> None:
    ignore = (("PYSEC-2024-1", "not reached until=2026-01-01"),)
    before = known("torch==2.1.0\n", vulndb=str(snapshot), ignore=ignore, today="2025-12-31", max_snapshot_age=0)
    after = known("torch==2.1.0\n", vulndb=str(snapshot), ignore=ignore, today="2026-01-01", max_snapshot_age=0)
    assert (before, sorted(code for code, _ in after)) == ([], ["LCK101", "LCK106"])


def test_a_run_ends_with_the_snapshot_it_rests_on(snapshot: Path, tmp_path: Path) -> None:
    assert CHECK.status is not None
    assert CHECK.status({"vulndb": str(snapshot)}) == "advisories of 2024-05-01, 1 records"
    assert "were not checked" in CHECK.status({"vulndb": str(tmp_path / "none")})
