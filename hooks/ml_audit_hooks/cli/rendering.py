"""The audit in the forms of ``ml-audit report``."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import judge, output, pipeline, progress, subject, writing
from ml_audit_hooks.cli.catalog import CHECKS, rules
from ml_audit_hooks.core.tree import AUDIT_FILE
from ml_audit_hooks.report import audit as model
from ml_audit_hooks.report import markdown
from ml_audit_hooks.report.previous import Previous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def rendered(path: str, form: str) -> tuple[str, int]:
    """(the audit of the checkout at `path` in `form`, the exit code)."""
    looked_at = subject.whole(path)
    try:
        _, kept = writing.read_previous(os.path.join(looked_at.root, AUDIT_FILE), adopt=False)
    except writing.ForeignFile:
        kept = Previous()
    audited = pipeline.audit(looked_at, progress=progress.Bar())
    stamps = pipeline.timestamps(audited.audit, kept, looked_at)
    code = 2 if audited.crashes else 0
    if form == "markdown":
        return markdown.render(audited.audit, kept.notes, stamps), code
    import json

    from ml_audit_hooks.cli.gating import outputs

    found, head = _findings(looked_at, audited), pipeline.head(looked_at.repository)
    whole = model.as_dict(audited.audit, head, found, stamps, outputs(kept.notes))
    return json.dumps(output.printable(whole), indent=1, ensure_ascii=False) + "\n", code


def _findings(looked_at: subject.Subject, audited: pipeline.Audited) -> list[dict[str, Any]]:
    """Every finding with its standing against the base, by path and line."""
    table = rules()
    rows: list[dict[str, Any]] = []
    for check in CHECKS:
        judged = judge.of_records(check, looked_at, audited.records[check.name])
        rows += [output.as_dict(row, table) for row in output.reported(check, judged, judged)]
    return rows
