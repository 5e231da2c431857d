"""Trackers under the names that other packages give them: ``WandBLogger``, ``MLflowTracker``, ``TensorBoardWriter``."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities._settings import packages
from ml_audit_hooks.capabilities.model import Finds, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Detector
    from ml_audit_hooks.core.context import Context

TRACKED = "tracking.local_tracker"
OFFLINE = "tracking.offline_mode"
PARAMS = "tracking.params_logged"
LOCAL = "tracker.local"
OPTIONAL = "tracker.optional"
_LOCAL_TOOLS = ("aim", "dvclive", "tensorboard", "trackio")
_NETWORK_TOOLS = ("clearml", "comet", "mlflow", "neptune", "swanlab", "wandb", "weightsandbiases", "wb")
_ROLES = (
    *("logger", "callback", "tracker", "writer", "reporter", "handler", "hook", "monitor", "recorder", "backend"),
    *("loggercallback", "metriclogger", "adapter", "adapterfactory", "sink", "service"),
)
_SETTINGS = frozenset(
    ("config", "variant", "hparams", "hyperparameters", "hyperparams", "params", "run_config", "config_dict", "args")
)
_NEEDS = (b"andb", b"andB", b"anDB", b"anDb", b"WB", b"low", b"oard", b"omet", b"eptune", b"ClearML", b"Aim", b"iases")


def wrapped(name: str) -> str:
    """The tracker that a class wraps by its name, in lower case; "" for others: ``WandBLogger`` gives wandb."""
    last = name.rpartition(".")[2]
    if not last[:1].isupper():
        return ""
    low = last.lower().replace("_", "")
    for tool in (*_LOCAL_TOOLS, *_NETWORK_TOOLS):
        if low.startswith(tool):
            rest = low.removeprefix(tool).removeprefix("x").removeprefix("vis")
            role = next((r for r in _ROLES if rest.endswith(r)), "")
            if role and (tool not in ("wb", "aim", "comet") or rest == role):
                return tool
    return ""


_TELLS = Remembered(lambda last: "config" in last or bool(wrapped(last)))


def signals(tool: str) -> tuple[str, ...]:
    """What a wrapper of this tracker shows."""
    if tool in _LOCAL_TOOLS:
        return TRACKED, LOCAL
    return (TRACKED,) if tool == "mlflow" else (TRACKED, OPTIONAL)


def _made(context: Context) -> Iterator[Signal]:
    """Wrappers that another package has and this module builds or asks for its settings."""
    for call in (c for last, calls in context.calls.items() if _TELLS[last] for c in calls):
        name = context.dotted(call.func)
        owner, _, last = name.rpartition(".")
        if owner and (tool := wrapped(owner)) and "config" in last and _is_foreign(context, owner):
            yield context.signal("wrapper.settings", call, f"takes the settings of {owner.rpartition('.')[2]}")
            continue
        tool = wrapped(name)
        if not tool or not _is_foreign(context, name):
            continue
        for signal in signals(tool):
            yield context.signal(signal, call, f"builds {last}")
        given = context.keywords(call)
        recorded = [k for k in given if k in _SETTINGS and context.is_on(given[k])]
        own_settings = "config" in recorded and len(recorded) > 1  # the wrapper's own beside those of the run
        for keyword in recorded:
            if not (own_settings and keyword == "config"):
                yield context.signal(PARAMS, given[keyword], f"hands {keyword}= to {last}")
        yield from _offline(context, given, last)


def _offline(context: Context, given: dict[str, ast.expr], name: str) -> Iterator[Signal]:
    offline, online, mode = given.get("offline"), given.get("online"), given.get("mode")
    if offline is not None and context.is_on(offline):
        yield context.signal(OFFLINE, offline, f"sets offline= of {name}")
    if online is not None and (not context.is_on(online) or not isinstance(online, ast.Constant)):
        yield context.signal(OFFLINE, online, f"sets online= of {name}")
    if mode is not None and any(n.value == "offline" for n in context.inside(mode, ast.Constant)):
        yield context.signal(OFFLINE, mode, f"sets the mode of {name}")


def _is_foreign(context: Context, name: str) -> bool:
    """Whether a resolved name comes from an import, the repository's own relative ones excepted."""
    return not name.startswith(".") and "." in name and name.partition(".")[0] in packages(context)


DETECTORS: tuple[Detector, ...] = (Finds(_NEEDS, _made, quick=True, in_tests=False),)
