"""Each code's samples: the marked lines and no other, and silence on the mended ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_audit_hooks.checks.checkpointing.rules import RULES
from tests.checks.checkpointing.support import findings

SAMPLES = Path(__file__).parents[2] / "samples"
OF_FILES = ("CKP030", "CKP031")  # of model files, see test_opcodes
CODES = [rule.code for rule in RULES if rule.code not in OF_FILES]


def text(code: str, name: str) -> str:
    return (SAMPLES / code / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_the_mended_sample_is_silent(code: str) -> None:
    assert [f.code for _, f in findings({"train.py": text(code, "good.py")})] == []


@pytest.mark.parametrize("code", CODES)
def test_the_marked_lines_are_found(code: str) -> None:
    bad = text(code, "bad.py")
    marked = [number for number, line in enumerate(bad.split("\n"), 1) if line.endswith("# expect")]
    assert marked
    assert [(f.code, f.line) for _, f in findings({"train.py": bad})] == [(code, line) for line in marked]


@pytest.mark.parametrize("code", CODES)
def test_a_suppression_with_a_reason_is_obeyed(code: str) -> None:
    bad = text(code, "bad.py").replace("# expect", f"# audit: ignore[{code}] known")
    assert {f.ignored for _, f in findings({"train.py": bad})} == {"known"}


def test_every_code_has_its_page_with_all_parts() -> None:
    for rule in RULES:
        parts = ["## Why it matters", "## Bad", "## Good", "## What stays silent", "## Source"]
        assert [rule.page.find(part) >= 0 for part in parts] == [True] * 5, rule.code
