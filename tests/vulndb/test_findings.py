"""Findings of the advisories: what stays silent, what each says, and by what it is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.vulndb import ageing, findings
from ml_audit_hooks.vulndb.ageing import Ignore
from ml_audit_hooks.vulndb.findings import vulnerable
from ml_audit_hooks.vulndb.index import Index
from ml_audit_hooks.vulndb.rules import RULES

from .advisories import about, affected, record


class Package(NamedTuple):
    name: str
    version: str
    line: int = 3
    source: str = "pypi"
    cell: int | None = None
    marker: str = ""


RECORDS = (
    record(
        "PYSEC-2022-43015", affected("torch", {"introduced": "0"}, {"fixed": "1.13.1"}), aliases=("CVE-2022-45907",)
    ),
    record("PYSEC-2024-259", affected("torch", {"introduced": "0"}, {"fixed": "2.5.0"})),
    record("PYSEC-2023-9", affected("numexpr", {"introduced": "0"}, versions=("2.8.4",)), aliases=("CVE-2023-39631",)),
    record("PYSEC-2022-42969", affected("py", {"introduced": "0"}, {"last_affected": "1.11.0"})),
    record("MAL-2024-5", affected("reqeusts", {"introduced": "0"})),
)
OF = " (advisories of 2024-05-01, 5 records)"
UPDATE = "run `ml-audit vulndb update --from …`"


@pytest.fixture
def path(index_of: Callable[..., Index]) -> str:
    """The path of an index of `RECORDS`."""
    return index_of(*RECORDS)._path


def texts(found: dict[str, tuple[Finding, ...]]) -> list[str]:
    return [f"{path}:{f.line}: {f.code} {f.text}" for path, row in found.items() for f in row]


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(Package("numpy", "1.0"), id="no record"),
        pytest.param(Package("torch", "2.5.0"), id="fixed"),
        pytest.param(Package("torch", "2.5.0+cu121"), id="a build of the fixed one"),
        pytest.param(Package("torch", ""), id="not pinned"),
        pytest.param(Package("torch", "1.0", source="conda"), id="of conda"),
        pytest.param(Package("torch", "1.0", source="npm"), id="of npm"),
        pytest.param(Package("torch", "1.0", source="vcs"), id="a checkout"),
        pytest.param(Package("torch", "1.0", source="path"), id="a folder"),
        pytest.param(Package("numpy", "1.0-foo"), id="no version, no record"),
    ],
)
def test_nothing_is_said_of(path: str, package: Package) -> None:
    assert vulnerable({"requirements.txt": [package]}, path) == {}


def test_nothing_is_said_without_a_pin_and_without_an_index() -> None:
    assert vulnerable({}, None) == {}
    assert vulnerable({"requirements.txt": [Package("torch", "")]}, None) == {}


@pytest.mark.parametrize(
    ("package", "code", "text", "measure"),
    [
        pytest.param(
            Package("torch", "1.12.0+cu113"),
            "LCK101",
            "torch 1.12.0+cu113 has PYSEC-2024-259, PYSEC-2022-43015 (CVE-2022-45907); fixed in 2.5.0",
            2,
            id="several",
        ),
        pytest.param(Package("torch", "2.0"), "LCK101", "torch 2.0 has PYSEC-2024-259; fixed in 2.5.0", 1, id="one"),
        pytest.param(
            Package("torch", "2.0", marker='sys_platform == "win32"'),
            "LCK101",
            "torch 2.0 has PYSEC-2024-259; fixed in 2.5.0",
            1,
            id="under a marker",
        ),
        pytest.param(
            Package("py", "1.11.0"),
            "LCK101",
            "py 1.11.0 has PYSEC-2022-42969; no version is named in which all is fixed",
            1,
            id="without a mend",
        ),
        pytest.param(
            Package("reqeusts", "1.0"),
            "LCK102",
            "reqeusts 1.0 is reported as malware: MAL-2024-5; remove it, and rotate what it could read",
            1,
            id="malware",
        ),
        pytest.param(
            Package("numexpr", "2.9.0"),
            "LCK103",
            "numexpr 2.9.0 may have PYSEC-2023-9 (CVE-2023-39631): no fixed version is named, and none as new as this"
            " as affected",
            1,
            id="open",
        ),
    ],
)
def test_what_a_finding_says(path: str, package: Package, code: str, text: str, measure: int) -> None:
    kind = next(rule.kind for rule in RULES if rule.code == code)
    expected = Finding(code, 3, 1, None, package.name, kind, text + OF, measure=measure)
    assert vulnerable({"uv.lock": [package]}, path) == {"uv.lock": (expected,)}


def test_a_version_that_cannot_be_read_is_said_not_to_be_checked(path: str) -> None:
    assert texts(vulnerable({"r.txt": [Package("torch", "1.0-foo\x1b")]}, path)) == [
        (
            "r.txt:3: LCK104 torch 1.0-foo\\x1b was not checked for known vulnerabilities:"
            " its version does not follow PEP 440"
        )
    ]


@pytest.mark.parametrize("index", [None, "", "missing.index"])
def test_without_a_snapshot_nothing_is_said_to_be_clean(tmp_path: Path, index: str | None) -> None:
    where = index and str(tmp_path / index)
    found = vulnerable({"b.txt": [Package("torch", "1.0", 2)], "a.txt": [], "c.txt": [Package("a", "1")]}, where)
    text = f"known vulnerabilities were not checked: there is no snapshot of advisories; {UPDATE}"
    assert texts(found) == [f"b.txt:2: LCK104 {text}"]
    assert findings.status(where) == text


@pytest.mark.parametrize(
    ("today", "most", "old"),
    [
        pytest.param("", 90, False, id="no day"),
        pytest.param("2024-07-30", 90, False, id="on the last day"),
        pytest.param("2024-07-31", 90, True, id="a day after"),
        pytest.param("2025-05-01", 0, False, id="any age"),
        pytest.param("2025-05-02", 365, True, id="a year and a day"),
        pytest.param("2020-01-01", 90, False, id="a commit before it"),
        pytest.param("yesterday", 90, False, id="no date"),
    ],
)
def test_an_old_snapshot_warns(path: str, today: str, most: int, old: bool) -> None:
    found = texts(vulnerable({"uv.lock": [Package("numpy", "1.0")]}, path, (), today, most))
    words = "advisories of 2024-05-01, 5 records"
    assert found == (
        [f"uv.lock:3: LCK105 the {words}, are more than {most} days older than the commit; {UPDATE}"] * old
    )
    assert findings.status(path, today, most) == words + (f", more than {most} days old; {UPDATE}" if old else "")


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024-02-28", "2024-03-01", 2),
        ("2023-02-27", "2023-03-01", 2),
        ("2023-12-30", "2024-01-02", 3),
        ("2024-01-01", "2025-01-01", 366),
        ("2000-02-28", "2000-03-01", 2),
        ("1999-07-31", "1999-09-01", 32),
    ],
)
def test_days_are_counted_over_months_and_leap_years(start: str, end: str, days: int) -> None:
    assert ageing.is_old(about(start), end, days - 1)
    assert not ageing.is_old(about(start), end, days)


@pytest.mark.parametrize("name", ["PYSEC-2022-43015", "CVE-2022-45907"])
def test_an_ignored_vulnerability_is_left_out_under_any_of_its_names(path: str, name: str) -> None:
    ignored = [Ignore(name, "not reached", "2024-06-01"), Ignore("PYSEC-2024-259", "not reached")]
    assert vulnerable({"uv.lock": [Package("torch", "1.0")]}, path, ignored, "2024-05-31") == {}
    assert texts(vulnerable({"uv.lock": [Package("torch", "1.0")]}, path, ignored[:1], "2024-05-31")) == [
        f"uv.lock:3: LCK101 torch 1.0 has PYSEC-2024-259; fixed in 2.5.0{OF}"
    ]


def test_an_ignore_that_is_over_is_a_finding_and_ignores_nothing(path: str) -> None:
    ignored = [Ignore("PYSEC-2024-259", "not reached", "2024-06-01", "ml-audit.toml", 7)]
    assert texts(vulnerable({"uv.lock": [Package("torch", "2.0")]}, path, ignored, "2024-06-01")) == [
        f"uv.lock:3: LCK101 torch 2.0 has PYSEC-2024-259; fixed in 2.5.0{OF}",
        (
            "ml-audit.toml:7: LCK106 PYSEC-2024-259 is ignored until 2024-06-01 only;"
            " mend it, or give a new day and reason"
        ),
    ]


def test_an_entry_of_the_configuration_has_a_reason_and_may_have_a_day() -> None:
    assert ageing.ignore("X", "not  reached until=2027-06-01") == Ignore("X", "not reached", "2027-06-01")
    assert ageing.ignore("X", "not reached") == Ignore("X", "not reached")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "has no reason"),
        ("until=2027-01-01", "has no reason"),
        ("why until=soon", "ends on no day"),
        ("why until=2027-13-01", "ends on no day"),
    ],
)
def test_an_entry_of_the_configuration_without_them_is_wrong(text: str, expected: str) -> None:
    with pytest.raises(AuditError, match=f"pyproject.toml: `X` {expected}"):
        ageing.ignore("X", text)


def test_one_version_in_one_file_is_one_finding_at_its_first_line(path: str) -> None:
    rows = [Package("torch", "2.0+cpu", 4), Package("torch", "2.0+cu121", 9), Package("torch", "1.0", 12)]
    found = vulnerable({"uv.lock": rows, "requirements.txt": rows[1:2]}, path)
    assert [(name, f.line, f.measure) for name, row in found.items() for f in row] == [
        ("requirements.txt", 9, 1),
        ("uv.lock", 4, 1),
        ("uv.lock", 12, 2),
    ]


def test_a_finding_is_known_by_code_and_package_and_grows() -> None:
    one, two = (Finding("LCK101", n, 1, None, "torch", "vulnerable", f"{n}", measure=n) for n in (1, 2))
    assert findings.identity(one) == findings.identity(two) == ("LCK101", "torch")
    assert one.measure < two.measure


def test_of_many_vulnerabilities_the_newest_are_named(index_of: Callable[..., Index]) -> None:
    fix: tuple[dict[str, str], ...] = ({"introduced": "0"}, {"fixed": "3"})
    index = index_of(*(record(f"PYSEC-{2020 + i % 3}-{i}", affected("torch", *fix)) for i in range(9, 19)))
    (row,) = vulnerable({"uv.lock": [Package("torch", "1.0")]}, index._path)["uv.lock"]
    assert row.text == (
        "torch 1.0 has PYSEC-2022-17, PYSEC-2022-14, PYSEC-2022-11, PYSEC-2021-16, PYSEC-2021-13 and 5 more;"
        " fixed in 3 (advisories of 2024-05-01, 10 records)"
    )
    assert row.measure == 10


def test_an_index_with_damaged_rows_is_an_error(path: str) -> None:
    data = Path(path).read_bytes()
    Path(path).write_bytes(data.replace(b"\ti f2.5.0~~", b"\tx x0.5.0,,"))
    with pytest.raises(AuditError, match="holds rows that are damaged"):
        vulnerable({"uv.lock": [Package("torch", "1.0")]}, path)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    codes = [findings.VULNERABLE, findings.MALICIOUS, findings.OPEN, findings.UNCHECKED, findings.OLD, findings.EXPIRED]
    assert [rule.code for rule in RULES] == codes
    parts = ["## Why it matters", "## Bad", "## Good", "## What stays silent", "## Source"]
    for rule in RULES:
        assert [line for line in rule.page.splitlines() if line.startswith("## ")] == parts
        assert rule.title.endswith(".")


def test_a_file_that_is_no_index_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("PK")
    with pytest.raises(AuditError, match="is no whole index"):
        vulnerable({"uv.lock": [Package("torch", "1.0")]}, str(tmp_path / "x"))


def test_an_auditor_is_asked_only_for_what_has_records(path: str) -> None:
    asked: list[Any] = []

    def auditor(pins: Any, look_up: Any) -> list[Any]:
        asked.extend(pins)
        return [[("CVE-2022-45907", ("PYSEC-2022-43015",), ("1.13.1",))] for _ in pins]

    packages = [Package("torch", "1.0+cpu"), Package("torch", "3.0"), Package("numpy", "1.0")]
    (row,) = vulnerable({"uv.lock": packages}, path, auditor=auditor)["uv.lock"]
    assert asked == [("torch", "1.0")]
    assert row.text == f"torch 1.0+cpu has CVE-2022-45907; fixed in 2.5.0{OF}"
    assert vulnerable({"uv.lock": packages[1:]}, path, auditor=auditor) == {}
    assert asked == [("torch", "1.0")]
