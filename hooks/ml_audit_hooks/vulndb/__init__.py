"""Known vulnerabilities: a local index of advisories, built by hand and read by a hook without a network.

``sources`` reads records from a folder or an archive, ``records`` reduces one to what a look-up needs, ``index`` writes
and reads the file, ``answers`` says which records affect a version, ``findings`` makes the LCK1xx findings of it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.vulndb.index import Info


def update(source: str, target: str) -> Info:
    """Build the index at `target` from a folder, an archive or an https address. Raises AuditError."""
    from ml_audit_hooks.vulndb import building

    return building.update(source, target)


def info(path: str) -> Info | None:
    """What the index at `path` holds; None where there is none. Raises AuditError for one that is damaged."""
    from ml_audit_hooks.vulndb import index

    return index.info(path)
