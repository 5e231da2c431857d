"""Where the device is chosen."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._model_names import SB3
from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.called import called, last_name
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition, Signal
    from ml_audit_hooks.core.context import Context

DEVICE = "modeling.device"
PLACED = "models.placed_by_trainer"  # the trainer in use places the model, no setting says where
LIGHTNING = frozenset(("lightning", "pytorch_lightning", "lightning_fabric"))
DEVICE_NEEDS = (
    b"device",
    b"cuda",
    b"Trainer",
    b"Accelerator",
    b"Fabric",
    b"CUDA",
    b"Strategy",
    b"use_gpu",
    b"gpu",
    b"stable_",
)
_DEVICE_CALLS = frozenset(
    "torch.device torch.cuda.set_device torch.set_default_device tensorflow.device accelerate.Accelerator"
    " tensorflow.config.set_visible_devices jax.devices jax.local_devices jax.device_put jax.default_device"
    " mlx.core.set_default_device jax.pmap lightning.Fabric lightning.fabric.Fabric lightning_fabric.Fabric"
    " tensorflow.compat.v1.device tensorflow.v1.device jax.sharding.Mesh torch.nn.DataParallel"
    " tensorflow.config.experimental.set_visible_devices jax.sharding.NamedSharding".split()
)
_OPTIONS = frozenset(("device", "device_map", "use_gpu"))
_CALLED = SB3 | {"to", "cuda"} | {name.rpartition(".")[2] for name in _DEVICE_CALLS}
_TELLS = Remembered(lambda last: last in _CALLED or last.endswith(("Strategy", "Trainer")))
_DEVICE_WORDS = frozenset(("device", "cuda", "gpu"))
_RANKS = frozenset(("rank", "local_rank", "gpu", "gpu_id", "dev", "ddp_local_rank", "device_id", "device_ids"))
_DEVICE_TEXTS = ("cuda", "cpu", "mps", "xpu", "gpu", "hpu", "npu", "xla")


def find_device(context: Context) -> Iterator[Signal]:
    """Where the device is chosen."""
    for name, calls in context.calls.items():
        if _TELLS[name]:
            for call in calls:
                yield from _device_of_call(context, call)
    for call in context.calls_of(frozenset(), _OPTIONS):
        yield from _device_of_options(context, call, called(context, call))
    for node in context.assigned.get("CUDA_VISIBLE_DEVICES", ()):
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and last_name(target) == "CUDA_VISIBLE_DEVICES":
            yield context.signal(DEVICE, node, "sets CUDA_VISIBLE_DEVICES")


def _device_of_call(context: Context, call: ast.Call) -> Iterator[Signal]:
    func = call.func
    name = context.dotted(func)
    last = called(context, call)
    if name in _DEVICE_CALLS or (last.endswith("Strategy") and name.startswith("tensorflow.distribute")):
        yield context.signal(DEVICE, call, f"calls {name}")
    elif last == "to" and isinstance(func, ast.Attribute):
        values = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "device")]
        if any(is_device(context, value) for value in values):
            yield context.signal(DEVICE, call, "moves by .to()")
    elif last == "cuda" and isinstance(func, ast.Attribute) and name != "torch.cuda":
        yield context.signal(DEVICE, call, "moves by .cuda()")
    elif name.partition(".")[0] in LIGHTNING and last == "Trainer":
        settings = {"accelerator", "devices", "gpus"}.isdisjoint(context.keywords(call))
        yield context.signal(PLACED if settings else DEVICE, call, f"{name} places the model")
    elif (
        last.endswith("Trainer")
        and name.partition(".")[0]
        in (
            "transformers",
            "trl",
            "setfit",
            "sentence_transformers",
        )
    ) or (last in SB3 and name.partition(".")[0] in ("stable_baselines3", "sb3_contrib")):
        yield context.signal(PLACED, call, f"{name} places the model")


def _device_of_options(context: Context, call: ast.Call, last: str) -> Iterator[Signal]:
    options = context.keywords(call)
    for option in ("device_map", "use_gpu", "map_location"):
        if option in options and option != "map_location" and context.is_on(options[option]):
            yield context.signal(DEVICE, options[option], f"sets {option}= of {last}")
    value = options.get("device")
    if value is not None and last not in ("to", "add_argument", "autocast", "dict") and is_device(context, value):
        yield context.signal(DEVICE, value, f"sets device= of {last}")


def is_device(context: Context, node: ast.AST) -> bool:
    """Whether an expression names a device."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.partition(":")[0] in _DEVICE_TEXTS
    if isinstance(node, ast.IfExp):
        return is_device(context, node.body) or is_device(context, node.orelse)
    if isinstance(node, ast.JoinedStr):
        return any(is_device(context, part) for part in node.values[:1])
    if isinstance(node, ast.Call):
        return not _DEVICE_WORDS.isdisjoint(name_parts(last_name(node.func)))
    name = last_name(node).lower()
    return not _DEVICE_WORDS.isdisjoint(name_parts(name)) or name in _RANKS or name.endswith("device")


def places_device(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises a device."""
    return not isinstance(node, ast.ClassDef) and words[-1:] == ["device"]
