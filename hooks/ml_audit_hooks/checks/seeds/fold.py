"""From the records of all files to the findings that count: what one file alone cannot tell."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import words
from ml_audit_hooks.checks.seeds.effect import KINDS, SOURCE_BIT, SOURCES, of_source
from ml_audit_hooks.checks.seeds.outcome import sources
from ml_audit_hooks.checks.seeds.programs import Programs, Row, place
from ml_audit_hooks.checks.seeds.single import EXCUSES
from ml_audit_hooks.checks.seeds.tree import Tree
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ml_audit_hooks.checks.seeds.summary import Link, Place
    from ml_audit_hooks.core.finding import Record

_CURES = {
    "numpy": "numpy.random.seed(…)",
    "python": "random.seed(…)",
    "sklearn": "numpy.random.seed(…)",
    "tensorflow": "tensorflow.random.set_seed(…)",
    "torch": "torch.manual_seed(…)",
}
_SHOWN = ("init", "data", "run", "late", "weak", "drop", "own", "aside", "pick")
_DECIDES = ("run", "data", "own")  # kinds of draws that decide a result without training, too


class Use(NamedTuple):
    """A draw that nothing had seeded, on which a result of the program depends."""

    place: Place
    link: Link | None  # the calls that lead there, the outermost first


def folded(records: Mapping[str, Record]) -> dict[str, tuple[Finding, ...]]:
    """The findings of the entry points of a tree, by path."""
    tree = Tree(records)
    found: dict[str, dict[tuple[Any, ...], Finding]] = {}
    for path, finding in [*_of_programs(tree), *_unexcused(tree, records)]:
        if not (places.is_test(path) or places.is_vendored(path) or places.is_generated(path) or words.measures(path)):
            cause: tuple[Any, ...] = finding.code, finding.text
            if finding.code not in ("SEED001", "SEED002"):  # two functions of a file may start the same program
                cause = *cause, finding.line, finding.cell
            found.setdefault(path, {}).setdefault(cause, finding)
    return {path: tuple(several.values()) for path, several in found.items()}


def rows(records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """The entry points with their sources of randomness, as the contract's JSON has them."""
    return [
        {
            "path": row.path,
            "cell": row.cell,
            "symbol": row.symbol,
            "sources": [source._asdict() for source in row.sources],
        }
        for row in Programs(Tree(records)).rows()
    ]


def _unexcused(tree: Tree, records: Mapping[str, Record]) -> Iterator[tuple[str, Finding]]:
    """The findings of single files that no other file excuses."""
    excused = {mark for code in tree.codes.values() for mark in code.marks}
    for path, record in records.items():
        for finding in record.findings:
            if finding.code in EXCUSES and excused.isdisjoint(EXCUSES[finding.code]):
                yield path, finding


def _of_programs(tree: Tree) -> Iterator[tuple[str, Finding]]:
    for row in Programs(tree).rows():
        if row.path == row.outcome.path:
            yield from _of_row(tree, row)


def _of_row(tree: Tree, row: Row) -> Iterator[tuple[str, Finding]]:
    outcome = row.outcome
    if words.measures(row.path):
        return
    if not outcome.trains and not _decides_something(row):
        return
    moving = {**outcome.now.moving, **outcome.later.moving}
    for one in (outcome.now, outcome.later):
        moving.update((where, targets) for where, (_, targets) in one.picks.items())
        for where, mask in one.own.items():
            name = SOURCES[mask.bit_length() - 1]
            if name != "env" and not words.is_aside(where.symbol):
                text = f"{where.text} makes a generator of its own without a seed"
                yield _finding(tree, "SEED005", where, name, text)
    told = 0
    for where, mask in moving.items():
        told |= mask
        yield _finding(tree, "SEED004", where, where.text, f"{where.text} takes a seed that differs from run to run")
    missing = _missing(row)
    for (name, where), mask in {**outcome.later.unset, **outcome.now.unset}.items():
        hit = [s for s in missing if mask & SOURCE_BIT[s]]
        if hit:
            text = f"`{name}` is not set by default, and then nothing seeds {', '.join(sorted(hit))}"
            yield _finding(tree, "SEED003", where, name, text)
        told |= mask
    for source, use in missing.items():
        if not told & SOURCE_BIT[source]:
            yield row.path, _unseeded(tree, row, source, use)


def _missing(row: Row) -> dict[str, Use]:
    """The sources that a result of the program depends on and that nothing seeds in time, with their first draws."""
    outcome = row.outcome
    missing: dict[str, Use] = {}
    for reached in sources(outcome):
        if reached.seeded or reached.source in ("torch.cuda", "env"):
            continue
        kinds = KINDS if outcome.trains else _DECIDES
        mask = of_source(reached.source, [k for k in kinds if k not in ("weak", "own", "aside")])
        uses = [u for u in outcome.unseeded(reached.source) if u[0] & mask and (outcome.trains or not u[3])]
        if uses:
            _, where, link, later = min(uses, key=lambda use: (use[3], _rank(use[0])))
            missing[reached.source] = Use(where, None if later else link)
    if "numpy" in missing:
        missing.pop("sklearn", None)  # the same call would seed both
        if "python" in missing and missing["python"].place[2:] == missing["numpy"].place[2:]:
            missing.pop("python")  # one call draws from both
    return missing


def _rank(bit: int) -> int:
    """The place of a draw's kind among those that are shown: weights first, which every program has but once."""
    return _SHOWN.index(KINDS[(bit.bit_length() - 1) % len(KINDS)])


def _decides_something(row: Row) -> bool:
    """Whether a program that trains nothing is an experiment or makes data all the same."""
    name = f"{_stem(row)}_{row.symbol}"
    if row.symbol == "<notebook>" or words.is_aside(name):
        return False
    return row.outcome.has("write") or row.outcome.has("eval") or words.runs(name)


def _stem(row: Row) -> str:
    return row.path.rpartition("/")[2].rpartition(".")[0]


def _finding(tree: Tree, code: str, where: Place, kind: str, text: str) -> tuple[str, Finding]:
    line, cell = place(tree.codes[where.path], where.at)
    return where.path, Finding(code, line, 1, cell, where.symbol or "<module>", kind, text, line, line)


def _where(tree: Tree, row: Row, use: Use) -> tuple[int, int | None]:
    """(line, cell) in the entry point's own file that leads to the draw."""
    code = tree.codes[row.path]
    if use.place.path == row.path:
        return place(code, use.place.at)
    link, at = use.link, -1
    while link is not None:
        at = link[1] if link[0] == row.path and link[1] >= 0 else at
        link = link[3]
    return place(code, at) if at >= 0 else (row.line, row.cell)


def _drawn(row: Row, use: Use) -> str:
    inside = use.place.symbol if use.place.symbol != "<module>" else "the top level"
    far = f" in {use.place.path}, {inside}" if use.place.path != row.path else ""
    return f"{use.place.text.replace('()', '').lstrip('?')}{far}"


def _cure(source: str, use: Use) -> str:
    """What would seed a draw."""
    root, last = use.place.text.partition(".")[0], use.place.text.rpartition(".")[2]
    if root in ("datasets", "pandas", "sklearn") or last == "train_test_split":
        return f"{'seed' if root == 'datasets' else 'random_state'}=… there would"
    return f"{_CURES.get(source, 'a seed')} before it would"


def _unseeded(tree: Tree, row: Row, source: str, use: Use) -> Finding:
    line, cell = _where(tree, row, use)
    seeder = row.outcome.seeder(source)
    if seeder is None:
        code, text = (
            "SEED001",
            f"{source} is drawn from ({_drawn(row, use)}) and nothing seeds it; {_cure(source, use)}",
        )
    else:
        code = "SEED002"
        text = f"{source} is drawn from ({_drawn(row, use)}) where {seeder.text} has not run on every way there"
    return Finding(code, line, 1, cell, row.symbol, source, text, line, line)
