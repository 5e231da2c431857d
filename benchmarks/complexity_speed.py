"""audit-complexity against radon: the same numbers, and how long each takes.

    python benchmarks/complexity_speed.py CHECKOUT [--rounds N] [--hook PROGRAM]

Whole processes in a clone in a temporary folder, each figure the median of paired ratios: the hook over the whole tree
without any record from before, then `radon cc -j`, on the cores that are there and on one (with `taskset`); and the
hook on one changed file of about 22 kB against `python -c pass` (P), the records of the other files known as they are
in everyday use. The hook does more than `radon cc` in that time: it also counts lines, maintainability and copies, and
judges the modules. Before the timing the numbers of every file are compared with those of `radon cc`, `mi` and `raw`.
Measure an installed wheel, not an editable install: its modules are compiled.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ml_audit_hooks.checks.complexity import raw_counts
from ml_audit_hooks.checks.complexity.index import maintainability
from ml_audit_hooks.checks.complexity.walk import Walk
from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable

BIN = Path(sys.executable).parent
BARE = [sys.executable, "-c", "pass"]


def seconds(command: list[str], folder: Path) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - start


def forget(folder: Path) -> None:
    """Remove the store of a clone."""
    shutil.rmtree(folder / ".git" / "ml-audit", ignore_errors=True)


def paired(command: list[str], yardstick: list[str], folder: Path, rounds: int, fresh: bool) -> str:
    """The median ratio of `command` to `yardstick`, with the quartiles."""
    ratios = []
    for _ in range(rounds + 1):
        if fresh:
            forget(folder)
        ratios.append(seconds(command, folder) / seconds(yardstick, folder))
    low, middle, high = statistics.quantiles(ratios[1:], n=4)
    return f"{middle:.2f} (quartiles {low:.2f} to {high:.2f})"


def of_radon(kind: str, folder: Path) -> dict[str, Any]:
    """radon's own answer over a folder, by path; files that it gives up on left out."""
    done = subprocess.run([BIN / "radon", kind, "-j", "."], cwd=folder, capture_output=True, text=True, check=True)
    return {path: row for path, row in json.loads(done.stdout).items() if "error" not in row}


def block(item: Any) -> dict[str, Any]:
    """A function or class as `radon cc -j` writes it, the rank left out."""
    names = ("name", "lineno", "col_offset", "classname", "complexity")
    row = {name: getattr(item, name) for name in names if getattr(item, name, None) is not None}
    row["type"] = "class" if hasattr(item, "methods") else "method" if item.is_method else "function"
    for inner in ("methods", "closures"):
        if hasattr(item, inner):
            row[inner] = [block(one) for one in getattr(item, inner)]
    return row


def ordered(rows: list[dict[str, Any]]) -> list[str]:
    """Blocks in an order of their own, without ranks and last lines, which the check does not use."""
    return sorted(json.dumps(_unranked(row), sort_keys=True) for row in rows)


def _unranked(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in row.items() if key not in ("rank", "endline")}
    return {k: [_unranked(one) for one in v] if isinstance(v, list) else v for k, v in kept.items()}


def differences(folder: Path) -> tuple[int, list[str]]:
    """(files compared, what differs) between radon's three commands and our counts."""
    blocks, index, raw = (of_radon(kind, folder) for kind in ("cc", "mi", "raw"))
    wrong = []
    for path, counts in raw.items():
        text = (folder / path).read_text(encoding="utf-8")
        try:
            module = python.parse(text)
        except Unreadable:
            continue  # radon counts the lines of what does not parse
        walk = Walk()
        walk.add(module.tree)
        own = raw_counts.count(text)
        ours = [block(item) for _, item in (*walk.functions, *walk.classes)]
        if ordered(ours) != ordered(blocks.get(path, [])):
            wrong.append(f"{path}: blocks")
        if own is None or own._asdict() != counts:
            wrong.append(f"{path}: raw")
        elif path in index and maintainability(walk.volume, walk.total, own) != index[path]["mi"]:
            wrong.append(f"{path}: mi")
    return len(raw), wrong


def middling(folder: Path) -> str:
    """The Python file whose size is nearest to 22 kB."""
    listing = subprocess.run(["git", "ls-files", "-z", "*.py"], cwd=folder, capture_output=True, text=True, check=True)
    return min(filter(None, listing.stdout.split("\0")), key=lambda path: abs((folder / path).stat().st_size - 22_000))


def main() -> None:
    """Print one line a figure; exit code 1 where a number differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--hook", default=str(BIN / "audit-complexity"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", os.path.abspath(given.checkout), str(clone)], check=True)
        files, wrong = differences(clone)
        print(f"{files} files as radon counts them; {len(wrong)} differ", *wrong[:10], sep="\n  ")
        hook, radon = [given.hook], [str(BIN / "radon"), "cc", "-j", "."]
        few = max(3, given.rounds // 2)
        print(f"whole tree / radon cc:              {paired(hook, radon, clone, few, True)}, goal 0.5")
        if shutil.which("taskset"):
            one = ["taskset", "-c", "0"]
            print(f"whole tree / radon cc, on one core: {paired([*one, *hook], [*one, *radon], clone, few, True)}")
        path = middling(clone)
        with (clone / path).open("a", encoding="utf-8") as file:
            file.write("\n\nCHANGED = True\n")
        subprocess.run(["git", "add", path], cwd=clone, check=True)
        seconds(hook, clone)
        size = (clone / path).stat().st_size
        print(
            f"one file of {size} bytes / P:        {paired([*hook, path], BARE, clone, given.rounds, False)}, goal 2.5"
        )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
