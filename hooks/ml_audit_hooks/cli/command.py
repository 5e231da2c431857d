"""``ml-audit``: the command for people. ``run`` is parsed by hand; click is imported for everything else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """The exit code of ``ml-audit ARGV``."""
    if argv and argv[0] == "run":
        from ml_audit_hooks.cli.report import run

        return run(argv[1:])
    from ml_audit_hooks.cli.clicks import command

    return command(list(argv))
