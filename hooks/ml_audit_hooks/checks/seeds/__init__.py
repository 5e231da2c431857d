"""``audit-seeds``: what every entry point draws from, and what seeds it."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record
from ml_audit_hooks.core.finding import identity as by_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ml_audit_hooks.core.finding import Counted, Folded
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-seeds"
LANGUAGES = frozenset("Python Notebook YAML TOML INI Shell Makefile".split())


def examine(file: File) -> Record:
    """The findings of one file by itself. `facts` are what the fold needs, see `detect` and `texts`."""
    from ml_audit_hooks.checks.seeds.detect import examined  # only for files that are read

    return examined(file)


def identity(finding: Finding) -> tuple[str, ...]:
    """A program with a source that nothing seeds in time is the same one wherever it draws first, and whether it is
    seeded late or not at all."""
    if finding.code in ("SEED001", "SEED002"):
        return "unseeded", finding.kind, finding.symbol.rpartition(".")[2]
    return by_text(finding)


def gist(record: Record) -> object:
    """What `fold` reads of a record."""
    facts = record.facts
    marks = tuple((f.code, f.symbol, f.text) for f in record.findings)
    return (facts[1] if facts[0] == "code" else facts[:-1], marks) if facts else marks


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings of one file by itself that count at a path."""
    from ml_audit_hooks.checks.seeds.single import counted as of_file

    return of_file


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """The findings of the entry points, by the file in which they stand."""
    from ml_audit_hooks.checks.seeds import fold

    return fold.folded(records)


def rows(records: Mapping[str, Record], settings: Settings) -> list[dict[str, Any]]:
    """The contract's ``randomness``: every entry point with its sources and whether they are seeded."""
    from ml_audit_hooks.checks.seeds import fold

    return fold.rows(records)


CHECK = Check(
    name=NAME,
    version=5,
    prefix="SEED",
    languages=LANGUAGES,
    examine=examine,
    failing=frozenset(("SEED001", "SEED002")),
    identity=identity,
    counted=counted,
    by_path=True,
    fold=folded,
    gist=gist,
)
