"""Which calls do nothing by themselves, and whether a body surely has work in it."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, words
from ml_audit_hooks.core.python import CHILD_FIELDS, FUNCTION_TYPES, Module, Scope, statements
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.python import FunctionNode

NESTED = (*FUNCTION_TYPES, ast.ClassDef, ast.Lambda)
EFFECTS = frozenset((ast.Yield, ast.YieldFrom, ast.Lambda, ast.NamedExpr))
_SKIPPED = frozenset((ast.Name, ast.Constant, ast.Raise, ast.Import, ast.ImportFrom, str, type(None)))
_CERTAIN = EFFECTS | {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assert}
_ASSIGNMENTS = frozenset((ast.Assign, ast.AnnAssign, ast.AugAssign))
_LOCAL_BASES = (ast.Name, ast.Constant, ast.JoinedStr, ast.Subscript, ast.Call, ast.Dict, ast.List, ast.Set, ast.Tuple)
_COMPOUND = (
    *(ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler, ast.Match),
    ast.match_case,
)


class Surroundings(NamedTuple):
    """What is known of a file when one of its functions is judged."""

    module: Module
    stubs: frozenset[str]  # names of its functions that are stubs
    says: str  # the module's docstring in lower case
    signs: tuple[str, ...]  # of _SIGNS, those that stand in the file


_SIGNS = ("sleep", "random", "hash(")  # without one of them no loop only sleeps and no figure is made up


def surroundings(module: Module, stubs: frozenset[str]) -> Surroundings:
    """What a file's text and docstring tell of all its functions."""
    signs = tuple(sign for sign in _SIGNS if sign in module.text)
    return Surroundings(module, stubs, (bodies.docstring(module.tree.body) or "").lower(), signs)


def text_of(module: Module, node: FunctionNode) -> str:
    """The lines of a function without its decorators."""
    return "\n".join(module.lines[node.lineno - 1 : node.end_lineno or node.lineno])


def does_work(around: Surroundings, scope: Scope, node: FunctionNode) -> bool:
    """Whether a body surely has work in it: the first thing asked of every function, so without reading it whole.

    True only where `Body.work` holds something; what only a reading of the local names can tell is left open.
    """
    own = bodies.own_name(scope, node)
    stack: list[ast.AST] = [*reversed(node.body)]
    while stack:
        item = stack.pop()
        kind = item.__class__
        if kind in _SKIPPED:
            continue
        if kind is ast.Call:
            if not is_pure(around, item, own):  # type: ignore[arg-type]  # its class was just asked
                return True
        elif kind in _CERTAIN or (kind in _ASSIGNMENTS and _changes_object(item)):
            return True
        for name in CHILD_FIELDS[kind]:
            value = getattr(item, name)
            if value.__class__ is list:
                stack += value[::-1]  # in source order: the first call mostly tells
            elif value is not None:
                stack.append(value)
    return False


def _changes_object(node: ast.AST) -> bool:
    """Whether an assignment puts more than a constant into an attribute."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    is_constant = isinstance(getattr(node, "value", None), ast.Constant) and not isinstance(node, ast.AugAssign)
    return not is_constant and any(isinstance(t, ast.Attribute) for t in targets)


def is_message_call(node: ast.Call) -> bool:
    """Whether a call prints, logs or sleeps, by its name."""
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in words.PRINTERS
    if not isinstance(func, ast.Attribute):
        return False
    base = func.value
    root = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    if func.attr in words.LOG_METHODS and (root in words.LOGGERS or root.lower().endswith(("logger", "log"))):
        return True
    return func.attr in words.SHOW_METHODS and root in words.SHOW_ROOTS


def is_pure(around: Surroundings, call: ast.Call, own: str) -> bool:
    """Whether a call neither does nor reads anything outside the function, or only calls a known stub."""
    module, stubs = around.module, around.stubs
    func = call.func
    if isinstance(func, ast.Name):
        if func.id in words.PURE_BUILTINS or func.id in stubs or func.id in words.PRINTERS:
            return True
        return module.dotted(func).startswith(words.PURE_ROOTS)
    if not isinstance(func, ast.Attribute):
        return False
    base = func.value
    if own and isinstance(base, ast.Name) and base.id == own:
        return func.attr in stubs
    if is_message_call(call):
        return True
    if func.attr in words.PURE_METHODS and isinstance(base, _LOCAL_BASES) and not _is_imported(module, base):
        return True
    root = root_name(func)
    return root not in ("", own) and module.dotted(func).startswith(words.PURE_ROOTS)


def _is_imported(module: Module, node: ast.expr) -> bool:
    """Whether a name is that of a module: the ``get`` of ``requests.get`` is none of a value."""
    return isinstance(node, ast.Name) and node.id in module.aliases


def root_name(node: ast.AST) -> str:
    """The first name of an attribute chain; "" where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def all_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body at any depth, those of nested functions left out."""
    stack: list[ast.AST] = [*reversed(body)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, _COMPOUND):
            stack += reversed([*statements(node)])


def loops(body: Sequence[ast.stmt]) -> Iterator[ast.For | ast.AsyncFor | ast.While]:
    """The loops among the statements of a body."""
    return (s for s in all_statements(body) if isinstance(s, (ast.For, ast.AsyncFor, ast.While)))
