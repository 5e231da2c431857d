"""Loads of files from outside: those that could run code, and those that cannot."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.model import Calls
from ml_audit_hooks.core.context import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Detector
    from ml_audit_hooks.core.context import Context

SAFE, UNSAFE = "security.load.safe", "security.load.unsafe"
_SAFE_LOADERS = ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader")


def _weights_only(context: Context, call: ast.Call) -> object:
    """The value of weights_only; None where it is not given, UNKNOWN where it cannot be followed."""
    node = context.argument(call, "weights_only")
    if node is None:
        opened = any(keyword.arg is None for keyword in call.keywords)
        return UNKNOWN if opened else None
    return context.constant(node)


def _is_safe_torch(context: Context, call: ast.Call) -> bool:
    return _weights_only(context, call) is True


def _is_unsafe_torch(context: Context, call: ast.Call) -> bool:
    return not bool(_weights_only(context, call))


def _is_unsafe_yaml(context: Context, call: ast.Call) -> bool:
    loader = context.argument(call, "Loader", 1)
    return loader is None or context.dotted(loader).rpartition(".")[2] not in _SAFE_LOADERS


def _is_pickled(context: Context, call: ast.Call) -> bool:
    return context.constant(context.argument(call, "allow_pickle", 2)) is True


def _gives_true(name: str) -> Callable[[Context, ast.Call], bool]:
    def test(context: Context, call: ast.Call) -> bool:
        return context.constant(context.keywords(call).get(name)) is True

    return test


def _gives_false(*names: str) -> Callable[[Context, ast.Call], bool]:
    def test(context: Context, call: ast.Call) -> bool:
        given = context.keywords(call)
        return any(context.constant(given.get(name)) is False for name in names)

    return test


def _is_safetensors(context: Context, call: ast.Call) -> bool:
    """Whether the first argument names a safetensors file."""
    for argument in call.args[:1]:
        value = context.constant(argument)
        if isinstance(value, str):
            return value.endswith(".safetensors")
        return any(
            isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.endswith(".safetensors")
            for n in context.inside(argument, ast.Constant)
        )
    return False


if TYPE_CHECKING:
    from collections.abc import Callable


def _reads(context: Context, call: ast.Call) -> bool:
    last = context.dotted(call.func).rpartition(".")[2]
    return last in ("load_file", "load_model", "safe_open", "load", "deserialize")


def _is_partial(context: Context, call: ast.Call) -> bool:
    return bool(call.args) and context.dotted(call.args[0]) == "torch.load" and _is_safe_torch(context, call)


DETECTORS: tuple[Detector, ...] = (
    Calls((SAFE,), ("torch.load", "*.torch_load"), test=_is_safe_torch, why="torch.load with weights_only=True"),
    Calls((SAFE,), ("safetensors.*", "*.safe_open"), needs=("safetensors",), test=_reads),
    Calls((SAFE,), ("*.from_pretrained",), test=_gives_true("use_safetensors"), why="loads safetensors only"),
    Calls((SAFE,), ("*.from_pretrained",), test=_gives_true("weights_only"), why="loads with weights_only=True"),
    Calls((SAFE,), ("mlx.core.load", "*.load_weights"), test=_is_safetensors, why="loads safetensors"),
    Calls((SAFE,), ("*.load_model",), test=_gives_true("safe_mode"), why="loads with safe_mode=True"),
    Calls((SAFE,), ("functools.partial",), test=_is_partial, why="torch.load with weights_only=True"),
    Calls((UNSAFE,), ("torch.load",), test=_is_unsafe_torch, why="torch.load without weights_only=True"),
    Calls(
        (UNSAFE,),
        ("pickle.load", "pickle.loads", "pickle.Unpickler", "_pickle.load", "cPickle.load", "pickle5.load")
        + ("dill.load", "dill.loads", "cloudpickle.load", "cloudpickle.loads", "pandas.read_pickle", "joblib.load"),
    ),
    Calls((UNSAFE,), ("yaml.load", "yaml.load_all"), test=_is_unsafe_yaml, why="yaml.load without a safe loader"),
    Calls((UNSAFE,), ("yaml.unsafe_load", "yaml.full_load", "yaml.unsafe_load_all")),
    Calls((UNSAFE,), ("numpy.load",), test=_is_pickled, why="numpy.load with allow_pickle=True"),
    Calls(
        (UNSAFE,),
        ("*.from_pretrained", "*.load_model"),
        test=_gives_false("use_safetensors", "weights_only", "safe_mode"),
        why="the safe load is switched off",
    ),
    Calls((UNSAFE,), ("*.from_pretrained",), test=_gives_true("trust_remote_code"), why="trust_remote_code=True"),
)
