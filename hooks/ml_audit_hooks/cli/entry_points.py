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

    from ml_audit_hooks.core.finding import Check

_MAX_EPOCH_DIGITS = 11  # up to the year 5138


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


def _check(name: str, check: Callable[[], Check]) -> NoReturn:
    """Run the hook of one check."""
    gc.disable()

    def main() -> int:
        from ml_audit_hooks.cli.abouts import ABOUT
        from ml_audit_hooks.cli.hook import main

        return main(check(), ABOUT[name], sys.argv[1:])

    _guarded(name, main)


def audit_checkpoints() -> NoReturn:
    """``audit-checkpoints [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.checkpointing import CHECK

        return CHECK

    _check("audit-checkpoints", check)


def audit_complexity() -> NoReturn:
    """``audit-complexity [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.complexity import CHECK

        return CHECK

    _check("audit-complexity", check)


def audit_lockfiles() -> NoReturn:
    """``audit-lockfiles [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.lockfiles import CHECK

        return CHECK

    _check("audit-lockfiles", check)


def audit_notebooks() -> NoReturn:
    """``audit-notebooks [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.notebooks import CHECK

        return CHECK

    _check("audit-notebooks", check)


def audit_secrets() -> NoReturn:
    """``audit-secrets [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.secret_scan import CHECK

        return CHECK

    _check("audit-secrets", check)


def audit_security() -> NoReturn:
    """``audit-security [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.security import CHECK

        return CHECK

    _check("audit-security", check)


def audit_seeds() -> NoReturn:
    """``audit-seeds [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.seeds import CHECK

        return CHECK

    _check("audit-seeds", check)


def audit_stubs() -> NoReturn:
    """``audit-stubs [options] [FILE ...]``."""

    def check() -> Check:
        from ml_audit_hooks.checks.stubs import CHECK

        return CHECK

    _check("audit-stubs", check)


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
