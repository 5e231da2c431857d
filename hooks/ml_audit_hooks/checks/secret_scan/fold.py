"""Which findings of a record count at a path."""

from __future__ import annotations

from ml_audit_hooks.checks.secret_scan import names
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import EVERYWHERE, Finding, Record


def counted(path: str, record: Record) -> tuple[Finding, ...]:
    """All but guesses in vendored and test code and templates, where a random string is a test vector and a password a
    double or a default to be replaced."""
    if not record.findings or not (places.is_vendored(path) or places.is_test(path) or names.is_template(path)):
        return record.findings
    return tuple(finding for finding in record.findings if finding.holds == EVERYWHERE)
