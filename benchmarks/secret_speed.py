"""The speed of `audit-secrets` against detect-secrets, whole processes, as medians of paired ratios.

    python benchmarks/secret_speed.py CHECKOUT [--rounds N]

Cold, on one core: `detect-secrets scan --no-verify` of the checkout's files against the hook with an empty store, over
the Python files and over everything. Then one staged file of about 22 kB without a candidate, against `python -c pass`
of the same environment. Works in a clone in a temporary folder; measure an installed wheel, whose modules are compiled.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = [sys.executable, "-c", "pass"]
HOOK = """
import gc, os, sys
gc.disable()
from ml_audit_hooks.checks.secret_scan import CHECK
from ml_audit_hooks.cli.hook import main
code = main(CHECK, "", sys.argv[1:])
sys.stdout.flush()
os._exit(code)
"""
SCRIPT = Path(sys.executable).parent / "audit-secrets"
OURS = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-c", HOOK]
THEIRS = [str(Path(sys.executable).parent / "detect-secrets"), "-c", "1", "scan", "--no-verify"]
SIZE = 22_000  # bytes of the one changed file


def one_core() -> None:
    """Keep a child to the first core that it may use."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def seconds(command: list[str], folder: Path, single: bool) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    pinned = one_core if single else None
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, preexec_fn=pinned)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start


def forget(folder: Path) -> None:
    """Empty the store."""
    shutil.rmtree(folder / ".git" / "ml-audit", ignore_errors=True)
    (folder / ".git" / "ml-audit-stamp").unlink(missing_ok=True)


def told(ratios: list[float], unit: str) -> str:
    """The median with the range."""
    return f"{statistics.median(ratios):.2f} {unit} ({min(ratios):.2f} to {max(ratios):.2f})"


def cold(folder: Path, paths: list[str], rounds: int) -> str:
    """How many times as long detect-secrets takes."""
    ratios = []
    for _ in range(rounds):
        forget(folder)
        ours = seconds([*OURS, *paths], folder, True)
        ratios.append(seconds([*THEIRS, *(paths or ["."])], folder, True) / ours)
    return told(ratios, "times as fast as detect-secrets")


def single(folder: Path, path: str, rounds: int) -> str:
    """The hook on one file in bare interpreter starts."""
    ratios = [seconds([*OURS, path], folder, False) / seconds(BARE, folder, False) for _ in range(rounds + 1)]
    return told(ratios[1:], "bare starts")


def quiet_file(folder: Path, paths: list[str]) -> str:
    """The Python file that is nearest to `SIZE` and holds nothing to look at."""
    from ml_audit_hooks.checks.secret_scan.detect import examined
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.source import Content

    marks = ("detect_secrets.filters", "ml_audit_hooks.checks.secret_scan.quality")  # imported for a candidate only
    for path in sorted(paths, key=lambda name: abs((folder / name).stat().st_size - SIZE)):
        examined(File(path, Content((folder / path).read_bytes(), "")))
        if not [name for name in marks if sys.modules.pop(name, None)]:
            return path
    raise SystemExit("no such file")


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "clone"
        subprocess.run(["git", "clone", "-q", str(given.checkout), str(folder)], check=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "*.py"], cwd=folder, capture_output=True, text=True, check=True
        )
        python = listed.stdout.split("\0")[:-1]
        print(f"one file       {single(folder, quiet_file(folder, python), given.rounds * 7)}")
        print(f"Python, cold   {cold(folder, python, given.rounds)}")
        print(f"all, cold      {cold(folder, [], given.rounds)}")


if __name__ == "__main__":
    main()
