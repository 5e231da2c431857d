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

FALLS, REPORT = "audit-capabilities", "audit-report"
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


def _chosen(only: str, skip: str) -> tuple[tuple[Check, ...], frozenset[str]]:
    """(checks that look at files, ids of all chosen hooks). Raises AuditError for an id that does not exist."""
    from ml_audit_hooks.cli.catalog import CHECKS

    ids = {check.name for check in CHECKS} | {FALLS, REPORT}
    wanted = set(filter(None, only.split(","))) or ids
    unwanted = set(filter(None, skip.split(",")))
    for name in (wanted | unwanted) - ids:
        raise AuditError(f"audit-all: no hook `{name}`; there are {', '.join(sorted(ids))}")
    kept = wanted - unwanted
    return tuple(check for check in CHECKS if check.name in kept), frozenset(kept)


def _run(paths: Sequence[str], options: dict[str, str]) -> int:
    from contextlib import redirect_stdout

    from ml_audit_hooks.cli import falls, hook, report

    checks, kept = _chosen(options["only"], options["skip"])
    flags = [f"--{name}" for name in ("strict", "all") if name in options]
    text = options["format"] == "text"
    codes = []
    for check in checks:
        files = () if check.fold else paths  # what a whole tree says may concern a file that is not named
        codes.append(hook.answer(check, "", [*flags, f"--format={options['format']}", "--", *files]))
    with redirect_stdout(sys.stdout if text or not checks else sys.stderr):  # one document of findings on the one
        if FALLS in kept:
            codes.append(falls.answer([]))
    with redirect_stdout(sys.stdout if text else sys.stderr):
        if REPORT in kept:
            codes.append(report.answer([]))
    return max(codes, default=0)
