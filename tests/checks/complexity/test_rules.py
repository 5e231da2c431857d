"""The pages of the codes keep their word."""

from __future__ import annotations

import re

import pytest

from ml_audit_hooks.checks.complexity import FAILING
from ml_audit_hooks.checks.complexity.rules import RULES
from ml_audit_hooks.core.finding import Rule
from ml_audit_hooks.core.settings import defaults
from tests.checks.complexity.support import places


def example(rule: Rule, heading: str) -> str:
    """The code of the example under a heading; "" where it is told in words."""
    section = rule.page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))


@pytest.mark.parametrize("kind", ["Bad", "Good"])
def test_the_examples_of_the_first_page_are_what_they_say(kind: str) -> None:
    found = places({"src/train.py": example(RULES[0], kind)})
    assert {code for rows in found.values() for _, _, code in rows} == ({"CPX001"} if kind == "Bad" else set())


@pytest.mark.parametrize("kind", ["Bad", "Good"])
def test_the_examples_of_an_import_are_what_they_say(kind: str) -> None:
    rule = next(rule for rule in RULES if rule.code == "CPX007")
    found = places({"train.py": example(rule, kind), "evaluate.py": "from train import build_model\n"})
    assert {code for rows in found.values() for _, _, code in rows} == ({"CPX007"} if kind == "Bad" else set())


def test_the_codes_are_in_order() -> None:
    assert [rule.code for rule in RULES] == [f"CPX00{i}" for i in range(1, 8)]
    assert {rule.code for rule in RULES} >= FAILING


def test_the_pages_name_the_defaults() -> None:
    chosen = defaults("complexity")
    assert f"`max_complexity` ({chosen['max_complexity']})" in RULES[0].page
    assert f"`min_maintainability` ({chosen['min_maintainability']})" in RULES[1].page


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_all_its_parts(rule: Rule) -> None:
    parts = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert [p for p in parts if p != "How it is found"] == [
        *("Why it matters", "Bad", "Good", "What stays silent", "Source"),
    ]
