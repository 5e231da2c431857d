"""How far the audit agrees with labels made by hand.

    python benchmarks/agreement.py FOLDER [LABELS ...]

FOLDER holds a checkout of each labelled repository under its name, at the commit that the labels name; LABELS are all
of tests/labels unless some are named. Facets that a label calls arguable are left out. Prints, for each repository and
over all: facets that agree, F1 of "present", status words that agree, evidence in a file that the labels cite too; then
every facet on which they differ.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.status import word

LABELS = Path(__file__).parent.parent / "tests" / "labels"
STATES = ("present", "stubbed", "absent")


def audit(checkout: Path) -> dict[str, Any]:
    """The JSON audit of a checkout."""
    command = [
        str(Path(sys.executable).with_name("ml-audit")),
        "report",
        str(checkout),
        "--format",
        "json",
        "--output",
        "-",
    ]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def possible_words(capability: str, facets: dict[str, Any]) -> set[str]:
    """The status words that the labels allow, every state of an arguable facet tried."""
    core = [f.name for c in CAPABILITIES if c.name == capability for f in c.facets if f.core]
    labels = [facets[f"{capability}.{name}"] for name in core]
    return {word(states) for states in product(*(STATES if x["arguable"] else (x["state"],) for x in labels))}


def files(evidence: list[str]) -> set[str]:
    """The files of a label's evidence (``path:line`` or ``path#cell N``)."""
    return {item.partition("#")[0].partition(":")[0].removeprefix("./") for item in evidence}


class Tally:
    """Counts of one repository or of all."""

    def __init__(self) -> None:
        self.same = self.facets = self.both = self.extra = self.missed = self.words = self.capabilities = 0
        self.cited = self.shown = 0

    def add(self, other: Tally) -> None:
        """Add another's counts."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        f1 = 2 * self.both / max(1, 2 * self.both + self.extra + self.missed)
        return (
            f"facets {self.same}/{self.facets} = {self.same / max(1, self.facets):.3f}, F1 of present {f1:.3f} "
            f"({self.extra} too many, {self.missed} missed), words {self.words}/{self.capabilities}, "
            f"same file {self.cited}/{self.shown}"
        )


def compared(labels: dict[str, Any], found: dict[str, Any]) -> tuple[Tally, list[str]]:
    """The counts, and a line for each facet that differs."""
    tally, rows = Tally(), []
    states = {facet["id"]: facet for capability in found["capabilities"] for facet in capability["facets"]}
    for name, label in labels["facets"].items():
        if label["arguable"]:
            continue
        facet = states[name]
        now, right = facet["state"] == "present", label["state"] == "present"
        tally.facets += 1
        tally.same += facet["state"] == label["state"]
        tally.both += now and right
        tally.extra += now and not right
        tally.missed += right and not now
        if now and right and label["evidence"]:
            tally.shown += 1
            tally.cited += not files(label["evidence"]).isdisjoint(item["path"] for item in facet["evidence"])
        if facet["state"] != label["state"]:
            shown = [f"{item['path']}:{item['line']}" for item in facet["evidence"][:2]]
            rows.append(f"  {name}: labels {label['state']} {label['evidence'][:2]}, audit {facet['state']} {shown}")
    for capability in found["capabilities"]:
        tally.capabilities += 1
        tally.words += capability["status"] in possible_words(capability["id"], labels["facets"])
    return tally, rows


def main(folder: Path, paths: list[Path]) -> None:
    """Print the comparison."""
    total = Tally()
    for path in paths:
        labels = json.loads(path.read_text(encoding="utf-8"))
        tally, rows = compared(labels, audit(folder / labels["repo"]))
        total.add(tally)
        print(f"{labels['repo']}: {tally}", *rows, sep="\n")
    print(f"all: {total}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(p) for p in sys.argv[2:]] or sorted(LABELS.glob("*.json")))
