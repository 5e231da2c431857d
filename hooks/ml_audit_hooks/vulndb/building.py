"""The index built out of records, and put in place whole."""

from __future__ import annotations

import os
from typing import IO, Any

from ml_audit_hooks.core import show, write
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.vulndb import index, records, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PYPA = (
    "the Python Packaging Advisory Database (https://github.com/pypa/advisory-database), by the PyPA and contributors"
)
_ORIGINS = (  # prefix of the identifiers, who made the records and under which licence
    ("GHSA-", "the GitHub Advisory Database (https://github.com/github/advisory-database), CC BY 4.0"),
    ("MAL-", "OpenSSF Malicious Packages (https://github.com/ossf/malicious-packages), Apache-2.0"),
    ("PYSEC-", f"{_PYPA}, CC BY 4.0"),
)
_TERMS = """\
CC BY 4.0: https://creativecommons.org/licenses/by/4.0/; Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0.
Provided without warranties of any kind.
Modified: withdrawn records left out, descriptions shortened, lists of versions reduced to ranges."""


def update(source: str, target: str, opened: Callable[[str], IO[bytes]] | None = None) -> index.Info:
    """Build the index at `target` from a folder, an archive or an https address: whole, or not at all.

    The bytes depend on the records only. Raises AuditError, also where `source` holds no record of a Python package.
    """
    packages, about = gathered(sources.records(source, opened))
    if not about.records:
        raise AuditError(f"{show.plain(source)}: holds no advisory of a Python package; name a PyPA or OSV database")
    try:
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
    except OSError as error:
        raise AuditError(f"{show.plain(target)}: cannot be written ({error.strerror}); mend the folder") from None
    write.replace(target, index.encoded(packages, about))
    return about


def gathered(found: Iterable[tuple[str, Any]]) -> tuple[dict[str, list[str]], index.Info]:
    """Rows by package, and what they are. Of records that bear one identifier, the last changed counts."""
    unusable, latest = 0, ""
    newest: dict[str, tuple[str, bool, list[records.Row]]] = {}
    for _, record in found:
        try:
            rows = records.rows(record)
        except records.Unusable:
            unusable += 1
            continue
        if rows:
            stamp = records.last_change(record)
            latest = max(latest, stamp[:10])
            taken_back = records.withdrawn(record)
            entry = (stamp, taken_back, rows)
            newest[record["id"]] = max(newest.get(record["id"], entry), entry)
    packages: dict[str, list[str]] = {}
    standing = [rows for _, taken_back, rows in newest.values() if not taken_back]
    for rows in standing:
        for row in rows:
            packages.setdefault(row.package, []).append(row.line)
    names = [name for name, (_, taken_back, _) in newest.items() if not taken_back]
    return packages, index.Info(
        latest, len(standing), len(packages), len(newest) - len(standing), unusable, _attribution(names)
    )


def _attribution(names: list[str]) -> str:
    origins = [text for prefix, text in _ORIGINS if any(name.startswith(prefix) for name in names)]
    known = tuple(prefix for prefix, _ in _ORIGINS)
    if any(not name.startswith(known) for name in names):
        origins.append("other databases in the format of OSV (https://osv.dev)")
    return "\n".join(("Contains information from", *(f"- {text}" for text in origins), _TERMS)) + "\n"
