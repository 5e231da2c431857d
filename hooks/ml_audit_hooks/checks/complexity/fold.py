"""From the records of all files to what the modules of a repository show together."""

from __future__ import annotations

from ml_audit_hooks.checks.complexity import facts as fact
from ml_audit_hooks.checks.complexity.copies import copies
from ml_audit_hooks.checks.complexity.cycles import cycles
from ml_audit_hooks.checks.complexity.graph import graph
from ml_audit_hooks.checks.complexity.thresholds import NOTE, is_own
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ml_audit_hooks.checks.complexity.copies import Copied
    from ml_audit_hooks.checks.complexity.cycles import Cycle
    from ml_audit_hooks.checks.complexity.facts import Facts
    from ml_audit_hooks.checks.complexity.graph import Graph
    from ml_audit_hooks.core.finding import Folded, Record
    from ml_audit_hooks.core.settings import Settings

GOD_LINES, GOD_DEFINITIONS, GOD_LINKS = 1_000, 30, 5  # lines of code; functions and classes; imports in and out, each
COPIED_LINES, MANY_LINES = 10, 30  # lines of functions that another file has too: a note, a warning
SCRIPT_LINES, LARGE_LINES = 500, 1_000  # lines of code of a program in one file: a note, a warning
_EXAMPLES = frozenset(
    "demo demos doc docs example examples lessons notebooks playground recipes research sample samples tutorial"
    " tutorials".split()
)
_SHOWN = 3  # names in a text


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """What the modules of a repository show together, by path."""
    files = {path: fact.of(record) for path, record in records.items() if record.facts and is_own(path)}
    product = {path: facts for path, facts in files.items() if not places.is_test(path)}
    modules = graph(files)
    found: dict[str, list[Finding]] = {}
    for path, finding in _all(product, modules):
        found.setdefault(path, []).append(finding)
    return {path: tuple(sorted(rows, key=lambda f: (f.cell or 0, f.line, f.code))) for path, rows in found.items()}


def _all(product: Mapping[str, Facts], modules: Graph) -> Iterator[tuple[str, Finding]]:
    own = {path: below for path, below in modules.edges.items() if path in product}
    named = cycles(own, by_name=True)
    seen = {member for cycle in named for member in cycle.members}
    for cycle in named:
        yield cycle.members[0], _cycle(cycle, modules, "")
    for cycle in cycles(own, by_name=False):
        if seen.isdisjoint(cycle.members):
            yield cycle.members[0], _cycle(cycle, modules, NOTE)
    packages = {path.rpartition("/")[0] for path in product if path.endswith("/__init__.py")}
    for path, facts in product.items():
        yield from ((path, finding) for finding in _of_file(path, facts, modules, packages))

    def rank(path: str) -> tuple[object, ...]:
        return path.endswith(".ipynb"), _is_example(path), -len(modules.importers.get(path, ())), path

    for copied in copies(product, rank):
        if copied.lines >= COPIED_LINES:
            yield copied.path, _copied(copied)


def _finding(code: str, line: int, kind: str, text: str, level: str = "", measure: int = 0) -> Finding:
    return Finding(code, line, 1, None, "<module>", kind, text, line, line, level=level, measure=measure)


def _cycle(cycle: Cycle, modules: Graph, level: str) -> Finding:
    line = modules.edges[cycle.way[0]][cycle.way[1]].line
    text = " -> ".join(cycle.way)
    return _finding("CPX003", line, "import-cycle", text, level, len(cycle.members))


def _of_file(path: str, facts: Facts, modules: Graph, packages: set[str]) -> Iterator[Finding]:
    if not path.endswith(".ipynb"):
        lines = facts.raw[2] if facts.raw is not None else 0
        importers = modules.importers.get(path, set())
        inwards = sum(1 for other in importers if not places.is_test(other))
        links = min(inwards, len(modules.edges.get(path, ())))
        if lines >= GOD_LINES and facts.definitions >= GOD_DEFINITIONS and links >= GOD_LINKS:
            text = "is large, imports much of the repository and is imported by much of it"
            yield _finding("CPX004", 1, "god-module", text, measure=lines // 100)
        if lines >= SCRIPT_LINES and len(facts.roles) == 3:
            text = ", ".join(f"{what} in {symbol}" for what, symbol, _ in facts.roles)
            level = "" if lines >= LARGE_LINES else NOTE
            yield _finding("CPX005", facts.roles[0][2], "all-in-one", text, level, lines // 100)
        if facts.effects:
            yield from _effect(path, facts, importers, packages)


def _effect(path: str, facts: Facts, importers: set[str], packages: set[str]) -> Iterator[Finding]:
    """The weightiest thing that an import does; of a file in a package that nobody imports yet, its training."""
    what, call, line = min(facts.effects, key=lambda row: (_WEIGHT.index(row[0]), row[2]))
    if importers:
        first = min(importers, key=lambda other: (places.is_test(other), other))
        text, level = f"{call}() {_DOES[what]} when {first} imports this file", NOTE if what == "arguments" else ""
    elif what in _TRAINS and path.rpartition("/")[0] in packages and not path.endswith("__main__.py"):
        text, level = f"{call}() {_DOES[what]} when this module of a package is imported", NOTE
    else:
        return
    yield _finding("CPX007", line, "import-effect", text, level)


_DOES = {
    "training": "trains",
    "program": "runs the whole program",
    "data": "reads the data",
    "arguments": "reads the command line",
}
_WEIGHT = tuple(_DOES)
_TRAINS = ("training", "program")


def _copied(copied: Copied) -> Finding:
    first = copied.rows[0]
    symbols = [row[1] for row in copied.rows]
    text = f"{_listed(symbols)} {'is' if len(symbols) == 1 else 'are'} also in {_listed(copied.homes)}"
    example = _is_example(copied.path) or all(_is_example(home) for home in copied.homes)
    level = NOTE if example or copied.lines < MANY_LINES else ""
    place = first[3], 1, first[2], first[1]
    return Finding("CPX006", *place, "copied-code", text, first[3], first[3], level=level, measure=copied.lines)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    rest = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _is_example(path: str) -> bool:
    """Whether a folder's name says that its files are to be read one by one."""
    return not _EXAMPLES.isdisjoint(path.lower().split("/")[:-1])


def gist(record: Record) -> object:
    """What `folded` reads of a record, without the lines."""
    facts = fact.of(record)
    lines = facts.raw[2] // 100 if facts.raw is not None else 0
    return (
        tuple(row[:4] for row in facts.imports),
        tuple(row[:2] for row in facts.roles) if lines >= SCRIPT_LINES // 100 else (),
        tuple(row[:2] for row in facts.effects),
        tuple((row[0], row[1], row[2], row[4]) for row in facts.copies),
        (lines, facts.definitions >= GOD_DEFINITIONS) if lines >= SCRIPT_LINES // 100 else (),
    )
