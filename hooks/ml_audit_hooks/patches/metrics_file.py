"""A line of JSON for each evaluation that a training loop prints or logs, in a file that programs read."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_FACET = "evaluation.metrics_files"
_NAMES = ("metrics_file", "metrics_row", "ndjson_file", "ndjson_row")  # for what is new in the program
_MAX_PATCHES = 2
_LONG = 88  # characters of a row, its indentation left out
_FILE = "metrics.ndjson"
_EVALUATED = frozenset(
    "acc accuracy auc bleu dev dice eval f1 iou map mean_reward miou perplexity ppl psnr test top1 val valid validation"
    " wer".split()
)
_MEASURED = _EVALUATED | frozenset(("error", "loss", "lr", "mse", "rate", "reward", "score"))
_COUNTS = frozenset("epoch global_step it iter iter_num iteration step".split())
_FOLDERS = frozenset("checkpoint_dir ckpt_dir log_dir logdir out_dir outdir output_dir result_dir save_dir".split())
_PROCESSES = (b"DistributedDataParallel", b"init_process_group", b"Accelerator(", b"torch_xla", b"local_rank")


class Shown(NamedTuple):
    """A statement that shows numbers, and the numbers by name."""

    node: ast.stmt
    values: tuple[tuple[str, str], ...]  # (key, expression that gives an int or a float)
    score: int  # how many of them are of an evaluation


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a program: where its loop shows an evaluation."""
    if ground.state(_FACET) != "absent":
        return
    given = 0
    for path in ground.programs:
        text, context = edits.text_of(ground, path), edits.context_of(ground, path)
        patch = _patch(text, context) if text is not None and context is not None else None
        if patch is not None:
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return


def _patch(text: Text, context: Context) -> Patch | None:
    found = [one for one in _shown(text, context) if one.score and _is_once(context, one.node)]
    best = max(found, key=lambda one: (one.score, -one.node.lineno), default=None)
    at = edits.after(text, context, best.node) if best is not None else None
    if best is None or at is None or not edits.can_import(text, context, "json"):
        return None
    path, quote = context.file.path, text.quote
    folder = _folder(text, context, best.node)
    where = f"os.path.join({folder}, {quote}{_FILE}{quote})" if folder else f"{quote}{_FILE}{quote}"
    cells = [f"{quote}{key}{quote}: {value}" for key, value in best.values]
    names = [one for one in _NAMES if one not in context.names]
    if len(names) < 2:
        return None
    rows = _rows(f"with open({where}, {quote}a{quote}) as {names[0]}:", names, cells, quote)
    symbol = context.symbol(best.node)
    place = path if symbol == "<module>" else f"{symbol} of {path}"
    keys = edits.listed([key for key, _ in best.values])
    return Patch(
        id=f"metrics-file-{edits.slug(path)}",
        title=f"Write the metrics of {path} to {_FILE}",
        why=f"{place} prints {keys} and writes them to no file: no program can compare two runs of it.",
        risk=f"Runs of {path} in the same folder add their lines to the same {_FILE}, in their order.",
        rollback=f"Remove the lines that open {_FILE} in {path}.",
        tests=(f"Run {path} up to its first evaluation: every line of {_FILE} is JSON with {keys}.",),
        changes=(edits.change(text, [Splice(at, at, text.lines(text.lead(best.node), rows)), text.imported("json")]),),
        facets=(_FACET,),
    )


def _rows(head: str, names: Sequence[str], cells: Sequence[str], quote: str) -> list[str]:
    """The lines that add one line to the file; the dict by itself where the line would be long."""
    row = f"    {names[0]}.write(json.dumps({{{', '.join(cells)}}}) + {quote}\\n{quote})"
    if len(row) <= _LONG:
        return [head, row]
    table = [f"{names[1]} = {{", *(f"    {cell}," for cell in cells), "}"]
    return [*table, head, f"    {names[0]}.write(json.dumps({names[1]}) + {quote}\\n{quote})"]


def _is_once(context: Context, node: ast.stmt) -> bool:
    """Whether a statement is in a loop, and only one process comes to it."""
    rows = [*edits.above(context, node)]
    looped = any(isinstance(row, (ast.For, ast.While)) for row in rows)
    if not any(mark in context.file.data for mark in _PROCESSES):
        return looped
    tests = [row.test for row in rows if isinstance(row, ast.If)]
    said = {part for test in tests for name in context.inside(test, ast.expr) for part in name_parts(last_name(name))}
    return looped and bool(said & {"main", "master", "rank"})


def _shown(text: Text, context: Context) -> Iterator[Shown]:
    """The statements that print an f-string with numbers."""
    for name in ("info", "print"):
        for call in context.written.get(name, ()):
            node, parts = edits.statement(context, call), call.args[:1]
            printed = isinstance(node, ast.Expr) and node.value is call and len(call.args) == 1
            if printed and node is not None and isinstance(parts[0], ast.JoinedStr):
                values = _values(text, context, parts[0])
                if len(values) > 1:
                    score = sum(bool(_EVALUATED & {*name_parts(key)}) for key, _ in values)
                    yield Shown(node, values, score)


def _values(text: Text, context: Context, line: ast.JoinedStr) -> tuple[tuple[str, str], ...]:
    """(key, expression) of the numbers in an f-string, named by the words before them; nothing where two are alike."""
    found: dict[str, str] = {}
    before = ""
    for part in line.values:
        if isinstance(part, ast.Constant):
            before = str(part.value)
            continue
        assert isinstance(part, ast.FormattedValue)
        key = _key(before, part.value)
        kind = _kind(part)
        words = {*name_parts(key)}
        source = _source(text, part.value)
        before = ""
        if not key or not source:
            continue
        if kind == "f" and words & _MEASURED:
            value = f"float({source})"
        elif words & _COUNTS or key in _COUNTS:
            value = source if isinstance(part.value, (ast.Name, ast.Attribute, ast.BinOp)) else ""
        else:
            continue
        if not value or key in found:
            return ()
        found[key] = value
    return tuple(found.items())


def _source(text: Text, node: ast.expr) -> str:
    """An expression of an f-string as it is written; "" where its place is not known, as before Python 3.12."""
    from ast import unparse

    source = unparse(node)
    return source.replace("'", text.quote) if '"' not in source and "\\" not in source else ""


def _kind(part: ast.FormattedValue) -> str:
    """f for a value that is formatted as a floating-point number; "" for others."""
    spec = part.format_spec
    if isinstance(spec, ast.JoinedStr) and len(spec.values) == 1 and isinstance(spec.values[0], ast.Constant):
        return "f" if str(spec.values[0].value)[-1:] in "efgEFG%" else ""
    return ""


def _key(before: str, value: ast.expr) -> str:
    """The words before a number as a key: ``, val loss `` gives val_loss; else the name of the value."""
    last = before.replace("|", ",").replace(";", ",").split(",")[-1]
    words = "".join(c if c.isalnum() else " " for c in last.lower()).split()
    if words and len(words) <= 3 and all(word.isascii() and not word[0].isdigit() for word in words):
        return "_".join(words)
    name = last_name(value)
    return name if name.isidentifier() else ""


def _folder(text: Text, context: Context, node: ast.stmt) -> str:
    """The folder of the run's results, where it is made and has its name before a statement; "" for none."""
    if edits.module_name(text, "os") != "os":
        return ""
    made = [call.args[0] for name in ("makedirs", "mkdir") for call in context.calls.get(name, ()) if call.args]
    for folder in made:
        own = edits.function(context, folder) in (edits.function(context, node), None)
        known = isinstance(folder, (ast.Name, ast.Attribute)) and last_name(folder) in _FOLDERS
        if known and own and folder.lineno < node.lineno:
            return text.source(folder)
    return ""


KIND = Kind("metrics_file", 45, build)
