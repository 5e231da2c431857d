"""What a program does with what ``torch.load`` gives."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context

_LOAD = "load_state_dict"


class Read(NamedTuple):
    """What is done with a loaded value."""

    into: tuple[ast.expr, ...] = ()  # what takes it by ``load_state_dict`` as it is
    keys: frozenset[str] = frozenset()  # that are read from it


def reading(context: Context, call: ast.Call) -> Read | None:
    """What is done with what a load gives; None where it goes to where it is not followed."""
    parent = edits.parents(context).get(id(call))
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is call:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return _reads(context, targets[0]) if len(targets) == 1 and isinstance(targets[0], ast.Name) else None
    return _read(context, call, parent)


def _reads(context: Context, target: ast.Name) -> Read | None:
    """As `reading`, of a name in its function."""
    owner = edits.function(context, target)
    links = edits.parents(context)
    whole = Read()
    for node in sorted(context.nodes(ast.Name), key=lambda name: (name.lineno, name.col_offset)):
        is_read = node.id == target.id and isinstance(node.ctx, ast.Load) and node.lineno >= target.lineno
        if is_read and edits.function(context, node) is owner:
            found = _read(context, node, links.get(id(node)))
            if found is None:
                return None
            whole = Read((*whole.into, *found.into), whole.keys | found.keys)
    return whole


def _read(context: Context, node: ast.expr, parent: ast.AST | None) -> Read | None:
    links = edits.parents(context)
    if isinstance(parent, ast.Call):
        if parent.args[:1] == [node] and isinstance(parent.func, ast.Attribute) and parent.func.attr == _LOAD:
            return Read((parent.func.value,))
        return Read() if last_name(parent.func) in ("len", "print", "type") else None
    if isinstance(parent, ast.Subscript) and parent.value is node:
        key = parent.slice.value if isinstance(parent.slice, ast.Constant) else None
        return Read(keys=frozenset((key,))) if isinstance(key, str) else Read()
    if isinstance(parent, ast.Attribute):
        call = links.get(id(parent))
        if not isinstance(call, ast.Call) or call.func is not parent:
            return None
        if parent.attr in ("get", "pop") and call.args and isinstance(call.args[0], ast.Constant):
            return Read(keys=frozenset((str(call.args[0].value),)))
        return Read() if parent.attr in ("items", "keys") else None
    return Read() if isinstance(parent, (ast.Compare, ast.Delete, ast.For, ast.comprehension)) else None
