"""Which functions and files of a repository are past the thresholds."""

from __future__ import annotations

from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.finding import Counted, Finding, Record
    from ml_audit_hooks.core.settings import Settings

NOTE = "note"


def is_own(path: str) -> bool:
    """Whether a file is the repository's own work."""
    return not places.is_vendored(path) and not places.is_generated(path)


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The functions and files that are past the thresholds."""
    limits = {"CPX001": int(str(settings["max_complexity"])), "CPX002": 100 - int(str(settings["min_maintainability"]))}
    texts = {
        "CPX001": f"more than {settings['max_complexity']}",
        "CPX002": f"less than {settings['min_maintainability']}",
    }

    def at(path: str, record: Record) -> tuple[Finding, ...]:
        if not is_own(path):
            return ()
        level = NOTE if places.is_test(path) else ""
        return tuple(
            finding._replace(text=texts[finding.code], level=level) if finding.code in texts else finding
            for finding in record.findings
            if finding.measure > limits.get(finding.code, -1)
        )

    return at
