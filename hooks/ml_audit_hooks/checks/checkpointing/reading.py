"""One Python file or notebook: its findings, and what the fold joins."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import loading, paths, words, written
from ml_audit_hooks.checks.checkpointing.calls import sites
from ml_audit_hooks.checks.checkpointing.facts import COLUMN, FIELDS, LINE, TOKENS, UNSAFE, WHAT, empty
from ml_audit_hooks.checks.checkpointing.finder import Calls
from ml_audit_hooks.checks.checkpointing.flowing import Flow
from ml_audit_hooks.checks.checkpointing.holding import STATES, Holding, receiver
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, parameters
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.finding import Finding

_SAVES = frozenset("checkpoint checkpoints ckpt ckpts dump export save saved saver snapshot store write".split())
_LOADS = frozenset("checkpoint checkpoints ckpt ckpts load loader restore resume snapshot unpickle".split())
_FINDS = frozenset("download fetch find get init initialize open read".split())  # what is found, not where
_FOUND = frozenset("checkpoint ckpt dict model models pretrained state weights".split())
_HANDED = _SAVES | _LOADS | _FINDS
_MAX_KNOWN = 20_000
_KNOWN: dict[str, bool] = {}  # names of functions: the same ones come again in every file
_LOADED = frozenset(  # words of parameters that are given what was loaded
    "checkpoint ckpt cp d data dict loaded obj params pretrained saved sd snapshot state states weight weights".split()
)
_SEEN = frozenset("dump dumps export get init open read state_dict write".split())  # what other libraries have
_PLAIN = frozenset((type(None), ast.Compare, ast.Constant, ast.UnaryOp, ast.JoinedStr))  # values without state
_SURELY = frozenset("checkpoint ckpt cp loaded pretrained saved sd snapshot".split())
_TAKES = frozenset("apply convert from init load loads restore resume set update".split())
_FOREIGN = frozenset(  # packages whose functions are not the repository's
    "PIL accelerate argparse csv datasets deepspeed h5py hydra jax json keras lightning logging mlflow numpy"
    " omegaconf os pandas pathlib pickle pytorch_lightning random requests shutil sklearn sys tensorflow torch"
    " torchvision tqdm transformers wandb yaml".split()
)
_UNSEEN = (b"remove(", b"unlink(", b"rmtree(", b"save_total_limit", b"max_to_keep", b"keep_", b"symlink", b"glob(")
_DISTRIBUTED = frozenset(("init_process_group", "DistributedDataParallel", "FullyShardedDataParallel"))


def read(file: File, of_state: bool) -> tuple[tuple[Finding, ...], tuple[Any, ...]]:
    """(findings, facts) of a file. `of_state`: whether it may save or load."""
    contexts, data = file.contexts, file.data
    packages = frozenset().union(*(context.packages for context in contexts))
    found: dict[str, list[Any]] = {name: [] for name in (*FIELDS[:6], "marks", "picks")}
    reads: set[str] = set()
    findings: list[Finding] = []
    resumes = b"resume" in data
    given = loading.options(data) if of_state else ()
    for number, context in enumerate(contexts):
        scopes = Scopes(context, contexts[number + 1 :])
        if of_state:
            _of_state(scopes, packages, found, findings, given)
        if "step" in context.written:
            found["has"] += _has(scopes)
        found["classes"] += _classes(context)
        if resumes:
            found["flags"] += _flags(context)
            reads |= _reads(context)
    marks = {*_marks(data, contexts, packages, any(site[WHAT] == "save" for site in found["sites"]))}
    if found["flags"] and (b"vars(" in data or b"__dict__" in data or b"asdict" in data or b"**" in data):
        marks.add("whole")
    facts = empty(
        sites=tuple(sorted(found["sites"], key=lambda s: (s[2] or 0, s[0], s[1], s[4]))),
        functions=tuple(found["functions"]),
        calls=tuple(found["calls"]),
        has=tuple(sorted(set(found["has"]))),
        classes=tuple(found["classes"]),
        flags=tuple(found["flags"]),
        reads=tuple(sorted(reads)),
        marks=tuple(sorted({*marks, *found["marks"]})),
        picks=tuple(found["picks"]),
    )
    findings.sort(key=lambda f: (f.cell or 0, f.line, f.column, f.code))
    return tuple(findings), facts if any(facts) else ()


def _of_state(
    scopes: Scopes,
    packages: frozenset[str],
    found: dict[str, list[Any]],
    findings: list[Finding],
    given: tuple[str, ...],
) -> None:
    """Sites, functions and calls of a module that may save or load."""
    holding, flow = Holding(scopes), Flow(scopes)
    rows = _merged(sites(Calls(scopes, holding, flow, packages)))
    found["sites"] += rows
    told = [*loading.findings(scopes, rows, scopes.context.file.data, given)]
    findings += told
    found["picks"] += loading.picks(scopes, told)
    found["marks"] += written.marks(scopes)
    found["functions"] += _functions(scopes, holding, flow)
    found["calls"] += _calls(scopes, holding, flow)


def _merged(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The sites, those that save or load on one line as one."""
    found: dict[tuple[int, str], tuple[Any, ...]] = {}
    for row in sorted(rows, key=lambda r: (r[LINE], r[COLUMN], r[WHAT])):
        key = row[LINE], row[WHAT]
        if key in found:
            first = found[key]
            tokens = tuple(sorted({*first[TOKENS], *row[TOKENS]}))
            found[key] = (*first[:TOKENS], tokens, first[UNSAFE] or row[UNSAFE], *first[UNSAFE + 1 :])
        else:
            found[key] = row
    return [*found.values()]


def _marks(data: bytes, contexts: Sequence[Context], packages: frozenset[str], saves: bool) -> Iterator[str]:
    """Words about the file as a whole. `saves`: whether it has a site that saves."""
    called = frozenset().union(*(context.written for context in contexts))
    if "save_hyperparameters" in called:
        yield "hyperparameters"
    if b"last_epoch" in data:
        yield "last_epoch"
    if "tensorflow" in packages:
        if called & {"apply_gradients", "minimize"}:
            yield "minimizes"
        if "get_or_create_global_step" in called or b"name='global_step'" in data or b'name="global_step"' in data:
            yield "counts"
    if saves:
        if called & _DISTRIBUTED or any(mark.encode() in data for mark in _DISTRIBUTED):
            yield "distributed"
        if any(mark in data for mark in _UNSEEN):
            yield "prunes"


# -- own functions ---------------------------------------------------------------------------------------------------


def _functions(scopes: Scopes, holding: Holding, flow: Flow) -> Iterator[tuple[Any, ...]]:
    """(name, class, parameters, ((parameter, uses), …), what is returned) of functions that hand state on."""
    context = scopes.context
    for symbol, node in scopes.functions.items():
        has = frozenset(words.parts(node.name))
        given = parameters(node)
        used = []
        for name in given:
            said = frozenset(words.parts(name))
            if said & _SURELY or (said & _LOADED and has & _TAKES):
                uses = flow.of_parameter(name, symbol)
                if uses:
                    used.append((name, tuple(sorted(uses))))
        returned: frozenset[str] = frozenset()
        if has & STATES:
            for item in context.within(node, ast.Return):
                if item.value.__class__ not in _PLAIN:
                    returned |= holding.of(item.value)
        if used or returned or has & (_SAVES | _LOADS | _FINDS):
            yield node.name, scopes.owner(symbol), given, tuple(used), tuple(sorted(returned))


def _is_foreign(context: Context, func: ast.expr) -> bool:
    """Whether a function is that of a known package."""
    root = context.dotted(func).partition(".")[0]
    return root in _FOREIGN and root in context.packages


def _is_of_module(context: Context, func: ast.expr) -> bool:
    """Whether a function is called by its own name or that of its module, not as the method of an object."""
    if isinstance(func, ast.Attribute):
        return isinstance(func.value, ast.Name) and func.value.id in context.module.aliases
    return True


def _given_dictionaries(context: Context) -> set[str]:
    """The names of what is called with a dictionary that is written down there."""
    if not context.nodes(ast.Dict):
        return set()
    return {n for n, calls in context.calls.items() for c in calls for a in c.args if a.__class__ is ast.Dict}


def _may_hand(name: str) -> bool:
    """Whether a function's name speaks of saving or loading."""
    known = _KNOWN.get(name)
    if known is None:
        if len(_KNOWN) > _MAX_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[name] = not _HANDED.isdisjoint(words.parts(name))
    return known


def _calls(scopes: Scopes, holding: Holding, flow: Flow) -> Iterator[tuple[Any, ...]]:
    """(name, symbol, positional, keywords, uses of the result, guarded, line, cell, whether it builds a dictionary)."""
    context = scopes.context
    given = _given_dictionaries(context)
    for name, calls in context.calls.items():
        if name not in given and not _may_hand(name):
            continue
        has = frozenset(words.parts(name))
        for call in calls if name and name not in _SEEN else ():
            if name == "load_state_dict" and not _is_of_module(context, call.func):
                continue  # a method, whose answer is the keys that did not fit
            saves = bool(has & _SAVES) or any(isinstance(a, ast.Dict) for a in call.args)
            loads = bool(has & _LOADS) or bool(has & _FINDS and has & _FOUND)
            if not (saves or loads) or name[:1].isupper() or _is_foreign(context, call.func):
                continue
            positional = tuple(tuple(sorted(holding.of(a, last_name(a)))) for a in call.args) if saves else ()
            named = [k for k in call.keywords if k.arg] if saves else []
            keywords = tuple((k.arg, tuple(sorted(holding.of(k.value, last_name(k.value))))) for k in named)
            uses = tuple(sorted(flow.uses(call))) if loads else ()
            if not any(positional) and not any(v for _, v in keywords) and not uses and not has & _SAVES:
                continue
            guarded = saves and paths.is_guarded(scopes, call)
            yield name, context.symbol(call), positional, keywords, uses, guarded


# -- the training loop -----------------------------------------------------------------------------------------------


def _has(scopes: Scopes) -> Iterator[tuple[str, str, str]]:
    """(class, word, symbol) of what is stepped; no class: functions and the module."""
    context = scopes.context
    for call in context.written.get("step", ()):
        if not isinstance(call.func, ast.Attribute):
            continue
        own = words.word(receiver(call.func.value))
        symbol = context.symbol(call)
        owner = scopes.owner(symbol) if isinstance(call.func.value, ast.Attribute) else ""
        if own == "optimizer" or (own == "scheduler" and not _is_rebuilt(scopes, call)):
            yield owner, own, symbol
        elif own == "scheduler" and not call.args:
            yield owner, "rebuilt", symbol
        elif own == "scaler":
            yield owner, own, symbol
            yield owner, "optimizer", symbol


def _is_rebuilt(scopes: Scopes, call: ast.Call) -> bool:
    """Whether a schedule is told where it stands: ``scheduler.step(epoch)``, or steps in a loop of nothing else."""
    if call.args:
        return words.word(last_name(call.args[0])) in ("epoch", "step")
    above = scopes.parent(scopes.statement(call))
    return isinstance(above, ast.For) and len(above.body) == 1 and _is_forward(above)


def _is_forward(loop: ast.For) -> bool:
    """Whether a loop goes from the beginning to where the run stood: ``for _ in range(start_step)``."""
    over = loop.iter
    if not isinstance(over, ast.Call) or last_name(over.func) not in ("range", "trange") or len(over.args) != 1:
        return False
    said = frozenset(words.parts(last_name(over.args[0])))
    return bool(said & {"current", "initial", "last", "resume", "resumed", "start"})


def _classes(context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, node in context.classes.items():
        yield name, tuple(sorted({last_name(base) for base in node.bases if last_name(base)}))


# -- resume options --------------------------------------------------------------------------------------------------


def _flags(context: Context) -> Iterator[tuple[str, int, int, int | None, str]]:
    """(name, line, column, cell, symbol) of command-line options that speak of resuming."""
    for call in context.written.get("add_argument", ()):
        given = [context.constant(a) for a in call.args]
        names = [text for text in given if isinstance(text, str) and text.startswith("--")]
        dest = context.constant(context.keywords(call).get("dest"))
        name = dest if isinstance(dest, str) else names[0].lstrip("-").replace("-", "_") if names else ""
        if name and "resume" in words.parts(name):
            yield name, call.lineno, call.col_offset + 1, context.module.cell, context.symbol(call)


def _reads(context: Context) -> set[str]:
    """The names of resume options that are read: as an attribute, by a key, or as a text that could be one."""
    found = {n.attr for n in context.nodes(ast.Attribute) if isinstance(n.ctx, ast.Load) and "resume" in n.attr}
    declared = {
        id(a)
        for call in context.written.get("add_argument", ())
        for a in (*call.args, *(k.value for k in call.keywords))
    }
    for node in context.nodes(ast.Constant):
        if isinstance(node.value, str) and "resume" in node.value and len(node.value) < 60 and id(node) not in declared:
            found.add(node.value)
    return found
