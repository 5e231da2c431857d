"""radon's maintainability index."""

from __future__ import annotations

from math import log, radians, sin, sqrt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.complexity.raw_counts import Raw


def maintainability(volume: float, complexity: int, raw: Raw) -> float:
    """From 0 to 100: Oman and Hagemeister's index on the scale of Visual Studio, by radon's formula.

    `volume` is Halstead's; lines of strings that stand alone count as comments; lines of code are logical lines.
    """
    if volume <= 0 or raw.lloc <= 0:
        return 100.0
    remarks = raw.comments + raw.multi
    share = remarks / float(raw.sloc) * 100 if raw.sloc else 0
    weight = sqrt(2.46 * radians(share))
    index = 171 - 5.2 * log(volume) - 0.23 * complexity - 16.2 * log(raw.lloc) + 50 * sin(weight)
    return min(max(0.0, index * 100 / 171.0), 100.0)
