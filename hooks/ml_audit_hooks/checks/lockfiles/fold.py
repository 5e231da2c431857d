"""From the records of a tree to its findings."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.projects import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.core.finding import Folded, Record
    from ml_audit_hooks.core.settings import Settings

_CODE = frozenset(("gitignore", "notebook", "python"))


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """The findings by path."""
    tree = Tree(records)
    if tree.kinds.keys() <= _CODE and not any(tree.value(path, "packages") for path in tree.paths("notebook")):
        return {}
    from ml_audit_hooks.checks.lockfiles import conflicts, indexes, locked, pins, pythons, stale, torch_builds, usage

    locked.judge(tree, settings)
    stale.judge(tree)
    pins.judge(tree)
    indexes.judge(tree)
    torch_builds.judge(tree)
    pythons.judge(tree)
    conflicts.judge(tree)
    usage.judge(tree, frozenset(records))
    return {path: tuple(sorted(found, key=lambda f: (f.line, f.code, f.text))) for path, found in tree.found.items()}
