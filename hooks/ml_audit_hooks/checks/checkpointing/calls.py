"""The lines of a module that save or load model or training state."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import tables
from ml_audit_hooks.checks.checkpointing.finder import LOAD
from ml_audit_hooks.checks.checkpointing.of_arrays import arrays
from ml_audit_hooks.checks.checkpointing.of_frameworks import frameworks
from ml_audit_hooks.checks.checkpointing.of_hubs import hub
from ml_audit_hooks.checks.checkpointing.of_methods import methods
from ml_audit_hooks.checks.checkpointing.of_pickles import pickled
from ml_audit_hooks.checks.checkpointing.of_tensorflow import tensorflow
from ml_audit_hooks.checks.checkpointing.of_torch import of_torch
from ml_audit_hooks.checks.checkpointing.of_trainers import trainers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row

_FINDERS = (of_torch, pickled, arrays, hub, tensorflow, methods, trainers, frameworks)


def sites(calls: Calls) -> Iterator[Row]:
    """The sites, in no order."""
    written = calls.context.calls
    for name in written.keys() & tables.NAMES:
        for call in written[name]:
            dotted = calls.context.dotted(call.func)
            for find in _FINDERS:
                row = find(calls, call, name, dotted)
                if row is not None:
                    yield row
                    break
    if calls.packages & tables.VISION or "keras" in calls.packages or "tensorflow" in calls.packages:
        yield from _pretrained(calls)


def _chosen(func: ast.expr) -> ast.expr:
    """The module of a function that is chosen by name: ``models.__dict__[arch]`` and ``getattr(models, arch)``."""
    if isinstance(func, ast.Subscript):
        return func.value
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Name) and func.func.id == "getattr" and func.args:
        return func.args[0]
    return func


def _pretrained(calls: Calls) -> Iterator[Row]:
    """Architectures of torchvision, timm and Keras made with weights."""
    seen: set[int] = set()
    for option in ("pretrained", "weights", "pretrained_backbone", "encoder_weights"):
        for call in calls.context.options.get(option, ()):
            dotted = calls.context.dotted(_chosen(call.func))
            known = dotted.startswith(("timm.", "torchvision.models", "pretrainedmodels."))
            keras = ".applications." in dotted and "keras" in dotted
            given = calls.context.keywords(call).get(option)
            if (known or keras) and id(call) not in seen and given is not None and calls.context.is_on(given):
                seen.add(id(call))
                yield calls.row(call, LOAD, "pretrained", ("weights",))
