"""Error capture blocks: what a step could not do, as a question for a coding agent."""

from __future__ import annotations

import os

from ml_audit_hooks.core import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.fill import Crash

READING = "1:Read the staged tree"


def block(step: str, error: str, context: str, timestamp: str) -> str:
    """One block, in the form that the audit file has."""
    return "\n".join(
        (
            ":::",
            f"Question for ChatGPT-5 {timestamp}:",
            f"While performing [{show.markdown(step)}], encountered the following error:",
            show.markdown(error),
            f"Context: {show.markdown(context)}",
            "What are the possible causes, and how can this be resolved while preserving intended functionality?",
            ":::",
        )
    )


def of_unread(path: str, cell: int | None, reason: str) -> tuple[str, str, str]:
    """(step, error, context) of a file, or cell of a notebook, that could not be judged."""
    place = path if cell is None else f"{path}, cell {cell}"
    part = "file" if cell is None else "cell"
    return READING, f"{place}: {reason}", f"no check could judge this {part}; everything else was audited"


def of_crashes(crashes: Iterable[Crash]) -> list[tuple[str, str, str]]:
    """(step, error, context) of each way in which a check broke, told once however many files show it."""
    paths: dict[tuple[str, str], list[str]] = {}
    for crash in crashes:
        paths.setdefault((crash.check, crash.error), []).append(crash.path)
    found = []
    for (check, error), where in paths.items():
        more = f" and {len(where) - 1} more files" if len(where) > 2 else f" and {where[1]}" if len(where) > 1 else ""
        found.append((f"2:Run {check}", f"{where[0]}{more}: {error}", f"a defect of {check}; its other files stand"))
    return found


def now() -> str:
    """The time of a new capture where no commit gives one: ``SOURCE_DATE_EPOCH``, else the clock; UTC."""
    import time

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return stamp(int(epoch) if epoch.isdigit() else int(time.time()))


def stamp(epoch: int) -> str:
    """``2026-01-31T12:00:00Z``."""
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))
