"""Where a model is evaluated on held-out data."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import ML_PACKAGES, is_held_out, last, owners, packages, spelled, words
from ml_audit_hooks.capabilities.model import Calls, Defines, Finds, Keywords
from ml_audit_hooks.core import places
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.context import Context
    from ml_audit_hooks.capabilities.model import Call, Definition, Detector, Signal

_LOOP = "evaluation.validation_loop"
_CALL = "evaluation.held_out_call"
_QUIET = frozenset(("no_grad", "inference_mode", "eval"))
_STEPS = frozenset(
    "validation_step test_step eval_step evaluation_step valid_step validate_epoch valid_epoch val_epoch eval_epoch"
    " evaluate_epoch evaluate_model eval_model test_model validate_model evaluate_policy evaluate_agent evaluation_loop"
    " eval_loop val_loop validation_loop run_eval run_evaluation run_validation test_epoch evaluate_one_epoch"
    " validate_one_epoch estimate_loss test_loop val_step do_eval"
    " test_env test_agent test_policy eval_policy eval_agent eval_env".split()
)
_MOMENTS = frozenset(("batch", "params", "state"))  # what one step or one action is given too
_VERBS = frozenset("eval evaluate evaluation test val valid validate validation".split())
_NO_SUBJECTS = frozenset(
    "alert alerts arg args condition conditions config expr expression fitness function gate gates input "
    "inputs quality rule"
    " rules trigger".split()
)
_SUBJECTS = frozenset(
    "agent batch data dataloader dataset env examples loader model net network params policy predictions state trainer"
    " dl dls".split()
)
_DATA = _SUBJECTS | {"batches", "episode", "episodes", "inputs", "iterator", "samples", "steps"}


def _loops(context: Context) -> Iterator[Signal]:
    """``model.eval()`` or ``no_grad`` with a loop over held-out data in the same function."""
    if places.is_test(context.file.path):
        return
    nodes = owners(context)
    quiet: dict[str, ast.AST] = {}
    decorators = {id(d) for node in nodes.values() for d in getattr(node, "decorator_list", ())}
    for call in context.module.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in _QUIET
            and not call.args
            and id(call) not in decorators
        ):
            symbol = context.symbol(call)
            if not isinstance(nodes[symbol], ast.ClassDef):
                quiet[symbol] = min(quiet.get(symbol, call), call, key=lambda node: getattr(node, "lineno", 0))
    for symbol, node in nodes.items():
        if symbol in quiet or not isinstance(node, FUNCTION_TYPES):
            continue
        if any(last(context, d.func if isinstance(d, ast.Call) else d) in _QUIET for d in node.decorator_list):
            quiet[symbol] = node
    for symbol, place in quiet.items():
        node = nodes[symbol]
        if any(_held_out_loops(context, node, symbol, getattr(place, "lineno", 1))):
            yield context.signal(_LOOP, place, "evaluates on held-out data")
        elif isinstance(node, FUNCTION_TYPES) and _is_evaluation(node.name) and _reads_model(node):
            yield context.signal(_LOOP, node, f"{node.name} evaluates the model")


def _is_evaluation(name: str) -> bool:
    """Whether a function's name says that it evaluates; ``test_something`` is a test."""
    parts = words(name)
    if parts[:1] == ["test"] and len(parts) > 1:
        return not {"epoch", "step", "loop", "model", "batch"}.isdisjoint(parts)
    return is_held_out([name])


def _held_out_loops(context: Context, node: ast.AST, symbol: str, start: int) -> Iterator[ast.AST]:
    named = symbol != "<module>" and _is_evaluation(symbol.rpartition(".")[2])
    for loop in context.inside(node, ast.For):
        if symbol == "<module>" and loop.lineno < start - 3:
            continue
        said = [*spelled(context, loop.iter)]
        over_data = named and any(not _DATA.isdisjoint(words(name)) for name in said)
        if over_data or is_held_out(said):
            yield loop


def _reads_model(node: ast.AST) -> bool:
    assert isinstance(node, FUNCTION_TYPES)
    names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
    return bool(_SUBJECTS & {word for name in names for word in words(name)})


def _is_step(context: Context, parts: list[str], node: Definition) -> bool:
    """``validation_step``, ``eval_epoch``: functions that are for the facet by name alone."""
    if isinstance(node, ast.ClassDef) or "_".join(parts) not in _STEPS:
        return False
    return bool(node.args.args) and _is_ml(context)


def _is_named(context: Context, parts: list[str], node: Definition) -> bool:
    """``evaluate(model, loader)``, ``validate(model)``: by name and by what they are given."""
    if isinstance(node, ast.ClassDef) or parts[0] not in _VERBS or "_".join(parts) in _STEPS or not _is_ml(context):
        return False
    arguments = {word for a in (*node.args.args, *node.args.kwonlyargs) for word in words(a.arg)}
    if parts[0] in ("validate", "validation", "valid", "val", "test"):
        return len(parts) == 1 and not arguments.isdisjoint(_SUBJECTS | {"epoch"})
    if parts[0] not in ("evaluate", "evaluation", "eval") or not _NO_SUBJECTS.isdisjoint(parts):
        return False
    if len(parts) == 1 and arguments <= {"self"}:
        return True
    found = _SUBJECTS & {*arguments, *parts}
    return bool(found - _MOMENTS) or (bool(found) and any(context.inside(node, ast.For)))


def _is_ml(context: Context) -> bool:
    if places.is_test(context.file.path):
        return False
    return not packages(context).isdisjoint(ML_PACKAGES) or "" in packages(context)


def _of_trainer(context: Context, call: Call) -> bool:
    """Whether the receiver is a trainer, by its origin or by its name."""
    func = call.func
    if not isinstance(func, ast.Attribute) or packages(context).isdisjoint(ML_PACKAGES):
        return False
    return "trainer" in words(last(context, func.value)) or "Trainer" in context.call_name(call)


def _of_model(context: Context, call: Call) -> bool:
    """``model.evaluate(…)``, ``trainer.evaluate()``; no such method of a parser or an expression."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    receiver = set(words(last(context, func.value)))
    if receiver & {"actor", "critic", "policy"}:  # their `evaluate` gives the likelihood of actions
        return False
    return bool(
        receiver
        & {
            "model",
            "trainer",
            "net",
            "network",
            "learner",
            "clf",
            "estimator",
            "classifier",
            "evaluator",
            "engine",
            "pipeline",
            "agent",
        }
    ) and not packages(context).isdisjoint(ML_PACKAGES)


def _on_held_out(context: Context, call: Call) -> bool:
    """Whether an argument of the call is named as held-out data: ``accuracy_score(y_test, predicted)``."""
    return is_held_out(name for argument in call.args for name in spelled(context, argument))


def _eval_strategy(context: Context, call: Call) -> bool:
    return (
        "Arguments" in context.call_name(call)
        or "Config" in context.call_name(call)
        or "dict" in context.call_name(call)
    )


DETECTORS: tuple[Detector, ...] = (
    Finds((b".eval()", b"no_grad", b"inference_mode"), _loops),
    Defines((_LOOP,), _is_step),
    Defines(("evaluation.named",), _is_named),
    Calls((_CALL,), ("*.evaluate",), test=_of_model),
    Calls((_CALL,), ("*.evaluate_generator", "*.test_on_batch")),
    Keywords((_CALL,), ("validation_data", "validation_split"), of=("*.fit_generator",)),
    Calls((_CALL,), ("*.validate", "*.test"), test=_of_trainer),
    Calls((_CALL,), ("*.evaluate_policy", "stable_baselines3.common.callbacks.EvalCallback", "*.EvalCallback")),
    Calls(
        (_CALL,),
        (
            "sklearn.model_selection.cross_val_score",
            "sklearn.model_selection.cross_validate",
            "sklearn.model_selection.cross_val_predict",
            "lm_eval.simple_evaluate",
            "lm_eval.evaluator.simple_evaluate",
            "lm_eval.evaluator.evaluate",
            "xgboost.cv",
            "lightgbm.cv",
            "mlflow.evaluate",
        ),
    ),
    Calls((_CALL,), ("*.score", "sklearn.metrics.*"), needs=("sklearn", "xgboost", "lightgbm"), test=_on_held_out),
    Keywords((_CALL,), ("validation_data", "validation_split", "eval_set", "eval_sets"), of=("*.fit",)),
    Keywords((_CALL,), ("evals", "valid_sets"), of=("xgboost.train", "lightgbm.train")),
    Keywords((_CALL,), ("eval_strategy", "evaluation_strategy", "do_eval"), test=_eval_strategy),
)
