"""``audit-report``: the aggregator hook; and ``ml-audit run``, the same for people."""

from __future__ import annotations

import os
import sys

from ml_audit_hooks.cli.options import Option, Parsed, help_text, parse
from ml_audit_hooks.core import git, show
from ml_audit_hooks.core.errors import AuditError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.cli.writing import Written

AUDIT_FILE = "CODEBASE_AUDIT.md"
HOOK_TABLE = (Option("adopt", "carry the text of a foreign audit file into a notes block"),)
RUN_TABLE = (
    *HOOK_TABLE,
    Option("jobs", "processes; 0 for one a core", "N", default="0"),
    Option("quiet", "no progress bar and no summary"),
)
_HOOK_ABOUT = f"""\
Merges the records of all hooks into {AUDIT_FILE} at the repository's root, computing what is missing. Fails when the
file on disk was not what the staged tree gives: it is rewritten; stage it and commit again."""
_RUN_ABOUT = f"""\
Audits the checkout that holds PATH (default: the current folder), or a folder outside git, and writes {AUDIT_FILE} at
its root. What is audited is what is staged. Exit code 0: audited; 1: a file could not be judged that could before;
2: wrong use, or a check that broke."""


def main(argv: Sequence[str]) -> int:
    """The hook. The exit code."""
    try:
        return answer(argv)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2


def answer(argv: Sequence[str]) -> int:
    """As `main`. Raises AuditError for wrong use, and for an audit file that is not ours."""
    given = parse(argv, HOOK_TABLE, "audit-report")
    if given.wants_help:
        print(help_text("audit-report", "[options]", _HOOK_ABOUT, HOOK_TABLE))
        return 0
    repository = git.find_repository(".")
    if repository is not None and _unchanged(repository):
        return 0
    return _hook(given)


def run(argv: Sequence[str]) -> int:
    """``ml-audit run``. The exit code."""
    try:
        given = parse(argv, RUN_TABLE, "ml-audit run")
        if given.wants_help:
            print(help_text("ml-audit run", "[options] [PATH]", _RUN_ABOUT, RUN_TABLE))
            return 0
        if len(given.arguments) > 1:
            raise AuditError(f"ml-audit run: one PATH, not {len(given.arguments)}; run it once for each checkout")
        return _run(given)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2


def _unchanged(repository: git.Repository) -> bool:
    from ml_audit_hooks.cli import stamp

    return stamp.is_known(repository, stamp.compute(repository, os.path.join(repository.root, AUDIT_FILE)))


def _written(path: str, adopt: bool, jobs: int, quiet: bool) -> tuple[Written, git.Repository | None]:
    from ml_audit_hooks.cli import progress, stamp, subject, writing

    repository = git.find_repository(path)
    before = stamp.index(repository) if repository is not None else b""
    looked_at = subject.whole(path)
    written = writing.update(looked_at, adopt, jobs, progress.Bar(quiet))
    # an index that somebody changed during the run is not the one that was audited
    if repository is not None and not written.crashes and stamp.index(repository) == before:
        stamp.remember(repository, stamp.compute(repository, written.path))
    return written, repository


def _hook(given: Parsed) -> int:
    written, _ = _written(".", given.on("adopt"), 0, quiet=True)
    for line in written.changes:
        print(show.plain(line))
    if written.changed:
        print(f"{AUDIT_FILE}: brought up to date; stage it (git add {AUDIT_FILE}) and commit again")
    _show_crashes(written)
    return 2 if written.crashes else 1 if written.changed else 0


def _run(given: Parsed) -> int:
    path = given.arguments[0] if given.arguments else "."
    jobs = given.value("jobs")
    if not (jobs.isascii() and jobs.isdigit()):
        raise AuditError(f"ml-audit run: --jobs is no number: {jobs}; write --jobs 2")
    repository = git.find_repository(path) if os.path.isdir(path) else None
    if repository is not None and not given.on("adopt") and _unchanged(repository):
        if not given.on("quiet"):
            print(f"{show.plain(os.path.join(repository.root, AUDIT_FILE))}: up to date")
        return 0
    written, repository = _written(path, given.on("adopt"), int(jobs), given.on("quiet"))
    if not given.on("quiet"):
        _report(written)
        if repository is not None:
            _hint_untracked(repository)
    _show_crashes(written)
    return 2 if written.crashes else 1 if written.new_captures else 0


def _report(written: Written) -> None:
    for line in written.changes:
        print(show.plain(line))
    state = "written" if written.changed else "up to date"
    extra = ""
    if written.captures:
        plural = "" if written.captures == 1 else "s"
        extra = f"; {written.captures} error capture{plural}, see its section 8"
    print(f"{show.plain(written.path)}: {state}{extra}")


def _hint_untracked(repository: git.Repository) -> None:
    """What is not staged is not audited; say so where nothing at all is staged."""
    if not os.path.exists(repository.index_file):
        print("nothing is staged, so nothing was audited; `git add` the files first", file=sys.stderr)


def _show_crashes(written: Written) -> None:
    if written.crashes:
        from ml_audit_hooks.core import capture

        for failure in capture.of_crashes(written.crashes):
            print(capture.block(*failure, capture.now()), file=sys.stderr)
