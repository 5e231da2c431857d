"""``audit-all``: every check and the report in one process, for those who want a single line."""

from __future__ import annotations

import sys

from ml_audit_hooks.cli.hook import TABLE as CHECK_TABLE
from ml_audit_hooks.cli.options import Option, help_text, parse
from ml_audit_hooks.core.errors import AuditError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.core.finding import Check

REPORT = "audit-report"
_TABLE = (
    *CHECK_TABLE,
    Option("only", "these hooks only, by id, separated by commas", "HOOKS"),
    Option("skip", "all but these hooks", "HOOKS"),
)
_ABOUT = """\
Runs every check over the files (default: all that are staged), then brings CODEBASE_AUDIT.md up to date. The exit code
is the highest of theirs."""


def main(argv: Sequence[str]) -> int:
    """The hook. The exit code."""
    try:
        given = parse(argv, _TABLE, "audit-all")
        if given.wants_help:
            print(help_text("audit-all", "[options] [FILE ...]", _ABOUT, _TABLE))
            return 0
        return _run(given.arguments, given.options)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2


def _chosen(only: str, skip: str) -> tuple[tuple[Check, ...], bool]:
    """(checks, whether the report is made). Raises AuditError for an id that does not exist."""
    from ml_audit_hooks.cli.catalog import CHECKS

    ids = {check.name for check in CHECKS} | {REPORT}
    wanted = set(filter(None, only.split(","))) or ids
    unwanted = set(filter(None, skip.split(",")))
    for name in (wanted | unwanted) - ids:
        raise AuditError(f"audit-all: no hook `{name}`; there are {', '.join(sorted(ids))}")
    kept = wanted - unwanted
    return tuple(check for check in CHECKS if check.name in kept), REPORT in kept


def _run(paths: Sequence[str], options: dict[str, str]) -> int:
    from ml_audit_hooks.cli import hook, report

    checks, wants_report = _chosen(options["only"], options["skip"])
    flags = [f"--{name}" for name in ("strict", "all") if name in options] + [f"--format={options['format']}"]
    codes = [hook.answer(check, "", [*flags, "--", *paths]) for check in checks]
    if wants_report:
        from contextlib import redirect_stdout

        with redirect_stdout(sys.stdout if options["format"] == "text" else sys.stderr):  # findings only on the one
            codes.append(report.answer([]))
    return max(codes, default=0)
