"""The dict that a program saves as its checkpoint, and where the same file takes its parts back."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.splice import Text


class Entry(NamedTuple):
    """``"optimizer": optimizer.state_dict()``."""

    key: str
    value: ast.Call
    owner: str  # what the state is of, as it is written: optimizer, self.optimizer


class Restored(NamedTuple):
    """``optimizer.load_state_dict(checkpoint["optimizer"])``."""

    node: ast.stmt
    table: str  # the loaded dict as it is written: checkpoint


def saved(context: Context, finding: Finding) -> ast.Dict | None:
    """The dict literal that the ``torch.save`` of a finding writes, by itself or assigned before it."""
    for call in edits.calls(context, "save"):
        if (call.lineno, call.col_offset + 1) == (finding.line, finding.column) and call.args:
            value = call.args[0]
            if isinstance(value, ast.Name):
                made = context.values.get((context.symbol(call), value.id), [])
                made = sorted((one for one in made if one.lineno < call.lineno), key=lambda one: one.lineno)
                value = made[-1] if made else value
            return value if isinstance(value, ast.Dict) else None
    return None


def optimizer_entry(text: Text, context: Context, table: ast.Dict) -> Entry | None:
    """The entry with the optimizer's state."""
    for key, value in zip(table.keys, table.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Call)):
            continue
        func = value.func
        if isinstance(func, ast.Attribute) and func.attr == "state_dict" and is_optimizer(last_name(func.value)):
            return Entry(key.value, value, text.source(func.value))
    return None


def is_optimizer(name: str) -> bool:
    """Whether a name says optimizer."""
    return any(part.startswith("optim") or part == "opt" for part in name_parts(name))


def restored(text: Text, context: Context, entry: Entry) -> Restored | None:
    """Where the file gives the optimizer its state back from the key under which it is saved; None for not once."""
    found = []
    for call in context.written.get("load_state_dict", ()):
        node = edits.statement(context, call)
        value = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if isinstance(value, ast.Subscript) and isinstance(value.value, (ast.Name, ast.Attribute)):
            same = isinstance(value.slice, ast.Constant) and value.slice.value == entry.key
            plain = isinstance(node, ast.Expr) and node.value is call
            own = isinstance(call.func, ast.Attribute) and text.source(call.func.value) == entry.owner
            if same and plain and own and node is not None:
                found.append(Restored(node, text.source(value.value)))
    return found[0] if len(found) == 1 else None


def with_entry(text: Text, table: ast.Dict, after: ast.expr, row: str) -> Splice | None:
    """The splice that puts ``key: value`` after an entry's value, laid out as the dict is; None where a comment or
    parentheses stand in the way."""
    end = text.end(after)
    later = [key for key in table.keys if key is not None and text.start(key) > end]
    stop = min((text.start(key) for key in later), default=text.end(table) - 1)
    between = text.text[end:stop]
    if between.strip() not in ("", ","):
        return None
    if "\n" not in between and "\r" not in between:
        return Splice(end, end, f", {row}")
    key = max((k for k in table.keys if k is not None and text.start(k) < end), key=text.start)
    line = text.text.rfind("\n", 0, text.start(key)) + 1
    lead = text.text[line : text.start(key)]
    if lead.strip():
        return None
    at = end + between.index(",") + 1 if "," in between else end
    return Splice(at, at, f"{'' if ',' in between else ','}{text.newline}{lead}{row}{',' if ',' in between else ''}")


def quote_of(text: Text, table: ast.Dict) -> str:
    """The quotes of the dict's keys."""
    return next((text.source(key)[0] for key in table.keys if key is not None and text.source(key)[:1] in "'\""), '"')
