"""``audit-notebooks``: what a notebook carries along, and whether it runs from top to bottom."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.finding import Counted
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-notebooks"
_ONE_A_NOTEBOOK = frozenset(("NBK001", "NBK002", "NBK003"))


def examine(file: File) -> Record:
    """The findings of one notebook; among them every output of a kilobyte or more, see `counted`."""
    from ml_audit_hooks.checks.notebooks.detect import examined  # only for files that are read

    return examined(file)


def identity(finding: Finding) -> tuple[str, ...]:
    """Counts and sizes change with every run: a finding is known by its code, and by what it names in backticks."""
    if finding.code in _ONE_A_NOTEBOOK:
        return (finding.code,)
    if finding.code == "NBK009":
        return finding.code, finding.kind, finding.text
    named = finding.text.split("`")[1::2]
    return (finding.code, *named) if named else (finding.code, finding.text)


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings that count at a path under `settings`."""
    from ml_audit_hooks.checks.notebooks import fold

    return fold.counted(settings)


def plan(path: str, file: File) -> list[str]:
    """Lines that say what stripping the notebook would take away; empty where there is nothing. Changes nothing.

    Raises Unreadable.
    """
    from ml_audit_hooks.checks.notebooks import strip

    return strip.plan(path, file)


CHECK = Check(
    name=NAME,
    version=1,
    prefix="NBK",
    languages=frozenset(("Notebook",)),
    examine=examine,
    identity=identity,
    counted=counted,
    area="notebooks",
    plan=plan,
)
