"""A switch for experiment trackers that want a network: W&B by an option, MLflow by a local store."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.patches import edits, entry_options
from ml_audit_hooks.patches.model import Change, Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_FACET = "tracking.offline_mode"
_OPTION, _DEST = "--wandb-offline", "wandb_offline"
_MAX_PATCHES = 3
_SAYS = "Without a network, the W&B run stays on this machine until `wandb sync` uploads it:"


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a program that starts a tracker."""
    if ground.state(_FACET) != "absent":
        return
    given = 0
    files = {path: context for path, context in edits.sources(ground, b"wandb.init", b"mlflow.")}
    first = [path for path in ground.programs if path in files]
    for path in dict.fromkeys([*first, *files]):
        text = edits.text_of(ground, path)
        patch = None
        if text is not None and not _has_switch(files[path]):
            patch = _wandb(text, files[path]) or _mlflow(text, files[path], ground)
        if patch is not None:
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return
    if not given:
        starts = [path for path, context in files.items() if _starts(context)]
        patch = _documented(ground, starts) if starts else None
        if patch is not None:
            yield patch


def _has_switch(context: Context) -> bool:
    """Whether a file has the switch already."""
    return _DEST in (context.file.content.data or b"").decode("utf-8", "replace")


def _starts(context: Context) -> list[ast.Call]:
    return [call for call in edits.calls(context, "init") if context.dotted(call.func) == "wandb.init"]


def _documented(ground: Ground, starts: Sequence[str]) -> Patch | None:
    """The README's command for a program with W&B's own switch, after the block of code that shows the command."""
    path = next((one for one in ("README.md", "readme.md", "Readme.md") if ground.has(one)), "")
    data = ground.file(path).content.data if path else None
    rows = data.decode("utf-8", "replace").split("\n") if data else []
    if not data or "\n".join(rows).encode() != data or b"\r" in data:
        return None
    fence, command = "", ""
    for i, row in enumerate(rows):
        if row.startswith("```"):
            if fence and command and not "".join(rows[i + 1 : i + 2]).strip():
                added = ["", _SAYS, "", "```sh", f"WANDB_MODE=offline {command}", "```"]
                new = "\n".join([*rows[: i + 1], *added, *rows[i + 1 :]]).encode()
                return _in_document(Change(path, data, new), command, starts)
            fence, command = "" if fence else row, ""
        elif fence and not command:
            plain = row.removeprefix("$ ").removeprefix("> ").strip()
            words = plain.split()
            runs = words[:1] in (["python"], ["python3"]) and len(words) > 1 and words[1] in starts
            command = plain if runs and not plain.endswith(("\\", "-h", "--help")) and "#" not in plain else ""
    return None


def _in_document(change: Change, command: str, starts: Sequence[str]) -> Patch:
    path, program = change.path, command.split()[1]
    return Patch(
        id=f"offline-tracking-{edits.slug(path)}",
        title=f"Say in {path} how to run {program} without a network",
        why=f"{edits.some(starts)} starts W&B runs over the network, and nothing tells how {program} runs on a machine "
        "without one.",
        risk=f"None for the code: {path} alone changes. The wandb that is installed must know WANDB_MODE, as all do.",
        rollback=f"Remove the paragraph on WANDB_MODE from {path}.",
        tests=(f"Run the new command of {path} with no network: it leaves a folder wandb/offline-run-….",),
        changes=(change,),
        facets=(_FACET,),
    )


def _wandb(text: Text, context: Context) -> Patch | None:
    """``mode=`` of the one ``wandb.init`` in the file, by an option of its command line."""
    calls = _starts(context)
    found = entry_options.parsed(text, context)
    if len(calls) != 1 or found is None or not _is_seen(context, calls[0], found):
        return None
    quote = text.quote
    value = f"{quote}offline{quote} if {found.name}.{_DEST} else None"
    splice = edits.with_keyword(text, calls[0], "mode", value)
    if splice is None:
        return None
    says = f"help={quote}keep the W&B run on this machine; wandb sync uploads it{quote}"
    row = f"add_argument({quote}{_OPTION}{quote}, action={quote}store_true{quote}, {says})"
    path = context.file.path
    return Patch(
        id=f"offline-tracking-{edits.slug(path)}",
        title=f"Run {path} without a network",
        why=f"{path} starts a W&B run over the network: on a machine without one it waits for a login or dies.",
        risk=f"None by default: without {_OPTION} the mode of wandb.init in {path} stays that of WANDB_MODE. Runs made "
        "with it are seen by nobody until wandb sync uploads them.",
        rollback=f"Remove {_OPTION} and mode= in {path}.",
        tests=(f"Run {path} with {_OPTION} and no network for one step: it leaves a folder wandb/offline-run-….",),
        changes=(edits.change(text, [splice, found.option(text, row)]),),
        facets=(_FACET,),
    )


def _is_seen(context: Context, call: ast.Call, found: entry_options.Parsed) -> bool:
    """Whether the parsed options have their name where a call stands: in the same function, or handed to it."""
    owner = edits.function(context, call)
    if owner is None:
        return _line(context, found) is None and call.lineno > found.last.lineno
    given = {arg.arg for arg in (*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs)}
    if found.name in given:
        return True
    home = _line(context, found)
    return (home is owner or home is None) and call.lineno > found.last.lineno and _is_one(context, found.name)


def _line(context: Context, found: entry_options.Parsed) -> ast.AST | None:
    """The function in which the options are assigned to their name; None for the top of the file."""
    rows = [node for node in context.nodes(ast.Assign) if _takes(node, found.name)]
    return edits.function(context, rows[0]) if rows else None


def _takes(node: ast.Assign, name: str) -> bool:
    targets = [item for target in node.targets for item in (getattr(target, "elts", None) or [target])]
    return any(isinstance(item, ast.Name) and item.id == name for item in targets)


def _is_one(context: Context, name: str) -> bool:
    return sum(_takes(node, name) for node in context.nodes(ast.Assign)) == 1


def _mlflow(text: Text, context: Context, ground: Ground) -> Patch | None:
    """A store on disk for MLflow where nothing in the repository chooses one; the environment's choice comes first."""
    if any(True for _ in edits.sources(ground, b"set_tracking_uri", b"MLFLOW_TRACKING_URI", b"MLFlowLogger")):
        return None
    calls = [c for name in ("set_experiment", "start_run") for c in edits.calls(context, name)]
    calls = [c for c in calls if context.dotted(c.func).startswith("mlflow.")]
    first = min(calls, key=lambda c: c.lineno, default=None)
    name = edits.module_name(text, "mlflow")
    node = edits.statement(context, first) if first is not None else None
    if node is None or name is None or not edits.owns_lines(context, node) or not edits.can_import(text, context, "os"):
        return None
    quote = text.quote
    chosen = f"os.environ.get({quote}MLFLOW_TRACKING_URI{quote}, {quote}file:./mlruns{quote})"
    start = text.line_start(node.lineno)
    rows = text.lines(text.lead(node), [f"{name}.set_tracking_uri({chosen})"])
    path = context.file.path
    symbol = context.symbol(node)
    where = path if symbol == "<module>" else f"{symbol} of {path}"
    return Patch(
        id=f"offline-tracking-{edits.slug(path)}",
        title=f"Keep the MLflow runs of {path} on disk unless told otherwise",
        why=f"Where {where} records its runs is whatever the installed MLflow takes by default, which differs by "
        "version; nothing says that it works without a server.",
        risk=f"With an MLflow that keeps a database by default, the runs of {path} are in ./mlruns from now on; "
        "MLFLOW_TRACKING_URI, where it is set, is followed as before.",
        rollback=f"Remove set_tracking_uri from {where}.",
        tests=(f"Run {path} without a network in an empty folder: mlruns holds the run and its metrics.",),
        changes=(edits.change(text, [Splice(start, start, rows), text.imported("os")]),),
        facets=(_FACET,),
    )


KIND = Kind("offline_tracking", 55, build)
