"""Where a program gets a seed from, in its own way of taking settings, and where it takes it up."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.python import FUNCTION_TYPES
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits, entry_options
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.splice import Text

_SEED = 42


class Wiring(NamedTuple):
    """Where a seed comes from, and where the generators take it."""

    splices: tuple[Splice, ...]  # that bring the setting
    at: int  # the offset of the line before which the generators are seeded
    lead: str  # white space before that line
    value: str  # the seed as an expression there
    says: str  # how it is chosen, for people


def wiring(text: Text, context: Context, symbol: str) -> Wiring | None:
    """The project's own way to take a setting, else a number at the start of the program."""
    if symbol != "<module>" and not isinstance(context.owners.get(symbol), FUNCTION_TYPES):
        return None
    for way in (_by_trainer, _by_command_line, _by_flags):
        if way is not _by_flags or "absl" in context.packages:
            found = way(text, context)
            if found is not None:
                return found
    if entry_options.takes_options(context):
        return None  # in a way that is not understood
    return _by_constant(text, context, symbol)


def _by_trainer(text: Text, context: Context) -> Wiring | None:
    """``training_args`` of transformers have a seed, which their trainer takes up only when it is made."""
    for call in edits.calls(context, "parse_args_into_dataclasses"):
        node = edits.statement(context, call)
        targets = node.targets[0] if isinstance(node, ast.Assign) and node.value is call else None
        names = targets.elts if isinstance(targets, ast.Tuple) else ()
        for name in names:
            if isinstance(name, ast.Name) and name.id in ("training_args", "train_args") and node is not None:
                at = edits.after(text, context, node)
                if at is not None:
                    says = f"The seed is --seed of {name.id}, 42 by default."
                    return Wiring((), at, text.lead(node), f"{name.id}.seed", says)
    return None


def _by_command_line(text: Text, context: Context) -> Wiring | None:
    """An option ``--seed`` of the parser that the file makes."""
    found = entry_options.parsed(text, context)
    if found is None:
        return None
    option = entry_options.declared(context, found.parser, "--seed")
    splices: tuple[Splice, ...] = ()
    says = f"The seed is the option --seed, {_SEED} by default."
    if option is None:
        quote = text.quote
        row = f"add_argument({quote}--seed{quote}, type=int, default={_SEED}, help={quote}random seed{quote})"
        splices = (found.option(text, row),)
    else:
        default = context.constant(context.keywords(option).get("default"))
        if not isinstance(default, int) or isinstance(default, bool):
            return None
        says = f"The seed is the option --seed that {context.file.path} has already, {default} by default."
    return Wiring(splices, found.at, found.lead, f"{found.name}.seed", says)


def _by_flags(text: Text, context: Context) -> Wiring | None:
    """A flag ``seed`` of absl, taken up where its ``main`` begins."""
    runs = [call for call in edits.calls(context, "run") if context.dotted(call.func) == "absl.app.run" and call.args]
    main = context.owners.get(last_name(runs[0].args[0])) if len(runs) == 1 else None
    defined = [c for name in ("DEFINE_integer", "DEFINE_string", "DEFINE_float") for c in edits.calls(context, name)]
    rows = [node for call in defined if isinstance(node := edits.statement(context, call), ast.Expr)]
    if not isinstance(main, FUNCTION_TYPES) or not rows or "FLAGS" not in context.names:
        return None
    seeds = [c for c in defined if c.args and context.constant(c.args[0]) == "seed"]
    splices: tuple[Splice, ...] = ()
    if seeds:
        if len(seeds[0].args) < 2 or type(context.constant(seeds[0].args[1])) is not int:
            return None
    else:
        last = max(rows, key=lambda node: node.lineno)
        at = edits.after(text, context, last)
        if at is None or not isinstance(last.value, ast.Call):
            return None
        owner, _, _ = text.source(last.value.func).rpartition(".")
        quote = text.quote
        row = f"{owner + '.' if owner else ''}DEFINE_integer({quote}seed{quote}, {_SEED}, {quote}Random seed.{quote})"
        splices = (Splice(at, at, text.lines(text.lead(last), [row])),)
    found = _before(text, context, _first(main), splices, "FLAGS.seed")
    return found and found._replace(says="The seed is the flag --seed.")


def _first(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
    """The first statement of a function after its docstring and `global`."""
    rows = function.body
    for i, node in enumerate(rows):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not isinstance(node, (ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom)):
            return node
        if i == len(rows) - 1:
            return node
    return rows[0]


def _by_constant(text: Text, context: Context, symbol: str) -> Wiring | None:
    """A number where the program begins: of a script that has constants at its top, one more of them."""
    body = context.module.tree.body
    if symbol != "<module>":
        owner = context.owners[symbol]
        assert isinstance(owner, FUNCTION_TYPES)
        return _before(text, context, _first(owner), (), str(_SEED)) if not owner.args.args else None
    guard = next((node for node in body if _is_guard(node)), None)
    first: ast.stmt | None
    if isinstance(guard, ast.If):
        first = _first_of_guard(context, guard)
    else:
        first = next((node for node in body if not _is_heading(node)), None)
    if first is None:
        return None
    constants = _constants(body, first)
    if len(constants) >= 3 and guard is None:
        last = constants[-1]
        name = "SEED" if sum(_target(node).isupper() for node in constants) * 2 > len(constants) else "seed"
        at = edits.after(text, context, last)
        if at is not None and name not in context.names:
            splice = Splice(at, at, text.lines("", [f"{name} = {_SEED}"]))
            return _before(text, context, first, (splice,), name)
    return _before(text, context, first, (), str(_SEED))


def _before(text: Text, context: Context, node: ast.stmt, splices: tuple[Splice, ...], value: str) -> Wiring | None:
    line = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
    if not edits.owns_lines(context, node):
        return None
    return Wiring(splices, text.line_start(line), text.lead(node), value, f"The seed is {_SEED}, written in the file.")


def _first_of_guard(context: Context, guard: ast.If) -> ast.stmt:
    """The first statement under ``if __name__``; of the function, where the guard only calls one of the file's own."""
    only = guard.body[0] if len(guard.body) == 1 else None
    if isinstance(only, ast.Expr) and isinstance(only.value, ast.Call) and isinstance(only.value.func, ast.Name):
        owner = context.owners.get(only.value.func.id)
        if isinstance(owner, FUNCTION_TYPES):
            return _first(owner)
    return guard.body[0]


def _is_guard(node: ast.stmt) -> bool:
    test = node.test if isinstance(node, ast.If) else None
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _is_heading(node: ast.stmt) -> bool:
    """Whether a statement at the top draws nothing: imports, definitions, plain constants, the docstring."""
    if isinstance(node, (ast.Import, ast.ImportFrom, *FUNCTION_TYPES, ast.ClassDef)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return bool(_target(node))


def _target(node: ast.stmt) -> str:
    """The name that a plain constant is assigned to; "" for other statements."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        value = node.value.operand if isinstance(node.value, ast.UnaryOp) else node.value
        return node.targets[0].id if isinstance(value, ast.Constant) else ""
    return ""


def _constants(body: Sequence[ast.stmt], first: ast.stmt) -> list[ast.stmt]:
    """The plain constants at the top before a statement."""
    return [node for node in body if node.lineno < first.lineno and _target(node)]
