"""Known vulnerabilities of what the files pin, by the local snapshot of advisories."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import facts
from ml_audit_hooks.vulndb import ageing, findings, location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.core.finding import Folded, Record
    from ml_audit_hooks.core.settings import Settings


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """The LCK1xx findings by path. Raises AuditError for a damaged snapshot, and for an ignore without a reason."""
    table = settings.get("ignore", ())
    ignores = [ageing.ignore(name, text) for name, text in table] if isinstance(table, tuple) else []
    packages = facts.packages_by_path(records)
    return findings.vulnerable(packages, _place(settings), ignores, _today(settings), _age(settings), _audit)


def status(settings: Settings) -> str:
    """One line on the snapshot: its date and records; that nothing was checked where there is none."""
    return findings.status(_place(settings), _today(settings), _age(settings))


def _place(settings: Settings) -> str:
    return location.where(str(settings.get("vulndb", "")), str(settings.get("root", "")))


def _today(settings: Settings) -> str:
    return str(settings.get("today", ""))


def _age(settings: Settings) -> int:
    return int(str(settings.get("max_snapshot_age", ageing.MAX_AGE)))


def _audit(pins: Sequence[tuple[str, str]], query: Any) -> Iterable[Iterable[Any]]:
    """pip-audit's own answer; its modules are imported only for pins that have records."""
    from ml_audit_hooks.engines import pip_audit_engine

    return pip_audit_engine.audit(pins, query)
