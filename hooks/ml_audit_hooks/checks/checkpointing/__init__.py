"""``audit-checkpoints``: what is saved, what is restored of it, and how safely it is loaded."""

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

NAME = "audit-checkpoints"
LANGUAGES = frozenset(("Model", "Notebook", "Python", "YAML"))
FAILING = frozenset(("CKP001", "CKP002", "CKP003", "CKP006", "CKP007", "CKP008"))
_BY_PLACE = frozenset(("CKP006", "CKP007", "CKP008", "CKP009"))  # one a function and kind of state


def examine(file: File) -> Record:
    """The findings of one file by itself. `facts` are what the fold joins, see `detect`."""
    from ml_audit_hooks.checks.checkpointing.detect import examined  # only for files that are read

    return examined(file)


def identity(finding: Finding) -> tuple[str, ...]:
    """A saved dictionary that lacks a kind of state is the same one whatever else it holds."""
    if finding.code in _BY_PLACE:
        return finding.code, finding.symbol.rpartition(".")[2]
    return by_text(finding)


def gist(record: Record) -> object:
    """What `fold` reads of a record, lines left out."""
    if not record.facts:
        return ()
    facts = record.facts
    flags = tuple((flag[0], flag[3:]) for flag in facts[5])
    picks = tuple(sorted({pick[3] for pick in facts[8]}))
    return tuple(site[2:] for site in facts[0]), facts[1:5], flags, facts[6:8], picks


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings of one file by itself that count at a path."""
    from ml_audit_hooks.checks.checkpointing import single

    return single.counted(records)


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """The findings that take the whole tree: what is saved against what is restored."""
    from ml_audit_hooks.checks.checkpointing import fold

    return fold.folded(records)


def fails(finding: Finding, settings: Settings) -> bool:
    """Whether a new finding fails the commit: those that are told as notes do not."""
    if finding.code == "CKP011":
        return finding.level == "error"  # a key that is read and that no checkpoint has
    return finding.code in FAILING and finding.level != "note"


def rows(records: Mapping[str, Record], settings: Settings | None = None) -> list[dict[str, Any]]:
    """The contract's ``checkpoints``: every save and load site and what it holds."""
    from ml_audit_hooks.checks.checkpointing import fold

    return fold.rows(records)


CHECK = Check(
    name=NAME,
    version=3,
    prefix="CKP",
    languages=LANGUAGES,
    examine=examine,
    failing=FAILING,
    identity=identity,
    counted=counted,
    by_path=True,
    fold=folded,
    gist=gist,
    fails=fails,
)
