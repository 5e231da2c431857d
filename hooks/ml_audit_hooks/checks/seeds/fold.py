"""From the records of all files to the findings that count: what one file alone cannot tell."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import rows
from ml_audit_hooks.checks.seeds.program import Repository
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.checks.seeds.rows import Row
    from ml_audit_hooks.checks.seeds.run import Place, Run, Use
    from ml_audit_hooks.core.finding import Counted, Record

_DECIDES = frozenset(("run", "data", "own"))  # kinds of draws that decide a result without training, too
_ASIDE = frozenset(  # words of programs and functions whose draws are stand-ins: inputs to trace, measure or show with
    "app bench benchmark benchmarks convert converter debug demo download dummy example examples export inspect onnx"
    " plot profile profiling publish push seed seeds serve show speed test trace tracing upload viz visualise visualize"
    " warmup".split()
)
_EXCUSES = {"SEED010": "CUBLAS_WORKSPACE_CONFIG", "SEED015": "action_space.seed("}  # done anywhere in the repository
_RUNS = frozenset(
    "augment experiment experiments finetune generate main prepare preprocess pretrain run sample simulate split sweep"
    " train trainer training".split()
)


def counted(records: Iterable[Record]) -> Counted:
    """The findings that count at a path of the repository that `records` describe."""
    every = list(records)
    repository = Repository(every)
    found: dict[str, tuple[Finding, ...]] = {}
    for path, finding in _findings(repository, rows.rows(repository)):
        found[path] = (*found.get(path, ()), finding)
    now = {record.facts[1]: record for record in every if record.facts}
    excused = {mark for code in repository.codes.values() for mark in code.marks}

    def at(path: str, record: Record) -> tuple[Finding, ...]:
        if places.is_vendored(path) or places.is_generated(path):
            return ()
        local = tuple(f for f in record.findings if _EXCUSES.get(f.code) not in excused)
        if places.is_test(path):
            return tuple(f for f in local if f.code.startswith("AUD"))
        if not record.facts:
            return local
        if now.get(path) is record or (path in now and now[path].facts == record.facts):
            return (*local, *found.get(path, ()))
        other = repository.replaced(record.facts)  # the base's state of this file among today's others
        mine = rows.rows(other, {path})
        return (*local, *(f for where, f in _findings(other, mine) if where == path))

    return at


def _findings(repository: Repository, found: Iterable[Row]) -> Iterator[tuple[str, Finding]]:
    """(path, finding) once a cause."""
    seen: set[tuple[str, ...]] = set()
    for row in found:
        if row.path != row.run.path:
            continue
        for path, finding in _of_row(row):
            if places.is_test(path) or places.is_vendored(path):
                continue
            cause = path, finding.code, finding.kind, str(finding.line), str(finding.cell)
            if cause not in seen:
                seen.add(cause)
                yield path, _suppressed(repository, path, finding)


def _suppressed(repository: Repository, path: str, finding: Finding) -> Finding:
    """The finding with the suppression on its line or the line above."""
    for line, cell, codes, reason, until in repository.codes[path].pragmas:
        if (
            cell == finding.cell
            and finding.line - 1 <= line <= finding.line
            and reason
            and finding.code.startswith(codes)
        ):
            return finding._replace(ignored=reason, until=until)
    return finding


def _of_row(row: Row) -> Iterator[tuple[str, Finding]]:
    run = row.run
    if "train" not in run.flags and not _decides_something(row):
        return
    passed_over = {source for unset in run.unset for source in unset.sources}
    missing: dict[str, Use] = {}
    for reached in rows.sources(run):
        if reached.seeded or reached.source in ("torch.cuda", "env"):
            continue
        uses = _decisive(run, reached.source)
        own = [use for use in uses if use.kind == "own"]
        for use in own:
            yield use.place.path, _own(use)
        rest = [use for use in uses if use.kind != "own"]
        if rest:
            missing[reached.source] = rest[0]
    if "numpy" in missing:
        missing.pop("sklearn", None)  # the same call would seed both
    for unset in run.unset:
        hit = [s for s in unset.sources if s in missing and s not in run.seeds]
        if hit:
            yield unset.place.path, _finding("SEED003", unset.place, unset.name, _unset_text(unset.name, hit))
    for source, use in missing.items():
        if source in run.seeds:
            yield run.path, _early(row, source, use, run.seeds[source][0])
        elif source not in passed_over:
            yield run.path, _unseeded(row, source, use)
    for place in run.moving:
        text = f"{place.text} takes a seed that differs from run to run"
        yield place.path, _finding("SEED004", place, place.text, text)


def _decides_something(row: Row) -> bool:
    """Whether a program that trains nothing is an experiment or makes data all the same."""
    if row.symbol == "<notebook>" or _is_aside(row):
        return False
    return bool(row.run.flags & {"write", "eval"}) or _is_program(row)


def _is_program(row: Row) -> bool:
    """Whether the name of the file or function says that it runs an experiment."""
    return not _RUNS.isdisjoint(_words(f"{_stem(row)}_{row.symbol}"))


def _is_aside(row: Row) -> bool:
    """Whether the name of the file or function says that its draws are stand-ins."""
    return not _ASIDE.isdisjoint(_words(f"{_stem(row)}_{row.symbol}"))


def _stem(row: Row) -> str:
    return row.path.rpartition("/")[2].rpartition(".")[0]


def _words(name: str) -> set[str]:
    return {word for part in name.replace("-", "_").replace(".", "_").split("_") for word in name_parts(part)}


def _decisive(run: Run, source: str) -> list[Use]:
    """The unseeded draws that a result of this program depends on."""
    uses = [
        use for use in rows.unseeded(run, source) if use.kind != "weak" and _ASIDE.isdisjoint(_words(use.place.symbol))
    ]
    if "train" in run.flags:
        return uses
    return [use for use in uses if use.kind in _DECIDES and not use.later]


def _finding(code: str, place: Place, kind: str, text: str) -> Finding:
    return Finding(code, place.line, 1, place.cell, place.symbol or "<module>", kind, text, place.line, place.line)


def _where(row: Row, use: Use) -> Place:
    """The line of the entry point's own file that leads to the draw."""
    if use.place.path == row.path:
        return use.place
    if use.entry is not None and not use.later:
        return use.entry
    return use.place._replace(path=row.path, line=row.line, cell=row.cell, symbol=row.symbol)


def _drawn(row: Row, use: Use) -> str:
    inside = use.place.symbol if use.place.symbol != "<module>" else "the top level"
    far = f" in {use.place.path}, {inside}" if use.place.path != row.path else ""
    return f"{use.place.text.replace('()', '').lstrip('?')}{far}"


def _unseeded(row: Row, source: str, use: Use) -> Finding:
    text = f"{source} is drawn from ({_drawn(row, use)}) and nothing seeds it"
    return _finding("SEED001", _where(row, use)._replace(symbol=row.symbol), source, text)


def _early(row: Row, source: str, use: Use, seed: Place) -> Finding:
    text = f"{source} is drawn from ({_drawn(row, use)}) where {seed.text} has not run on every way there"
    return _finding("SEED002", _where(row, use)._replace(symbol=row.symbol), source, text)


def _own(use: Use) -> Finding:
    text = f"{use.place.text} makes a generator of its own without a seed"
    return _finding("SEED005", use.place, use.source, text)


def _unset_text(name: str, hit: list[str]) -> str:
    return f"`{name}` is not set by default, and then nothing seeds {', '.join(sorted(hit))}"
