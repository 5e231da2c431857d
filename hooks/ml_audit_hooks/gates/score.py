"""The ML Test Score of Breck et al., "The ML Test Score: A Rubric for ML Production Readiness and Technical Debt
Reduction", IEEE Big Data 2017, as far as a repository shows it.

28 items in four sections of seven. An item that is done by hand and documented gives half a point, one that a system
repeats by itself a full one; the score is the smallest of the four sums. Most items speak of production: what leaves
no trace in a repository is said to be undecidable, and gives no point here.
"""

from __future__ import annotations

import re

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.gates import categories, facts, runners
from ml_audit_hooks.gates import words as wording
from ml_audit_hooks.gates.items import ITEMS, SECTIONS, Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ml_audit_hooks.gates.facts import FileFacts, Records, Test

SHOWN, NOT_SHOWN, UNDECIDABLE = "shown", "not shown", "cannot be decided statically"
MANUAL, AUTOMATED = 0.5, 1.0  # points
_MEANING = (  # the least score of a row and how the paper reads it
    (5.01, "exceptional levels of automated testing and monitoring"),
    (3.01, "strong levels of automated testing and monitoring, appropriate for mission-critical systems"),
    (2.01, "reasonably tested, but more of those tests and procedures may be automated"),
    (1.01, "a first pass at basic productionization; additional investment may be needed"),
    (0.01, "not totally untested, but consider the possibility of serious holes in reliability"),
    (0.0, "more of a research project than a productionized system"),
)


class Row(NamedTuple):
    """One of the 28 items."""

    id: str  # data.1
    section: str
    title: str
    state: str  # SHOWN, NOT_SHOWN or UNDECIDABLE
    points: float  # 0, MANUAL or AUTOMATED
    evidence: str  # "tests/test_data.py::test_schema (3 tests)"; a facet's id; "" for none
    note: str  # what the evidence leaves open, or why it cannot be decided


class Score(NamedTuple):
    """The rubric filled."""

    rows: tuple[Row, ...]
    sections: tuple[tuple[str, float], ...]  # sums in the paper's order
    total: float  # the smallest of them
    meaning: str


class _Ground(NamedTuple):
    """What the items are decided by."""

    tests: tuple[tuple[str, Test, str], ...]  # path, test, category; those that never run left out
    states: Mapping[str, str]
    signs: tuple[tuple[str, str], ...]  # (package, path)
    updates: str  # path of the configuration of update notices
    automated: bool  # whether CI runs the tests


def score(records: Records, states: Mapping[str, str]) -> Score:
    """The items by the tests in `records` and the facets' states (``checkpointing.tests`` to ``present``)."""
    ground = _ground(facts.all_of(records), states)
    rows = tuple(_row(item, ground) for item in ITEMS)
    sums = tuple((section, sum(row.points for row in rows if row.section == section)) for section in SECTIONS)
    total = min(points for _, points in sums)
    return Score(rows, sums, total, next(text for least, text in _MEANING if total >= least))


def _ground(files: Mapping[str, FileFacts], states: Mapping[str, str]) -> _Ground:
    live = tuple(
        (path, test, categories.category(path, test))
        for path, file in files.items()
        for test in file.tests
        if "skip" not in test.marks
    )
    in_ci = [step for path, file in files.items() if runners.is_ci(path) for step in file.steps]
    return _Ground(
        live,
        states,
        tuple((sign, path) for path, file in files.items() for sign in file.signs),
        next((path for path, file in files.items() if ("updates", "dependabot") in file.settings), ""),
        states.get("ci_tests.ci") == "present" or any(wording.kind(s.words) == wording.TESTS for s in in_ci),
    )


def _row(item: Item, ground: _Ground) -> Row:
    evidence, points = _evidence(item, ground)
    section = item.id.partition(".")[0]
    if evidence:
        return Row(item.id, section, item.title, SHOWN, points, evidence, item.leaves_open)
    state = UNDECIDABLE if item.outside else NOT_SHOWN
    return Row(item.id, section, item.title, state, 0.0, "", item.outside)


def _evidence(item: Item, ground: _Ground) -> tuple[str, float]:
    """(where the item is shown, its points); ("", 0) for nowhere."""
    found = [(path, test) for path, test, category in ground.tests if _fits(item, path, test, category)]
    if found:
        path, test = next((f for f in found if item.prefer and re.search(item.prefer, f[0].lower())), found[0])
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return f"{path}::{test.name}{more}", AUTOMATED if ground.automated else MANUAL
    if item.updates and ground.updates:
        return ground.updates, AUTOMATED
    for sign, path in ground.signs:
        if sign in item.signs:
            return f"{path} uses {sign}", AUTOMATED
    facet = next((facet for facet in item.facets if ground.states.get(facet) == "present"), "")
    if facet:
        return facet, (AUTOMATED if ground.automated else MANUAL) if facet.endswith(".tests") else MANUAL
    return "", 0.0


def _fits(item: Item, path: str, test: Test, category: str) -> bool:
    if item.categories and category not in item.categories:
        return False
    if item.needs and not _has(item.needs, (*test.calls, *test.through)):
        return False
    if not (item.named or item.calls or item.asserts):
        return bool(item.categories)
    if item.named and re.search(item.named, f"{path} {test.name}".lower()):
        return not item.asserts or _has(item.asserts, test.asserts)
    if item.calls and _has(item.calls, (*test.calls, *test.imports, *test.fixtures)):
        return not item.asserts or _has(item.asserts, test.asserts)
    return bool(item.asserts) and not item.named and not item.calls and _has(item.asserts, test.asserts)


def _has(pattern: str, texts: tuple[str, ...]) -> bool:
    return any(re.search(pattern, text) for text in texts)


def counts(rows: tuple[tuple[str, str, str], ...]) -> dict[str, int]:
    """How many tests of each category there are, of `categories.categorised`."""
    found = dict.fromkeys(categories.CATEGORIES, 0)
    for _, _, category in rows:
        found[category] += 1
    return found


def shown(result: Score) -> Iterator[Row]:
    """The items with evidence."""
    return (row for row in result.rows if row.state == SHOWN)
