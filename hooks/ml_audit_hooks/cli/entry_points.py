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

_MAX_EPOCH_DIGITS = 11  # up to the year 5138
_STUBS_ABOUT = "Finds stubs and placeholders in code, notebooks and configuration; fails on those that the base lacks."


def _prepare_streams() -> None:
    """Make every name printable and every stream there, whatever the locale and the caller's redirections are."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"  # a file name gives the same audit on every machine, so it is UTF-8 on each
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    if sys.stdout is None or sys.stderr is None:  # closed by the caller (`>&-`)
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long-lived as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    if sys.stdout.encoding != "utf-8":
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


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
    _prepare_streams()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch and not (epoch.isascii() and epoch.isdigit() and len(epoch) <= _MAX_EPOCH_DIGITS):
        print("SOURCE_DATE_EPOCH: is no time in seconds since 1970; correct or unset it", file=sys.stderr)
        _leave(2)
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # as in `_leave`
        code = 1
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


def audit_capabilities() -> NoReturn:
    """``audit-capabilities [options] [FILE ...]``."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.cli.falls import main

        return main(sys.argv[1:])

    _guarded("audit-capabilities", main)


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
