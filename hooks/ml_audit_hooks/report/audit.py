"""The audit: everything that all renderers show, in the shape of the contract."""

from __future__ import annotations

from types import MappingProxyType

from ml_audit_hooks import __version__
from ml_audit_hooks.core.rows import TestScore
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report import checklist, deferred, diffs, gates, ranking, repo_map, reproducibility
from ml_audit_hooks.report.outline import LFS, Outline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.core.capability import Evidence, Row
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.core.rows import EntryPoint, Gate, Heavy, Site, Tested
    from ml_audit_hooks.report.deferred import History
    from ml_audit_hooks.report.diffs import Diff
    from ml_audit_hooks.report.findings import Found
    from ml_audit_hooks.report.reproducing import Sign

SCHEMA = 1


class Stub(NamedTuple):
    """A stub of the repository."""

    path: str
    finding: Finding


class Failure(NamedTuple):
    """A step that could not be done."""

    step: str
    error: str
    context: str


class Audit(NamedTuple):
    """The merged audit of one tree."""

    outlines: Mapping[str, Outline]
    audited: int  # files that at least one check judged
    excluded: int  # files that the configuration leaves out
    symlinks: tuple[str, ...]
    submodules: tuple[str, ...]
    stubs: tuple[Stub, ...]
    suppressed: tuple[Stub, ...]
    failures: tuple[Failure, ...]
    capabilities: tuple[Row, ...]
    stub_check: bool  # whether stubs were looked for
    findings: tuple[Found, ...] = ()  # of every check, without those suppressed
    entry_points: tuple[EntryPoint, ...] = ()
    sites: tuple[Site, ...] = ()
    heaviest: tuple[Heavy, ...] = ()
    gates: tuple[Gate, ...] = ()  # the foremost first
    tests: tuple[Tested, ...] = ()
    score: TestScore = TestScore()
    signs: Mapping[str, tuple[Sign, ...]] = MappingProxyType({})  # path -> what the checklist asks of it
    diffs: tuple[Diff, ...] = ()  # proved, the most valuable first

    @property
    def lfs(self) -> tuple[str, ...]:
        """The files whose content is in Git LFS."""
        return tuple(path for path in sorted(self.outlines) if self.outlines[path].state == LFS)


def as_dict(
    audit: Audit,
    head: str | None,
    findings: Sequence[Mapping[str, Any]],
    timestamps: Mapping[Failure, str],
    outputs: Mapping[str, str] | None = None,
    past: History | None = None,
) -> dict[str, Any]:
    """The audit as the contract's JSON object.

    `outputs`: what gates printed when they were last run, by command. `past`: when, and by whom, files were changed.
    """
    section = ranking.ranked(audit, diffs.by_code(audit.diffs))
    return {
        "schema": SCHEMA,
        "tool": {"name": "ml-audit-hooks", "version": __version__},
        "repository": {"head": head, "files": len(audit.outlines), "audited": audit.audited},
        "repo_map": {
            "directories": [
                {"path": d.path, "role": d.role, "files": d.files, "lines": d.lines}
                for d in repo_map.directories(audit.outlines)
            ],
            "key_files": [{"path": k.path, "role": k.role} for k in repo_map.key_files(audit.outlines)],
            "stubs": [_stub(stub) for stub in audit.stubs],
        },
        "capabilities": [_capability(row) for row in audit.capabilities],
        "findings": list(findings),
        "high_signal": ranking.as_rows(section),
        "patches": diffs.as_rows(audit.diffs),
        "gates": gates.as_dict(audit.gates, audit.tests, outputs or {}),
        "reproducibility": reproducibility.as_rows(checklist.items(audit, audit.signs)),
        "randomness": reproducibility.randomness(audit.entry_points),
        "checkpoints": reproducibility.checkpoints(audit.sites),
        "deferred": deferred.as_rows(deferred.items(audit, ranking.said(section), past or {})),
        "errors": [{**failure._asdict(), "timestamp": timestamps[failure]} for failure in audit.failures],
    }


def _capability(row: Row) -> dict[str, Any]:
    return {
        "id": row.name,
        "title": row.title,
        "status": row.status,
        "facets": [
            {
                "id": f"{row.name}.{facet.name}",
                "core": facet.core,
                "state": facet.state,
                "evidence": [_evidence(item) for item in facet.evidence],
            }
            for facet in row.facets
        ],
        "artifacts": [_evidence(item) for item in row.artifacts],
        "gaps": list(row.gaps),
        "risks": list(row.risks),
        "patch_plan": list(row.patch_plan),
        "rollback_plan": list(row.rollback_plan),
    }


def _evidence(item: Evidence) -> dict[str, Any]:
    """A place; at the top level of a module it has no symbol."""
    return {**item._asdict(), "symbol": item.symbol if item.symbol[:1] != "<" else None}


def _stub(stub: Stub) -> dict[str, Any]:
    finding = stub.finding
    return {
        "path": stub.path,
        "line": finding.line,
        "cell": finding.cell,
        "symbol": finding.symbol,
        "kind": finding.kind,
        "text": finding.text,
    }
