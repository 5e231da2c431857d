"""The pages of the codes keep their word."""

from __future__ import annotations

import re

import pytest

from ml_audit_hooks.checks.security.rules import RULES
from ml_audit_hooks.checks.security.tables import LIST_NAMES
from ml_audit_hooks.core.finding import Rule
from ml_audit_hooks.engines.bandit_engine import PLUGINS
from tests.checks.security.support import record

EXAMPLES = [rule for rule in RULES if rule.code != "B613"]  # its characters would turn the page around


def example(rule: Rule, heading: str) -> str:
    section = rule.page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return str(re.findall(r"```python\n(.*?)```", section, re.DOTALL)[-1])


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_the_bad_example_is_found_and_the_good_one_is_not(rule: Rule) -> None:
    assert rule.code in {f.code for f in record(example(rule, "Bad")).findings}
    assert rule.code not in {f.code for f in record(example(rule, "Good")).findings}


def test_every_test_of_bandit_has_its_page() -> None:
    assert [rule.code for rule in RULES] == sorted({*PLUGINS, *LIST_NAMES})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_all_its_parts_and_no_control_characters(rule: Rule) -> None:
    parts = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert parts == ["Why it matters", "Bad", "Good", "What stays silent", "Source"]
    assert all(char.isprintable() or char == "\n" for char in rule.page)
