"""Over the last commits of a real repository: does the incremental audit equal one from scratch, and how often does it
change?

    python benchmarks/history.py CHECKOUT [COMMITS]

Works in two clones in a temporary folder. For each commit, oldest first, one clone is checked out and audited with its
store and its previous audit file; the other has its store deleted and audits anew with the same previous file. The
audit files must be the same bytes. Prints the share of commits at which the file changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

AUDIT = "CODEBASE_AUDIT.md"


def git(folder: Path, *args: str) -> str:
    """git's output in `folder`."""
    return subprocess.run(["git", "-C", str(folder), *args], check=True, capture_output=True, text=True).stdout


def audit(folder: Path, fresh: bool) -> bytes:
    """The audit file of a clone after a run; with `fresh`, without any store."""
    if fresh:
        shutil.rmtree(folder / ".git" / "ml-audit", ignore_errors=True)
        (folder / ".git" / "ml-audit-stamp").unlink(missing_ok=True)
    command = [str(Path(sys.executable).with_name("ml-audit")), "run", "--quiet", str(folder)]
    code = subprocess.run(command, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return (folder / AUDIT).read_bytes()


def main(checkout: str, count: int) -> int:
    """The number of commits at which the two audits differ."""
    commits = git(Path(checkout), "rev-list", "--first-parent", f"--max-count={count}", "HEAD").split()[::-1]
    differing = changed = 0
    with tempfile.TemporaryDirectory() as scratch:
        incremental, anew = Path(scratch) / "incremental", Path(scratch) / "a new one"
        for clone in (incremental, anew):
            git(Path(scratch), "clone", "-q", "--no-checkout", checkout, str(clone))
        before = b""
        for number, commit in enumerate(commits):
            for clone in (incremental, anew):
                git(clone, "checkout", "-q", "-f", commit)
            after = audit(incremental, fresh=False)
            if before:
                (anew / AUDIT).write_bytes(before)
            if audit(anew, fresh=True) != after:
                differing += 1
                print(f"{commit}: the incremental audit differs from one from scratch")
            changed += number > 0 and after != before
            before = after
    steps = max(1, len(commits) - 1)
    print(
        f"{len(commits)} commits: {differing} differ; the file changed at {changed} of {steps} ({changed / steps:.0%})"
    )
    return differing


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60) else 0)
