"""The samples: every expected line is found with its code, and nothing else."""

from __future__ import annotations

import pytest

from tests.checks.complexity.support import SAMPLES, expected, places, sample

CODES = sorted(p.name for p in SAMPLES.glob("CPX*"))
KINDS = ("bad", "good", "unsure")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_gives_the_lines_that_it_marks(code: str, kind: str) -> None:
    files = sample(code, kind)
    marked = {path: expected(path, text) for path, text in files.items()}
    assert places(files) == {path: found for path, found in marked.items() if found}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_bad_a_good_and_an_unsure_sample(code: str) -> None:
    bad = [code for path, text in sample(code, "bad").items() for _, _, code in expected(path, text)]
    assert code in bad
    assert sample(code, "good")
    assert not any(expected(path, text) for path, text in sample(code, "good").items())
    assert sample(code, "unsure")


def test_the_codes_that_fit_in_a_sample_have_one() -> None:
    assert CODES == ["CPX001", "CPX003", "CPX006", "CPX007"]  # the others are about hundreds of lines
