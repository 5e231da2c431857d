"""The speed of `audit-security` against bandit, a bare parse and a bare interpreter, as ratios in one run.

    python benchmarks/security_speed.py CHECKOUT [--rounds N]

B is `bandit -q -r` and A a pass of `ast.parse` over the same Python files, each on one core, as the hook is; P is
`python -c pass`. Works in a clone in a temporary folder that holds the Python files alone; the hook starts without a
store. Each figure is the median of paired rounds. Before the timing the findings of both are compared.
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
from collections import Counter
from pathlib import Path

HOOK = """
import gc, sys
gc.disable()
from ml_audit_hooks.checks.security import CHECK
from ml_audit_hooks.cli.hook import main
sys.exit(main(CHECK, "", sys.argv[1:]))
"""
ROWS = """
import json, sys
from ml_audit_hooks.checks.security import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
for path in sys.stdin.read().split("\\0"):
    try:
        record = CHECK.examine(File(path, Content(open(path, "rb").read(), "blob")))
    except Exception:
        continue
    for f in record.findings:
        if f.ignored != "# nosec":
            print(json.dumps([path, f.line, f.code, f.level, f.kind]))
"""
PARSE = """
import ast, gc, sys, warnings
gc.disable()
warnings.simplefilter("ignore")
for path in sys.stdin.read().split("\\0"):
    try:
        ast.parse(open(path, "rb").read())
    except (SyntaxError, ValueError):
        pass
"""
PYTHON = sys.executable
ENGINE = [PYTHON, "-m", "bandit", "-q", "-r", ".", "-f", "json", "--ini"]
LEVELS = {"HIGH": "error", "LOW": "note", "MEDIUM": "warning"}


def seconds(command: list[str], folder: Path, text: str = "") -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, input=text, text=True, capture_output=True, check=False)
    return time.perf_counter() - start


def paired(first: tuple[list[str], str], second: tuple[list[str], str], folder: Path, rounds: int) -> str:
    """The median ratio of two commands with their inputs, with the range."""
    ratios = []
    for _ in range(rounds):
        shutil.rmtree(folder / ".git" / "ml-audit", ignore_errors=True)
        ratios.append(seconds(first[0], folder, first[1]) / seconds(second[0], folder, second[1]))
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def difference(folder: Path, paths: list[str], ini: str) -> str:
    """How the sets of (file, line, id, severity, confidence) differ."""
    given = "\0".join(paths)
    told = subprocess.run([PYTHON, "-c", ROWS], cwd=folder, input=given, capture_output=True, text=True, check=True)
    ours = Counter(tuple(json.loads(row)) for row in told.stdout.splitlines())
    run = subprocess.run([*ENGINE, ini], cwd=folder, capture_output=True, text=True, check=False)
    theirs = Counter(
        (
            row["filename"].removeprefix("./"),
            row["line_number"],
            row["test_id"],
            LEVELS[row["issue_severity"]],
            row["issue_confidence"].lower(),
        )
        for row in json.loads(run.stdout)["results"]
    )
    return f"{theirs.total()} of bandit, {(theirs - ours).total()} missing, {(ours - theirs).total()} more"


def only_python(folder: Path) -> list[str]:
    """The Python files of a clone in which everything else is removed and no path is one that bandit leaves out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True, text=True, check=True)
    paths = [path for path in listed.stdout.split("\0") if path]
    kept = [p for p in paths if p.endswith(".py") and not (folder / p).is_symlink() and ".git" not in p]
    for path in set(paths) - set(kept):
        (folder / path).unlink(missing_ok=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    return kept


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        clone, ini = Path(scratch) / "clone", Path(scratch) / "empty.ini"
        ini.write_text("[bandit]\n", encoding="utf-8")
        subprocess.run(["git", "clone", "-q", os.path.abspath(given.checkout), str(clone)], check=True)
        paths = only_python(clone)
        print(f"{len(paths)} files, findings: {difference(clone, paths, str(ini))}")
        hook, every = ([PYTHON, "-c", HOOK, "--all"], ""), "\0".join(paths)
        print("bandit / hook, all files:", paired(([*ENGINE, str(ini)], ""), hook, clone, given.rounds))
        print("hook / ast.parse, all files:", paired(hook, ([PYTHON, "-c", PARSE], every), clone, given.rounds))
        bare = ([PYTHON, "-c", "pass"], "")
        for about, path in one_file(clone, paths).items():
            command = [PYTHON, "-c", HOOK, path]
            print(f"hook / P, {about} ({path}):", paired((command, ""), bare, clone, 4 * given.rounds + 1))


def one_file(folder: Path, paths: list[str]) -> dict[str, str]:
    """Two files near 22 kB: one on which bandit is not asked, one on which it is."""
    script = ROWS.replace("        continue", "        pass").partition("    for f")[0]
    near = sorted(paths, key=lambda p: abs((folder / p).stat().st_size - 22_000))[:60]
    found: dict[str, str] = {}
    for path in near:
        asked = subprocess.run(
            [PYTHON, "-c", script + "import sys; print('bandit' in sys.modules)"],
            cwd=folder,
            input=path,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        found.setdefault("bandit asked" if "True" in asked else "nothing can be found", path)
        if len(found) > 1:
            break
    return found


if __name__ == "__main__":
    main()
