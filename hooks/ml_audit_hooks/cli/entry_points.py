"""One function a console script."""

from __future__ import annotations

import sys


def audit_stubs() -> int:
    """``audit-stubs [options] [FILE ...]``."""
    from ml_audit_hooks.checks.stubs import CHECK
    from ml_audit_hooks.cli.hook import main

    about = "Finds stubs and placeholders in code, notebooks and configuration. Fails on those that the base lacks."
    return main(CHECK, about, sys.argv[1:])


def audit_report() -> int:
    """``audit-report [options]``."""
    from ml_audit_hooks.cli.report import main

    return main(sys.argv[1:])


def audit_all() -> int:
    """``audit-all [options]``."""
    from ml_audit_hooks.cli.everything import main

    return main(sys.argv[1:])


def ml_audit() -> int:
    """``ml-audit COMMAND``."""
    from ml_audit_hooks.cli.command import main

    return main(sys.argv[1:])
