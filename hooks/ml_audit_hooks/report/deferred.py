"""Section 7: what is put off, why that can wait or not, and the smallest plan."""

from __future__ import annotations

import os

from ml_audit_hooks.core import git, places, show
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.facets import facets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ml_audit_hooks.core.capability import FacetRow, Row
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.report.audit import Audit
    from ml_audit_hooks.report.facets import Facets
    from ml_audit_hooks.report.outline import Outline

    History: TypeAlias = Mapping[str, tuple[str, tuple[str, ...]]]  # path -> (YYYY-MM-DD, authors, the last one first)

MAX_ITEMS = 25
MAX_PATHS = 50  # that git is asked about
_MAX_COMMITS = 2000
_MAX_FACETS, _MAX_STUBS, _MAX_SUPPRESSED = 10, 8, 8
_BODIES = frozenset(("ellipsis-body", "not-implemented", "pass-body", "placeholder-body"))
_SMALL, _MEDIUM = 60, 400  # lines of a file
_REASONS = {  # of a facet that is not there: complexity, ownership or risk
    "ci_tests.coverage": "ownership: somebody has to answer for the figure",
    "configuration.sweeps": "complexity: pays once the settings are structured and runs are tracked",
    "configuration.validation": "risk: small; wrong settings fail, only late",
    "deployment.container": "ownership: somebody has to keep the base image patched",
    "deployment.serving": "ownership: a service needs an operator",
    "documentation.diagrams": "ownership: a figure that nobody keeps up misleads",
    "documentation.docs_site": "ownership: pages that nobody keeps up mislead",
    "evaluation.metrics_files": "risk: small; figures live in the terminal or tracker only",
    "extensibility.plugin_points": "complexity: an interface for one implementation is a guess",
    "extensibility.registry": "complexity: pays from the second implementation of a role on",
    "logging.system_metrics": "risk: small; costs show only in the bill",
    "modeling.peft": "complexity: pays once variants of one base model are kept",
    "security.prompt_safety": "ownership: somebody has to decide what must not be said",
    "tokenization.padding_truncation": "risk: batches of one hide it",
    "training.distributed": "complexity: every save, log and seed has to know its rank",
    "training.grad_accumulation": "complexity: small; needed once the batch does not fit",
    "training.grad_clipping": "risk: a single bad batch can end a run",
    "training.precision": "complexity: a scaler's state joins the checkpoint",
}


class Deferred(NamedTuple):
    """One thing that is put off."""

    item: str  # Markdown
    plain: str  # the same without Markdown
    rationale: str  # prose, backticks mean code
    plan: str  # prose


def asked(
    audit: Audit, said: frozenset[str] = frozenset(), dependants: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """The paths whose history the section tells: those that a plan touches, and those of stubs."""
    seen = facets(audit.capabilities)
    touched = [_touched(facet, row.name, seen, audit.outlines) for row, facet in _open(seen, said)]
    paths = [path for path in (*touched, *_stub_files(audit, dependants or {})) if path]
    return tuple(sorted(dict.fromkeys(paths)))[:MAX_PATHS]


def history(repository: git.Repository | None, paths: Sequence[str]) -> History:
    """Date of the last commit and authors of each path, by one call of git. Empty outside git and in a shallow clone,
    whose history would speak of the clone."""
    if repository is None or not paths or os.path.exists(os.path.join(repository.common_dir, "shallow")):
        return {}
    args = (
        "log",
        f"-n{_MAX_COMMITS}",
        "--no-renames",
        "--name-only",
        "-z",
        "--format=%x01%as%x02%aN%x02",
        "HEAD",
        "--",
    )
    out = git.run(repository, *args, *paths[:MAX_PATHS], fails=(128,)).decode("utf-8", "surrogateescape")
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for commit in out.split("\x01")[1:]:
        date, _, rest = commit.partition("\x02")
        author, _, listed = rest.partition("\x02")
        for path in filter(None, (name.strip("\n") for name in listed.split("\0"))):
            last, authors = found.get(path, (date, ()))
            found[path] = last, authors if author in authors else (*authors, author)
    return {path: found[path] for path in sorted(found)}


def items(
    audit: Audit,
    said: frozenset[str] = frozenset(),
    past: History | None = None,
    dependants: Mapping[str, int] | None = None,
) -> tuple[Deferred, ...]:
    """What is put off. `said` are the facets that section 3 speaks of already; `dependants` counts the files that
    import a path."""
    known = _Known(audit.outlines, past or {}, dependants or {})
    suppressed = [*_suppressed(audit)]
    rows = [*_facets(audit, said, known), *_stubs(audit, known), *suppressed[:_MAX_SUPPRESSED], *_markers(audit)]
    return tuple(rows[:MAX_ITEMS])


class _Known(NamedTuple):
    outlines: Mapping[str, Outline]
    past: History
    dependants: Mapping[str, int]

    def of(self, path: str) -> str:
        """``a small file that 3 files import, last changed 2023-07-01 by Ann``."""
        lines = self.outlines[path].lines if path in self.outlines else 0
        size = "small" if lines < _SMALL else "medium" if lines < _MEDIUM else "large"
        parts = [f"a {size} file"]
        if path in self.dependants:
            many = self.dependants[path]
            parts[0] += " that no file imports" if not many else f" that {many} file{'s' if many > 1 else ''} import"
        if path in self.past:
            date, authors = self.past[path]
            more = f" and {len(authors) - 1} more" if len(authors) > 1 else ", its only author"
            parts.append(f"last changed {date} by {_name(authors[0])}{more}")
        return ", ".join(parts)


def _name(author: str) -> str:
    return show.plain(author).replace("`", "'")


def _open(seen: Facets, said: frozenset[str]) -> list[tuple[Row, FacetRow]]:
    """The open facets that nothing was said of: stubbed ones first, then core ones, in the rubric's order."""
    found = [pair for name, pair in seen.rows.items() if seen.lacks(name) and name not in said]
    found.sort(key=lambda pair: (pair[1].state != "stubbed", not pair[1].core))
    return found[:_MAX_FACETS]


def _touched(facet: FacetRow, capability: str, seen: Facets, outlines: Mapping[str, Outline]) -> str:
    """The file that holds the stub, or that the plan changes; "" where there is none yet."""
    if facet.state == "stubbed" and facet.evidence:
        return facet.evidence[0].path
    words = seen.plan(f"{capability}.{facet.name}").replace("`", " ").split()
    return next((path for path in (word.rstrip(",.:;)") for word in words) if path in outlines), "")


def _facets(audit: Audit, said: frozenset[str], known: _Known) -> Iterator[Deferred]:
    seen = facets(audit.capabilities)
    for row, facet in _open(seen, said):
        name = f"{row.name}.{facet.name}"
        risk = seen.risk(name)
        place = _touched(facet, row.name, seen, audit.outlines)
        parts = (
            _REASONS.get(name) or (f"risk: {risk}" if risk else ""),
            f"`{place}` is {known.of(place)}" if place else "",
        )
        title = f"`{name}` ({facet.state}{', core' if facet.core else ''}): {facet.title}"
        yield Deferred(
            show.prose(title), title, "; ".join(part for part in parts if part), seen.plan(name) or "none yet"
        )


def _stub_files(audit: Audit, dependants: Mapping[str, int]) -> dict[str, list[Finding]]:
    """The files with stub bodies, by path; those that others import come first, then those with the most."""
    by_file: dict[str, list[Finding]] = {}
    for stub in audit.stubs:
        if stub.finding.kind in _BODIES and not _is_aside(stub.path):
            by_file.setdefault(stub.path, []).append(stub.finding)
    order = sorted(by_file, key=lambda path: (-dependants.get(path, 0), -len(by_file[path]), path))
    return {path: by_file[path] for path in order[:_MAX_STUBS]}


def _stubs(audit: Audit, known: _Known) -> Iterator[Deferred]:
    """A line a file."""
    for path, findings in _stub_files(audit, known.dependants).items():
        found = sorted(findings, key=lambda finding: finding.symbol)
        names = [show.code(finding.symbol) for finding in found[:2]]
        more = f" and {len(found) - 2} more" if len(found) > 2 else ""
        pretends = any(finding.kind == "placeholder-body" for finding in found)
        risk = (
            "risk: what they return is taken for real" if pretends else "risk: a caller gets nothing, or an exception"
        )
        unused = known.dependants.get(path) == 0
        plan = "raise NotImplementedError until it is written" if pretends else "write it, or remove it and its callers"
        plan = "remove what nothing imports" if unused else plan
        rationale = f"{risk}; {known.of(path)}"
        plain = f"{path}: {', '.join(finding.symbol for finding in found[:2])}{more}"
        yield Deferred(f"{show.link(path)} {', '.join(names)}{more}", plain, rationale, plan)


def _suppressed(audit: Audit) -> Iterator[Deferred]:
    """A line for equal suppressions; those with an end first, the earliest first."""
    counts: dict[tuple[str, str, str, str, str], int] = {}
    for stub in audit.suppressed:
        finding = stub.finding
        symbol = finding.symbol if finding.symbol[:1] not in ("", "<") else ""
        key = (finding.until or "9999", finding.code, stub.path, symbol, finding.ignored)
        counts[key] = counts.get(key, 0) + 1
    for (until, code, path, symbol, reason), many in sorted(counts.items()):
        times = f" ×{many}" if many > 1 else ""
        place = f"{show.link(path)} {show.code(symbol)}" if symbol else show.link(path)
        plain = f"{code} {path}: {symbol}" if symbol else f"{code} {path}"
        plan = f"due {until}" if until != "9999" else "no date"
        yield Deferred(f"{code} {place}{times}", plain + times, reason.replace("`", "'"), plan)


def _markers(audit: Audit) -> Iterator[Deferred]:
    """Markers that name an owner or a date: ``TODO(ann, 2026-01-31): …``."""
    for stub in sorted(audit.stubs, key=lambda stub: (stub.path, stub.finding.text)):
        said = _owned(stub.finding.text) if stub.finding.kind == "todo-comment" else ""
        if said:
            place = show.link(stub.path)
            symbol = stub.finding.symbol
            named = f" {show.code(symbol)}" if symbol[:1] not in ("", "<") else ""
            plain = f"{stub.path}: {symbol}" if named else stub.path
            yield Deferred(f"{place}{named}", plain, stub.finding.text.replace("`", "'"), said)


def _owned(text: str) -> str:
    """``ann, due 2026-01-31`` of a marker's parentheses; "" where they name neither."""
    for word in ("TODO(", "FIXME(", "XXX(", "HACK("):
        _, found, rest = text.partition(word)
        if found:
            inside = [part.strip() for part in rest.partition(")")[0].split(",") if part.strip()]
            dates = [part for part in inside if _is_date(part)]
            names = [part for part in inside if part not in dates and len(part) < 40 and part[0].isalpha()]
            return ", ".join([*(show.plain(name).replace("`", "'") for name in names), *(f"due {d}" for d in dates)])
    return ""


def _is_date(text: str) -> bool:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return len(year) == 4 and (year + month + day).isdigit() and len(month) == 2 and len(day) in (0, 2)


def _is_aside(path: str) -> bool:
    return places.is_test(path) or places.is_vendored(path) or places.is_generated(path)


def lines(rows: Sequence[Deferred]) -> list[str]:
    """The section of the audit file."""
    if not rows:
        return [
            "None: no facet is open, no stub stands, no finding is suppressed, and no marker names an owner or date."
        ]
    out = ["| Item | Reason | Plan |", "| --- | --- | --- |"]
    return out + [f"| {row.item} | {show.prose(row.rationale)} | {show.prose(row.plan)} |" for row in rows]


def as_rows(rows: Sequence[Deferred]) -> list[dict[str, Any]]:
    """`deferred` of the audit as JSON."""
    return [{"item": row.plain, "rationale": row.rationale, "plan": row.plan} for row in rows]
