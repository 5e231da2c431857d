"""The audit in the forms of ``ml-audit report``."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import judge, output, pipeline, progress, subject, writing
from ml_audit_hooks.cli.catalog import CHECKS, rules
from ml_audit_hooks.core import base
from ml_audit_hooks.core.tree import AUDIT_FILE
from ml_audit_hooks.report import audit as model
from ml_audit_hooks.report import markdown
from ml_audit_hooks.report.previous import Previous

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.core.finding import Record


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

    whole = model.as_dict(audited.audit, pipeline.head(looked_at.repository), _findings(looked_at, audited), stamps)
    return json.dumps(output.printable(whole), indent=1, ensure_ascii=False) + "\n", code


def _findings(looked_at: subject.Subject, audited: pipeline.Audited) -> list[dict[str, Any]]:
    """Every finding with its standing against the base, by path and line."""
    table = rules()
    entries = {entry.path: entry for entry in looked_at.tree.entries}
    rows: list[dict[str, Any]] = []
    for check in CHECKS:
        records = audited.records[check.name]
        counted = check.counted(records.values())

        def standing(path: str, record: Record, counted: Any = counted) -> Any:
            return counted(path, record) + judge.unread_findings(path, record)

        found = {path: standing(path, record) for path, record in records.items()}
        found = {path: tuple(f for f in findings if not f.ignored) for path, findings in found.items()}
        asked = {path: (entries[path], findings) for path, findings in found.items() if findings}
        if looked_at.repository is None:
            new = {path: (True,) * len(findings) for path, (_, findings) in asked.items()}
        else:
            compared = base.Base(looked_at.repository, base.revisions(looked_at.repository, looked_at.config))
            new = compared.new(judge.comparable(check), asked, standing)
            compared.close()
        judged = [
            judge.Judged(path, finding, is_new, False)
            for path, (_, findings) in sorted(asked.items())
            for finding, is_new in zip(findings, new[path], strict=True)
        ]
        rows += [output.as_dict(row, table) for row in output.reported(check, judged, judged)]
    return rows
