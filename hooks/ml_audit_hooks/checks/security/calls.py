"""The calls and imports at which bandit's tests can find something, by names resolved as bandit's visitor does it."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.security import words
from ml_audit_hooks.checks.security.candidate import Candidate
from ml_audit_hooks.checks.security.tables import (
    BAD_SSL,
    EXACT,
    IMPORTED,
    IMPORTERS,
    LISTED,
    LISTED_NAMES,
    STARTS,
    by_last,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    from ml_audit_hooks.checks.security.words import Nodes
    from ml_audit_hooks.engines.bandit_engine import Names

    Rows: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
    Place: TypeAlias = tuple[int, int]  # line, column

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_last_names: dict[str, Rows | None] = {}  # `by_last`, remembered: a few thousand names fill a repository


def calls(nodes: Nodes, names: Names) -> Iterator[Candidate]:
    """The calls and imports in bandit's order, `names` kept up with it."""
    imports = [*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())]
    picked = _picked(nodes.get(ast.Call, ()), {*names.aliases, *_aliased(imports)})
    late = _late(nodes) if picked and any(node.col_offset for node in imports) else []
    order = [(_place(node, late), 1, i, node) for i, (node, _) in enumerate(picked)]
    order += [((node.lineno, node.col_offset), 0, i, node) for i, node in enumerate(imports)]
    order.sort(key=lambda row: row[:3])
    for _, is_call, i, node in order:
        if not is_call:
            names.take(node)
            if _is_listed(node):
                yield Candidate(node, (LISTED,))
            continue
        tests = _tests(node, picked[i][1], names)
        if tests:
            yield Candidate(node, tests)


def _aliased(imports: list[Any]) -> Iterator[str]:
    """The names that an import may bind to something of interest."""
    for node in imports:
        for name in node.names:
            if _rows(name.name.rpartition(".")[2]) is not None:
                yield name.asname or name.name


def _is_listed(node: Any) -> bool:
    module = getattr(node, "module", None)
    prefix = "" if module is None else f"{module}."
    return any(f"{prefix}{name.name}".startswith(STARTS) for name in node.names)


def _rows(name: str) -> Rows | None:
    if name in _last_names:
        return _last_names[name]
    _last_names[name] = rows = by_last(name)
    return rows


def _picked(every: Iterable[Any], aliases: set[str]) -> list[tuple[Any, tuple[str, ...]]]:
    """(call, tests by its keywords) of the calls that are worth a closer look."""
    found = []
    known = _last_names
    for call in every:
        func = call.func
        kind = func.__class__
        if kind is ast.Attribute:
            name = func.attr
            wanted = (known[name] if name in known else _rows(name)) is not None
        elif kind is ast.Name:
            name = func.id
            wanted = name in aliases or (known[name] if name in known else _rows(name)) is not None
        else:
            wanted = False
        tests = _by_keywords(call.keywords) if call.keywords else ()
        if wanted or tests:
            found.append((call, tests))
    return found


def _by_keywords(keywords: list[Any]) -> tuple[str, ...]:
    tests: tuple[str, ...] = ()
    for keyword in keywords:
        meaning = words.means(keyword.arg)
        if meaning == 0:
            continue
        value = keyword.value
        constant = value.__class__ is ast.Constant
        if meaning == words.WORD:
            if constant and value.value.__class__ is str:
                tests += ("B106",)
        elif meaning == words.SSL:
            last = value.value if constant else getattr(value, "attr", None) or getattr(value, "id", None)
            if last.__class__ is str and last in BAD_SSL:
                tests += ("B502",)
        elif not constant or value.value:
            tests += ("B604",)
    return tests


def _tests(call: Any, by_keywords: tuple[str, ...], names: Names) -> tuple[str, ...]:
    """The tests for a call whose dotted name is looked at."""
    name = dotted(call.func, names.aliases)
    tests = [*EXACT.get(name, ()), *by_keywords]
    parts = name.split(".")
    for test, among in _rows(parts[-1]) or ():
        if not among or any(part in parts for part in among):
            tests.append(test)
    if call.func.__class__ is ast.Name and call.func.id == "__import__":
        tests.append(LISTED)
        name = "__import__"
    return tuple(test for test in dict.fromkeys(tests) if _imported(test, names) and _fits(test, name, call))


def _fits(test: str, name: str, call: Any) -> bool:
    """Whether the arguments leave a result possible."""
    if test == "B103":
        return len(call.args) == 2  # chmod(path, mode)
    if test == "B201":
        return any(keyword.arg == "debug" for keyword in call.keywords)
    if test == LISTED and name in IMPORTERS:
        given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "name")]
        return any(_literal(value) in LISTED_NAMES for value in given)
    return True


def _literal(node: Any) -> str:
    """What bandit takes for the text of an argument."""
    if words.is_text(node):
        return str(node.value)
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))


def _imported(test: str, names: Names) -> bool:
    modules = IMPORTED.get(test)
    return modules is None or any(module in name for name in names.imports for module in modules)


def dotted(node: Any, aliases: dict[str, str]) -> str:
    """The dotted name of what is called as bandit has it: "" for what has none, ``.load`` for ``f().load``."""
    parts: list[str] = []
    while node.__class__ is ast.Attribute:
        parts.append(node.attr)
        node = node.value
    parts.append(aliases.get(node.id, node.id) if node.__class__ is ast.Name else "")
    return ".".join(reversed(parts))


def _late(nodes: Nodes) -> list[tuple[Place, Place, Place]]:
    """(start, end, when) of what bandit visits after a definition's body: decorators, annotations, type parameters."""
    rows = []
    for kind in _DEFINITIONS:
        for node in nodes.get(kind, ()):
            after = [*node.decorator_list, *getattr(node, "type_params", ())]
            if getattr(node, "returns", None) is not None:
                after.append(node.returns)
            when = (node.end_lineno, node.end_col_offset)
            rows += [((n.lineno, n.col_offset), (n.end_lineno, n.end_col_offset), when) for n in after]
    return rows


def _place(node: Any, late: list[tuple[Place, Place, Place]]) -> Place:
    place = (node.lineno, node.col_offset)
    return next((when for start, end, when in late if start <= place < end), place)
