"""Whether what a repository saves by ``torch.save`` is tensors, dicts, lists, strings and numbers, and nothing else.

That is what ``torch.load(weights_only=True)`` reads. Whatever cannot be followed counts as something else.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Ground

_DEPTH = 6
_NUMBERS = frozenset(("bool", "float", "int", "item", "len", "perf_counter", "repr", "str", "time", "tolist"))
_STATES = frozenset(("named_parameters", "parameters", "state_dict"))
_TENSORS = frozenset(("clone", "contiguous", "cpu", "cuda", "detach", "half", "to"))  # give what they are called on
_COUNTS = frozenset(
    "epoch epochs global_step i iter iter_num iteration iterations n_iter start_epoch step steps".split()
)
_TORCH = frozenset(
    "arange cat empty full get_rng_state linspace ones rand randn randperm stack tensor zeros zeros_like".split()
)


class Saved(NamedTuple):
    """What one call of ``torch.save`` writes."""

    path: str
    line: int  # from 1
    keys: frozenset[str]  # of a dict; empty for what is none, a model's state among them
    state: bool  # a model's state by itself
    plain: bool  # as far as it can be followed


def saves(ground: Ground) -> tuple[Saved, ...]:
    """What the repository's own code saves."""
    files = [*edits.sources(ground, b"torch", b".save(")]
    rows: dict[tuple[str, int], Saved] = {}
    for path, context in files:
        for call in edits.calls(context, "save"):
            if context.dotted(call.func) == "torch.save" and call.args:
                for where, at, value in _handed(files, path, context, call.args[0], 0):
                    rows[where, value.lineno] = _saved(where, at, value)
    return tuple(rows.values())


def _saved(path: str, context: Context, value: ast.expr) -> Saved:
    table = _table(context, value)
    keys = frozenset() if table is None else _keys(context, value, table)
    state = isinstance(value, ast.Call) and last_name(value.func) in _STATES
    if isinstance(value, ast.Name):
        made = context.values.get((context.symbol(value), value.id), [])
        state = bool(made) and all(isinstance(one, ast.Call) and last_name(one.func) in _STATES for one in made)
    return Saved(path, value.lineno, keys, state, is_plain(context, value))


def _handed(
    files: list[tuple[str, Context]], path: str, context: Context, value: ast.expr, depth: int
) -> Iterator[tuple[str, Context, ast.expr]]:
    """The value itself, or what callers hand in where it is a parameter of its function."""
    owner = edits.function(context, value)
    if not isinstance(value, ast.Name) or owner is None or depth > 2:
        yield path, context, value
        return
    names = [arg.arg for arg in (*owner.args.posonlyargs, *owner.args.args)]
    if value.id not in [*names, *(arg.arg for arg in owner.args.kwonlyargs)]:
        yield path, context, value
        return
    place = names.index(value.id) if value.id in names else -1
    found = False
    for other, at in files:
        for call in at.written.get(owner.name, ()):
            method = bool(names) and names[0] in ("self", "cls") and isinstance(call.func, ast.Attribute)
            given = at.argument(call, value.id, place - method if place >= 0 else -1)
            if given is not None:
                found = True
                yield from _handed(files, other, at, given, depth + 1)
    if not found:
        yield path, context, value


def _table(context: Context, value: ast.expr) -> ast.Dict | ast.Call | None:
    """The dict that an expression is, one assignment followed."""
    if isinstance(value, ast.Name):
        made = context.values.get((context.symbol(value), value.id), [])
        value = made[0] if len(made) == 1 else value
    if isinstance(value, ast.Dict):
        return value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
        return value
    return None


def _keys(context: Context, value: ast.expr, table: ast.Dict | ast.Call) -> frozenset[str]:
    return frozenset(key for key, _ in _entries(context, value, table) if key)


def _entries(context: Context, value: ast.expr, table: ast.Dict | ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The (key, value) of a dict and of what is put into it afterwards; "" for a key that is not a plain string."""
    if isinstance(table, ast.Dict):
        for key, item in zip(table.keys, table.values, strict=True):
            yield (key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "", item)
    else:
        yield from (("", item) for item in table.args)
        yield from ((keyword.arg or "", keyword.value) for keyword in table.keywords)
    if isinstance(value, ast.Name):
        for node in context.nodes(ast.Assign):
            for target in node.targets:
                own = isinstance(target, ast.Subscript) and _is_same(target.value, value)
                if own and isinstance(target, ast.Subscript) and context.symbol(node) == context.symbol(value):
                    name = target.slice.value if isinstance(target.slice, ast.Constant) else ""
                    yield (name if isinstance(name, str) else "", node.value)


def is_plain(context: Context, value: ast.expr, depth: int = 0) -> bool:
    """Whether a value is surely made of tensors, dicts, lists, strings and numbers."""
    if depth > _DEPTH:
        return False
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare)):
        return True
    table = _table(context, value)
    if table is not None:
        return all(is_plain(context, item, depth + 1) for _, item in _entries(context, value, table))
    if isinstance(value, (ast.List, ast.Tuple)):
        return all(is_plain(context, item, depth + 1) for item in value.elts)
    if isinstance(value, ast.DictComp):
        return _is_of_state(context, value.generators[0].iter, depth) and isinstance(value.value, (ast.Name, ast.Call))
    if isinstance(value, ast.IfExp):
        return is_plain(context, value.body, depth + 1) and is_plain(context, value.orelse, depth + 1)
    if isinstance(value, ast.BinOp):
        return is_plain(context, value.left, depth + 1) and is_plain(context, value.right, depth + 1)
    if isinstance(value, ast.UnaryOp):
        return is_plain(context, value.operand, depth + 1)
    if isinstance(value, ast.Call):
        return _is_plain_call(context, value, depth)
    if isinstance(value, (ast.Name, ast.Attribute)):
        return _is_plain_name(context, value, depth)
    return False


def _is_of_state(context: Context, value: ast.expr, depth: int) -> bool:
    """Whether a loop runs over a model's state."""
    names = {last_name(call.func) for call in context.inside(value, ast.Call)}
    return bool(names & _STATES) and names <= _STATES | {"items"} and depth < _DEPTH


def _is_plain_call(context: Context, call: ast.Call, depth: int) -> bool:
    name, dotted, func = last_name(call.func), context.dotted(call.func), call.func
    if name in _STATES and isinstance(func, ast.Attribute):
        return True
    if name in _NUMBERS:
        return True
    if dotted.startswith("torch.") and name in _TORCH:
        return True
    if name in _TENSORS and isinstance(func, ast.Attribute):
        return is_plain(context, func.value, depth + 1)
    if dotted == "random.getstate":
        return True
    if name in ("max", "min", "round", "sum", "abs") and isinstance(func, ast.Name):
        return bool(call.args) and all(is_plain(context, item, depth + 1) for item in call.args)
    return False


def _is_plain_name(context: Context, value: ast.Name | ast.Attribute, depth: int) -> bool:
    """A counter by its name, or a name all of whose values in its function (its file, for an attribute) are plain."""
    dotted = context.dotted(value)
    if dotted in ("math.inf", "numpy.inf"):
        return True
    name = last_name(value)
    if name in _COUNTS or name_parts(name)[-1:] in (["epoch"], ["step"], ["iteration"]):
        return True
    made = _values(context, value)
    return bool(made) and all(is_plain(context, item, depth + 1) for item in made)


def _values(context: Context, value: ast.Name | ast.Attribute) -> list[ast.expr]:
    """Everything that is assigned to a name in its function, or to an attribute of this name in the file; nothing
    where some of it cannot be seen."""
    found: list[ast.expr] = []
    symbol = context.symbol(value)
    owner = edits.function(context, value)
    if isinstance(value, ast.Name) and owner is not None:
        given = (*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs)
        if any(arg.arg == value.id for arg in given):
            return []
    for assign in context.nodes(ast.Assign):
        for target in assign.targets:
            if _is_same(target, value):
                if isinstance(value, ast.Name) and context.symbol(assign) not in (symbol, "<module>"):
                    continue
                found.append(assign.value)
            elif isinstance(target, (ast.Tuple, ast.List)) and any(_is_same(item, value) for item in target.elts):
                return []
    for kind in (ast.For, ast.comprehension, ast.AnnAssign, ast.NamedExpr):
        for node in context.nodes(kind):
            if any(_is_same(item, value) for item in context.inside(node.target, ast.expr)):  # type: ignore[attr-defined]
                return []
    for more in context.nodes(ast.AugAssign):
        if _is_same(more.target, value):
            found.append(more.value)
    return found


def _is_same(target: ast.AST, value: ast.Name | ast.Attribute) -> bool:
    if isinstance(value, ast.Name):
        return isinstance(target, ast.Name) and target.id == value.id
    if not (isinstance(target, ast.Attribute) and target.attr == value.attr):
        return False
    left, right = target.value, value.value
    return isinstance(left, ast.Name) and isinstance(right, ast.Name) and left.id == right.id
