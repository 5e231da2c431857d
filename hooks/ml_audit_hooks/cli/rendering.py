"""The audit in the forms of ``ml-audit report``."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import judge, output, pipeline, progress, subject, writing
from ml_audit_hooks.cli.catalog import CHECKS, rules
from ml_audit_hooks.core.tree import AUDIT_FILE
from ml_audit_hooks.report import audit as model
from ml_audit_hooks.report import diffs, markdown, ranking
from ml_audit_hooks.report.previous import Previous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def rendered(path: str, form: str) -> tuple[str, int]:
    """(the audit of the checkout at `path` in `form`, the exit code)."""
    looked_at, audited, kept = _audited(path)
    code = 2 if audited.crashes else 0
    if form == "markdown":
        stamps = pipeline.timestamps(audited.audit, kept, looked_at)
        return markdown.render(audited.audit, kept.notes, stamps), code
    import json

    whole = _document(looked_at, audited, kept)
    return json.dumps(output.printable(whole), indent=1, ensure_ascii=False) + "\n", code


def prompt(path: str, size: int) -> str:
    """The audit prompt for a coding agent, filled with the audit of the checkout at `path`, in `size` characters."""
    from ml_audit_hooks.report.prompt import prompt as filled

    return filled(_document(*_audited(path)), size)


def _audited(path: str) -> tuple[subject.Subject, pipeline.Audited, Previous]:
    looked_at = subject.whole(path)
    try:
        _, kept = writing.read_previous(os.path.join(looked_at.root, AUDIT_FILE), adopt=False)
    except writing.ForeignFile:
        kept = Previous()
    return looked_at, pipeline.audit(looked_at, progress=progress.Bar()), kept


def _document(looked_at: subject.Subject, audited: pipeline.Audited, kept: Previous) -> dict[str, Any]:
    """The audit as the contract's JSON object. Only here the history of what is deferred is told: in the tracked file
    it would be stale with the commit that holds it."""
    from ml_audit_hooks.cli.gating import outputs
    from ml_audit_hooks.report import deferred

    audit = audited.audit
    stamps = pipeline.timestamps(audit, kept, looked_at)
    said = ranking.said(ranking.ranked(audit, diffs.by_code(audit.diffs)))
    past = deferred.history(looked_at.repository, deferred.asked(audit, said))
    head = pipeline.head(looked_at.repository)
    return model.as_dict(audit, head, _findings(looked_at, audited), stamps, outputs(kept.notes), past)


def _findings(looked_at: subject.Subject, audited: pipeline.Audited) -> list[dict[str, Any]]:
    """Every finding with its standing against the base, by path and line."""
    table = rules()
    rows: list[dict[str, Any]] = []
    for check in CHECKS:
        judged = judge.of_records(check, looked_at, audited.records[check.name])
        rows += [output.as_dict(row, table) for row in output.reported(check, judged, judged)]
    return rows
