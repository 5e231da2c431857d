"""The samples: every expected line is found with its code, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.stubs.support import expected, places

ROOT = Path(__file__).parents[2] / "samples"
SAMPLES = sorted(p for p in ROOT.glob("STB*/*") if p.suffix != ".expect")
CODES = ("STB001", "STB002", "STB003", "STB004", "STB005", "STB006")


def named(sample: Path) -> str:
    """``STB001/bad.py``."""
    return f"{sample.parent.name}/{sample.name}"


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_sample_gives_the_lines_that_it_marks(sample: Path) -> None:
    path = f"src/{sample.name}"
    assert places({path: sample.read_bytes()}, path) == expected(sample)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.name.startswith("good.")], ids=named)
def test_a_good_sample_marks_nothing(sample: Path) -> None:
    assert expected(sample) == set()


@pytest.mark.parametrize("code", CODES)
def test_a_bad_sample_shows_its_own_code(code: str) -> None:
    bad = [s for s in SAMPLES if s.parent.name == code and s.name.startswith("bad.")]
    assert bad
    for sample in bad:
        assert code in {found for _, _, found in expected(sample)}, sample


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_bad_a_good_and_an_unsure_sample(code: str) -> None:
    stems = {s.name.partition(".")[0] for s in SAMPLES if s.parent.name == code}
    assert stems == {"bad", "good", "unsure"}
