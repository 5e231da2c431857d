"""What can be set for a check, as data: ``[tool.ml-audit.AREA]`` in the configuration, and options of its hook.

The key of the configuration and the option bear the same name: ``max_complexity = 20`` is ``--max-complexity=20``.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Value: TypeAlias = int | str | tuple[tuple[str, str], ...]
    Settings: TypeAlias = Mapping[str, Value]


class Setting(NamedTuple):
    """One thing that can be set for a check, by the type of its default: a whole number from 0, a word, or a table of
    words (configuration only)."""

    name: str  # a key of the table
    default: Value
    about: str
    choices: tuple[str, ...] = ()  # of a string; none: any


SETTINGS: dict[str, tuple[Setting, ...]] = {
    "complexity": (
        Setting("max_complexity", 15, "the highest cyclomatic complexity of a function; at least 10"),
        Setting("min_maintainability", 10, "the lowest maintainability index of a file; at most 20"),
    ),
    "lockfiles": (
        Setting(
            "profile", "auto", "what a missing lock means: it fails an application", ("auto", "application", "library")
        ),
        Setting("max_snapshot_age", 90, "days between the snapshot of advisories and the commit; 0 for any"),
        Setting("vulndb", "", "the snapshot of advisories, where it is not in the user's data folder"),
        Setting("ignore", (), "identifiers of advisories, each with its reason and until=YYYY-MM-DD"),
    ),
    "notebooks": (Setting("max_output_kb", 500, "an output of a cell that is larger than this is reported, in kB"),),
    "security": (
        Setting("severity", "medium", "the lowest severity that fails a commit", ("low", "medium", "high")),
        Setting("confidence", "medium", "the lowest confidence that fails a commit", ("low", "medium", "high")),
        Setting("profile", "ml", "bandit: its findings as they are; ml: the usual set apart", ("ml", "bandit")),
    ),
}


def defaults(area: str) -> dict[str, Value]:
    """The settings of an area where nothing is configured."""
    return {setting.name: setting.default for setting in SETTINGS.get(area, ())}
