"""From one file to its counts, findings and facts."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.complexity import raw_counts
from ml_audit_hooks.checks.complexity.facts import AT_IMPORT, IN_FUNCTION, NEVER, Facts
from ml_audit_hooks.checks.complexity.index import maintainability
from ml_audit_hooks.checks.complexity.shapes import shapes
from ml_audit_hooks.checks.complexity.walk import Walk
from ml_audit_hooks.core.finding import Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.complexity.facts import Effect, Role, Row, Target
    from ml_audit_hooks.checks.complexity.walk import Function, Watched
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.python import Module

SIMPLE = 10  # radon's grades A and B, and McCabe's own limit: no threshold is below it
MAINTAINABLE = 20  # radon's grade A, "very high": no threshold of the index is above it
_MODELS = frozenset(("LightningModule", "Module", "PreTrainedModel"))
_KERAS = frozenset(("Layer", "Model"))
_DATA = frozenset(("Dataset", "IterableDataset", "LightningDataModule"))
_READS = frozenset(("load_dataset", "random_split", "read_csv", "train_test_split"))
_UPDATES = frozenset(("GradientTape", "apply_gradients", "backward", "minimize", "value_and_grad"))
_FITS = frozenset(("fit", "fit_generator"))
_OWN_RUNS = frozenset(("main", "run", "train"))


def examined(file: File) -> Record:
    """The record of one file. Raises Unreadable."""
    walk = Walk()
    modules = file.modules
    for module in modules:
        walk.add(module.tree, module.cell)
    raw = _raw(modules)
    index = maintainability(walk.volume, walk.total, raw) if raw is not None else None
    functions = [item for cell, function in walk.functions for item in _with_closures(cell, function)]
    functions.sort(key=lambda item: (item[0] or 0, item[1].lineno, item[1].col_offset))
    findings = [_complex(cell, function) for cell, function in functions if function.complexity > SIMPLE]
    if index is not None and index < MAINTAINABLE and modules:
        findings.insert(0, _hard_to_keep(modules[0], index))
    facts = Facts(
        functions=tuple(_row(cell, function) for cell, function in functions),
        raw=tuple(raw) if raw is not None else None,
        maintainability=int(index * 100) if index is not None else None,
        definitions=len(walk.functions) + len(walk.classes),
        imports=tuple(_imports(modules, walk)),
        roles=tuple(_roles(walk)),
        effects=tuple(_effects(modules, walk)),
        copies=tuple((s.digest, s.symbol, s.cell, s.line, s.lines, s.last) for s in shapes(walk.nodes)),
    )
    return Record(tuple(findings), tuple(facts), file.unparsed)


def _raw(modules: tuple[Module, ...]) -> raw_counts.Raw | None:
    """The counts of a file; those of a notebook are the sums over its cells."""
    each = [raw_counts.count(module.text) for module in modules]
    known = [one for one in each if one is not None]
    if len(known) < len(each):
        return None
    return raw_counts.Raw(*map(sum, zip(*known, strict=True))) if known else raw_counts.Raw(0, 0, 0, 0, 0, 0, 0)


def _with_closures(cell: int | None, function: Function) -> Iterator[tuple[int | None, Function]]:
    yield cell, function
    for closure in function.closures:
        yield from _with_closures(cell, closure)


def _row(cell: int | None, function: Function) -> Row:
    return function.symbol, cell, function.complexity, function.last - function.lineno + 1


def _complex(cell: int | None, function: Function) -> Finding:
    place = function.lineno, function.col_offset + 1, cell, function.symbol
    return Finding(
        "CPX001", *place, "complex-function", "", function.first, function.lineno, measure=function.complexity
    )


def _hard_to_keep(module: Module, index: float) -> Finding:
    """A fall of the index by a whole point makes it worse."""
    line = next((node.lineno for node in module.tree.body), 1)
    place = line, 1, module.cell, "<module>"
    return Finding("CPX002", *place, "unmaintainable-file", "", 1, line, measure=100 - int(index))


def _spans(module: Module, name: str) -> list[tuple[int, int]]:
    """The lines of the blocks at the top level under an ``if`` that asks for `name`."""
    found = []
    for node in module.tree.body:
        if isinstance(node, ast.If):
            test = node.test.left if isinstance(node.test, ast.Compare) else node.test
            if name in (getattr(test, "id", ""), getattr(test, "attr", "")):
                found.append((node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno))
    return found


def _guarded(modules: tuple[Module, ...]) -> dict[int | None, list[tuple[int, int]]]:
    return {m.cell: _spans(m, "TYPE_CHECKING") + _spans(m, "__name__") for m in modules}


def _within(line: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= line <= last for first, last in spans)


def _imports(modules: tuple[Module, ...], walk: Walk) -> Iterator[Target]:
    guarded = _guarded(modules)
    for node, cell, inside in sorted(walk.imports, key=lambda item: (item[1] or 0, item[0].lineno)):
        when = IN_FUNCTION if inside else NEVER if _within(node.lineno, guarded[cell]) else AT_IMPORT
        if isinstance(node, ast.Import):
            for name in node.names:
                yield 0, name.name, (), when, node.lineno
        else:
            yield node.level, node.module or "", tuple(name.name for name in node.names), when, node.lineno


def _roles(walk: Walk) -> Iterator[Role]:
    """The first place of each of the three parts of a training program: model, data, training."""
    models = _MODELS | _KERAS if any(_is_keras(node) for node, _, _ in walk.imports) else _MODELS
    for what, bases in (("model", models), ("data", _DATA)):
        found = next(((symbol, line) for symbol, line, base in walk.bases if base in bases), None)
        if found:
            yield what, *found
        elif what == "data":
            yield from _first(what, walk, _READS)
    yield from _first("training", walk, _UPDATES)


def _is_keras(node: ast.Import | ast.ImportFrom) -> bool:
    named = [name.name for name in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(name.partition(".")[0] in ("keras", "tensorflow", "tf_keras") for name in named)


def _first(what: str, walk: Walk, names: frozenset[str]) -> Iterator[Role]:
    calls = sorted((call.cell or 0, call.line, call.symbol) for call in walk.watched if call.name in names)
    for _, line, symbol in calls[:1]:
        yield what, symbol, line


def _effects(modules: tuple[Module, ...], walk: Walk) -> Iterator[Effect]:
    """What the file does when it is imported."""
    if not any(call.symbol == "<module>" for call in walk.watched):
        return
    guarded = _guarded(modules)
    own = {function.name for _, function in walk.functions}
    for call in sorted(walk.watched, key=lambda call: (call.cell or 0, call.line)):
        what = _effect(call, own) if call.symbol == "<module>" else ""
        if what and not _within(call.line, guarded[call.cell]):
            yield what, f"{call.on}.{call.name}" if call.on else call.name, call.line


def _effect(call: Watched, own: set[str]) -> str:
    """What kind of work a call at the top level is; "" for none that matters."""
    if call.name in _UPDATES or call.name in _FITS or (call.name == "train" and "trainer" in call.on.lower()):
        return "training"
    if call.name == "parse_args":
        return "arguments"
    if call.name in ("load_dataset", "read_csv"):
        return "data"
    return "program" if call.name in _OWN_RUNS and not call.on and call.name in own else ""
