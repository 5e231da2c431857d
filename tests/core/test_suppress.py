"""Suppressions need a reason, reach one finding, and end on their day."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core import suppress
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.suppress import Pragma

NEEDED = "a suppression needs a reason, and until= a date: # audit: ignore[CODE] reason until=YYYY-MM-DD"


def finding(code: str = "STB001", line: int = 5, cell: int | None = None, first: int = 0, last: int = 0) -> Finding:
    return Finding(code, line, 1, cell, "f", "pass-body", "def f()", first, last)


def ignoring(line: int = 5, cell: int | None = None, codes: tuple[str, ...] = ("STB001",), reason: str = "r") -> Pragma:
    return Pragma(line, cell, codes, reason, "")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" audit: ignore STB001 reason", id="no-bracket"),
        pytest.param(" audit ignore[STB001] reason", id="no-colon"),
        pytest.param(" noqa: STB001", id="another-tool"),
    ],
)
def test_other_comments_are_none(text: str) -> None:
    assert suppress.pragma(text, 3, None) is None


@pytest.mark.parametrize(
    ("text", "codes", "reason", "until"),
    [
        pytest.param(" audit: ignore[STB001] a base class", ("STB001",), "a base class", "", id="plain"),
        pytest.param("audit: ignore[STB001]a", ("STB001",), "a", "", id="no-blank"),
        pytest.param(" audit: ignore[ STB001 , SEC ]  why  so ", ("STB001", "SEC"), "why so", "", id="several-codes"),
        pytest.param(" audit: ignore[STB] why", ("STB",), "why", "", id="prefix"),
        pytest.param("noqa # audit: ignore[STB001] why", ("STB001",), "why", "", id="after-another"),
        pytest.param("<!-- audit: ignore[STB001] why -->", ("STB001",), "why", "", id="html"),
        pytest.param("<!-- audit: ignore[STB001] why --> text\r", ("STB001",), "why", "", id="html-and-text"),
        pytest.param("/* audit: ignore[STB001] why */", ("STB001",), "why", "", id="c"),
        pytest.param(" audit: ignore[A] why until=2026-12-31", ("A",), "why", "2026-12-31", id="until"),
        pytest.param(" audit: ignore[A] until=2026-12-31 why", ("A",), "why", "2026-12-31", id="until-first"),
        pytest.param(" audit: ignore[A] w until=2026-12-31 until=2026-01-01", ("A",), "w", "2026-01-01", id="earlier"),
        pytest.param(" audit: ignore[A]", ("A",), "", "", id="no-reason"),
        pytest.param(" audit: ignore[A] until=2026-12-31", ("A",), "", "2026-12-31", id="a-day-is-no-reason"),
        pytest.param("<!-- audit: ignore[A] -->\r", ("A",), "", "", id="an-end-is-no-reason"),
        pytest.param(" audit: ignore[] why", (), "why", "", id="no-code"),
        pytest.param(" audit: ignore[,] why", (), "why", "", id="empty-codes"),
        pytest.param(" audit: ignore[A why", (), "", "", id="not-closed"),
        pytest.param(" audit: ignore[A] why until=soon", ("A",), "", "", id="until-a-word"),
        pytest.param(" audit: ignore[A] why until= 2026-12-31", ("A",), "", "", id="until-nothing"),
        pytest.param(" audit: ignore[A] why until=2026-13-01", ("A",), "", "", id="month-13"),
        pytest.param(" audit: ignore[A] why until=2026-00-01", ("A",), "", "", id="month-0"),
        pytest.param(" audit: ignore[A] why until=2026-01-32", ("A",), "", "", id="day-32"),
        pytest.param(" audit: ignore[A] why until=26-01-01", ("A",), "", "", id="short-year"),
        pytest.param(" audit: ignore[A] why until=2026-01-01Z", ("A",), "", "", id="more-than-a-day"),
        pytest.param(" audit: ignore[A] why until=202²-01-01", ("A",), "", "", id="superscript"),
        pytest.param(" audit: ignore[A] why until=２０２６-01-01", ("A",), "", "", id="wide-digits"),
    ],
)
def test_a_pragma_is_read(text: str, codes: tuple[str, ...], reason: str, until: str) -> None:
    assert suppress.pragma(text, 3, 2) == Pragma(3, 2, codes, reason, until)


@pytest.mark.parametrize(
    ("item", "pragma", "ignored"),
    [
        pytest.param(finding(), ignoring(line=6), "", id="line-below"),
        pytest.param(finding(), ignoring(line=3), "", id="two-lines-above"),
        pytest.param(finding(), ignoring(codes=("STB002",)), "", id="another-code"),
        pytest.param(finding(), ignoring(codes=("TB001",)), "", id="an-end-of-the-code"),
        pytest.param(finding(), ignoring(codes=("STB0011",)), "", id="a-longer-code"),
        pytest.param(finding(), ignoring(codes=()), "", id="no-code"),
        pytest.param(finding(), ignoring(reason=""), "", id="no-reason"),
        pytest.param(finding(cell=1), ignoring(cell=2), "", id="another-cell"),
        pytest.param(finding(cell=1), ignoring(cell=None), "", id="no-cell"),
        pytest.param(finding(first=4, last=7), ignoring(line=2), "", id="above-the-span"),
        pytest.param(finding(first=4, last=7), ignoring(line=8), "", id="below-the-span"),
        pytest.param(finding(), ignoring(), "r", id="its-line"),
        pytest.param(finding(), ignoring(line=4), "r", id="line-above"),
        pytest.param(finding(), ignoring(codes=("STB",)), "r", id="prefix"),
        pytest.param(finding(), ignoring(codes=("SEC", "STB001")), "r", id="one-of-several"),
        pytest.param(finding(cell=1), ignoring(cell=1), "r", id="same-cell"),
        pytest.param(finding(first=4, last=7), ignoring(line=3), "r", id="above-its-first"),
        pytest.param(finding(first=4, last=7), ignoring(line=7), "r", id="on-its-last"),
    ],
)
def test_a_pragma_reaches_its_finding_only(item: Finding, pragma: Pragma, ignored: str) -> None:
    applied = suppress.apply(Record((item,)), [pragma], "XXX")
    assert applied.findings == (item._replace(ignored=ignored),)


def test_without_pragmas_a_record_stays_as_it_is() -> None:
    record = Record((finding(),), ("fact",), ((None, "reason"),))
    assert suppress.apply(record, [], "STB") is record


def test_facts_and_unread_parts_stay() -> None:
    applied = suppress.apply(Record((finding(),), ("fact",), ((1, "reason"),)), [ignoring()], "STB")
    assert (applied.facts, applied.unread) == (("fact",), ((1, "reason"),))


def test_the_first_fitting_pragma_gives_reason_and_end() -> None:
    rows = [Pragma(4, None, ("SEC",), "other", ""), Pragma(4, None, ("STB",), "one", "2026-01-01"), ignoring()]
    assert suppress.apply(Record((finding(),)), rows, "STB").findings == (
        finding()._replace(ignored="one", until="2026-01-01"),
    )


@pytest.mark.parametrize(
    ("pragma", "prefix", "misused"),
    [
        pytest.param(ignoring(line=9), "STB", False, id="with-reason"),
        pytest.param(ignoring(line=9, reason=""), "SEC", False, id="of-another-check"),
        pytest.param(ignoring(line=9, reason="", codes=()), "STB", False, id="without-code"),
        pytest.param(ignoring(line=9, reason=""), "STB", True, id="without-reason"),
        pytest.param(ignoring(line=9, reason="", codes=("SEC", "STB")), "STB", True, id="one-of-several"),
    ],
)
def test_a_misused_pragma_is_a_finding(pragma: Pragma, prefix: str, misused: bool) -> None:
    extra = (Finding("AUD002", 9, 1, None, "<module>", "suppression", NEEDED),) if misused else ()
    assert suppress.apply(Record((finding(),)), [pragma], prefix).findings == (finding(), *extra)


@pytest.mark.parametrize(
    ("ignored", "until", "suppressed"),
    [
        pytest.param("", "", False, id="not-ignored"),
        pytest.param("why", "2026-06-14", False, id="the-day-before"),
        pytest.param("why", "2026-06-15", False, id="on-the-day"),
        pytest.param("why", "2026-06-16", True, id="the-day-after"),
        pytest.param("why", "2027-01-01", True, id="next-year"),
        pytest.param("why", "", True, id="for-ever"),
    ],
)
def test_a_suppression_ends_on_its_day(ignored: str, until: str, suppressed: bool) -> None:
    assert suppress.is_suppressed(finding()._replace(ignored=ignored, until=until), "2026-06-15") is suppressed
