"""Small audits for the tests of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_audit_hooks.core.capability import Evidence, FacetRow, Row
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.rubric import CAPABILITIES, FACETS
from ml_audit_hooks.report.audit import Audit, Stub
from ml_audit_hooks.report.findings import Found
from ml_audit_hooks.report.outline import TEXT, Outline

WHY = "Why it matters."
CORE = frozenset(("ci_tests.pytest_targets", "checkpointing.resume", "security.dependency_lock", "modeling.peft"))


def found(
    code: str,
    path: str,
    line: int = 1,
    symbol: str = "<module>",
    severity: str = "error",
    *,
    cell: int | None = None,
    kind: str = "kind",
    measure: int = 0,
    message: str = "",
) -> Found:
    """A finding with what its rule says."""
    finding = Finding(code, line, 1, cell, symbol, kind, "text", measure=measure)
    return Found(path, finding, severity, f"Title of {code}.", WHY, message or f"message {line}")


def place(path: str = "train.py", symbol: str = "fit", why: str = "why") -> Evidence:
    """Evidence at line 3."""
    return Evidence(path, 3, None, symbol, why)


def rows(
    *present: str,
    stubbed: tuple[str, ...] = (),
    evidence: Mapping[str, tuple[Evidence, ...]] | None = None,
    told: bool = True,
    hint: str = "",
) -> tuple[Row, ...]:
    """All capabilities; the facets in `present` are there. With `told` the table has a text for each open facet."""
    made = []
    for name, title in CAPABILITIES:
        facets = []
        for full in FACETS:
            if full.startswith(name + "."):
                state = "present" if full in present else "stubbed" if full in stubbed else "absent"
                shown = (evidence or {}).get(full, (place(),) if state != "absent" else ())
                short = full.partition(".")[2]
                facets.append(FacetRow(short, short.replace("_", " "), full in CORE, state, shown, ""))
        texts = sorted((f for f in facets if f.state != "present"), key=lambda f: not f.core) if told else []
        plans = tuple(f"Plan {name}.{f.name} in train.py; test: t" for f in texts)
        risks = tuple(f"Risk {name}.{f.name}" for f in texts)
        made.append(Row(name, title, "Missing", 0, 1, tuple(facets), (), plans and ("gap",), risks, plans, (), hint))
    return tuple(made)


def audit(
    findings: tuple[Found, ...] = (), capabilities: tuple[Row, ...] = (), paths: tuple[str, ...] = (), **more: Any
) -> Audit:
    """An audit of Python files of 100 lines at `paths`, and at the paths of the findings."""
    every = sorted({*paths, *(item.path for item in findings)})
    blank = Audit({path: Outline(TEXT, "Python", 100, False) for path in every}, 1, 0, (), (), (), (), (), (), True)
    return blank._replace(findings=findings, capabilities=capabilities, **more)


def stub(path: str, symbol: str = "f", kind: str = "pass-body", text: str = "pass", **more: Any) -> Stub:
    """A stub at line 3."""
    return Stub(path, Finding("STB001", 3, 1, None, symbol, kind, text, **more))
