"""From one file to what the fold needs of it: functions, classes, options, entry points.

The facts of a file of code are ``("code", shape, positions)``: positions are apart, so that an edit which only moves
lines leaves the shape, which is all that the fold's result depends on, as it is.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import values
from ml_audit_hooks.checks.seeds.calling import Caller
from ml_audit_hooks.checks.seeds.naming import Names
from ml_audit_hooks.checks.seeds.options import declared_seeds
from ml_audit_hooks.checks.seeds.single import MARKS
from ml_audit_hooks.checks.seeds.walker import Walker
from ml_audit_hooks.checks.seeds.words import FOREIGN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    from ml_audit_hooks.checks.seeds.values import Value
    from ml_audit_hooks.core.file import File

    Parameters: TypeAlias = tuple[tuple[str, Value | None], ...]  # each with its default

_COMMANDS = frozenset(("command", "callback", "main"))
_COMMAND_ROOTS = frozenset(("click", "typer", "hydra", "absl", "cyclopts", "rich_click"))
_WORKS = (ast.Expr, ast.For, ast.While, ast.With, ast.If)


def facts(file: File) -> tuple[Any, ...]:
    """The facts of a Python file or notebook. Raises Unreadable."""
    names = Names(file.contexts)
    caller = Caller(names)
    walker = Walker(names, caller)
    units: list[tuple[Any, ...]] = [_top(names, caller, walker)]
    empty: list[str] = []
    flags: dict[str, Parameters] = {}  # function -> its parameters, if one is on or off by default and stays so
    asked: dict[str, set[str]] = {}  # function -> those of them that functions inside it ask for
    for symbol, node in names.functions.items():
        names.enter(names.homes[symbol][0], symbol)
        parameters = names.bind_parameters(node)
        around = symbol.rpartition(".")[0]
        outer = frozenset(name for name, default in flags.get(around, ()) if _is_flag(default)) - names.parameters
        names.parameters |= outer
        caller.enter(outer | {n for n, d in parameters if d is not None and values.short(d) != values.OPEN})
        events = walker.body(node.body)
        if any(_is_flag(default) for _, default in parameters):
            flags[symbol] = tuple((n, d if n not in names.local else None) for n, d in parameters)
        if _does_something(events):
            kept = parameters if caller.refs else ()
            shown = tuple((n, values.short(d) if n in caller.refs else None) for n, d in kept)
            units.append((symbol, caller.at(node), shown, tuple(sorted(caller.refs)), tuple(events)))
            asked.setdefault(around, set()).update(outer & caller.refs)
        else:
            empty.append(symbol)
    names.local = {}
    shape = (
        tuple(_with_flags(row, asked.get(row[0], set()), flags) for row in units),
        tuple(empty),
        tuple(_family(names, caller)),
        tuple(sorted(row for row in names.contexts[-1].module.aliases.items() if _may_be_own(row[1]))),
        tuple(_stars(names)),
        tuple(declared_seeds(names, caller)),
        tuple(_entries(names, caller)),
        tuple(mark for mark in MARKS if mark.encode() in file.data),
    )
    return "code", shape, tuple(caller.positions)


def _is_flag(default: Value | None) -> bool:
    return default is not None and default[0] == "c" and default[1].__class__ is bool


def _with_flags(row: tuple[Any, ...], asked: set[str], flags: dict[str, Parameters]) -> tuple[Any, ...]:
    """A function's row that knows the flags for which functions inside it ask."""
    symbol, at, shown, refs, events = row
    fresh = asked.difference(refs)
    if not fresh:
        return row
    known = dict(shown)
    kept = tuple((n, values.short(d) if n in fresh else known.get(n)) for n, d in flags[symbol])
    return symbol, at, kept, tuple(sorted({*refs, *fresh})), events


def _does_something(events: Iterable[Any]) -> bool:
    """Whether there is more than branches and exits."""
    for event in events:
        op = event[0]
        if op == "ways":
            if any(_does_something(body) for _, body, _ in event[1]):
                return True
        elif op in ("loop", "rare"):
            if _does_something(event[1]):
                return True
        elif op != "exit":
            return True
    return False


def _may_be_own(origin: str) -> bool:
    return origin.partition(".")[0] not in FOREIGN


def _top(names: Names, caller: Caller, walker: Walker) -> tuple[Any, ...]:
    """The unit of the module's top level, for a notebook of all its cells; what its names hold is kept."""
    events: list[Any] = []
    local: dict[str, Any] = {}
    caller.enter(frozenset())
    first = names.contexts[0]
    at = caller.at(first.module.tree.body[0]) if first.module.tree.body else -1
    for context in names.contexts:
        names.enter(context, "")
        names.local = local
        events += walker.body(context.module.tree.body)
        local = names.local
    names.tops = {k: v for k, v in local.items() if isinstance(v, (str, list))}
    names.constants = {k: v for k, v in local.items() if isinstance(v, tuple)}
    names.learn_attributes()
    return "<module>", at, (), (), tuple(events)


def _family(names: Names, caller: Caller) -> Iterator[tuple[Any, ...]]:
    """(symbol, position, bases) of each class."""
    for symbol, node in names.classes.items():
        names.enter(names.homes[symbol][0], "")
        yield symbol, caller.at(node), tuple(names.named(base) for base in node.bases)


def _stars(names: Names) -> Iterator[str]:
    """The modules of which everything is imported."""
    for context in names.contexts:
        for node in context.nodes(ast.ImportFrom):
            if node.names[0].name == "*" and _may_be_own(node.module or "."):
                yield "." * node.level + (node.module or "")


def _entries(names: Names, caller: Caller) -> Iterator[tuple[Any, ...]]:
    """(symbol, position, kind, details) of what may be started in the file: kinds main, top, command, hydra."""
    first = names.contexts[0]
    body = first.module.tree.body
    if first.module.cell is not None:
        yield "<notebook>", caller.at(body[0]) if body else -1, "notebook", ()
        return
    started = _started(body)
    if started is not None:
        yield "<module>", caller.at(started[1]), started[0], ()
    for symbol, node in names.functions.items():
        for decorator in node.decorator_list if "." not in symbol else ():
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = names.named(call)
            known = name.rpartition(".")[2] in _COMMANDS and name.partition(".")[0] in _COMMAND_ROOTS
            if known or (isinstance(call, ast.Attribute) and call.attr == "command"):
                keywords = {k.arg: k.value for k in decorator.keywords} if isinstance(decorator, ast.Call) else {}
                details = tuple(_text(keywords.get(key)) for key in ("config_path", "config_name"))
                yield symbol, caller.at(node), "hydra" if name == "hydra.main" else "command", details


def _started(body: list[ast.stmt]) -> tuple[str, ast.stmt] | None:
    """The statement that makes a module a program: ``if __name__ == …``, else the first that does something."""
    for item in body:
        if isinstance(item, ast.If) and _asks_for_main(item.test):
            return "main", item
    works = (s for s in body if isinstance(s, _WORKS))
    found = next((s for s in works if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))), None)
    return ("top", found) if found is not None else None


def _asks_for_main(test: ast.expr) -> bool:
    left = test.left if isinstance(test, ast.Compare) else None
    return isinstance(left, ast.Name) and left.id == "__name__"


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
