"""All files together: what every site holds, and what is lost between save and load."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import joining, lost
from ml_audit_hooks.checks.checkpointing.facts import CELL, COLUMN, LINE, UNSAFE, WHAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.core.finding import Finding, Folded, Record


def rows(records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """The contract's rows, sorted by path, cell and line."""
    found = []
    for path, site, held in joining.Tree(records).sites():
        row = (path, site[CELL] if site[CELL] is not None else -1, site[LINE], site[COLUMN], site[WHAT])
        found.append((row, site, held))
    return [
        {
            "path": row[0],
            "line": site[LINE],
            "cell": site[CELL],
            "what": site[WHAT],
            "holds": list(held),
            "unsafe": bool(site[UNSAFE]),
            "atomic": bool(site[UNSAFE + 1]),
        }
        for row, site, held in sorted(found, key=lambda item: item[0])
    ]


def folded(records: Mapping[str, Record]) -> Folded:
    """The findings of the tree as a whole, by path."""
    tree = joining.Tree(records)
    found: dict[str, list[Finding]] = {}
    for path, finding in lost.findings(tree):
        found.setdefault(path, []).append(finding)
    return {
        path: tuple(sorted(some, key=lambda f: (f.cell or 0, f.line, f.column, f.code)))
        for path, some in sorted(found.items())
    }
