"""Orders that differ between machines or runs and decide a split, an index or a draw."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds.sites import finding
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding

_LISTINGS = frozenset(("os.listdir", "os.scandir", "glob.glob", "glob.iglob"))
_PATH_LISTINGS = frozenset(("iterdir", "rglob"))
_LISTING_NAMES = ("listdir", "scandir", "glob", "iglob", "iterdir", "rglob")
_ORDERLESS = frozenset("sorted natsorted len set frozenset max min any all sum bool Counter".split())
_PICKS = ("choice", "choices", "permutation", "sample", "train_test_split")
_DRAWS_FROM = frozenset(
    ("numpy.random.choice", "numpy.random.permutation", "random.choice", "random.choices", "random.sample")
    + ("sklearn.model_selection.train_test_split",)
)
_ORDER_MATTERS = (".shuffle(", "random_split(", "train_test_split(", ".sample(", "permutation(")


def findings(context: Context) -> Iterator[Finding]:
    """The findings of one module."""
    listings = [call for name in _LISTING_NAMES for call in context.calls.get(name, ())]
    if listings:
        yield from _listings(context, listings)
    yield from _sets(context)


def _listings(context: Context, listings: list[ast.Call]) -> Iterator[Finding]:
    """Files in the order of the file system where a split or a shuffle follows in the same function."""
    excused: set[int] | None = None
    for call in sorted(listings, key=lambda c: c.lineno):
        name = context.dotted(call.func)
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        of_path = attribute in _PATH_LISTINGS or (attribute == "glob" and "Path" in context.module.text)
        if name not in _LISTINGS and not of_path:
            continue
        text = _function_text(context, call)
        if "sort" in text or not any(sign in text for sign in _ORDER_MATTERS):
            continue
        excused = _inside_orderless(context) if excused is None else excused
        if id(call) not in excused:
            shown = name if name in _LISTINGS else f".{attribute}"
            yield finding("SEED013", call, context, shown, f"{shown} gives files in the file system's order")


def _function_text(context: Context, node: ast.Call) -> str:
    """The text of the innermost function around a call."""
    owner = context.owners.get(context.symbol(node))
    if isinstance(owner, FUNCTION_TYPES):
        return "\n".join(context.module.lines[owner.lineno - 1 : owner.end_lineno])
    return context.module.text


def _inside_orderless(context: Context) -> set[int]:
    """The calls inside a call whose result does not depend on their order."""
    every = (call for name in _ORDERLESS for call in context.written.get(name, ()))
    return {id(n) for call in every for arg in call.args for n in context.inside(arg, ast.Call)}


def _sets(context: Context) -> Iterator[Finding]:
    """Members of a set that are numbered or drawn in its order: for strings it differs from run to run."""
    for call in context.written.get("enumerate", ()):
        if isinstance(call.func, ast.Name) and call.args and _is_set(call.args[0]):
            text = "enumerate over a set: for strings its order differs from run to run (hash randomisation)"
            yield finding("SEED014", call, context, "set", text)
    for last in _PICKS:
        for call in context.calls.get(last, ()):
            name = context.dotted(call.func)
            if name in _DRAWS_FROM and call.args and _is_set(call.args[0]):
                text = f"{name} from a set: for strings its order differs from run to run, whatever the seed"
                yield finding("SEED014", call, context, "set", text)


def _is_set(node: ast.AST) -> bool:
    """Whether an expression is a set, or a list or tuple of one."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple"):
        if not node.args:
            return False
        node = node.args[0]
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "set"
