"""The pages of the codes keep their word: the bad example is found, the good one is not."""

from __future__ import annotations

import re

import pytest

from ml_audit_hooks.checks.stubs import CHECK
from ml_audit_hooks.checks.stubs.detect import CODES
from ml_audit_hooks.checks.stubs.rules import RULES
from ml_audit_hooks.core.finding import Rule
from tests.checks.stubs.support import places


def example(rule: Rule, heading: str) -> tuple[str, str]:
    """(path, text) of the last example under a heading."""
    section = rule.page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    language, text = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)[-1]
    return "src/run.py" if language == "python" else "src/run.yaml", text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_page_is_found(rule: Rule) -> None:
    path, text = example(rule, "Bad")
    assert rule.code in {code for _, _, code in places({path: text}, path)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_good_example_of_a_page_is_not_found(rule: Rule) -> None:
    path, text = example(rule, "Good")
    assert rule.code not in {code for _, _, code in places({path: text}, path)}


def test_every_kind_has_its_page() -> None:
    assert {rule.kind: rule.code for rule in RULES} == CODES
    assert {rule.code for rule in RULES if rule.severity != "note"} == CHECK.failing


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_all_its_parts(rule: Rule) -> None:
    parts = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert [p for p in parts if p != "How it is found"] == [
        *("Why it matters", "Bad", "Good", "What stays silent", "Source"),
    ]
