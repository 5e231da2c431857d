"""What one file shows by itself: seeds set again and again, workers, switches of determinism, unstable orders."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds.effect import FLAG_BIT, SOURCE_BIT, uses_mask
from ml_audit_hooks.core.finding import PRODUCT, Finding
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_EVERY_STEP = frozenset(
    "__getitem__ __iter__ __next__ forward training_step train_step validation_step test_step step".split()
)
_ITEMS = frozenset(("__getitem__", "__iter__"))
_SWITCHES = (b"cudnn", b"use_deterministic_algorithms", b"PYTHONHASHSEED", b"enable_op_determinism")
_RANKS = (b"init_process_group", b"mp.spawn", b"multiprocessing.spawn", b"LOCAL_RANK")
_LISTINGS = (b"listdir", b"glob(", b"iterdir", b"scandir")
_TRAIN = FLAG_BIT["train"]
_ENV = SOURCE_BIT["env"]
_HOST = SOURCE_BIT["python"] | SOURCE_BIT["numpy"]
_TORCH = SOURCE_BIT["torch"]
_NUMPY_RUN = uses_mask(("numpy",), "run")
_CELL = 1_000_000  # see `calling.py`


def findings(file: File, facts: tuple[Any, ...]) -> list[Finding]:
    """The findings of one file, by place."""
    data, contexts = file.data, file.contexts
    found: list[Finding] = []
    if b"seed" in data:
        found += _reseeded(facts)
        if b"worker_init_fn" in data:
            found += _same_workers(contexts, facts)
        if b"rank" in data and any(sign in data for sign in _RANKS):
            found += _same_ranks(contexts, facts)
    if b"torch" in data and b"numpy" in data and b"Dataset" in data:
        found += _in_datasets(facts)
    if any(sign in data for sign in _SWITCHES):
        from ml_audit_hooks.checks.seeds import switches

        for context in contexts:
            found += switches.findings(context)
    if b"jax" in data and b"random" in data:
        from ml_audit_hooks.checks.seeds import keys

        for context in contexts:
            found += keys.findings(context)
    if any(sign in data for sign in _LISTINGS) or b"set(" in data:
        from ml_audit_hooks.checks.seeds import orders

        for context in contexts:
            found += orders.findings(context)
    if b"action_space.sample(" in data and facts[1][6]:
        for context in contexts:
            found += _action_spaces(context)
    return sorted(found, key=lambda f: (f.cell or 0, f.line, f.column, f.code))


def finding(code: str, node: ast.AST, context: Context, kind: str, text: str) -> Finding:
    """A finding at a node."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
    cell = context.module.cell
    return Finding(code, line, column, cell, context.symbol(node), kind, text, line, line, PRODUCT)


def _at_event(code: str, event: Any, symbol: str, text: str, facts: tuple[Any, ...]) -> Finding:
    cell, line = divmod(facts[2][event[1]], _CELL)
    return Finding(code, line, 1, cell - 1 if cell else None, symbol, event[2], text, line, line, PRODUCT)


# -- seeds ----------------------------------------------------------------------------------------------------------


def _reseeded(facts: tuple[Any, ...]) -> Iterator[Finding]:
    """A fixed seed set again in each step: every step then draws the same numbers."""
    for symbol, _, _, _, events in facts[1][0]:
        name = symbol.rpartition(".")[2]
        every_step = name in _EVERY_STEP and "." in symbol
        for event, training in _seeds(events, False):
            if event[6] and (every_step or training):
                where = f"in every call of {name}" if every_step else "in every round of the training loop"
                yield _at_event("SEED006", event, symbol, f"{event[2]} sets the same seed {where}", facts)


def _seeds(events: Iterable[Any], training: bool) -> Iterator[tuple[Any, bool]]:
    """(seeding event, whether the innermost loop around it trains)."""
    for event in events:
        op = event[0]
        if op == "seed":
            if not event[3] & _ENV:
                yield event, training
        elif op == "ways":
            for _, body, _ in event[1]:
                yield from _seeds(body, training)
        elif op == "loop":
            yield from _seeds(event[1], any(e[0] == "flag" and e[1] & _TRAIN for e in event[1]))


def _same_workers(contexts: tuple[Context, ...], facts: tuple[Any, ...]) -> Iterator[Finding]:
    """A ``worker_init_fn`` that gives every worker the same seed."""
    given = set()
    for context in contexts:
        for call in context.options.get("worker_init_fn", ()):
            given |= {k.value.id for k in call.keywords if k.arg == "worker_init_fn" and isinstance(k.value, ast.Name)}
    units = {row[0]: row for row in facts[1][0]}
    for context in contexts:
        for scope in context.module.scopes:
            node = scope.node
            if not isinstance(node, FUNCTION_TYPES) or node.name not in given or scope.symbol not in units:
                continue
            names = {n.id for n in context.inside(node, ast.Name)}
            if names.isdisjoint(a.arg for a in node.args.args) and names.isdisjoint(("torch", "get_worker_info")):
                for event, _ in _seeds(units[scope.symbol][4], False):
                    text = f"{node.name} gives every worker the same seed"
                    yield _at_event("SEED007", event, scope.symbol, text, facts)


def _same_ranks(contexts: tuple[Context, ...], facts: tuple[Any, ...]) -> Iterator[Finding]:
    """numpy or Python seeded alike in every rank by a function that has the rank at hand."""
    units = {row[0]: row for row in facts[1][0]}
    for context in contexts:
        for scope in context.module.scopes:
            node = scope.node
            if not isinstance(node, FUNCTION_TYPES) or scope.symbol not in units:
                continue
            ranks = [a.arg for a in (*node.args.args, *node.args.kwonlyargs) if "rank" in a.arg]
            for event, _ in _seeds(units[scope.symbol][4], False) if ranks else ():
                line = context.module.lines[facts[2][event[1]] % _CELL - 1]
                if event[3] & _HOST and not event[3] & _TORCH and "rank" not in line and not _moved(context, node):
                    text = f"{event[2]} gives every rank the same numbers: {node.name} knows its `{ranks[0]}`"
                    yield _at_event("SEED016", event, scope.symbol, text, facts)


def _moved(context: Context, node: ast.AST) -> bool:
    """Whether a function makes a seed of its rank before it uses it."""
    for item in context.inside(node, ast.AST):
        if isinstance(item, (ast.Assign, ast.AugAssign)) and item.value is not None:
            names = [n.id for n in context.inside(item.value, ast.Name)]
            if any("rank" in name for name in names):
                targets = item.targets if isinstance(item, ast.Assign) else [item.target]
                if any("seed" in n.id for t in targets for n in context.inside(t, ast.Name)):
                    return True
    return False


def _in_datasets(facts: tuple[Any, ...]) -> Iterator[Finding]:
    """numpy's global generator drawn from in the items of a torch Dataset."""
    of_torch = {
        symbol
        for symbol, _, bases in facts[1][2]
        if any(b.startswith(("torch.", "torchvision.")) and b.endswith("Dataset") for b in bases)
    }
    units = {row[0]: row[4] for row in facts[1][0]} if of_torch else {}
    for symbol in units:
        owner, _, name = symbol.rpartition(".")
        asked = name in _ITEMS and owner in of_torch
        event = next(_draws(units, symbol, _NUMPY_RUN, {symbol}), None) if asked else None
        if event is not None:
            text = f"{event[2]} in a Dataset: workers forked by PyTorch before 1.9 all draw the same numbers"
            yield _at_event("SEED008", event, symbol, text, facts)


def _draws(units: dict[str, Any], symbol: str, mask: int, seen: set[str]) -> Iterator[Any]:
    """The draws of some kinds in a method and in those of its class that it calls."""
    stack = [units.get(symbol, ())]
    while stack:
        for event in stack.pop():
            op = event[0]
            if op == "use" and event[3] & mask:
                yield event
            elif op == "ways":
                stack += [body for _, body, _ in event[1]]
            elif op == "loop":
                stack.append(event[1])
            elif op == "call" and event[2].startswith("self."):
                called = f"{symbol.rpartition('.')[0]}.{event[2][5:]}"
                if called in units and called not in seen:
                    seen.add(called)
                    yield from _draws(units, called, mask, seen)


# -- environments ---------------------------------------------------------------------------------------------------


def _action_spaces(context: Context) -> Iterator[Finding]:
    """``action_space.sample()`` in a program: a seed of the environment does not reach it."""
    if context.packages.isdisjoint(("gym", "gymnasium")):
        return
    for call in sorted(context.written.get("sample", ()), key=lambda c: c.lineno):
        func = call.func
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute):
            own = isinstance(func.value.value, ast.Name) and func.value.value.id == "self"
            if func.value.attr == "action_space" and not own:
                text = "the action space has a generator of its own, which nothing seeds here"
                yield finding("SEED015", call, context, "action_space", text)
                return
