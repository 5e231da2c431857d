"""The samples: small trees in one file each, with the places that are found in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.lockfiles.support import codes, unpacked

ROOT = Path(__file__).parents[2] / "samples"
SAMPLES = sorted(ROOT.glob("LCK0*/*.txt"))


def places(sample: Path) -> tuple[set[tuple[str, int, str]], set[tuple[str, int, str]]]:
    """(found, expected) in a sample."""
    tree = unpacked(sample)
    expected = set()
    for row in tree.pop("expected").splitlines():
        where, code = row.split()
        path, _, line = where.rpartition(":")
        expected.add((path, int(line), code))
    return set(codes(tree)), expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sample_gives_the_places_that_it_names(sample: Path) -> None:
    found, expected = places(sample)
    assert found == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_only_a_bad_sample_names_its_code(sample: Path) -> None:
    _, expected = places(sample)
    assert (sample.parent.name in {code for _, _, code in expected}) == (sample.stem == "bad")
