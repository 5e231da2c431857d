"""The words of names and texts around data."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context

DATA = frozenset(
    "data dataset datasets set ds df idx indices index ids inds files file loader loaders dataloader dl x y "
    "images image"
    " labels label sampler examples samples texts sentences split splits features targets inputs rows items paths path"
    " generator gen iter batches xs ys folder dir root texts img imgs subset list names urls tokens frame corpus input"
    " target feats feat".split()
)


def role_words(name: str) -> list[str]:
    words = name_parts(name)
    last = words[-1] if words else ""
    for role in ("train", "valid", "val", "test", "dev"):  # xtrain, trainloader, testset
        if last != role and last.endswith(role) and len(last) <= len(role) + 2:
            return [*words[:-1], last.removesuffix(role), role]
        if last != role and last.startswith(role) and last.removeprefix(role) in DATA:
            return [*words[:-1], role, last.removeprefix(role)]
    return words


def about(context: Context, call: ast.Call) -> set[str]:
    """The words of the names and texts that a call mentions: what is written, and where."""
    found: set[str] = set()
    parts: list[ast.AST] = [*call.args, *(k.value for k in call.keywords if k.arg not in ("allow_pickle", "index"))]
    if isinstance(call.func, ast.Attribute):
        parts.append(call.func.value)
    for part in parts:
        for node in context.inside(part, ast.AST):
            if isinstance(node, (ast.Name, ast.Attribute)):
                found.update(role_words(last_name(node)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                for piece in node.value.replace("/", "_").replace(".", "_").replace("-", "_").split("_"):
                    found.add(piece.lower())
    found -= {"torch", "numpy", "pickle"}
    return found
