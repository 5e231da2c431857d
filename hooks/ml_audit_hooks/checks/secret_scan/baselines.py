"""What other scanners were told to accept, read once by ``ml-audit init``: rows of data, nothing of it is ever run.

A detect-secrets baseline can name Python files as plug-ins and filters; those parts are not even looked at.
"""

from __future__ import annotations

import json

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.finding import Finding

_COMMIT = frozenset("0123456789abcdef")


class Accepted(NamedTuple):
    """One thing that is known to another scanner. Where a hash is given, the line may have moved since."""

    path: str
    line: int | None  # from 1
    sha1: str  # of the value; "" where only the line is known
    kind: str  # the other scanner's name of the type or rule


class BaselineError(ValueError):
    """The text is no baseline: a fact and the mend."""


def from_baseline(text: str) -> tuple[Accepted, ...]:
    """The rows of a ``.secrets.baseline``, with line numbers or slim. Raises BaselineError.

    Entries that a person marked as real secrets (``is_secret``) are left out: they are not accepted.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BaselineError("does not parse as JSON; make it again with `detect-secrets scan`") from None
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, dict):
        raise BaselineError("has no table `results`; make it again with `detect-secrets scan`")
    return tuple(sorted(_rows(results), key=lambda row: (row.path, row.line or 0, row.kind, row.sha1)))


def _rows(results: dict[str, Any]) -> Iterator[Accepted]:
    for path, entries in results.items():
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict) or entry.get("is_secret") is True:
                continue
            digest, line = entry.get("hashed_secret"), entry.get("line_number")
            if isinstance(digest, str) and len(digest) == 40 and set(digest) <= _COMMIT:
                number = line if isinstance(line, int) and line > 0 else None
                yield Accepted(path.replace("\\", "/"), number, digest, str(entry.get("type", "")))


def from_gitleaksignore(text: str) -> tuple[Accepted, ...]:
    """The rows of a ``.gitleaksignore``: ``[commit:]path:rule:line``. Lines of another form are left out."""
    found = []
    for row in text.split("\n"):
        row = row.strip()
        if not row or row.startswith("#"):
            continue
        path, _, rest = row.rpartition(":")
        path, _, rule = path.rpartition(":")
        commit, colon, tail = path.partition(":")
        if colon and len(commit) in (40, 64) and set(commit) <= _COMMIT:
            path = tail
        if path and rule and rest.isdigit() and rest.isascii():
            found.append(Accepted(path.replace("\\", "/"), int(rest), "", rule))
    return tuple(found)


def accepted(file: File, rows: Iterable[Accepted]) -> tuple[Finding, ...]:
    """The findings of a file that another scanner was told to accept: by the hash of the value, else by the line."""
    from hashlib import sha1

    from ml_audit_hooks.checks.secret_scan import detect

    own = [row for row in rows if row.path == file.path]
    digests = {row.sha1 for row in own if row.sha1}
    lines = {row.line for row in own if not row.sha1}
    found = []
    for finding, value in detect.valued(file) if own else ():
        digest = sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        if digest in digests or (finding.cell is None and finding.line in lines):
            found.append(finding)
    return tuple(found)
