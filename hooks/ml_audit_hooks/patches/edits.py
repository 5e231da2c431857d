"""What several kinds of patches do to Python files: find a call, add an argument, know who is above a node."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core import places
from ml_audit_hooks.core.python import FUNCTION_TYPES, children
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.patches.model import Change, Closed
from ml_audit_hooks.patches.splice import Splice, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Ground


def text_of(ground: Ground, path: str) -> Text | None:
    """The text of a Python file that can be patched; None for others."""
    if not path.endswith(".py") or places.is_vendored(path) or places.is_generated(path):
        return None
    try:
        return Text(ground.file(path))
    except Unreadable:
        return None


def context_of(ground: Ground, path: str) -> Context | None:
    """A Python file with its names resolved; None where it cannot be read."""
    try:
        return ground.file(path).contexts[0] if path.endswith(".py") else None
    except (Unreadable, IndexError):
        return None


def sources(ground: Ground, *marks: bytes) -> Iterator[tuple[str, Context]]:
    """(path, context) of the Python files, tests and copies of other packages left out, that hold one of `marks`."""
    for path in ground.paths:
        own = path.endswith(".py") and not places.is_test(path) and not places.is_vendored(path)
        context = context_of(ground, path) if own and holds(ground, path, *marks) else None
        if context is not None:
            yield path, context


def holds(ground: Ground, path: str, *marks: bytes) -> bool:
    """Whether one of `marks` is in a file."""
    data = ground.file(path).content.data or b""
    return any(mark in data for mark in marks)


def calls(context: Context, name: str) -> list[ast.Call]:
    """The calls whose last name is `name`, in the order of the text."""
    return sorted(context.calls.get(name, ()), key=lambda call: (call.lineno, call.col_offset))


def parents(context: Context) -> dict[int, ast.AST]:
    """The node above each node, by its identity; found out once a file."""
    return context.once(_parents)


def _parents(context: Context) -> dict[int, ast.AST]:
    found: dict[int, ast.AST] = {}
    stack: list[ast.AST] = [context.module.tree]
    while stack:
        node = stack.pop()
        for child in children(node):
            found[id(child)] = node
            stack.append(child)
    return found


def above(context: Context, node: ast.AST) -> Iterator[ast.AST]:
    """The nodes above a node, the nearest first."""
    links = parents(context)
    found = links.get(id(node))
    while found is not None:
        yield found
        found = links.get(id(found))


def statement(context: Context, node: ast.AST) -> ast.stmt | None:
    """The statement in which a node stands."""
    if isinstance(node, ast.stmt):
        return node
    return next((item for item in above(context, node) if isinstance(item, ast.stmt)), None)


def function(context: Context, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The innermost function around a node."""
    return next((item for item in above(context, node) if isinstance(item, FUNCTION_TYPES)), None)


def block(context: Context, node: ast.stmt) -> list[ast.stmt]:
    """The statements among which one stands."""
    owner = parents(context).get(id(node))
    for name in ("body", "orelse", "finalbody"):
        rows = getattr(owner, name, None)
        if isinstance(rows, list) and any(row is node for row in rows):
            return rows
    return [node]


def owns_lines(context: Context, node: ast.stmt) -> bool:
    """Whether a statement begins and ends its lines: no ``a; b``, no ``if a: b``."""
    owner = parents(context).get(id(node))
    rows = [row for row in block(context, node) if row is not node]
    if any(row.lineno <= (node.end_lineno or 0) and (row.end_lineno or 0) >= node.lineno for row in rows):
        return False
    lead = context.module.lines[node.lineno - 1].encode()[: node.col_offset]
    return not lead.strip() and (owner is None or not isinstance(owner, ast.stmt) or owner.lineno < node.lineno)


def after(text: Text, context: Context, node: ast.stmt) -> int | None:
    """The offset of the line after a statement; None where it shares its lines or ends the file without a line end."""
    at = text.after(node)
    return at if owns_lines(context, node) and text.text[at - 1 : at] in ("\n", "\r") else None


def with_keyword(text: Text, call: ast.Call, name: str, value: str) -> Splice | None:
    """The splice that gives a call one keyword argument more, laid out as its arguments are; None where that is not
    plain: ``**options`` that may hold it, arguments in parentheses, comments among the last ones."""
    if any(keyword.arg in (None, name) for keyword in call.keywords):
        return None
    if any(isinstance(item, ast.GeneratorExp) for item in call.args):
        return None
    given: list[ast.AST] = [*call.args, *(keyword.value for keyword in call.keywords)]
    close = text.end(call) - 1
    if not given:
        inner = text.text[text.end(call.func) : close]
        return Splice(close, close, f"{name}={value}") if inner.strip() == "(" and "\n" not in inner else None
    last = max(given, key=text.end)
    end = text.end(last)
    rest = text.text[end:close]
    if rest.strip() not in ("", ","):
        return None
    comma = rest.strip()
    if "\n" in rest or "\r" in rest:
        owner = max((*call.args, *call.keywords), key=text.end)
        begin = text.start(owner)
        line = text.text.rfind("\n", 0, begin) + 1
        lead = text.text[line:begin]
        if not lead.strip():  # one argument a line
            end += rest.index(",") + 1 if comma else 0
            return Splice(end, end, f"{'' if comma else ','}{text.newline}{lead}{name}={value}{comma}")
    return Splice(end, end, f", {name}={value}")


def change(text: Text, splices: Iterable[Splice | None]) -> Change:
    """The file's change by all splices that there are. Raises ValueError where two overlap."""
    found = [splice for splice in splices if splice is not None]
    return Change(text.file.path, text.file.data, text.spliced(found))


def closed(ground: Ground, path: str, line: int, codes: Sequence[str]) -> tuple[Closed, ...]:
    """The findings of these codes that stand on a line of a file."""
    return tuple(
        Closed(code, path, finding.symbol)
        for code in codes
        for where, finding in ground.findings.get(code, ())
        if where == path and finding.line == line and finding.cell is None
    )


def slug(path: str) -> str:
    """A path, and a symbol in it, as a part of an id: ``src/train_model.py main`` gives src-train-model-main."""
    stem = path.replace(".py ", " ") if ".py " in path else path.rpartition(".")[0] or path
    return "-".join("".join(c if c.isalnum() else " " for c in stem.lower()).split())


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def some(names: Iterable[str], most: int = 3) -> str:
    """Names, each once, as a list in a sentence, the last ones only counted: a, b and 4 more."""
    once = [*dict.fromkeys(names)]
    return listed(once) if len(once) <= most else listed([*once[: most - 1], f"{len(once) - most + 1} more"])


def module_name(text: Text, module: str) -> str | None:
    """The name under which the file imports a module at its top: ``import numpy as np`` gives np; None for none."""
    for node in text.module.tree.body:
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name == module and (name.asname or "." not in module):
                    return name.asname or module
        elif isinstance(node, ast.ImportFrom) and not node.level and "." in module:
            package, _, last = module.rpartition(".")
            for name in node.names:
                if node.module == package and name.name == last:
                    return name.asname or last
    return None


def can_import(text: Text, context: Context, module: str) -> bool:
    """Whether ``module.…`` means the module in the file, once it is imported at the top."""
    if text.imports(module):
        return True
    if context.module.aliases.get(module) not in (None, module) or module in context.owners:
        return False
    bound = any(node.id == module and not isinstance(node.ctx, ast.Load) for node in context.nodes(ast.Name))
    return not bound and all(arg.arg != module for arg in context.nodes(ast.arg))
