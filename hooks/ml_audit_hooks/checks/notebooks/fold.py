"""From a notebook's record to the findings that count: what the path and the settings decide."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.settings import defaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Counted, Finding, Record
    from ml_audit_hooks.core.settings import Settings

LARGE = "NBK008"
SECRET = "NBK009"
_COPIES = "/.ipynb_checkpoints/"  # where Jupyter keeps the last saved state
_DEFAULT_KB = 500
_STEPS = (1, 2, 5)


def counted(settings: Settings) -> Counted:
    """The findings of a record that count: none in vendored code, large outputs only over the limit."""
    given = settings.get("max_output_kb", defaults("notebooks").get("max_output_kb", _DEFAULT_KB))
    limit = given if isinstance(given, int) else _DEFAULT_KB

    def at(path: str, record: Record) -> tuple[Finding, ...]:
        if places.is_vendored(path):
            return ()
        if _COPIES in f"/{path}":
            return tuple(f for f in record.findings if f.code == SECRET)
        return tuple(
            _in_steps(f) if f.code == LARGE else f for f in record.findings if f.code != LARGE or f.measure > limit
        )

    return at


def _in_steps(finding: Finding) -> Finding:
    """The finding with its size rounded up to 1, 2, 5, 10, … kB: a plot drawn again is hardly ever larger by that."""
    return finding._replace(measure=step(finding.measure))


def step(size: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that is not less than `size`."""
    unit = 1
    while True:
        for factor in _STEPS:
            if size <= factor * unit:
                return factor * unit
        unit *= 10
