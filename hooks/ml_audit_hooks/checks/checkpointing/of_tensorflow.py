"""TensorFlow's own savers, estimators and hub modules, of both its versions."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.checks.checkpointing.scopes import spelled
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row

GRAPH_STATE = ("weights", "optimizer", "step")  # what an estimator's checkpoints hold: all variables of its graph
_WEIGHTS = frozenset(("weights",))
_READERS = frozenset(  # functions that read the variables of a checkpoint
    "NewCheckpointReader assign_from_checkpoint assign_from_checkpoint_fn init_from_checkpoint load_checkpoint"
    " load_variable".split()
)
_EXPORTERS = frozenset(("BestExporter", "FinalExporter", "LatestExporter", "LatestModuleExporter"))
_EXPORTS = frozenset(("experimental_export_all_saved_models", "export_saved_model", "export_savedmodel"))
_MODULES = frozenset(("KerasLayer", "Module", "load"))  # of TensorFlow Hub
_MANAGERS = ("Checkpoint()", "CheckpointManager()", "Saver()")
_WRITES = frozenset(("save", "write"))
_READS = frozenset(("read", "restore", "restore_or_initialize"))


def tensorflow(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """What TensorFlow saves and loads, Keras' own methods left out."""
    if dotted.startswith("tensorflow_hub.") and name in _MODULES and dotted.count(".") == 1:
        return calls.row(call, LOAD, "tensorflow", _WEIGHTS)
    if "tensorflow" not in calls.packages:
        return None
    if dotted.endswith(("saved_model.save", "saved_model.load", "saved_model.loader.load")):
        return calls.row(call, SAVE if name == "save" else LOAD, "keras", _WEIGHTS)
    if name in _READERS and dotted.startswith("tensorflow"):
        return calls.row(call, LOAD, "tensorflow", _WEIGHTS)
    if name in _EXPORTERS and dotted.startswith(("tensorflow", "tensorflow_hub")):
        return calls.row(call, SAVE, "tensorflow", _WEIGHTS)
    if name == "MonitoredTrainingSession" and dotted.startswith("tensorflow"):
        given = calls.context.argument(call, "checkpoint_dir", 2)
        return None if given is None else calls.row(call, SAVE, "tensorflow", GRAPH_STATE)
    return _method(calls, call, name, dotted)


def _method(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func = call.func
    if name == "train_and_evaluate":
        return calls.row(call, SAVE, "tensorflow", GRAPH_STATE) if "estimator" in dotted else None
    if not isinstance(func, ast.Attribute):
        return None
    made = calls.origin(func.value)
    if name == "train" or name in _EXPORTS:
        if not _is_estimator(func.value, made):
            return None
        state = GRAPH_STATE if name == "train" else _WEIGHTS
        return calls.row(call, SAVE, "tensorflow", state, flags=(f"class:{made[:-2].rpartition('.')[2]}",))
    if name == "export" and (made.endswith("create_module_spec()") or made.startswith("tensorflow_hub.Module")):
        return calls.row(call, SAVE, "tensorflow", _WEIGHTS)
    if name in _WRITES | _READS and "orbax" not in made and not dotted.startswith("tensorflow."):
        return _saver(calls, call, func.value, SAVE if name in _WRITES else LOAD)
    return None


def _is_estimator(node: ast.expr, made: str) -> bool:
    """Whether an object is a ``tf.estimator``, by what made it or, where that is not known, by its name."""
    if ".estimator." in made or "Estimator" in made:
        return True
    last = made[:-2].rpartition(".")[2]
    return "estimator" in words.parts(last_name(node)) and (not made or "estimator" in words.parts(last))


def _saver(calls: Calls, call: ast.Call, owner: ast.expr, what: str) -> Row | None:
    """``Saver``, ``Checkpoint`` and ``CheckpointManager``, the last also by the ``checkpoint`` in it."""
    if isinstance(owner, ast.Attribute) and owner.attr == "checkpoint" and _is_manager(calls, owner.value):
        owner = owner.value
    made = calls.origin(owner)
    parts = frozenset(words.parts(last_name(owner)))
    if made.endswith("Saver()") or (not made and "saver" in parts and call.args):
        given = [*_makers(calls, owner, "Saver")]
        some = any(argument(c, 0, "var_list") is not None for c in given)
        return calls.row(call, what, "tensorflow", _WEIGHTS, flags=() if some else ("graph",))
    known = made.endswith(_MANAGERS) or ("manager" in parts and bool(parts & {"checkpoint", "ckpt"}))
    return of_parts(calls, call, owner, what) if known else None


def _is_manager(calls: Calls, node: ast.expr) -> bool:
    return "manager" in last_name(node).lower() or calls.origin(node).endswith("CheckpointManager()")


def of_parts(calls: Calls, call: ast.Call, owner: ast.expr, what: str) -> Row:
    """The words of the keywords with which a ``tf.train.Checkpoint`` was made: of the object's own, else of all."""
    own = [*_makers(calls, owner, "Checkpoint")]
    made = own or calls.context.calls.get("Checkpoint", [])
    found: set[str] = set()
    for maker in made:
        for keyword in maker.keywords:
            if keyword.arg:
                found |= calls.holding.entry(keyword.arg, keyword.value, 0, 1 << 30)
    return calls.row(call, what, "tensorflow", frozenset(found) or _WEIGHTS)


def _makers(calls: Calls, node: ast.expr | None, name: str, depth: int = 0) -> Iterator[ast.Call]:
    """The calls of `name` by which an object, or the checkpoint that a manager keeps, was made."""
    if depth > 3:
        return
    if isinstance(node, ast.Call):
        last = last_name(node.func)
        if last == name:
            yield node
        elif last == "CheckpointManager":
            yield from _makers(calls, argument(node, 0, "checkpoint"), name, depth + 1)
        return
    written = spelled(node)
    if node is not None and written:
        for _, value in calls.scopes.values(written, calls.context.symbol(node)):
            yield from _makers(calls, value, name, depth + 1)
