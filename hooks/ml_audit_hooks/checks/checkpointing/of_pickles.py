"""Estimators and training state as pickles."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import paths, tables, words
from ml_audit_hooks.checks.checkpointing.facts import keys, said
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument, references
from ml_audit_hooks.checks.checkpointing.holding import receiver
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row

_HELPERS = {  # functions of many libraries that do no more than pickle
    "dump_pickle": SAVE,
    "load_pickle": LOAD,
    "load_pkl": LOAD,
    "save_pickle": SAVE,
    "save_pkl": SAVE,
}


def pickled(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Estimators that are pickled or unpickled."""
    package = dotted.partition(".")[0]
    if dotted.startswith("skops.io.") and name in ("dump", "load"):
        return calls.row(call, SAVE if name == "dump" else LOAD, "skops", ("weights",), path=argument(call, 1, "file"))
    package = "joblib" if ".joblib." in dotted else package
    if name in _HELPERS:
        return _helped(calls, call, name, dotted)
    if package not in tables.PICKLES or name not in ("dump", "load", "dumps", "loads"):
        return None
    if name in ("dump", "dumps"):
        value, target = argument(call, 0, "obj", "value"), argument(call, 1, "file", "filename")
        tokens = calls.holding.of(value, last_name(value))
        texts = [last_name(value), *paths.texts(calls.scopes, target)]
        if name == "dumps" or not _is_fitted(calls, call, value, texts, tokens, package):
            return None
        kept = tokens - {"metric", "rng", "scaler"} if tokens & {"weights"} else tokens & {"optimizer", "step"}
        return calls.row(call, SAVE, "pickle", kept | {"weights"} | references(tokens) | keys(tokens), path=target)
    if name == "loads":
        return None
    source = argument(call, 0, "file", "filename")
    texts = [*paths.texts(calls.scopes, source), *calls.targets(call)]
    row = calls.loaded(call, "pickle", True, source)
    uses = frozenset(row[6])
    if "scaler" in uses:  # of scikit-learn
        row = (*row[:6], tuple(sorted(uses - {"scaler"} | {"weights"})), *row[7:])
    fitted = any(words.is_estimator(text) for text in texts)
    own = words.is_estimator(calls.context.symbol(call).rpartition(".")[2])
    data = any(words.is_data(text) for text in texts)
    if not fitted and (data or not own) and not ("weights" in uses and not data):
        return None if package != "joblib" or data else row
    return row


def _helped(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Another package's function that pickles: ``tools.save_pickle(state, path)`` where training state is meant."""
    root = dotted.partition(".")[0]
    if not root or dotted.startswith(".") or root == dotted or root not in calls.packages:
        return None
    flags = (f"function:{name}",)
    if _HELPERS[name] == LOAD:
        uses = calls.flow.uses(call)
        above = calls.scopes.parent(call)
        put = isinstance(above, ast.Call) and last_name(above.func) == "load_state_dict"
        strong = said(uses) - {"config", "metric", words.WEAK}
        return calls.row(call, LOAD, "pickle", uses, True, flags) if strong or put else None
    value, target = argument(call, 0, "obj"), argument(call, 1, "path", "filename")
    tokens = calls.holding.of(value, last_name(value))
    texts = [last_name(value), *paths.texts(calls.scopes, target), calls.context.symbol(call).partition(".")[0]]
    known = any(words.is_estimator(text) or "heckpoint" in text for text in texts) or {"weights", "optimizer"} <= tokens
    return calls.row(call, SAVE, "pickle", tokens, flags=flags, path=target) if known else None


def _is_fitted(
    calls: Calls, call: ast.Call, value: ast.expr | None, texts: list[str], tokens: frozenset[str], package: str
) -> bool:
    """Whether what is pickled is an estimator or training state."""
    if value is not None:
        made = calls.context.resolved(value)
        if made.startswith(("sklearn.", "xgboost.", "lightgbm.", "catboost.")) and made.endswith("()"):
            last = made[:-2].rpartition(".")[2]
            return last[:1].isupper() and not made.startswith(("sklearn.datasets", "sklearn.model_selection.train"))
    if isinstance(value, ast.Call) and "env" in words.parts(receiver(value)):
        return False  # the state of what is played
    if value is not None and words.is_data(last_name(value)) and not words.is_estimator(last_name(value)):
        return False
    if any(words.is_estimator(text) for text in texts):
        return True
    own = calls.context.symbol(call).rpartition(".")[2]
    if any(words.is_data(text) for text in texts):
        return False
    return words.is_estimator(own) or package == "joblib" or {"weights", "optimizer"} <= tokens
