"""From one file to what the fold needs of it: functions, classes, options, entry points."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import texts, values
from ml_audit_hooks.checks.seeds.events import Walker
from ml_audit_hooks.checks.seeds.sites import sites
from ml_audit_hooks.core import suppress
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.core.python import FunctionNode

_MARKS = ("CUBLAS_WORKSPACE_CONFIG", "action_space.seed(")  # what excuses findings in other files
_COMMANDS = frozenset(("command", "callback", "main"))
_COMMAND_ROOTS = frozenset(("click", "typer", "hydra", "absl", "cyclopts", "rich_click"))


def examined(file: File) -> Record:
    """The record of one file. Raises Unreadable."""
    if file.language in ("Python", "Notebook"):
        modules = file.modules
        if not modules:
            return Record(unread=file.unparsed)
        if file.path.rpartition("/")[2] == "setup.py" and b"console_scripts" in file.data:
            return Record((), ("scripts", file.path, tuple(_console_scripts(modules[0]))))
        facts = _facts(file, modules)
        return Record(tuple(sites(modules, facts)), facts, file.unparsed)
    return Record((), texts.facts(file))


def _console_scripts(module: Module) -> Iterator[tuple[str, int]]:
    """(``module:function``, line) of the console scripts that a setup.py declares."""
    for node in module.nodes.get(ast.Constant, ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "=" in node.value:
            target = node.value.partition("=")[2].strip()
            if target.count(":") == 1 and target.replace(":", "").replace(".", "").replace("_", "").isalnum():
                yield target, node.lineno


def _facts(file: File, modules: tuple[Module, ...]) -> tuple[Any, ...]:
    functions: dict[str, FunctionNode] = {}
    classes: dict[str, ast.ClassDef] = {}
    homes: dict[str, tuple[Module, str]] = {}  # symbol -> its cell and the class that it is a method of
    aliases: dict[str, str] = {}
    for module in modules:
        aliases.update(module.aliases)
        for scope in module.scopes:
            node = scope.node
            if isinstance(node, ast.ClassDef):
                classes[scope.symbol] = node
                homes[scope.symbol] = module, ""
            elif isinstance(node, FUNCTION_TYPES):
                owner = next(
                    (p for p in reversed(scope.parents) if isinstance(p, (*FUNCTION_TYPES, ast.ClassDef))), None
                )
                functions[scope.symbol] = node
                around = scope.symbol.rpartition(".")[0] if isinstance(owner, ast.ClassDef) else ""
                homes[scope.symbol] = module, around
    walker = Walker(functions, classes)
    walker.roots = frozenset(origin.partition(".")[0] for origin in aliases.values())
    events: list[Any] = []
    walker.module = modules[0]
    _attributes(walker, homes)
    for module in modules:
        walker.module, walker.symbol = module, ""
        events += walker.block(module.tree.body)
    walker.tops = {k: v for k, v in walker.local.items() if isinstance(v, (str, list))}
    walker.constants = {k: v for k, v in walker.local.items() if isinstance(v, tuple)}
    top = dict(walker.local)
    _attributes(walker, homes)
    units: list[tuple[Any, ...]] = [("<module>", 1, modules[0].cell, (), tuple(events))]
    for symbol, node in functions.items():
        walker.module, around = homes[symbol]
        parameters, body = walker.function(symbol, node, around or _enclosing_class(symbol, homes))
        units.append((symbol, node.lineno, walker.module.cell, parameters, tuple(body)))
    walker.local, walker.symbol, walker.parameters = top, "", frozenset()
    family = tuple(
        (s, n.lineno, homes[s][0].cell, tuple(_named(walker, homes[s][0], b) for b in n.bases))
        for s, n in classes.items()
    )
    stars = tuple(
        "." * node.level + (node.module or "")
        for module in modules
        for node in module.nodes.get(ast.ImportFrom, ())
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names)
    )
    options = tuple(_options(walker, modules, homes))
    entries = tuple(_entries(walker, modules, functions, homes))
    return (
        "code",
        file.path,
        tuple(units),
        family,
        tuple(sorted(aliases.items())),
        stars,
        options,
        entries,
        _pragmas(file, modules),
        tuple(mark for mark in _MARKS if mark.encode() in file.data),
    )


def _enclosing_class(symbol: str, homes: dict[str, tuple[Module, str]]) -> str:
    """The class of the method that a nested function stands in: its `self` is that of the method."""
    while symbol:
        symbol = symbol.rpartition(".")[0]
        if symbol in homes and homes[symbol][1]:
            return homes[symbol][1]
    return ""


def _named(walker: Walker, module: Module, node: ast.AST) -> str:
    walker.module = module
    return walker.named(node)


def _attributes(walker: Walker, homes: dict[str, tuple[Module, str]]) -> None:
    """What made the attributes of ``self``, by class."""
    walker.attributes = {}
    kept = walker.local
    for symbol, node in walker.functions.items():
        module, owner = homes[symbol]
        if not owner:
            continue
        walker.module, walker.symbol, walker.owner, walker.local = module, symbol, "", {}
        spec = node.args
        for arg in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]:
            made = walker._annotated(arg.annotation) if arg.annotation is not None else ""
            walker.local[arg.arg] = made or values.OPEN
        stack: list[ast.AST] = list(node.body)
        while stack:
            item = stack.pop()
            if isinstance(item, ast.Assign) and len(item.targets) == 1:
                _attribute(walker, owner, item.targets[0], item.value)
            for block in ("body", "orelse", "finalbody", "handlers"):
                stack += getattr(item, block, None) or ()
    walker.local = kept


def _attribute(walker: Walker, owner: str, target: ast.AST, node: ast.AST) -> None:
    is_own = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    if not is_own or not isinstance(target, ast.Attribute):
        return
    if isinstance(node, (ast.Call, ast.Name)):
        made = walker.named(node)
        if made.endswith("()") and not made.startswith(("?", "self", "super", "int", "str", "list", "dict")):
            walker.attributes.setdefault(owner, {}).setdefault(target.attr, made)


def _options(
    walker: Walker, modules: tuple[Module, ...], homes: dict[str, tuple[Module, str]]
) -> Iterator[tuple[Any, ...]]:
    """(name, default, line, cell) of each option, field or constant that holds a seed."""
    for module in modules:
        walker.module, walker.parameters, walker.symbol, walker.owner = module, frozenset(), "", ""
        for node in module.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if last in ("add_argument", "option") or last.startswith("DEFINE_"):
                yield from _declared(walker, module, node, last)
        for symbol, cls in walker.classes.items():
            if homes[symbol][0] is not module:
                continue
            for item in cls.body:
                target: ast.AST | None = item.target if isinstance(item, ast.AnnAssign) else None
                if isinstance(item, ast.Assign) and len(item.targets) == 1:
                    target = item.targets[0]
                value = getattr(item, "value", None)
                if isinstance(target, ast.Name) and values.is_seed_name(target.id) and value is not None:
                    yield target.id, walker._default(value), item.lineno, module.cell
        for item in module.tree.body:
            if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
                name = item.targets[0].id
                if values.is_seed_name(name) and isinstance(item.value, (ast.Constant, ast.UnaryOp)):
                    yield name, walker.value(item.value), item.lineno, module.cell


def _declared(walker: Walker, module: Module, node: ast.Call, last: str) -> Iterator[tuple[Any, ...]]:
    """The option that ``add_argument``, ``click.option`` or an absl ``DEFINE_…`` declares."""
    words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if last.startswith("DEFINE_"):
        if words and values.is_seed_name(words[0]) and len(node.args) > 1:
            yield words[0], walker.value(node.args[1]), node.lineno, module.cell
        return
    keywords = {k.arg: k.value for k in node.keywords}
    names = [w.lstrip("-").replace("-", "_") for w in words if w.startswith("--") or not w.startswith("-")]
    name = next((n for n in names if values.is_seed_name(n)), "")
    kept = keywords.get("dest")
    if isinstance(kept, ast.Constant) and isinstance(kept.value, str):
        name = kept.value if values.is_seed_name(kept.value) else ""
    if not name or "action" in keywords:
        return
    required = keywords.get("required")
    if "default" in keywords:
        yield name, walker.value(keywords["default"]), node.lineno, module.cell
    elif "nargs" in keywords or (isinstance(required, ast.Constant) and required.value is True):
        yield name, values.OPEN, node.lineno, module.cell
    elif any(w.startswith("-") for w in words) and None not in keywords:
        yield name, values.NOTHING, node.lineno, module.cell


def _entries(
    walker: Walker,
    modules: tuple[Module, ...],
    functions: dict[str, FunctionNode],
    homes: dict[str, tuple[Module, str]],
) -> Iterator[tuple[Any, ...]]:
    """(symbol, line, cell, kind, details) of what may be started in the file: kinds main, top, command."""
    if modules[0].cell is not None:
        yield "<notebook>", 1, modules[0].cell, "notebook", ()
        return
    module = modules[0]
    for item in module.tree.body:
        if isinstance(item, ast.If) and values.asked(item.test, walker.named, walker.known) == ("main",):
            yield "<module>", item.lineno, None, "main", ()
            break
    else:
        works = (ast.Expr, ast.For, ast.While, ast.With, ast.If)
        first = next((s for s in module.tree.body if isinstance(s, works) and not _is_text(s)), None)
        if first is not None:
            yield "<module>", first.lineno, None, "top", ()
    for symbol, node in functions.items():
        if "." in symbol:
            continue
        for decorator in node.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = _named(walker, homes[symbol][0], call)
            known = name.rpartition(".")[2] in _COMMANDS and name.partition(".")[0] in _COMMAND_ROOTS
            if not known and not (isinstance(call, ast.Attribute) and call.attr == "command"):
                continue
            keywords = {k.arg: k.value for k in decorator.keywords} if isinstance(decorator, ast.Call) else {}
            details = tuple(_text(keywords.get(key)) for key in ("config_path", "config_name"))
            yield symbol, node.lineno, None, "hydra" if name == "hydra.main" else "command", details


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _pragmas(file: File, modules: tuple[Module, ...]) -> tuple[Any, ...]:
    """The suppressions of the file, for the findings that only the fold can make."""
    if suppress.MARK.encode() not in file.data:
        return ()
    rows = [(c.text, c.line, m.cell) for m in modules for c in m.comments]
    return tuple(tuple(p) for p in (suppress.pragma(*row) for row in rows) if p is not None)
