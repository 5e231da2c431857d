"""Laws of the capabilities, tried on a real checkout.

    python benchmarks/metamorphic.py CHECKOUT [FUNCTIONS]

- Decoys (comments, strings and dead imports that name facets) at the end of every Python file change no facet.
- Renaming the local variables of every function changes no facet.
- Renaming every Python file that no other file imports or names changes no facet.
- Deleting a file changes a facet only if the file showed it; a facet whose whole evidence lay there is gone.
- Replacing the body of a function by a stub (FUNCTIONS of those that show something, evenly spread) does the same.

Prints each law with the number of trials and every violation.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.capabilities import laws, support  # noqa: E402

from ml_audit_hooks.capabilities.catalog import CAPABILITIES  # noqa: E402
from ml_audit_hooks.capabilities.status import judge  # noqa: E402


def texts(checkout: Path) -> dict[str, str]:
    """The tracked text files."""
    listing = subprocess.run(["git", "-C", str(checkout), "ls-files", "-z"], check=True, capture_output=True, text=True)
    found = {}
    for name in filter(None, listing.stdout.split("\0")):
        path = checkout / name
        if path.is_file() and path.stat().st_size < 1_000_000:
            try:
                found[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return found


def differing(before: laws.States, after: laws.States) -> list[str]:
    """The facets whose state differs."""
    return [f"{name}: {before[name]} -> {after[name]}" for name in before if before[name] != after[name]]


def parseable(files: dict[str, str]) -> list[str]:
    """The Python files that parse and are no tests."""
    return [p for p in files if p.endswith(".py") and "test" not in p and laws._parses(files[p])]


def evidence_of(files: dict[str, str]) -> dict[str, set[tuple[str, str]]]:
    """(path, symbol) of the evidence of each facet that is present."""
    view = support.view(files)
    return {
        f"{c.name}.{f.name}": {(e.path, e.symbol) for e in v.evidence}
        for c in CAPABILITIES
        for f, v in zip(c.facets, judge(c, view).verdicts, strict=True)
        if v.state == "present"
    }


def main(checkout: Path, count: int) -> int:
    """The number of violations."""
    files = texts(checkout)
    before = laws.states(support.view(files))
    shown = evidence_of(files)
    python = parseable(files)
    violations = 0

    def tell(law: str, rows: list[str], trials: int) -> None:
        nonlocal violations
        violations += len(rows)
        print(f"{law}: {trials} trials, {len(rows)} violations", *(f"  {row}" for row in rows), sep="\n")

    decoyed = files | {p: laws.with_decoys(files[p]) for p in python}
    tell("decoys", differing(before, laws.states(support.view(decoyed))), len(python))
    renamed = files | {p: laws.locals_renamed(files[p]) for p in python}
    tell("local names", differing(before, laws.states(support.view(renamed))), len(python))

    rows = []
    carriers = sorted({path for places in shown.values() for path, _ in places if path in python})[:count]
    for path in carriers:
        after = laws.states(support.view({p: t for p, t in files.items() if p != path}))
        rows += [
            f"{path} deleted, {name}: still present"
            for name, places in shown.items()
            if {p for p, _ in places} == {path} and len(places) < 8 and after[name] == "present"
        ]
    tell("deleted files", rows, len(carriers))

    rows = []
    symbols = sorted({place for places in shown.values() for place in places if place[0] in python})
    symbols = [(p, s) for p, s in symbols if s in dict(laws.functions(files[p]))]
    chosen = symbols[:: max(1, len(symbols) // count)]
    for path, symbol in chosen:
        after = laws.states(support.view(files | {path: laws.stubbed_out(files[path], symbol)}))
        for name, places in shown.items():
            only_here = all(p == path and (s == symbol or s.startswith(symbol + ".")) for p, s in places)
            if only_here and after[name] == "present" and len(places) < 8:
                rows.append(f"{path}: {symbol} stubbed, {name}: still present")
            elsewhere = not any(p == path and (s == symbol or s.startswith(symbol + ".")) for p, s in places)
            if elsewhere and after[name] != "present" and not name.endswith(".tests"):  # a test of a stub tests nothing
                rows.append(f"{path}: {symbol} stubbed, {name}: {after[name]}, though shown elsewhere")
    tell("stubbed functions", rows, len(chosen))
    return violations


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 40) else 0)
