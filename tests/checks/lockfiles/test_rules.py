"""The pages of the codes keep their word: the bad example is found, the good one is not."""

from __future__ import annotations

import re

import pytest

from ml_audit_hooks.checks.lockfiles import CHECK
from ml_audit_hooks.checks.lockfiles.rules import RULES
from ml_audit_hooks.core.finding import Rule
from tests.checks.lockfiles.support import Tree, found


def example(rule: Rule, heading: str) -> Tree:
    """The files of the example under a heading."""
    section = rule.page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^`([^`\n]+)`\n```\w*\n(.*?)```", section, re.DOTALL | re.MULTILINE))


def codes_of(tree: Tree) -> set[str]:
    """The codes found in a tree."""
    return {finding.code for rows in found(tree).values() for finding in rows}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_page_is_found(rule: Rule) -> None:
    assert rule.code in codes_of(example(rule, "Bad"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_good_example_of_a_page_is_not_found(rule: Rule) -> None:
    tree = example(rule, "Good")
    assert tree
    assert rule.code not in codes_of(tree)


def test_the_codes_are_numbered_without_a_gap() -> None:
    assert [rule.code for rule in RULES] == [f"LCK{number:03}" for number in range(1, len(RULES) + 1)]


def test_what_fails_a_commit_is_an_unlocked_or_stale_lock_or_an_unsafe_index() -> None:
    kinds = {rule.kind for rule in RULES if rule.code in CHECK.failing}
    assert kinds == {"extra-index", "lock-ignored", "lock-missing", "plain-index", "stale", "trusted-host"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_all_its_parts(rule: Rule) -> None:
    parts = re.findall(r"^## (.+)$", rule.page, re.MULTILINE)
    assert [p for p in parts if p != "How it is found"] == [
        *("Why it matters", "Bad", "Good", "What stays silent", "Source"),
    ]
