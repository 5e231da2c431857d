"""Findings and records as values."""

from __future__ import annotations

import marshal

import pytest

from ml_audit_hooks.core import finding
from ml_audit_hooks.core.finding import Check, Finding, Record, Rule

ONE = Finding("STB001", 3, 5, None, "Trainer.fit", "pass-body", "def fit(self)")


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(Record(), id="empty"),
        pytest.param(Record((ONE, ONE._replace(cell=2, ignored="why", until="2026-01-01"))), id="findings"),
        pytest.param(Record((), ("a", (1, None)), ((None, "reason"), (3, "reason"))), id="facts-and-unread"),
    ],
)
def test_a_record_comes_back_from_built_in_values(record: Record) -> None:
    plain = record.plain()
    assert Record.of(marshal.loads(marshal.dumps(plain))) == record
    assert [type(row) for row in plain[0]] == [tuple] * len(record.findings)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(ONE._replace(line=9, column=1), True, id="moved"),
        pytest.param(ONE._replace(cell=4), True, id="in-another-cell"),
        pytest.param(ONE._replace(symbol="Engine.fit"), True, id="class-renamed"),
        pytest.param(ONE._replace(symbol="fit"), True, id="out-of-the-class"),
        pytest.param(ONE._replace(ignored="why"), True, id="suppressed"),
        pytest.param(ONE._replace(symbol="Trainer.fits"), False, id="function-renamed"),
        pytest.param(ONE._replace(code="STB002"), False, id="another-code"),
        pytest.param(ONE._replace(text="def fit(self, x)"), False, id="another-text"),
    ],
)
def test_two_findings_are_the_same_wherever_they_stand(other: Finding, same: bool) -> None:
    assert (finding.identity(ONE) == finding.identity(other)) is same


def test_a_finding_holds_everywhere_and_is_not_suppressed_unless_it_says_so() -> None:
    assert ONE[7:] == (0, 0, "everywhere", "", "", "", 0)


def test_the_title_of_a_rule_is_the_first_line_of_its_page() -> None:
    rule = Rule("STB001", "audit-stubs", "error", "pass-body", "\n  A title.  \n\nWhy it matters.\n")
    assert rule.title == "A title."


def test_a_check_counts_every_finding_unless_it_says_otherwise() -> None:
    check = Check("audit-marks", 1, "STB", None, lambda file: Record())
    record = Record((ONE,))
    assert (check.needs_all({"a.py": record}), check.by_path) == (False, False)
    assert check.counted([record], {})("a.py", record) == (ONE,)
    assert (check.message(ONE), check.identity(ONE)) == (ONE.text, finding.identity(ONE))
