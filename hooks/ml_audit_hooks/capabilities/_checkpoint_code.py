"""Checkpoints that a repository writes and reads by its own code."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._train_names import is_optimizer, last_name
from ml_audit_hooks.capabilities.model import Finds, Signal
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

WEIGHTS = "checkpointing.weights"
OPTIMIZER = "checkpointing.optimizer_state"
RESUME = "checkpointing.resume"
_STATE_WORDS = frozenset(
    (
        "actor adapter adapters agent best checkpoint checkpoints ckpt ckpts classifier clf critic decoder dict disc "
        "discriminator encoder estimator forest gen generator learner lgbm lora model models module net netd netg nets "
        "network parameters params pipe pipeline policy predictor pth qnet regressor state svm unet vae variables "
        "weight weights xgb"
    ).split()
)
_DATA_WORDS = frozenset(
    (
        "args buffer cache config data dataset df embedding embeddings encoder_le features history ids images index "
        "labels latents loss losses meta metrics predictions preds processed replay results samples scaler stats "
        "tensors tokenizer vectorizer vocab x y"
    ).split()
)
_STEP_KEYS = frozenset("epoch global_step iter iter_num iteration iters n_iter start_epoch step update".split())


def spelled(context: Context, *nodes: ast.AST) -> set[str]:
    """The lower-case words of all names and strings below some expressions."""
    found: set[str] = set()
    for node in nodes:
        for part in context.inside(node, ast.Name):
            found.update(name_parts(part.id))
        for part in context.inside(node, ast.Attribute):
            found.update(name_parts(part.attr))
        for part in context.inside(node, ast.Constant):
            if isinstance(part.value, str) and len(part.value) < 200:
                for piece in (
                    part.value.replace("-", "_").replace(".", "_").replace("/", "_").replace(" ", "_").split("_")
                ):
                    found.add(piece.lower())
    return found


def assigned(context: Context, name: ast.Name) -> list[ast.expr]:
    """Everything that a name is assigned in its own function, else at the top of the module."""
    own = context.values.get((context.symbol(name), name.id))
    return own or context.values.get(("<module>", name.id), [])


def is_state(context: Context, call: ast.Call) -> bool:
    """Whether what is written is a model's state and no data set: by what is handed over, then by where it goes."""
    if not call.args:
        return False
    what = call.args[0]
    values = [what]
    if isinstance(what, ast.Name):
        values += assigned(context, what)
    for value in values:
        if any(
            n.func.attr in ("state_dict", "get_weights")
            for n in context.inside(value, ast.Call)
            if isinstance(n.func, ast.Attribute)
        ):
            return True
    words = spelled(context, what)
    if words & _STATE_WORDS and not words & {"tokenizer", "scaler", "vectorizer", "cache"}:
        return True
    if words & _DATA_WORDS:
        return False
    where = spelled(context, *call.args[1:]) | set(name_parts(context.symbol(call).rpartition(".")[2]))
    return bool(where & (_STATE_WORDS - {"state", "dict", "params", "module"})) and not where & (
        _DATA_WORDS - {"x", "y", "args"}
    )


_STATES = ("state_dict", "optim_state_dict", "full_optim_state_dict", "load_state_dict")


def states(context: Context) -> Iterator[Signal]:
    """States of optimizers, schedulers and random generators that go into a checkpoint, and steps that do."""
    yield from _state_calls(context)
    yield from _state_tables(context)
    for part in context.nodes(ast.Subscript):
        key = part.slice.value if isinstance(part.slice, ast.Constant) else None
        if (
            isinstance(part.ctx, ast.Load)
            and key in _STEP_KEYS
            and spelled(context, part.value) & {"checkpoint", "ckpt", "state", "snapshot", "resume", "loaded", "dict"}
        ):
            yield context.signal("step.restored", part, f"restores {key}")


def _state_calls(context: Context) -> Iterator[Signal]:
    """``optimizer.state_dict()``, ``scheduler.load_state_dict(…)``."""
    for call in (call for name in _STATES for call in context.written.get(name, ())):
        func = call.func
        if not isinstance(func, ast.Attribute):
            continue
        if func.attr in ("state_dict", "optim_state_dict", "full_optim_state_dict") and _saves(context):
            if is_optimizer(context, func.value) or "optim" in func.attr:
                yield context.signal(OPTIMIZER, call, "takes the optimizer's state")
            elif _is_scheduler(func.value):
                yield context.signal("scheduler.saved", call, "takes the scheduler's state")
        elif func.attr == "load_state_dict":
            if is_optimizer(context, func.value):
                yield context.signal(RESUME, call, "restores the optimizer")
            elif _is_scheduler(func.value):
                yield context.signal("scheduler.restored", call, "restores the scheduler")


def _state_tables(context: Context) -> Iterator[Signal]:
    """Dicts that become a checkpoint."""
    for node in context.nodes(ast.Dict):
        if not node.keys:
            continue
        pairs = [(k.value, v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)]
        yield from _of_pairs(context, node, [(str(k), v) for k, v in pairs])
    for call in context.written.get("dict", ()):
        if isinstance(call.func, ast.Name):
            yield from _of_pairs(context, call, [(k.arg, k.value) for k in call.keywords if k.arg])


def _saves(context: Context) -> bool:
    data = context.file.content.data or b""
    return b"save" in data or b"dump" in data or b"checkpoint" in data.lower()


def _is_scheduler(node: ast.AST) -> bool:
    low = last_name(node).lower()
    return "sched" in low or low in ("lr_decay", "warmup")


def _of_pairs(context: Context, node: ast.AST, pairs: list[tuple[str, ast.expr]]) -> Iterator[Signal]:
    keys = {k.lower() for k, _ in pairs}
    whole = bool(
        keys & {"model", "state_dict", "model_state_dict", "net", "network", "params", "model_state", "weights"}
    )
    for key, value in pairs:
        low = key.lower()
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "state_dict":
            owner = value.func.value
            if not is_optimizer(context, owner) and not _is_scheduler(owner) and "scaler" not in last_name(owner):
                yield context.signal("weights.packed", value, f"puts {key} into the checkpoint")
        if (
            whole and "optim" in low and isinstance(value, (ast.Name, ast.Attribute)) and is_optimizer(context, value)
        ) or (whole and low == "opt_state"):
            yield context.signal(OPTIMIZER, value, f"puts {key} into the checkpoint")
        elif whole and low in _STEP_KEYS:
            yield context.signal("step.saved", value, f"puts {key} into the checkpoint")
        if _has_rng(context, value):
            yield context.signal("checkpointing.rng_state", value, f"puts {key} into the state")


_RNG = frozenset(("get_rng_state", "get_rng_state_all", "getstate", "get_state"))


def _has_rng(context: Context, node: ast.AST) -> bool:
    if _RNG.isdisjoint(context.calls):
        return False
    for call in context.inside(node, ast.Call):
        name = context.dotted(call.func)
        if name.rpartition(".")[2] in _RNG and name.startswith(("torch.", "random.", "numpy.random")):
            return True
    return False


def options(context: Context) -> Iterator[Signal]:
    """``if config.save_optimizer_state:`` in code that saves: the state goes along where the user asks for it."""
    for branch in context.nodes(ast.If):
        if context.symbol(branch) == "<module>":
            continue
        for node in context.inside(branch.test, ast.expr):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            parts = {*name_parts(name)}
            if parts & {"save", "with", "include"} and parts & {"optimizer", "optim", "opt"}:
                owner = {*name_parts(context.symbol(branch).rpartition(".")[2])}
                if owner & {"save", "checkpoint", "dump", "write"}:
                    yield context.signal("optimizer.option", branch, f"saves the optimizer's state if {name}")
                    break


def rng(context: Context) -> Iterator[Signal]:
    """RNG states stored under a key by assignment."""
    for node in () if _RNG.isdisjoint(context.calls) else context.module.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        if any(isinstance(t, ast.Subscript) for t in node.targets) and _has_rng(context, node.value):
            yield context.signal("checkpointing.rng_state", node, "puts the RNG state into the checkpoint")


# -- resuming ----------------------------------------------------------------------------------------------------------

_RESUME_WORDS = frozenset(("resume", "resumed", "resuming", "restore", "continue", "continued", "last", "latest"))
_READERS = frozenset(
    (
        "convert demo enjoy eval evaluate evaluation export generate infer inference merge predict sample test validate"
    ).split()
)
_OTHER_LOADS = _READERS | frozenset("backbone best finetune pretrain pretrained target teacher vgg".split())


def resumes(context: Context) -> Iterator[Signal]:
    """Weights that are loaded so that training goes on; those that are loaded where the user asks for it."""
    for node in (node for name in ("", *_LOADERS) for node in context.written.get(name, ())):
        last = last_name(node.func)
        if last not in _LOADERS or not (node.args or node.keywords):
            continue
        if last == "load_model" and context.roots.isdisjoint(("keras", "tensorflow")):
            continue
        receiver = getattr(node.func, "value", node.func)
        if last == "load_state_dict" and not _from_file(context, node):
            continue
        if is_optimizer(context, receiver) or _is_scheduler(receiver):
            continue
        around = _tests_around(context, node)
        owner = {*name_parts(context.symbol(node).rpartition(".")[2])}
        stem = context.file.path.rpartition("/")[2].rpartition(".")[0]
        if not _READERS.isdisjoint(owner | {*name_parts(stem)}):
            continue
        words = spelled(context, node, *around) | owner
        if words & _RESUME_WORDS:
            yield context.signal(RESUME, node, "loads weights to go on from")
        elif words & _OTHER_LOADS:
            continue
        elif around and last != "load_model":
            yield context.signal("weights.chosen", node, "loads weights on demand")
        else:
            yield context.signal("weights.loaded", node, "loads weights")


_LOADERS = frozenset(
    (
        "load_state_dict",
        "load_weights",
        "load_parameters",
        "load_model",
        "load_checkpoint",
        "restore_checkpoint",
        "load_params",
    )
)


def _from_file(context: Context, call: ast.Call) -> bool:
    """Whether a state that is loaded comes out of a file, or from the caller, and not from another model."""
    seen: set[str] = set()
    stack: list[ast.AST] = [*call.args, *(k.value for k in call.keywords)]
    while stack:
        node = stack.pop()
        for inner in context.inside(node, ast.Call):
            name = last_name(inner.func)
            if name in ("state_dict", "deepcopy"):
                return False
            if name.startswith(("load", "torch_load", "restore", "read", "get_checkpoint")) or "load" in name_parts(
                name
            ):
                return True
        for inner in context.inside(node, ast.Name):
            if inner.id not in seen:
                seen.add(inner.id)
                stack += assigned(context, inner)
    return bool(seen & {"checkpoint", "ckpt", "state_dict", "state", "snapshot"})


def _tests_around(context: Context, node: ast.AST) -> list[ast.AST]:
    """The tests of the ``if`` statements around a node."""
    line: int = getattr(node, "lineno", 0)
    found: list[ast.AST] = []
    for branch in context.module.nodes.get(ast.If, ()):
        if isinstance(branch, ast.If) and branch.body[0].lineno <= line <= (branch.body[-1].end_lineno or 0):
            found.append(branch.test)
    return found


DETECTORS = (
    Finds((b"save_opt", b"with_opt", b"include_opt"), options),
    Finds((b"state_dict", b"optimizer", b"opt_state", b"rng"), states),
    Finds((b"get_rng_state", b"getstate", b"get_state"), rng, quick=True),
    Finds(
        (b"load_state_dict", b"load_weights", b"load_model", b"load_parameters", b"load_checkpoint", b"restore"),
        resumes,
        quick=True,
    ),
)
