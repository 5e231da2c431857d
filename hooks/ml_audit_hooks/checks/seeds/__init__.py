"""``audit-seeds``: what every entry point draws from, and what seeds it."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ml_audit_hooks.core.finding import Counted

NAME = "audit-seeds"
LANGUAGES = frozenset("Python Notebook YAML TOML INI Shell Makefile".split())


def examine(file: File) -> Record:
    """The findings of one file by itself. `facts` are what the fold needs, see `detect` and `texts`."""
    from ml_audit_hooks.checks.seeds.detect import examined  # only for files that are read

    return examined(file)


def needs_all(records: Mapping[str, Record]) -> bool:
    """Whether there is a program whose calls may lead into other files."""
    return any(record.facts for record in records.values())


def counted(records: Iterable[Record]) -> Counted:
    """The findings that count at a path, once the facts of all `records` are known."""
    from ml_audit_hooks.checks.seeds import fold

    return fold.counted(records)


CHECK = Check(
    name=NAME,
    version=1,
    prefix="SEED",
    languages=LANGUAGES,
    examine=examine,
    failing=frozenset(("SEED001", "SEED002")),
    needs_all=needs_all,
    counted=counted,
    by_path=True,
)
