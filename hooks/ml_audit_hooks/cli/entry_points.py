"""One function a console script.

Each is a process that lives for some hundredths of a second: garbage is not collected (nothing here makes cycles to
speak of, and reference counts free the trees), and the interpreter is left without tearing down what the system frees
anyway. Both together are worth a quarter of a bare interpreter start.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

_STUBS_ABOUT = "Finds stubs and placeholders in code, notebooks and configuration; fails on those that the base lacks."


def _leave(code: int) -> NoReturn:
    """End the process at once, all output written."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # a reader that went away, as `| head` does
        code = code or 1
    if "coverage" in sys.modules:  # measured processes write their data at the regular end
        sys.exit(code)
    os._exit(code)


def _guarded(program: str, main: Callable[[], int]) -> NoReturn:
    """Run `main` and leave with its code. A defect of ours is an error capture and exit code 2, never a green run."""
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        from ml_audit_hooks.core import capture, fill

        step, context = f"0:Run {program}", "a defect of ml-audit-hooks; nothing was written by this run"
        print(capture.block(step, fill.describe(error), context, capture.now()), file=sys.stderr)
        code = 2
    _leave(code)


def audit_stubs() -> NoReturn:
    """``audit-stubs [options] [FILE ...]``."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.checks.stubs import CHECK
        from ml_audit_hooks.cli.hook import main

        return main(CHECK, _STUBS_ABOUT, sys.argv[1:])

    _guarded("audit-stubs", main)


def audit_report() -> NoReturn:
    """``audit-report [options]``."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.cli.report import main

        return main(sys.argv[1:])

    _guarded("audit-report", main)


def audit_all() -> NoReturn:
    """``audit-all [options] [FILE ...]``."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.cli.everything import main

        return main(sys.argv[1:])

    _guarded("audit-all", main)


def ml_audit() -> NoReturn:
    """``ml-audit COMMAND``."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.cli.command import main

        return main(sys.argv[1:])

    _guarded("ml-audit", main)
