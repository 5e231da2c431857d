"""A checkpoint that is overwritten in place is written beside it and then put in its place at once."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_CODE = "CKP012"
_EVERY_RANK = "CKP013"
_MAX_PATCHES = 3
_FREE = ("checkpoint_path", "ckpt_path", "save_path")  # names for a path that has none
_PATHS = frozenset("checkpoint ckpt dir file filename filepath fname name output path save snapshot to".split())
_HANDLES = frozenset(("b", "buf", "buffer", "f", "fh", "file", "fp", "handle", "stream"))


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a save."""
    shared = {(path, finding.symbol) for path, finding in ground.findings.get(_EVERY_RANK, ())}
    given = 0
    for path, finding in ground.findings.get(_CODE, ()):
        if given == _MAX_PATCHES:
            return
        if finding.cell is None and (path, finding.symbol) not in shared:  # ranks would take each other's file away
            patch = _of_save(ground, path, finding)
            if patch is not None:
                given += 1
                yield patch


class Save(NamedTuple):
    """A call that is made atomic."""

    splices: tuple[Splice, ...]
    path: str  # as it was written
    name: str  # as it is written now


def _of_save(ground: Ground, path: str, finding: Finding) -> Patch | None:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None or not edits.can_import(text, context, "os"):
        return None
    calls = [call for call in edits.calls(context, "save") if context.dotted(call.func) == "torch.save"]
    calls = [call for call in calls if context.symbol(call) == finding.symbol]
    call = next((one for one in calls if (one.lineno, one.col_offset + 1) == (finding.line, finding.column)), None)
    first = _save(text, context, call, frozenset()) if call is not None else None
    if first is None:
        return None
    saves = [first]
    for other in calls:  # the finding is one a function: it stays where another of its saves is left as it is
        if other is not call and _is_fixed(context, context.argument(other, "f", 1)):
            more = _save(text, context, other, frozenset(save.name for save in saves))
            if more is None:
                return None
            saves.append(more)
    where = f"{finding.symbol} of {path}" if finding.symbol != "<module>" else path
    what = edits.some(save.path for save in saves)
    return Patch(
        id=f"atomic-save-{edits.slug(f'{path} {finding.symbol}'.removesuffix(' <module>'))}",
        title=f"Write the checkpoint of {where} all or not at all",
        why=f"{where} overwrites {what} in place: a job that is killed while it is written leaves a torn file, and the "
        "checkpoint before it is gone.",
        risk=f"While it is written, the new file stands beside the old one under {first.name} with .tmp at its end: "
        "the disk must hold both.",
        rollback=f"Hand {what} to torch.save again and remove the os.replace lines in {path}.",
        tests=(f"Make torch.save raise after the first bytes in a test of {where}: the old checkpoint still loads.",),
        changes=(edits.change(text, [*(one for save in saves for one in save.splices), text.imported("os")]),),
        findings=edits.closed(ground, path, finding.line, (_CODE,)),
    )


def _save(text: Text, context: Context, call: ast.Call, taken: frozenset[str]) -> Save | None:
    target = context.argument(call, "f", 1)
    node = edits.statement(context, call)
    if target is None or not isinstance(node, ast.Expr) or node.value is not call:
        return None
    at = edits.after(text, context, node)
    named = _named(text, context, target, node, taken)
    if at is None or named is None:
        return None
    before, here, there = named
    written = Splice(text.start(target), text.end(target), here)
    renamed = Splice(at, at, text.lines(text.lead(node), [f"os.replace({here}, {there})"]))
    return Save((*before, written, renamed), text.source(target), there)


def _is_fixed(context: Context, path: ast.expr | None) -> bool:
    """Whether a path ends in a constant name: what is written there is overwritten by the next save."""
    if isinstance(path, ast.Name):
        path = context.value_of(path)
    if isinstance(path, ast.Call) and path.args:
        return _is_fixed(context, path.args[-1])
    if isinstance(path, ast.BinOp):
        return _is_fixed(context, path.right)
    return isinstance(path, ast.Constant) and isinstance(path.value, str)


def _named(
    text: Text, context: Context, target: ast.expr, node: ast.stmt, taken: frozenset[str]
) -> tuple[list[Splice], str, str] | None:
    """(edits that give the path a name, the temporary path, the path) as expressions; None where it is no path."""
    quote = text.quote
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        there = text.source(target)
        return ([], f"{there[:-1]}.tmp{there[-1]}", there) if there[:1] in "'\"" and there[:3] not in _TRIPLE else None
    if isinstance(target, (ast.Name, ast.Attribute)):
        there = text.source(target)
        last = target.id if isinstance(target, ast.Name) else target.attr
        if last in _HANDLES or not _PATHS & {*name_parts(last)} or _is_handle(context, last):
            return None
        return [], f"f{quote}{{{there}}}.tmp{quote}", there
    if not isinstance(target, (ast.Call, ast.BinOp, ast.JoinedStr)) or target.lineno != target.end_lineno:
        return None
    name = next((one for one in _FREE if one not in context.names and one not in taken), "")
    if not name or not _is_path(context, target):
        return None
    start = text.line_start(node.lineno)
    row = text.lines(text.lead(node), [f"{name} = {text.source(target)}"])
    return [Splice(start, start, row)], f"f{quote}{{{name}}}.tmp{quote}", name


_TRIPLE = ("'''", '"""')


def _is_path(context: Context, target: ast.expr) -> bool:
    """Whether an expression gives a path: joined, formatted, or added up with a string."""
    if isinstance(target, ast.Call):
        return context.dotted(target.func).rpartition(".")[2] in ("Path", "join", "joinpath", "str") or (
            isinstance(target.func, ast.Attribute) and target.func.attr in ("format", "joinpath")
        )
    return isinstance(target, ast.JoinedStr) or any(
        isinstance(item.value, str) for item in context.inside(target, ast.Constant)
    )


def _is_handle(context: Context, name: str) -> bool:
    """Whether a name is an open file somewhere in the module."""
    given = (item.optional_vars for item in context.nodes(ast.withitem))
    return any(isinstance(one, ast.Name) and one.id == name for one in given)


KIND = Kind("atomic_save", 85, build)
