"""What days decide: whether a snapshot is old, and whether an ignored vulnerability still is. No clock is read here."""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.vulndb.index import Info

MAX_AGE = 90  # days between the snapshot and the commit, after which it is old


class Ignore(NamedTuple):
    """A vulnerability that the configuration leaves out."""

    id: str  # or any of its aliases
    reason: str
    until: str = ""  # YYYY-MM-DD, the day on which it ends
    path: str = "pyproject.toml"  # of the configuration
    line: int = 1  # there


def ignore(name: str, text: str, path: str = "pyproject.toml", line: int = 1) -> Ignore:
    """An entry of the configuration, "reason until=YYYY-MM-DD". Raises AuditError for one without a reason."""
    words = text.split()
    until = [word.removeprefix("until=") for word in words if word.startswith("until=")]
    reason = " ".join(word for word in words if not word.startswith("until="))
    if not reason:
        raise AuditError(f"{path}: `{show.plain(name)}` has no reason to be ignored; write it beside the identifier")
    if not all(_day(word) for word in until):
        raise AuditError(f"{path}: `{show.plain(name)}` ends on no day; write until=YYYY-MM-DD")
    return Ignore(name, reason, min(until, default=""), path, line)


def is_over(entry: Ignore, today: str) -> bool:
    """Whether an entry ignores nothing any more on the day `today`; never, where that is ""."""
    return bool(entry.until and today) and today >= entry.until


def is_old(info: Info, today: str, max_age: int) -> bool:
    """Whether the snapshot is more than `max_age` days older than the day `today`."""
    made, now = _day(info.date), _day(today)
    return bool(max_age and made and now) and now - made > max_age


def _day(date: str) -> int:
    """The number of a day (YYYY-MM-DD), from an arbitrary one on; 0 for what is none."""
    digits = date[:4] + date[5:7] + date[8:]
    if len(date) != 10 or date[4] + date[7] != "--" or not (digits.isascii() and digits.isdigit()):
        return 0
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return 0
    year, month = (year - 1, month + 12) if month < 3 else (year, month)  # the leap day stands last
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day
