"""Where a model is evaluated on held-out data."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import ML_PACKAGES, is_held_out, last, owners, packages, spelled, words
from ml_audit_hooks.capabilities.model import Calls, Defines, Finds, Keywords
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector, Signal
    from ml_audit_hooks.core.context import Context

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
_SPLITS = frozenset(("split", "phase", "subset", "partition", "fold", "which", "mode", "dataset"))
_DATA_NAMES = frozenset(
    "x y data dataset inputs images features set ds batch loader dataloader tensor labels xtest ytest xval yval xdev"
    " ydev xte yte xvalid yvalid testset valset devset testloader valloader validloader devloader".split()
)
_MEASURED = frozenset(
    "loss losses acc accuracy correct error mse mae rmse f1 auc nll perplexity ppl score preds pred predictions"
    " predicted metric metrics".split()
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
    if context.in_test:
        return
    nodes = owners(context)
    quiet: dict[str, ast.AST] = {}
    calls = [call for name in _QUIET for call in context.written.get(name, ())]
    decorators = {id(d) for node in nodes.values() for d in getattr(node, "decorator_list", ())} if calls else set()
    for call in calls:
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
        elif isinstance(node, FUNCTION_TYPES) and _measures_split(context, node):
            yield context.signal(_LOOP, node, f"{node.name} measures a split without gradients")
    for block in context.nodes(ast.With):
        heads = [item.context_expr for item in block.items]
        quiet_block = any(last(context, h.func) in _QUIET for h in heads if isinstance(h, ast.Call))
        if quiet_block and _reads_held_out(context, block) and _measures(context, block):
            yield context.signal(_LOOP, block, "measures held-out data without gradients")


def _measures_split(context: Context, node: ast.AST) -> bool:
    """Whether a function under ``no_grad`` takes the name of a split, or held-out data, and computes a loss or metric
    of it."""
    assert isinstance(node, FUNCTION_TYPES)
    arguments = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    by_name = bool(arguments & _SPLITS) and any(
        isinstance(key, ast.Constant) and isinstance(key.value, str) and is_held_out([key.value])
        for table in context.within(node, ast.Dict)
        for key in table.keys
    )
    compared = bool(arguments & _SPLITS) and any(
        isinstance(side, ast.Constant) and isinstance(side.value, str) and is_held_out([side.value])
        for test in context.within(node, ast.Compare)
        for side in (test.left, *test.comparators)
    )
    return (by_name or compared or _reads_held_out(context, node)) and _measures(context, node)


def _reads_held_out(context: Context, node: ast.AST) -> bool:
    """Whether a call or a look-up below a node is given held-out data by its name: ``model(X_test)``, ``C[Xdev]``."""
    for call in context.within(node, ast.Call):
        if last(context, call.func) not in ("print", "len", "append") and any(
            isinstance(a, (ast.Name, ast.Attribute)) and is_held_out_data(last(context, a)) for a in call.args
        ):
            return True
    return any(
        isinstance(sub.slice, (ast.Name, ast.Attribute)) and is_held_out_data(last(context, sub.slice))
        for sub in context.within(node, ast.Subscript)
    )


def is_held_out_data(name: str) -> bool:
    """Whether a name is that of held-out data, and not of a number or a path that evaluation has."""
    parts = set(words(name))
    return is_held_out([name]) and bool(parts & _DATA_NAMES)


def _measures(context: Context, node: ast.AST) -> bool:
    """Whether a loss, a metric or predictions are computed below a node."""
    for assign in context.within(node, ast.Assign):
        if isinstance(assign.value, (ast.Call, ast.BinOp)):
            names = [last(context, t) for target in assign.targets for t in getattr(target, "elts", [target])]
            if any(_MEASURED & set(words(name)) for name in names if name):
                return True
    return False


def _is_evaluation(name: str) -> bool:
    """Whether a function's name says that it evaluates; ``test_something`` is a test."""
    parts = words(name)
    if parts[:1] == ["test"] and len(parts) > 1:
        return not {"epoch", "step", "loop", "model", "batch"}.isdisjoint(parts)
    return is_held_out([name])


def _held_out_loops(context: Context, node: ast.AST, symbol: str, start: int) -> Iterator[ast.AST]:
    named = symbol != "<module>" and _is_evaluation(symbol.rpartition(".")[2])
    for loop in context.within(node, ast.For):
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
    return bool(found - _MOMENTS) or (bool(found) and bool(context.within(node, ast.For)))


def _is_ml(context: Context) -> bool:
    if context.in_test:
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
    Finds((b".eval()", b"no_grad", b"inference_mode"), _loops, quick=True),
    Defines((_LOOP,), _is_step, words=frozenset(word for name in _STEPS for word in name.split("_"))),
    Defines(("evaluation.named",), _is_named, words=_VERBS),
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
