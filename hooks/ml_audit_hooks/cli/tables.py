"""From the records of all checks to the rows that the report shows."""

from __future__ import annotations

from ml_audit_hooks.cli import standing
from ml_audit_hooks.cli.catalog import CHECKS, rules
from ml_audit_hooks.core.fill import Crash, describe
from ml_audit_hooks.core.rows import EntryPoint, Gate, Heavy, Item, Site, Source, Tested, TestScore
from ml_audit_hooks.report.findings import Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.capability import Row
    from ml_audit_hooks.core.finding import Finding, Record, Rule

    Records: TypeAlias = Mapping[str, Mapping[str, Record]]  # check name -> path -> record

_MARKER = "todo-comment"
_SIMPLE = 5  # cyclomatic complexity; up to here radon ranks A


def findings(subject: Subject, records: Records) -> tuple[dict[str, list[tuple[str, Finding]]], list[Crash]]:
    """((path, finding) of each check by its name, suppressed ones among them; the folds that broke)."""
    found: dict[str, list[tuple[str, Finding]]] = {}
    broken = []
    for check in CHECKS:
        own = records[check.name]
        chosen = standing.settings(check, subject)
        counted = check.counted(own.values(), chosen)
        try:
            whole = standing.folded(check, own, chosen)
        except Exception as error:  # a capture with exit code 2, as for a file
            whole = {}
            broken.append(Crash("the whole tree", check.name, describe(error)))
        found[check.name] = [
            (path, finding) for path in sorted(own) for finding in (*counted(path, own[path]), *whole.get(path, ()))
        ]
    return found, broken


def explained(found: Mapping[str, Sequence[tuple[str, Finding]]]) -> tuple[Found, ...]:
    """The findings that are not suppressed, with what their rules say; markers in comments are listed by themselves."""
    table = rules()
    rows = []
    for check in CHECKS:
        for path, finding in found[check.name]:
            if not finding.ignored and finding.kind != _MARKER:
                rule = table[finding.code]
                own = finding.code.startswith(check.prefix)
                message = check.message(finding) if own else finding.text
                severity = finding.level or rule.severity
                rows.append(Found(path, finding, severity, rule.title, reason(rule), message))
    return tuple(rows)


def reason(rule: Rule) -> str:
    """The first sentence of why a rule matters."""
    text = rule.page.partition("## Why it matters\n")[2].strip().partition("\n\n")[0].replace("\n", " ")
    end = next((i for i, c in enumerate(text) if c in ".!" and text[i + 1 : i + 2] in ("", " ")), len(text))
    return text[: end + 1]


def entry_points(records: Records) -> tuple[EntryPoint, ...]:
    """The programs and the randomness that they reach."""
    from ml_audit_hooks.checks.seeds import rows

    return tuple(
        EntryPoint(
            row["path"],
            row["cell"],
            row["symbol"],
            tuple(Source(**{**s, "line": s["line"] or 1}) for s in row["sources"]),
        )
        for row in rows(records["audit-seeds"], {})
    )


def sites(records: Records) -> tuple[Site, ...]:
    """The places that save or load model or training state."""
    from ml_audit_hooks.checks.checkpointing import rows

    return tuple(Site(**{**row, "holds": tuple(row["holds"])}) for row in rows(records["audit-checkpoints"], {}))


def heaviest(records: Records) -> tuple[Heavy, ...]:
    """The ten functions that are hardest to follow, the hardest first; none that radon would rank A."""
    from ml_audit_hooks.checks.complexity import heaviest as of_tree

    rows = of_tree(records["audit-complexity"], 10)
    return tuple(
        Heavy(row.path, row.cell, row.symbol, row.complexity, row.lines) for row in rows if row.complexity > _SIMPLE
    )


def gates(records: Mapping[str, Record]) -> tuple[Gate, ...]:
    """The commands by which the repository judges itself, the foremost first."""
    from ml_audit_hooks.gates import commands

    return tuple(Gate(*gate) for gate in commands.commands(records))


def tests(records: Mapping[str, Record]) -> tuple[Tested, ...]:
    """Every test function and what it is about."""
    from ml_audit_hooks.gates import categories

    return tuple(Tested(*row) for row in categories.categorised(records))


def score(records: Mapping[str, Record], rows: Sequence[Row]) -> TestScore:
    """The ML Test Score, by the tests and by the facets of the capability table."""
    from ml_audit_hooks.gates import score as scoring

    states = {f"{row.name}.{facet.name}": facet.state for row in rows for facet in row.facets}
    made = scoring.score(records, states)
    return TestScore(tuple(Item(*row) for row in made.rows), made.sections, made.total, made.meaning)
