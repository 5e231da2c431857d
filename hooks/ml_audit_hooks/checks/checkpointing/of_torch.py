"""What torch and what is built on it saves and loads."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def is_weights_only(calls: Calls, call: ast.Call) -> bool:
    """Whether a load asks for weights only."""
    given = calls.context.keywords(call).get("weights_only")
    return given is not None and calls.context.constant(given) is True


def of_torch(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """``torch.save``, ``torch.load`` and what takes their place."""
    if dotted in ("torch.save", "torch.jit.save", "paddle.save"):
        value, path = argument(call, 0, "obj", "m"), argument(call, 1, "f", "path")
        return calls.saved(call, "torch", value, path)
    if dotted in ("torch.load", "torch.jit.load", "paddle.load"):
        unsafe = dotted == "torch.load" and not is_weights_only(calls, call)
        return calls.loaded(call, "torch", unsafe, argument(call, 0, "f"))
    if name in ("save", "save_state_dict", "async_save", "load", "load_state_dict") and _is_dcp(dotted):
        value = argument(call, 0, "state_dict")
        what = LOAD if name.startswith("load") else SAVE
        tokens = calls.holding.of(value, last_name(value)) or frozenset(("weights",))
        return calls.row(call, what, "dcp", tokens)
    if name in ("save_checkpoint", "load_checkpoint") and dotted.startswith(("mmcv.", "mmengine.")):
        kept = argument(call, 2, "optimizer") if name.startswith("save") else None
        tokens = frozenset(("weights", "optimizer")) if kept is not None else frozenset(("weights",))
        return calls.row(call, SAVE if name.startswith("save") else LOAD, "mm", tokens)
    if dotted.startswith("torch.hub.load"):
        return calls.row(call, LOAD, "hub", ("weights",))
    func = call.func
    if isinstance(func, ast.Attribute) and name in ("save", "load"):
        owner = words.parts(last_name(func.value))
        if "fabric" in owner:
            value, path = argument(call, 1, "state"), argument(call, 0, "path")
            if name == "save":
                return calls.saved(call, "fabric", value, path)
            if value is not None:
                return calls.row(call, LOAD, "fabric", calls.holding.of(value) or frozenset(("weights",)))
            return calls.loaded(call, "fabric", False, path)
        if "accelerator" in owner and name == "save":
            return calls.saved(call, "accelerate", argument(call, 0, "obj"), argument(call, 1, "f"))
    if dotted in ("torch_xla.core.xla_model.save", "xm.save", "torch.package.PackageImporter"):
        return calls.saved(call, "torch", argument(call, 0, "data"), argument(call, 1, "file_or_path"))
    return None


def _is_dcp(dotted: str) -> bool:
    return dotted.startswith(("torch.distributed.checkpoint.", "dcp.", "dist_cp."))
