"""``audit-secrets``: credentials in any text file, in the source and the text outputs of notebooks, in file names."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.finding import Counted
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-secrets"
_FAILING = frozenset(("SEC001", "SEC002", "SEC003", "SEC004", "SEC005"))


def examine(file: File) -> Record:
    """The secrets in one file. No value of a secret is in the record, nor in any error that this raises."""
    from ml_audit_hooks.checks.secret_scan.detect import examined  # only for files that are read

    return examined(file)


def identity(finding: Finding) -> tuple[str, ...]:
    """The keyed fingerprint alone: a secret that moves, is re-indented or renamed is the same one."""
    return ("SEC", finding.text.rpartition(" ")[2])


def message(finding: Finding) -> str:
    """What stands in the output after path, line and code."""
    return finding.text


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings that count at a path: guesses and weak values do not where they are test vectors or vendored."""
    from ml_audit_hooks.checks.secret_scan import fold

    return fold.counted


CHECK = Check(
    name=NAME,
    version=1,
    prefix="SEC",
    languages=None,
    examine=examine,
    failing=_FAILING,
    noun="secret",
    message=message,
    identity=identity,
    counted=counted,
    by_path=True,
    moves=True,
)
