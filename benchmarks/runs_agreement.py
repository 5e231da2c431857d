"""How far ``randomness`` and ``checkpoints`` of the audit agree with labels made by hand.

    python benchmarks/runs_agreement.py FOLDER [LABELS ...]

FOLDER holds a checkout of each labelled repository under its name, at the commit that the labels name; LABELS are all
of tests/labels and tests/labels/runs unless some are named. Prints for each repository and over all: F1 of the unseeded
sources (file and source, of labelled programs), F1 of the checkpoint sites (file, cell, at most two lines apart; those
whose "site" is arguable left out), kind and safety of the sites found, F1 of what they hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

LABELS = Path(__file__).parent.parent / "tests" / "labels"
NEAR = 2  # lines


class Tally(NamedTuple):
    """Right, too many, missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def __add__(self, other: object) -> Tally:
        assert isinstance(other, Tally)
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        whole = 2 * self.right + self.extra + self.missed
        return f"{2 * self.right / whole:.3f} {tuple(self)}" if whole else "none"


def audit(checkout: Path) -> dict[str, Any]:
    """The JSON audit of a checkout."""
    program = str(Path(sys.executable).with_name("ml-audit"))
    words = [program, "report", str(checkout), "--format", "json", "--output", "-"]
    found: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return found


def unseeded(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """(path, source) of what is not seeded."""
    return {(row["path"], source["source"]) for row in rows for source in row["sources"] if not source["seeded"]}


def of_randomness(labels: dict[str, Any], found: dict[str, Any]) -> Tally:
    """The unseeded sources of the labelled programs."""
    paths = {row["path"] for row in labels["entry_points"] if row["sources"]}
    wanted = unseeded(labels["entry_points"])
    got = {item for item in unseeded(found["randomness"]) if item[0] in paths}
    return Tally(len(wanted & got), len(got - wanted), len(wanted - got))


def of_sites(labels: dict[str, Any], found: dict[str, Any]) -> tuple[Tally, int, int, Tally]:
    """(sites, how many of those found have the right kind and safety, of how many judged, what they hold)."""
    scope = tuple(labels.get("scope") or ())
    got = [row for row in found["checkpoints"] if not scope or row["path"].startswith(scope)]
    doubtful = [row for row in labels["checkpoints"] if "site" in row["arguable"]]
    pairs, left = [], []
    for label in (row for row in labels["checkpoints"] if "site" not in row["arguable"]):
        near = [row for row in got if is_near(row, label)]
        if near:
            best = min(near, key=lambda row: (row["what"] != label["what"], abs(row["line"] - label["line"])))
            got.remove(best)
            pairs.append((label, best))
        else:
            left.append(label)
    extra = [row for row in got if not any(is_near(row, label) for label in doubtful)]
    judged = [(label, row) for label, row in pairs if "unsafe" not in label["arguable"]]
    same = sum((a["what"], a["unsafe"]) == (b["what"], b["unsafe"]) for a, b in judged)
    held = Tally()
    for label, row in pairs:
        if "holds" not in label["arguable"]:
            wanted, has = set(label["holds"]), set(row["holds"])
            held += Tally(len(wanted & has), len(has - wanted), len(wanted - has))
    return Tally(len(pairs), len(extra), len(left)), same, len(judged), held


def is_near(row: dict[str, Any], label: dict[str, Any]) -> bool:
    """Whether two places are the same, give or take."""
    same = bool(row["path"] == label["path"] and row["cell"] == label["cell"])
    return same and bool(abs(row["line"] - label["line"]) <= NEAR)


def main() -> None:
    """Print a line for each repository, and one over all."""
    folder = Path(sys.argv[1])
    paths = [Path(name) for name in sys.argv[2:]] or sorted([*LABELS.glob("*.json"), *LABELS.glob("runs/*.json")])
    seeds, sites, held, same, judged = Tally(), Tally(), Tally(), 0, 0
    for path in paths:
        labels = json.loads(path.read_text(encoding="utf-8"))
        found = audit(folder / labels["repo"])
        own_seeds = of_randomness(labels, found)
        own_sites, own_same, own_judged, own_held = of_sites(labels, found)
        print(
            f"{labels['repo']}: unseeded {own_seeds}, sites {own_sites}, {own_same} of {own_judged}, holds {own_held}"
        )
        seeds, sites, held = seeds + own_seeds, sites + own_sites, held + own_held
        same, judged = same + own_same, judged + own_judged
    print(f"all: unseeded {seeds}, sites {sites}, kind and safety {same} of {judged}, holds {held}")


if __name__ == "__main__":
    main()
