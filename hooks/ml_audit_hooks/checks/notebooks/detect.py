"""From one notebook to its findings."""

from __future__ import annotations

from ml_audit_hooks.checks.notebooks import cells, installs, locations, names, order, outputs, shape, tokens
from ml_audit_hooks.core.finding import Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ml_audit_hooks.checks.notebooks.cells import Code
    from ml_audit_hooks.checks.notebooks.installs import Install
    from ml_audit_hooks.checks.notebooks.names import Use
    from ml_audit_hooks.checks.notebooks.outputs import Weighed
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.python import Module

KINDS = {
    "NBK001": "outputs",
    "NBK002": "run-order",
    "NBK003": "uncounted",
    "NBK004": "early-use",
    "NBK005": "hidden-state",
    "NBK006": "local-path",
    "NBK007": "unpinned-install",
    "NBK008": "large-output",
    "NBK009": "secret-in-output",
    "NBK010": "invalid-format",
}
_MAX_TEXT = 60  # characters of a cell's first line that are shown
_MAX_NAMES = 5  # packages that are named in one finding


def examined(file: File) -> Record:
    """The findings of a notebook; `unread` are the cells that do not parse. Raises Unreadable."""
    notebook = file.notebook
    code = cells.code_cells(notebook)
    modules = file.modules
    weights = [outputs.weighed(cell) for cell in code]
    found = [
        *_format(notebook.document),
        *_outputs(code, weights),
        *_order(code),
        *_secrets(code, weights),
        *_names(code, modules, file.unparsed, notebook.document),
        *_cell_by_cell(code, modules, notebook.language),
    ]
    found.sort(key=lambda f: (-1 if f.cell is None else f.cell, f.line, f.column, f.code, f.text))
    return Record(tuple(found), unread=file.unparsed)


def _of_cell(code: str, cell: Code, text: str, level: str = "", measure: int = 0, kind: str = "") -> Finding:
    """A finding about a cell as a whole: a suppression on any of its lines counts."""
    last = cell.source.count("\n") + 1
    kind = kind or KINDS[code]
    return Finding(code, 1, 1, cell.number, "<module>", kind, text, 1, last, level=level, measure=measure)


def _at(code: str, cell: int, line: int, column: int, text: str, level: str = "") -> Finding:
    return Finding(code, line, column, cell, "<module>", KINDS[code], text, line, line, level=level)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _format(document: dict[str, Any]) -> Iterator[Finding]:
    """Each fault once, at its first place."""
    first: dict[str, tuple[shape.Fault, int]] = {}
    for fault in shape.faults(document):
        known = first.get(fault.text)
        first[fault.text] = (known[0], known[1] + 1) if known else (fault, 1)
    for fault, times in first.values():
        text = fault.text if times == 1 else f"{fault.text} ({times} times)"
        yield Finding("NBK010", 1, 1, fault.cell, "<module>", KINDS["NBK010"], text, 1, 1, level=fault.level)


def _outputs(code: Sequence[Code], weights: Sequence[Weighed]) -> Iterator[Finding]:
    total = sum(len(cell.outputs) for cell in code)
    if not total:
        return
    where = [cell for cell in code if cell.outputs]
    size = outputs.kilobytes(sum(weight.size for weight in weights))
    text = f"{_plural(total, 'output')} of {_plural(len(where), 'cell')} left in, {size} kB"
    yield _of_cell("NBK001", where[0], text)
    for cell, weight in zip(code, weights, strict=True):
        if weight.size >= 1000:
            kept = outputs.kilobytes(weight.size)
            yield _of_cell("NBK008", cell, f"the output of `{_head(cell)}` is {kept} kB", measure=kept)


def _head(cell: Code) -> str:
    """The first line of a cell that is not blank: what the cell is known by, wherever it moves."""
    return next((line.strip() for line in cell.source.split("\n") if line.strip()), "")[:_MAX_TEXT].replace("`", "'")


def _order(code: Sequence[Code]) -> Iterator[Finding]:
    found = order.disorder(code)
    if found is not None:
        more = f"; out of order {found.times} times in all" if found.times > 1 else ""
        above = f"the cell above, {found.above.number}, as [{found.above.run}]"
        yield _of_cell("NBK002", found.cell, f"this cell last ran as [{found.cell.run}], {above}{more}")
    without = order.uncounted(code)
    if without:
        some = _plural(len(without), "cell")
        yield _of_cell("NBK003", without[0], f"{some} with outputs and no execution count: nobody can tell the order")


def _secrets(code: Sequence[Code], weights: Sequence[Weighed]) -> Iterator[Finding]:
    if not tokens.may_hold("\n".join([tokens.ends(text) for weight in weights for _, text in weight.texts])):
        return
    for cell, weight in zip(code, weights, strict=True):
        seen = set()
        for number, text in weight.texts:
            for kind in tokens.kinds(tokens.ends(text)):
                if kind not in seen:
                    seen.add(kind)
                    yield _of_cell("NBK009", cell, f"{kind} in output {number} (its value is not shown)", kind=kind)


def _names(
    code: Sequence[Code], modules: tuple[Module, ...], unparsed: Sequence[tuple[int, str]], document: dict[str, Any]
) -> Iterator[Finding]:
    if not modules:
        return
    for use in names.uses(code, modules, frozenset(cell for cell, _ in unparsed), _version(document)):
        if use.bound is None and use.deleted is None and not use.ran:
            continue
        yield _at(*_of_use(use))


def _of_use(use: Use) -> tuple[str, int, int, int, str, str]:
    name = f"`{use.name}`" + (f", which `{use.through}()` reads," if use.through else "")
    sure = use.ran and not use.branch
    ran = ", though this cell shows that it ran" if sure else ""
    place = use.cell, use.line, use.column
    level = "" if sure else "note"
    if use.deleted is not None:
        by = "this cell" if use.deleted == use.cell else f"cell {use.deleted}"
        return "NBK004", *place, f"{name} is used after {by} deleted it{ran}", level
    if use.bound is None:
        return "NBK005", *place, f"{name} is defined in no cell{ran}", level
    where = "further down in this cell" if use.bound == use.cell else f"in cell {use.bound} below"
    return "NBK004", *place, f"{name} is defined only {where}{ran}", level


def _version(document: dict[str, Any]) -> str:
    """The version of the notebook's Python; "" where it is unsaid."""
    metadata = document.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if isinstance(version, str):
        return version
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = kernel.get("name") if isinstance(kernel, dict) else None
    return "2" if name in ("python2", "Python 2") else ""


def _cell_by_cell(code: Sequence[Code], modules: tuple[Module, ...], language: str) -> Iterator[Finding]:
    trees = {module.cell: module for module in modules}
    roots: dict[str, Finding] = {}
    places: dict[str, int] = {}
    every = "\n".join([cell.source for cell in code])
    if language not in ("python", "ipython"):
        return
    for cell in code if "install" in every else ():
        found = [*installs.installs(cell.source)]
        if found:
            yield _install(cell, found)
    for cell in code if locations.may_hold(every) else ():
        for spot in locations.locations(cell, trees.get(cell.number)):
            places[spot.root] = places.get(spot.root, 0) + 1
            if spot.root not in roots:
                what = "is a path of one machine" if spot.personal else "is a path of one service or machine"
                level = "" if spot.personal else "note"
                text = f"`{spot.root}` {what}"
                roots[spot.root] = _at("NBK006", cell.number, spot.line, spot.column, text, level)
    for root, finding in roots.items():
        times = places[root]
        yield finding._replace(text=f"{finding.text} ({times} places)") if times > 1 else finding


def _install(cell: Code, rows: Sequence[Install]) -> Finding:
    """One finding for the installs of a cell; those without any version alone where there are some."""
    bare = [name for row in rows for name in row.bare]
    found = [*dict.fromkeys(bare or [name for row in rows for name in row.ranged])]
    first = next(row.line for row in rows if row.bare or not bare)
    shown = ", ".join(f"`{name}`" for name in found[:_MAX_NAMES])
    more = f" and {len(found) - _MAX_NAMES} more" if len(found) > _MAX_NAMES else ""
    text = f"installs {shown}{more} {'without a version' if bare else 'in a range of versions'}"
    finding = _at("NBK007", cell.number, first, 1, text, "" if bare else "note")
    return finding._replace(first=rows[0].line, last=rows[-1].line)
