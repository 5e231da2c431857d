"""The samples: every expected line is found with its code, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_audit_hooks.checks.secret_scan import CHECK
from ml_audit_hooks.checks.secret_scan.rules import RULES
from tests.checks.secret_scan.support import counted, expected, filled

ROOT = Path(__file__).parents[2] / "samples"
SAMPLES = sorted(ROOT.glob("SEC*/*"))
CODES = [rule.code for rule in RULES]


def named(sample: Path) -> str:
    """``SEC001/bad.py``."""
    return f"{sample.parent.name}/{sample.name}"


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_a_sample_gives_the_lines_that_it_marks(sample: Path) -> None:
    name = sample.name.replace("bad.", "").replace("good.", "") if sample.name.count(".") > 1 else sample.name
    found = counted(f"src/{name}", filled(sample.read_text(encoding="utf-8")))
    assert {(f.cell, f.line, f.code) for f in found} == expected(sample)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.name.startswith("good.")], ids=named)
def test_a_good_sample_marks_nothing(sample: Path) -> None:
    assert expected(sample) == set()


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_bad_and_a_good_sample(code: str) -> None:
    stems = {s.name.partition(".")[0] for s in SAMPLES if s.parent.name == code}
    assert stems == {"bad", "good"}


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_page_says_all_that_a_page_has_to_say(rule: object) -> None:
    for heading in ("Why it matters", "Bad", "Good", "What stays silent", "Source"):
        assert f"\n## {heading}\n" in rule.page  # type: ignore[attr-defined]


def test_errors_fail_a_commit_and_guesses_do_not() -> None:
    assert {rule.code for rule in RULES if rule.severity == "error"} == CHECK.failing
    assert all(rule.code.startswith(CHECK.prefix) and rule.check == CHECK.name for rule in RULES)
