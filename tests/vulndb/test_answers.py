"""Which records affect a version, how they are joined, and what mends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from packaging.version import Version

from ml_audit_hooks.vulndb import answers, building
from ml_audit_hooks.vulndb.index import Index

from .advisories import affected, affects, record, records, versions

Opened = Callable[..., Index]

FIXED = affected("torch", {"introduced": "1.0"}, {"fixed": "1.13.1"}, versions=("1.0.0", "1.13.0"))
TWICE = affected("torch", {"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"fixed": "2.1"})
ENDLESS = affected("torch", {"introduced": "1.0"}, versions=("1.0", "1.5"))
LAST = affected("torch", {"introduced": "0"}, {"last_affected": "1.5"})
LISTED = affected("torch", versions=("1.0", "1.1", "0.7.10p1"))
OUTSIDE = affected("torch", {"introduced": "2.0"}, {"fixed": "2.1"}, versions=("1.0",))
LEGACY = affected("torch", {"introduced": "0"}, {"fixed": "0.2.0-n653"})
KNOWN = ENDLESS | {"versions": [], "database_specific": {"last_known_affected_version_range": "<= 1.5"}}


def ids(index: Index, version: str, package: str = "torch") -> list[str]:
    return [("?" if found.open else "") + found.id for found in answers.matches(index.rows, package, version)]


@pytest.mark.parametrize(
    ("entry", "version"),
    [
        pytest.param(FIXED, "0.9", id="before"),
        pytest.param(FIXED, "1.13.1", id="fixed"),
        pytest.param(FIXED, "1.13.1+cu117", id="fixed, a build of it"),
        pytest.param(FIXED, "1.0rc1", id="before the first by a candidate"),
        pytest.param(FIXED, "1!0.1", id="a later epoch"),
        pytest.param(TWICE, "1.5", id="between two ranges"),
        pytest.param(LAST, "1.5.1", id="after the last"),
        pytest.param(LISTED, "1.0.1", id="beside the listed"),
        pytest.param(LEGACY, "0.1", id="an end that is no version"),
        pytest.param(affected("torch"), "1.0", id="neither range nor versions"),
        pytest.param(affected("torchvision", {"introduced": "0"}), "1.0", id="another package"),
        pytest.param(FIXED | {"package": {"name": "torch", "ecosystem": "npm"}}, "1.0", id="another ecosystem"),
        pytest.param({"package": {"name": "torch", "ecosystem": "PyPI"},
                      "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, "1.0", id="commits"),
    ],
)  # fmt: skip
def test_a_version_outside_is_not_affected(index_of: Opened, entry: dict[str, Any], version: str) -> None:
    assert ids(index_of(record("PYSEC-2024-1", entry)), version) == []


@pytest.mark.parametrize(
    ("entry", "version", "expected"),
    [
        pytest.param(FIXED, "1.0", "X", id="introduced"),
        pytest.param(FIXED, "1.13.1rc1", "X", id="a candidate of the fix"),
        pytest.param(FIXED, "1.12.0+cu113", "X", id="a build"),
        pytest.param(TWICE, "2.0.3", "X", id="second range"),
        pytest.param(ENDLESS, "1.5", "X", id="no end, listed"),
        pytest.param(ENDLESS, "1.3", "X", id="no end, before the newest listed"),
        pytest.param(ENDLESS, "1.6", "?X", id="no end, newer than all listed"),
        pytest.param(KNOWN, "1.5", "X", id="no end, known by a note"),
        pytest.param(KNOWN, "1.6", "?X", id="no end, newer than the note"),
        pytest.param(LAST, "1.5", "X", id="last"),
        pytest.param(LISTED, "1.1.0", "X", id="listed, written otherwise"),
        pytest.param(OUTSIDE, "1.0", "X", id="listed outside the ranges"),
        pytest.param(affected("Torch", {"introduced": "0"}), "1.0", "?X", id="a name in capitals"),
    ],
)
def test_a_version_inside_is_affected(index_of: Opened, entry: dict[str, Any], version: str, expected: str) -> None:
    assert ids(index_of(record("X", entry)), version) == [expected]


def test_malware_without_an_end_is_affected_in_every_version(index_of: Opened) -> None:
    entry = affected("reqeusts", {"introduced": "0"})
    assert ids(index_of(record("MAL-2024-1", entry)), "9.9", "reqeusts") == ["MAL-2024-1"]


def test_a_version_that_cannot_be_read_is_said_only_of_a_package_with_records(index_of: Opened) -> None:
    index = index_of(record("X", FIXED))
    assert answers.matches(index.rows, "numpy", "1.0-foo") == ()
    with pytest.raises(answers.Unreadable):
        answers.matches(index.rows, "torch", "1.0-foo")


@given(records, versions)
@settings(max_examples=120)
def test_the_index_says_what_the_records_say(found: list[dict[str, Any]], version: str) -> None:
    packages, _ = building.gathered((item["id"], item) for item in found)
    for package in ("torch", "torch-text"):
        names = {item["id"] for item in found if affects(item, package, Version(version))}
        matches = answers.matches(lambda name: packages.get(name, []), package, version)
        assert {match.id for match in matches} == names


def match(name: str, *aliases: str, fixed: str = "2.0", is_open: bool = False) -> answers.Match:
    return answers.Match(name, aliases, "", (fixed,), "", is_open)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([match("GHSA-1")], [("GHSA-1", ())], id="its own name"),
        pytest.param([match("GHSA-1", "CVE-1")], [("CVE-1", ("GHSA-1",))], id="by its CVE"),
        pytest.param(
            [match("GHSA-1", "CVE-1"), match("PYSEC-1", "CVE-1")], [("PYSEC-1", ("CVE-1", "GHSA-1"))], id="joined"
        ),
        pytest.param(
            [match("PYSEC-1", "CVE-1"), match("PYSEC-2", "CVE-1")],
            [("PYSEC-1", ("CVE-1",)), ("PYSEC-2", ("CVE-1",))],
            id="two of PYSEC stay two",
        ),
        pytest.param(
            [match("A", "N"), match("B", "N", "O"), match("D"), match("C", "O")],
            [("A", ("N", "O")), ("D", ()), ("C", ("O",))],
            id="an alias that was handed over joins nothing",
        ),
    ],
)
def test_records_are_joined_under_their_first_name(
    found: list[answers.Match], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(result.id, result.aliases) for result in answers.results(found)] == expected


def test_a_joined_vulnerability_is_open_only_where_all_its_records_are() -> None:
    one = [match("PYSEC-1", "CVE-1", is_open=True), match("GHSA-1", "CVE-1", is_open=True)]
    other = [match("PYSEC-1", "CVE-1", is_open=True), match("GHSA-1", "CVE-1")]
    assert [answers.results(found)[0].open for found in (one, other)] == [True, False]


@pytest.mark.parametrize(
    ("found", "version", "expected"),
    [
        pytest.param([FIXED], "1.13.1", "", id="nothing to mend"),
        pytest.param([LAST], "1.0", "", id="none is named"),
        pytest.param([FIXED, LAST], "1.0", "", id="one has none"),
        pytest.param([FIXED], "1.0", "1.13.1", id="the fixed one"),
        pytest.param([TWICE], "2.0", "2.1", id="the one after, not the one before"),
        pytest.param(
            [TWICE, affected("torch", {"introduced": "1.2"}, {"fixed": "2.0.5"})], "1.0", "2.1", id="in steps"
        ),
        pytest.param([affected("torch", {"introduced": "0"}, {"fixed": "2.0rc1"})], "1.0", "2.0rc1", id="a candidate"),
    ],
)
def test_the_remedy_has_no_known_vulnerability(
    index_of: Opened, found: list[dict[str, Any]], version: str, expected: str
) -> None:
    index = index_of(*(record(f"PYSEC-2024-{i}", entry) for i, entry in enumerate(found)))
    assert answers.remedy(index.rows, "torch", version) == expected


def test_the_remedy_of_an_ignored_one_is_not_asked_for(index_of: Opened) -> None:
    index = index_of(record("PYSEC-2024-1", LAST, aliases=("CVE-2024-7",)), record("PYSEC-2024-2", FIXED))
    assert answers.remedy(index.rows, "torch", "1.0", frozenset(("CVE-2024-7",))) == "1.13.1"


def test_branches_of_one_record_hand_over_all_their_fixes(index_of: Opened) -> None:
    branches = (
        affected("torch", {"introduced": "2"}, {"fixed": "2.1"}),
        affected("torch", {"introduced": "1"}, {"fixed": "1.3"}),
    )
    index = index_of(record("GHSA-1", *branches))
    assert answers.matches(index.rows, "torch", "2.0")[0].fixed == ("1.3", "2.1")
    assert answers.remedy(index.rows, "torch", "2.0") == "2.1"
