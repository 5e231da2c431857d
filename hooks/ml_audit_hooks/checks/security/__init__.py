"""``audit-security``: bandit's issues, with what is usual in machine learning told apart from what is unsafe."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ml_audit_hooks.core.finding import Counted
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-security"
LANGUAGES = frozenset(("Python", "Notebook", "Text", "TOML", "YAML", "INI"))  # the last four for the torch they lock
_UNSET = "unset"  # the mark of a `torch.load` that says nothing of `weights_only`, see `marks`
_RANKS = {"low": 1, "note": 1, "medium": 2, "warning": 2, "high": 3, "error": 3}


def examine(file: File) -> Record:
    """bandit's issues in one file, all of them. For `facts` see `detect`."""
    from ml_audit_hooks.checks.security import detect  # only for files that are read

    return detect.examined(file)


def message(finding: Finding) -> str:
    """bandit's text; for a finding that stands for several, how many."""
    return f"{finding.text} ({finding.measure} places)" if finding.measure > 1 else finding.text


def needs_all(records: Mapping[str, Record]) -> bool:
    """Whether a finding depends on the torch that another file locks."""
    return any(record.facts and _UNSET in record.facts[1] for record in records.values())


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The findings that count at a path, by the profile of `settings`."""
    from ml_audit_hooks.checks.security import ml_profile

    return ml_profile.counted(records, settings)


def fails(finding: Finding, settings: Settings) -> bool:
    """Whether severity and confidence both reach what is set. A finding's kind is its confidence."""
    severe = _RANKS[finding.level or "note"] >= _RANKS[str(settings["severity"])]
    return severe and _RANKS.get(finding.kind, 3) >= _RANKS[str(settings["confidence"])]


CHECK = Check(
    name=NAME,
    version=1,
    prefix="B",
    languages=LANGUAGES,
    examine=examine,
    message=message,
    needs_all=needs_all,
    counted=counted,
    fails=fails,
    area="security",
)
