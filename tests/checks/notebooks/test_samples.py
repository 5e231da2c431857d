"""The samples: every line that is marked is found with its codes, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ml_audit_hooks.checks.notebooks.rules import RULES
from tests.checks.notebooks.support import findings

ROOT = Path(__file__).parents[2] / "samples"
SAMPLES = sorted(ROOT.glob("NBK*/*.ipynb"))
CODES = [rule.code for rule in RULES]


def named(sample: Path) -> str:
    """``NBK001/bad.ipynb``."""
    return f"{sample.parent.name}/{sample.name}"


def expected(sample: Path) -> set[tuple[int, int, str]]:
    """(cell, line, code) of each mark ``expect: CODE CODE``."""
    cells = enumerate(json.loads(sample.read_text(encoding="utf-8"))["cells"])
    lines = ((i, n, line) for i, cell in cells for n, line in enumerate("".join(cell["source"]).split("\n"), 1))
    found = ((i, n, re.search(r"expect: ([A-Z0-9 ]+)", line)) for i, n, line in lines)
    return {(i, n, code) for i, n, mark in found if mark for code in mark[1].split()}


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_sample_gives_the_lines_that_it_marks(sample: Path) -> None:
    found = findings(json.loads(sample.read_text(encoding="utf-8")), max_output_kb=5)
    assert {(f.cell, f.line, f.code) for f in found} == expected(sample)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.name == "good.ipynb"], ids=named)
def test_a_good_sample_does_not_mark_its_own_code(sample: Path) -> None:
    assert sample.parent.name not in {code for _, _, code in expected(sample)}


@pytest.mark.parametrize("code", [code for code in CODES if code != "NBK009"])  # no token is kept in a file
def test_a_bad_sample_shows_its_own_code(code: str) -> None:
    assert code in {found for _, _, found in expected(ROOT / code / "bad.ipynb")}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_good_sample(code: str) -> None:
    assert (ROOT / code / "good.ipynb") in SAMPLES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_all_its_parts(rule: object) -> None:
    parts = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)  # type: ignore[attr-defined]
    assert parts == ["Why it matters", "Bad", "Good", "What stays silent", "Source"]
