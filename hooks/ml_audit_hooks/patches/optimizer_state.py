"""The state of an optimizer, a schedule or a gradient scaler that a loop has and its checkpoint lacks."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.patches import checkpoint_dict, edits
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_CODES = {"CKP007": "scheduler", "CKP008": "scaler"}  # CKP006 has no optimizer's entry to go by
_LOST = {"scheduler": "the schedule starts again at its first step", "scaler": "the loss scale is searched anew"}
_MAX_PATCHES = 3


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a kind of state and place."""
    given = 0
    for code, word in _CODES.items():
        for path, finding in ground.findings.get(code, ()):
            patch = _patch(ground, path, finding, word) if finding.cell is None else None
            if patch is not None:
                given += 1
                yield patch
            if given == _MAX_PATCHES:
                return


def _patch(ground: Ground, path: str, finding: Finding, word: str) -> Patch | None:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    table = checkpoint_dict.saved(context, finding) if context is not None else None
    if text is None or context is None or table is None:
        return None
    entry = checkpoint_dict.optimizer_entry(text, context, table)
    back = checkpoint_dict.restored(text, context, entry) if entry is not None else None
    owner = _owner(text, context, word, table, back)
    if entry is None or back is None or not owner:
        return None
    quote = checkpoint_dict.quote_of(text, table)
    key = entry.key.replace("optimizer", word) if "optimizer" in entry.key else word
    if key == entry.key or any(isinstance(k, ast.Constant) and k.value == key for k in table.keys):
        return None
    at = edits.after(text, context, back.node)
    put = checkpoint_dict.with_entry(text, table, entry.value, f"{quote}{key}{quote}: {owner}.state_dict()")
    if at is None or put is None:
        return None
    taken = f"{back.table}[{quote}{key}{quote}]"
    there = f"{quote}{key}{quote} in {back.table}"
    if word == "scaler":
        there = f"{back.table}.get({quote}{key}{quote})"  # that of a scaler that is switched off is empty: not taken
    rows = [f"if {there}:", f"    {owner}.load_state_dict({taken})"]
    where = path if finding.symbol == "<module>" else f"{finding.symbol} of {path}"
    return Patch(
        id=f"{word}-state-{edits.slug(path)}",
        title=f"Save and restore the {word} of {path}",
        why=f"{where} saves {entry.owner} and not {owner}: after a resume {_LOST[word]}, and the run is another than "
        "the one that was interrupted.",
        risk=f"Checkpoints of {path} from before this change have no {key}; they load as they did.",
        rollback=f"Remove the key {key} and the two lines that read it in {path}.",
        tests=(f"In {path} train two steps, save, load and compare {owner}.state_dict() on both sides: it is equal.",),
        changes=(edits.change(text, [put, Splice(at, at, text.lines(text.lead(back.node), rows))]),),
        findings=edits.closed(ground, path, finding.line, (finding.code,)),
    )


def _owner(text: Text, context: Context, word: str, table: ast.Dict, back: checkpoint_dict.Restored | None) -> str:
    """The one object of the kind that the file makes, where it is there at the save and at the load."""
    if back is None:
        return ""
    made: dict[str, list[ast.Assign]] = {}
    for node in context.nodes(ast.Assign):
        call = node.value
        if isinstance(call, ast.Call) and len(node.targets) == 1 and _makes(context, call, word):
            made.setdefault(text.source(node.targets[0]), []).append(node)
    if len(made) != 1:
        return ""
    name, rows = next(iter(made.items()))
    home = {edits.function(context, row) for row in rows}
    if name.startswith("self.") and name.count(".") == 1:
        owners = {context.symbol(node).rpartition(".")[0] for node in (*rows, table, back.node)}
        return name if len(owners) == 1 else ""
    if not name.isidentifier() or len(home) != 1:
        return ""
    outer = home.pop()
    first = min(row.lineno for row in rows)
    uses = {edits.function(context, node) for node in (table, back.node)}
    return name if uses <= {outer} and first < min(table.lineno, back.node.lineno) else ""


def _makes(context: Context, call: ast.Call, word: str) -> bool:
    dotted, name = context.dotted(call.func), last_name(call.func)
    if word == "scaler":
        return name == "GradScaler"
    return dotted.startswith("torch.optim.lr_scheduler.") or (
        dotted.startswith("transformers.") and name.startswith("get_") and "schedule" in name
    )


KIND = Kind("optimizer_state", 70, build)
