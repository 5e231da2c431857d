"""What one file shows by itself: re-seeding, workers, switches of determinism, keys used twice, unstable orders."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.finding import PRODUCT, Finding
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_EVERY_STEP = frozenset(
    "__getitem__ __iter__ __next__ forward training_step train_step validation_step test_step step".split()
)
_ITEMS = frozenset(("__getitem__", "__iter__"))
_KEY_QUIET = frozenset("PRNGKey fold_in key key_data key_impl split wrap_key_data clone".split())
_LISTINGS = frozenset(("os.listdir", "os.scandir", "glob.glob", "glob.iglob"))
_PATH_LISTINGS = frozenset(("iterdir", "rglob"))
_ORDERLESS = frozenset("sorted natsorted len set frozenset max min any all sum bool".split())
_ORDER_MATTERS = (".shuffle(", "random_split(", "train_test_split(", ".sample(", "permutation(", "enumerate(")


def sites(modules: tuple[Module, ...], facts: tuple[Any, ...]) -> Iterator[Finding]:
    """The findings of one file, by place."""
    found: list[Finding] = []
    units = {row[0]: row for row in facts[2]}
    bases = {row[0]: row[3] for row in facts[3]}
    found += _reseeded(units.values())
    found += _same_workers(modules, units)
    found += _in_datasets(modules, units, bases)
    for module in modules:
        text = module.text
        if "cudnn" in text or "use_deterministic_algorithms" in text or "PYTHONHASHSEED" in text:
            found += _switches(module)
        if "jax" in text or "random." in text:
            found += _keys(module)
        if "listdir" in text or "glob" in text or "iterdir" in text or "scandir" in text:
            found += _listings(module)
        if "set(" in text:
            found += _sets(module)
        if "action_space.sample(" in text and facts[7]:
            found += _action_spaces(module)
    yield from sorted(found, key=lambda f: (f.cell or 0, f.line, f.column, f.code))


def _finding(code: str, node: ast.AST, module: Module, kind: str, text: str, symbol: str = "") -> Finding:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
    return Finding(code, line, column, module.cell, symbol or _symbol(module, line), kind, text, line, line, PRODUCT)


def _symbol(module: Module, line: int) -> str:
    best = "<module>"
    for scope in module.scopes:
        node = scope.node
        if node.lineno <= line <= (node.end_lineno or 0):  # type: ignore[attr-defined]
            best = scope.symbol
    return best


# -- seeds ----------------------------------------------------------------------------------------------------------


def _reseeded(units: Iterable[Any]) -> Iterator[Finding]:
    """A fixed seed set again in each step: every step then draws the same numbers."""
    for symbol, _, _, _, events in units:
        name = symbol.rpartition(".")[2]
        every_step = name in _EVERY_STEP and "." in symbol
        for event, rounds, training in _seeds(events, 0, False):
            fixed = event[6] is not None and event[6][0] == "c" and event[6][1] is not None
            if fixed and (every_step or (rounds and training)):
                where = f"in every call of {name}" if every_step else "in every round of the training loop"
                text = f"{event[8]} sets the same seed {where}"
                yield Finding("SEED006", event[1], 1, event[2], symbol, event[8], text, event[1], event[1], PRODUCT)


def _seeds(events: Iterable[Any], rounds: int, training: bool) -> Iterator[tuple[Any, int, bool]]:
    """(seeding event, loops around it, whether the innermost of them trains)."""
    for event in events:
        if event[0] == "effect" and event[3] in ("seed", "helper") and "env" not in event[4]:
            yield event, rounds, training
        elif event[0] == "if":
            yield from _seeds(event[4], rounds, training)
            yield from _seeds(event[5], rounds, training)
        elif event[0] == "loop":
            direct = any(e[0] == "effect" and e[3] == "train" and e[8].endswith("backward") for e in event[3])
            yield from _seeds(event[3], rounds + 1, direct)


def _same_workers(modules: tuple[Module, ...], units: dict[str, Any]) -> Iterator[Finding]:
    """A ``worker_init_fn`` that gives every worker the same seed."""
    for module in modules:
        if "worker_init_fn" not in module.text:
            continue
        given = set()
        for call in module.nodes.get(ast.Call, ()):
            assert isinstance(call, ast.Call)
            given |= {k.value.id for k in call.keywords if k.arg == "worker_init_fn" and isinstance(k.value, ast.Name)}
        for scope in module.scopes:
            node = scope.node
            if not isinstance(node, FUNCTION_TYPES) or node.name not in given or scope.symbol not in units:
                continue
            names = {n.id for s in node.body for n in walk(s) if isinstance(n, ast.Name)}
            if not names.isdisjoint(a.arg for a in node.args.args) or names & {"torch", "get_worker_info"}:
                continue
            for event, _, _ in _seeds(units[scope.symbol][4], 0, False):
                if event[6] is not None and event[6][0] in "cs":
                    text = f"{node.name} gives every worker the same seed"
                    yield Finding(
                        "SEED007", event[1], 1, event[2], scope.symbol, event[8], text, event[1], event[1], PRODUCT
                    )


def _in_datasets(modules: tuple[Module, ...], units: dict[str, Any], bases: dict[str, Any]) -> Iterator[Finding]:
    """numpy's global generator drawn from in the items of a torch Dataset."""
    if not any("torch" in m.text for m in modules) or any("worker_init_fn" in m.text for m in modules):
        return
    for symbol, (_, _, _, _, events) in units.items():
        owner, _, name = symbol.rpartition(".")
        of_torch = [
            b for b in bases.get(owner, ()) if b.startswith(("torch.", "torchvision.")) and b.endswith("Dataset")
        ]
        if name not in _ITEMS or not of_torch:
            continue
        for event in _draws(events):
            text = f"{event[8]} in a Dataset: workers forked by PyTorch before 1.9 all draw the same numbers"
            yield Finding("SEED008", event[1], 1, event[2], symbol, event[8], text, event[1], event[1], PRODUCT)
            break


def _draws(events: Iterable[Any]) -> Iterator[Any]:
    for event in events:
        if event[0] == "effect" and event[3] == "use" and event[4] == ("numpy",) and event[5] == "run":
            yield event
        elif event[0] == "if":
            yield from _draws(event[4])
            yield from _draws(event[5])
        elif event[0] == "loop":
            yield from _draws(event[3])


# -- switches -------------------------------------------------------------------------------------------------------


def _is_true(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_hash_seed(target: ast.AST, module: Module) -> bool:
    if not isinstance(target, ast.Subscript) or module.dotted(target.value) != "os.environ":
        return False
    return isinstance(target.slice, ast.Constant) and target.slice.value == "PYTHONHASHSEED"


def _switches(module: Module) -> Iterator[Finding]:
    """Switches of determinism that contradict each other, or come too late."""
    on: dict[str, ast.AST] = {}
    for node in module.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            name = module.dotted(target)
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if name in ("torch.backends.cudnn.benchmark", "torch.backends.cudnn.deterministic") and value is True:
                on[f"{name.rpartition('.')[2]} {_symbol(module, node.lineno)}"] = node
            if _is_hash_seed(target, module):
                text = "PYTHONHASHSEED set in a running program changes only the programs that it starts"
                yield _finding("SEED011", node, module, "PYTHONHASHSEED", text)
    for key, node in on.items():
        word, _, symbol = key.partition(" ")
        if word == "benchmark" and f"deterministic {symbol}" in on:
            text = "cudnn.benchmark picks kernels by their speed of the moment, which cudnn.deterministic is to prevent"
            yield _finding("SEED009", node, module, "cudnn", text)
    if "CUBLAS_WORKSPACE_CONFIG" in module.text:
        return
    for call in module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        first = call.args[0] if call.args else None
        if module.dotted(call.func) == "torch.use_deterministic_algorithms" and _is_true(first):
            text = "use_deterministic_algorithms needs CUBLAS_WORKSPACE_CONFIG=:4096:8 on CUDA, which nothing sets"
            yield _finding("SEED010", call, module, "cublas", text)


# -- keys -----------------------------------------------------------------------------------------------------------


def _keys(module: Module) -> Iterator[Finding]:
    """A JAX key that two draws of one block use."""
    if not any(origin.partition(".")[0] == "jax" for origin in module.aliases.values()):
        return
    bodies = [module.tree.body, *(s.node.body for s in module.scopes if isinstance(s.node, FUNCTION_TYPES))]
    for body in bodies:
        used: dict[str, str] = {}
        for statement in body:
            if isinstance(statement, (*FUNCTION_TYPES, ast.ClassDef, ast.If, ast.For, ast.While, ast.Try, ast.With)):
                used = {}  # what branches and loops do to a key is not followed
                continue
            for call in walk(statement):
                if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Name):
                    continue
                name = module.dotted(call.func)
                last = name.rpartition(".")[2]
                if name != f"jax.random.{last}" or last in _KEY_QUIET:
                    continue
                key = call.args[0].id
                if key in used:
                    text = f"`{key}` was used by {used[key]} already: {name} draws numbers that depend on those"
                    yield _finding("SEED012", call, module, key, text)
                used[key] = name
            for target in _assigned(statement):
                used.pop(target, None)


def _assigned(statement: ast.AST) -> set[str]:
    targets = getattr(statement, "targets", None) or [t for t in [getattr(statement, "target", None)] if t is not None]
    return {n.id for t in targets for n in walk(t) if isinstance(n, ast.Name)}


# -- orders ---------------------------------------------------------------------------------------------------------


def _listings(module: Module) -> Iterator[Finding]:
    """Files in the order of the file system where a split, a shuffle or an index follows in the same function."""
    excused = _inside_orderless(module)
    for call in module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        if id(call) in excused:
            continue
        name = module.dotted(call.func)
        attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name not in _LISTINGS and not (
            attribute in _PATH_LISTINGS or (attribute == "glob" and "Path" in module.text)
        ):
            continue
        text, symbol = _function_text(module, call.lineno)
        if "sort" in text or not any(sign in text for sign in _ORDER_MATTERS):
            continue
        shown = name or f".{attribute}"
        yield _finding("SEED013", call, module, shown, f"{shown} gives files in the file system's order", symbol)


def _function_text(module: Module, line: int) -> tuple[str, str]:
    """(text of the innermost function around a line, its symbol)."""
    best: tuple[str, str] = module.text if not module.scopes else "\n".join(module.lines), "<module>"
    for scope in module.scopes:
        node = scope.node
        if isinstance(node, FUNCTION_TYPES) and node.lineno <= line <= (node.end_lineno or 0):
            best = "\n".join(module.lines[node.lineno - 1 : node.end_lineno]), scope.symbol
    return best


def _inside_orderless(module: Module) -> set[int]:
    """The calls inside a call whose result does not depend on their order."""
    found: set[int] = set()
    for call in module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in _ORDERLESS:
            found |= {id(n) for a in call.args for n in walk(a) if isinstance(n, ast.Call)}
    return found


def _sets(module: Module) -> Iterator[Finding]:
    """Numbers given to the members of a set: the order of strings in a set differs from run to run."""
    for call in module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        if not isinstance(call.func, ast.Name) or call.func.id != "enumerate" or not call.args:
            continue
        inner = call.args[0]
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in ("list", "tuple"):
            inner = inner.args[0] if inner.args else inner
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "set":
            text = "enumerate over a set: for strings its order differs from run to run (hash randomisation)"
            yield _finding("SEED014", call, module, "set", text)


def _action_spaces(module: Module) -> Iterator[Finding]:
    """``action_space.sample()`` in a file that seeds no action space: a seed of the environment does not reach it."""
    if not any(o.partition(".")[0] in ("gym", "gymnasium") for o in module.aliases.values()):
        return
    for call in module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "sample" and isinstance(func.value, ast.Attribute):
            own = isinstance(func.value.value, ast.Name) and func.value.value.id == "self"
            if func.value.attr == "action_space" and not own:
                text = "the action space has a generator of its own, which nothing seeds here"
                yield _finding("SEED015", call, module, "action_space", text)
                return
