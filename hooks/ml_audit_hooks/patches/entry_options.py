"""The command line of a program: its parser, the options it declares, and where they are parsed."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.splice import Text

_PARSES = ("parse_args", "parse_known_args")
_PACKAGES = frozenset(
    "absl cleo click configargparse draccus fire gin hydra jsonargparse ml_collections omegaconf simple_parsing tap"
    " typer tyro".split()
)


class Parsed(NamedTuple):
    """Where a program has its options."""

    name: str  # of the options: args
    at: int  # the offset of the line after they are there
    lead: str  # white space before that line
    parser: str  # the parser's name
    last: ast.stmt  # after which, or before which, an option is declared
    after: bool  # of `last`

    def option(self, text: Text, call: str) -> Splice:
        """The splice that declares one option more; `call` is ``add_argument(…)``."""
        at = text.after(self.last) if self.after else text.line_start(self.last.lineno)
        return Splice(at, at, text.lines(text.lead(self.last), [f"{self.parser}.{call}"]))


def parsed(text: Text, context: Context) -> Parsed | None:
    """Where the one parser of a file parses, in the file itself; None where there is none, or no plain one."""
    found = [call for name in _PARSES for call in edits.calls(context, name) if _is_own(context, call)]
    if len(found) != 1 or len(edits.calls(context, "ArgumentParser")) != 1:
        return None
    call = found[0]
    parser, node = _owner(call), edits.statement(context, call)
    owner = edits.function(context, call)
    if node is None:
        return None
    last = _declares(context, parser, node) or node
    taken = node
    if isinstance(node, ast.Return) and node.value is call and owner is not None:
        caller = _caller(context, owner.name)
        if caller is None:
            return None
        taken = caller
    name = _target(taken, known=taken is not node)
    at = edits.after(text, context, taken)
    if not name or at is None or not edits.owns_lines(context, last):
        return None
    return Parsed(name, at, text.lead(taken), parser, last, last is not node)


def _owner(call: ast.Call) -> str:
    """The name of what a method is called on; "" for what has none."""
    return call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""


def _is_own(context: Context, call: ast.Call) -> bool:
    own = _owner(call)
    return bool(own) and "ArgumentParser" in context.origins.get(own, "")


def _declares(context: Context, parser: str, node: ast.stmt) -> ast.stmt | None:
    """The last plain declaration of an option among the statements of the one that parses."""
    found = None
    for row in edits.block(context, node):
        call = row.value if isinstance(row, ast.Expr) else None
        if row.lineno < node.lineno and isinstance(call, ast.Call) and _declared_by(call) == parser:
            found = row
    return found


def _declared_by(call: ast.Call) -> str:
    return _owner(call) if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument" else ""


def _caller(context: Context, function: str) -> ast.stmt | None:
    """The one statement that assigns what a function of the file gives to a name."""
    calls = [call for call in context.written.get(function, ()) if isinstance(call.func, ast.Name)]
    rows = [edits.statement(context, call) for call in calls]
    return rows[0] if len(rows) == 1 and isinstance(rows[0], ast.Assign) and rows[0].value is calls[0] else None


def _target(node: ast.stmt, known: bool) -> str:
    """The name that takes the options; of ``parse_known_args`` the first of two."""
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    if isinstance(target, ast.Tuple) and not known and target.elts:
        target = target.elts[0]
    return target.id if isinstance(target, ast.Name) else ""


def declared(context: Context, parser: str, option: str) -> ast.Call | None:
    """The call that declares an option, whoever's it is."""
    for call in edits.calls(context, "add_argument"):
        if any(context.constant(item) == option for item in call.args):
            return call
    return None


def takes_options(context: Context) -> bool:
    """Whether a program takes settings from outside: a command line or a configuration library."""
    if not _PACKAGES.isdisjoint(context.packages) or "HfArgumentParser" in context.calls:
        return True
    if any(name in context.written for name in (*_PARSES, "ArgumentParser")):
        return True
    return any("dataclass" in _name(item) for item in _decorators(context))


def _decorators(context: Context) -> list[ast.expr]:
    return [item for owner in context.owners.values() for item in getattr(owner, "decorator_list", ())]


def _name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
