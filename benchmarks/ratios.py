"""The speed of the hooks as ratios in one run.

    python benchmarks/ratios.py CHECKOUT [--rounds N]

P is `python -c pass` of the same environment; A is a pass of `ast.parse` over the same Python files on two cores.
Works in a clone in a temporary folder. Each figure is the median of paired rounds (the command, then its yardstick).
Measure an installed wheel, not an editable install: its modules are compiled.
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

BIN = Path(sys.executable).parent
BARE = [sys.executable, "-c", "pass"]
PARSE = """
import ast, gc, os, sys, warnings
gc.disable()
warnings.simplefilter("ignore")
files = sorted(sys.stdin.read().split("\\0"), key=os.path.getsize)
child = os.fork()
for path in files[child == 0 :: 2]:
    try:
        ast.parse(open(path, "rb").read())
    except (SyntaxError, ValueError):
        pass
if child:
    os.waitpid(child, 0)
os._exit(0)
"""


def seconds(command: list[str], folder: Path, text: str = "") -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, input=text, text=True, capture_output=True, check=False)
    return time.perf_counter() - start


def paired(
    command: list[str], yardstick: list[str], folder: Path, rounds: int, text: str = "", fresh: bool = False
) -> str:
    """The median ratio of `command` to `yardstick`, with the quartiles."""
    ratios = []
    for _ in range(rounds + 1):
        if fresh:
            shutil.rmtree(folder / ".git" / "ml-audit", ignore_errors=True)
            (folder / ".git" / "ml-audit-stamp").unlink(missing_ok=True)
        ratios.append(seconds(command, folder) / seconds(yardstick, folder, text))
    ratios = sorted(ratios[1:])
    low, _, high = statistics.quantiles(ratios, n=4)
    return f"{statistics.median(ratios):.2f} (quartiles {low:.2f} to {high:.2f})"


def middling(files: list[str], folder: Path) -> str:
    """The Python file whose size is nearest to 22 kB."""
    return min(files, key=lambda path: abs((folder / path).stat().st_size - 22_000))


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout")
    parser.add_argument("--rounds", type=int, default=21)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", os.path.abspath(given.checkout), str(clone)], check=True)
        listing = subprocess.run(
            ["git", "ls-files", "-z", "*.py"], cwd=clone, capture_output=True, text=True, check=True
        )
        files = [path for path in listing.stdout.split("\0") if path]
        one = middling(files, clone)
        few = max(3, given.rounds // 4)
        run = [str(BIN / "ml-audit"), "run", "--quiet"]
        joined = "\0".join(files)
        print(f"{len(files)} Python files; one file: {(clone / one).stat().st_size} bytes; {given.rounds} rounds")
        cold = paired(run, [sys.executable, "-c", PARSE], clone, few, joined, fresh=True)
        print(f"ml-audit run, cold                 / A: {cold}, goal 4")
        rows = (
            ("ml-audit run, nothing changed     ", run, "4"),
            ("audit-report, nothing changed     ", [str(BIN / "audit-report")], "2"),
            ("audit-stubs, one file             ", [str(BIN / "audit-stubs"), one], "2.5"),
            ("audit-stubs, nothing to say       ", [str(BIN / "audit-stubs"), "README.md"], "1.3"),
        )
        for name, command, goal in rows:
            print(f"{name} / P: {paired(command, BARE, clone, given.rounds)}, goal {goal}")


if __name__ == "__main__":
    main()
