"""What the advisories say of the packages that a repository pins, as findings of codes LCK1xx.

A package version with many vulnerabilities is one finding: they have one cause and one mend. It is known by code and
package and grows with the number of vulnerabilities, so that an upgrade which leaves some is no new finding, and a
downgrade which brings some back is.
"""

from __future__ import annotations

import os

from ml_audit_hooks.core import show
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.vulndb import answers
from ml_audit_hooks.vulndb.ageing import MAX_AGE, Ignore, is_old, is_over
from ml_audit_hooks.vulndb.index import Index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol, TypeAlias

    from ml_audit_hooks.vulndb.answers import Match, Result
    from ml_audit_hooks.vulndb.index import Info

    class Package(Protocol):
        """What is read of a package in a file."""

        @property
        def name(self) -> str:
            """As PEP 503 normalises it."""

        @property
        def version(self) -> str:
            """The version that is pinned; "" for none."""

        @property
        def line(self) -> int:
            """From 1."""

        @property
        def cell(self) -> int | None:
            """From 0, of a notebook."""

        @property
        def source(self) -> str:
            """A word of `_SOURCES`, or another that names no Python index."""

    Pin: TypeAlias = tuple[str, str]  # (normalised name, version without its local segment)
    # pip-audit's answer for pins, given what looks up records: see engines/pip_audit_engine.py
    Auditor: TypeAlias = Callable[[Sequence[Pin], Callable[[str, str], Iterable[Any]]], Iterable[Iterable[Any]]]

VULNERABLE, MALICIOUS, OPEN, UNCHECKED, OLD, EXPIRED = "LCK101", "LCK102", "LCK103", "LCK104", "LCK105", "LCK106"
_SOURCES = frozenset(("pypi", "url"))  # a checkout or a folder is a version of its own, conda's names are its own
_SHOWN = 5  # vulnerabilities named in a message
_UPDATE = "run `ml-audit vulndb update --from …`"
_NO_SNAPSHOT = f"known vulnerabilities were not checked: there is no snapshot of advisories; {_UPDATE}"


class _Known(NamedTuple):
    """What is known of one pin."""

    results: tuple[Result, ...] = ()
    remedy: str = ""  # a version without known vulnerabilities
    unreadable: bool = False


def vulnerable(
    packages_by_path: Mapping[str, Iterable[Package]],
    index_path: str | None,
    ignores: Sequence[Ignore] = (),
    today: str = "",
    max_age: int = MAX_AGE,
    auditor: Auditor | None = None,
) -> dict[str, tuple[Finding, ...]]:
    """Findings by path, sorted by line and package.

    `index_path`: of a file that may be missing; None or "" for none. `today` (YYYY-MM-DD): the commit's date, by which
    ignores end and the snapshot ages; "" for never. `max_age`: days; 0 for any. `auditor` joins the records of pins
    that have any; without one they are joined here, to the same result. Raises AuditError for a damaged index.
    """
    pins = {path: _pins(packages) for path, packages in sorted(packages_by_path.items())}
    pinned = sorted({pin for found in pins.values() for pin in found})
    out: dict[str, list[Finding]] = {path: [] for path in pins}
    for entry in ignores:
        if is_over(entry, today):
            out.setdefault(entry.path, []).append(_expired(entry))
    if pinned:
        first = next(path for path, found in pins.items() if found)
        place = min(pins[first].values(), key=lambda package: (package.cell or 0, package.line))
        if not index_path or not os.path.lexists(index_path):
            out[first].append(_finding(UNCHECKED, place, "<file>", "not-checked", _NO_SNAPSHOT))
        else:
            ignored = frozenset(entry.id for entry in ignores if not is_over(entry, today))
            info, known = look_up(pinned, index_path, ignored, auditor)
            if is_old(info, today, max_age):
                text = f"the {info.snapshot()}, are more than {max_age} days older than the commit; {_UPDATE}"
                out[first].append(_finding(OLD, place, "<file>", "old-snapshot", text))
            for path, found in pins.items():
                for pin, package in found.items():
                    if pin in known:
                        out[path] += _of_pin(package, known[pin], info)
    return {path: tuple(sorted(found, key=_order)) for path, found in out.items() if found}


def status(index_path: str | None, today: str = "", max_age: int = MAX_AGE) -> str:
    """One line on the snapshot, for a run's summary. Raises AuditError for a damaged index."""
    if not index_path or not os.path.lexists(index_path):
        return _NO_SNAPSHOT
    index = Index(index_path)
    index.close()
    old = is_old(index.info, today, max_age)
    return index.info.snapshot() + (f", more than {max_age} days old; {_UPDATE}" if old else "")


def identity(finding: Finding) -> tuple[str, ...]:
    """Of a finding made here: its code, and the package or the ignored identifier."""
    return finding.code, finding.symbol


def look_up(
    pinned: Sequence[Pin], index_path: str, ignored: frozenset[str], auditor: Auditor | None = None
) -> tuple[Info, dict[Pin, _Known]]:
    """What the index says of pins: those with vulnerabilities, or with a version that cannot be read."""
    index = Index(index_path)
    try:
        rows: dict[str, list[str]] = {}

        def rows_of(package: str) -> list[str]:
            if package not in rows:
                rows[package] = index.rows(package)
            return rows[package]

        known: dict[Pin, _Known] = {}
        hits: dict[Pin, tuple[Match, ...]] = {}
        for pin in pinned:
            try:
                found = answers.matches(rows_of, *pin)
            except answers.Unreadable:
                known[pin] = _Known(unreadable=True)
            else:
                if found:
                    hits[pin] = found
        for pin, results in _joined(hits, auditor).items():
            kept = tuple(result for result in results if ignored.isdisjoint(result.names))
            if kept:
                known[pin] = _Known(kept, answers.remedy(rows_of, *pin, ignored))
        return index.info, known
    except (ValueError, IndexError):
        raise AuditError(
            f"{show.plain(index_path)}: holds rows that are damaged; run `ml-audit vulndb update`"
        ) from None
    finally:
        index.close()


def _joined(hits: Mapping[Pin, tuple[Match, ...]], auditor: Auditor | None) -> dict[Pin, tuple[Result, ...]]:
    if auditor is None:
        return {pin: answers.results(found) for pin, found in hits.items()}
    if not hits:
        return {}
    said = auditor(list(hits), lambda name, version: hits[name, version])
    return {
        pin: tuple(_marked(answers.Result(*vulnerability), hits[pin]) for vulnerability in found)
        for pin, found in zip(hits, said, strict=True)
    }


def _marked(result: Result, found: Iterable[Match]) -> Result:
    """A result of pip-audit, told whether all its records are open."""
    behind = [match for match in found if not result.names.isdisjoint(match.names)]
    return result._replace(open=all(match.open for match in behind))


def _pins(packages: Iterable[Package]) -> dict[Pin, Package]:
    """The first place of each pin of a file."""
    found: dict[Pin, Package] = {}
    for package in packages:
        if package.version and package.source in _SOURCES:
            found.setdefault((package.name, package.version.partition("+")[0]), package)
    return found


def _of_pin(package: Package, known: _Known, info: Info) -> list[Finding]:
    shown = f"{package.name} {show.plain(package.version)}"
    if known.unreadable:
        text = f"{shown} was not checked for known vulnerabilities: its version does not follow PEP 440"
        return [_finding(UNCHECKED, package, package.name, "not-checked", text)]
    groups: dict[str, list[Result]] = {}
    for result in known.results:
        is_malware = any(name.startswith(answers.MALICIOUS) for name in result.names)
        groups.setdefault(MALICIOUS if is_malware else OPEN if result.open else VULNERABLE, []).append(result)
    out = []
    for code, results in sorted(groups.items()):
        kind, text = _KINDS[code], _TEXTS[code].format(names=_names(results), mend=_mend(known.remedy))
        words = f"{shown} {text} ({info.snapshot()})"
        out.append(_finding(code, package, package.name, kind, words, len({result.id for result in results})))
    return out


_KINDS = {MALICIOUS: "malicious", OPEN: "open-range", VULNERABLE: "vulnerable"}
_TEXTS = {
    MALICIOUS: "is reported as malware: {names}; remove it, and rotate what it could read",
    OPEN: "may have {names}: no fixed version is named, and none as new as this as affected",
    VULNERABLE: "has {names}; {mend}",
}


def _mend(remedy: str) -> str:
    return f"fixed in {remedy}" if remedy else "no version is named in which all is fixed"


def _names(results: Sequence[Result]) -> str:
    """The vulnerabilities, the newest first, each with its CVE."""
    rows = sorted({result.id: result for result in results}.values(), key=lambda row: _number(row.id), reverse=True)
    named = ", ".join(map(_name, rows[:_SHOWN]))
    return named + (f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else "")


def _name(result: Result) -> str:
    other = next((name for name in result.aliases if name.startswith("CVE-")), "")
    return f"{result.id} ({other})" if other else result.id


def _number(name: str) -> tuple[tuple[int, ...], str]:
    """Year and number of an identifier, so that the newest can stand first."""
    return tuple(int(word) for word in name.split("-") if word.isascii() and word.isdigit()), name


def _expired(entry: Ignore) -> Finding:
    text = f"{show.plain(entry.id)} is ignored until {entry.until} only; mend it, or give a new day and reason"
    return Finding(EXPIRED, entry.line, 1, None, show.plain(entry.id), "expired-ignore", text)


def _finding(code: str, package: Package, symbol: str, kind: str, text: str, measure: int = 0) -> Finding:
    return Finding(code, package.line, 1, package.cell, symbol, kind, text, measure=measure)


def _order(finding: Finding) -> tuple[int, int, str, str]:
    return finding.cell or 0, finding.line, finding.symbol, finding.code
