"""The speed of the index of advisories: building, opening, looking up, and a whole process against pip-audit's import.

    python benchmarks/vulndb_speed.py ADVISORY_DATABASE [--rounds N]

ADVISORY_DATABASE is a checkout or archive of the PyPA database. 150 packages are looked up, every fifth with records.
Beside each figure stands that of SQLite over the same rows. Times of processes are medians of paired rounds.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ml_audit_hooks.vulndb import building, sources, update
from ml_audit_hooks.vulndb.index import Index, encoded

PACKAGES, WITH_RECORDS, COPIES = 150, 30, 10
HOOK = """
import sys
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.vulndb.findings import vulnerable
class Package(NamedTuple):
    name: str
    version: str
    line: int = 1
    source: str = "pypi"
    cell: None = None
auditor = None
if sys.argv[2] == "auditor":
    from ml_audit_hooks.engines.pip_audit_engine import audit as auditor
pins = [Package(*line.split()) for line in open(sys.argv[3])]
print(sum(f.measure for row in vulnerable({"uv.lock": pins}, sys.argv[1], (), "", 0, auditor).values() for f in row))
"""
SQLITE = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
for line in open(sys.argv[3]):
    base.execute("select line from rows where package = ?", (line.split()[0],)).fetchall()
"""
OURS = """
import sys
from ml_audit_hooks.vulndb.index import Index
index = Index(sys.argv[1])
for line in open(sys.argv[3]):
    index.rows(line.split()[0])
"""
BARE, PIP_AUDIT = "pass", "import pip_audit._cli"


def seconds(action: Callable[[], object], rounds: int) -> float:
    """The least time of an action."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def processes(codes: dict[str, tuple[str, ...]], rounds: int) -> dict[str, float]:
    """The median time of processes, one of each in every round."""
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(rounds):
        for name, arguments in codes.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", *arguments], check=True, capture_output=True)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(row) for name, row in times.items()}


def pins(packages: dict[str, list[str]], affected: int) -> str:
    """150 lines "name version", `affected` of them with an old version of a package with records."""
    known = sorted(packages, key=lambda name: (-len(packages[name]), name))[4 : 4 + affected]
    others = [f"package-without-records-{i}" for i in range(PACKAGES - affected)]
    return "".join(f"{name} 1.{i % 9}.0\n" for i, name in enumerate(known + others))


def sqlite_file(path: Path, packages: dict[str, list[str]]) -> None:
    """The rows as a table with an index on the package."""
    base = sqlite3.connect(path)
    base.execute("create table rows (package text, line text)")
    base.executemany("insert into rows values (?, ?)", [(name, row) for name in packages for row in packages[name]])
    base.execute("create index by_package on rows (package)")
    base.commit()
    base.close()


def look_ups(path: Path, names: list[str]) -> None:
    """Open the index, look up every name, close it."""
    index = Index(str(path))
    for name in names:
        index.rows(name)
    index.close()


def sqlite_look_ups(path: Path, names: list[str]) -> None:
    """The same over SQLite."""
    base = sqlite3.connect(path)
    for name in names:
        base.execute("select line from rows where package = ?", (name,)).fetchall()
    base.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        one, ten, base = Path(folder) / "one.index", Path(folder) / "ten.index", Path(folder) / "base.sqlite"
        built = seconds(lambda: update(options.database, str(one)), 2)
        packages, about = building.gathered(sources.records(options.database))
        copies = {f"{name}-{i}" if i else name: rows for name, rows in packages.items() for i in range(COPIES)}
        ten.write_bytes(encoded(copies, about))
        sqlite_file(base, packages)
        print(f"built from {about.records} records in {built:.2f} s; {one.stat().st_size >> 10} KiB")
        print(f"SQLite: {base.stat().st_size >> 10} KiB")
        hit, clean = Path(folder) / "hit", Path(folder) / "clean"
        hit.write_text(pins(packages, WITH_RECORDS), encoding="utf-8")
        clean.write_text(pins(packages, 0), encoding="utf-8")
        names = [line.split()[0] for line in hit.read_text(encoding="utf-8").splitlines()]
        for title, run in (
            ("index", lambda: look_ups(one, names)),
            (f"index of {COPIES} times the records", lambda: look_ups(ten, names)),
            ("SQLite", lambda: sqlite_look_ups(base, names)),
        ):
            print(f"open and look up {PACKAGES} packages, {title}: {seconds(run, 20) * 1000:.2f} ms")
        codes = {
            "python -c pass": (BARE,),
            "look-ups only, index": (OURS, str(one), "", str(hit)),
            "look-ups only, SQLite": (SQLITE, str(base), "", str(hit)),
            "findings, no records": (HOOK, str(one), "auditor", str(clean)),
            "findings, 30 packages with records": (HOOK, str(one), "", str(hit)),
            "the same through pip-audit's Auditor": (HOOK, str(one), "auditor", str(hit)),
            "import pip_audit._cli": (PIP_AUDIT,),
        }
        times = processes(codes, options.rounds)
        for name, value in times.items():
            print(f"{name}: {value * 1000:.1f} ms, {value / times['import pip_audit._cli']:.2f} of pip-audit's import")


if __name__ == "__main__":
    main()
