"""Checkpoint callbacks in configuration: ``_target_: …ModelCheckpoint`` and the keys beside it."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing.facts import LIGHTNING, empty, site
from ml_audit_hooks.core import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.core.file import File

_OFF = frozenset(("", "null", "None", "~", "false", "False", "0"))


def facts(file: File) -> tuple[Any, ...]:
    """The facts of one YAML file, in the shape of `facts.FIELDS`."""
    found = keys.keys(file.text, "YAML")
    values = {key.name: key.value for key in found}
    sites = []
    marks = []
    for key in found:
        owner, _, name = key.name.rpartition(".")
        if name in ("_target_", "class_path") and key.value.rpartition(".")[2] == "ModelCheckpoint":
            keras = "keras" in key.value
            inner = f"{owner}.init_args." if name == "class_path" else f"{owner}." if owner else ""
            only = values.get(f"{inner}save_weights_only", "") not in _OFF
            tokens = ("weights",) if only else ("config", "optimizer", "weights") if keras else LIGHTNING
            label = owner.rpartition(".")[2]
            flags = () if keras else ("lightning", f"monitor:{label}" if label else "monitor:")
            if values.get(f"{inner}monitor", "") not in _OFF and not only and not keras:
                tokens = (*tokens, "metric")
            many = values.get(f"{inner}save_top_k", "")
            if many not in ("", "0", "1", "-1", "null") and many.isdigit():
                flags = (*flags, "top")
            sites.append(site(key.line, 1, None, owner or "<module>", "save", "lightning", tokens, flags=flags))
        elif name == "monitor" and key.value not in _OFF:
            marks.append(f"monitor:{owner.removesuffix('.init_args').rpartition('.')[2]}")
    if not sites and not marks:
        return ()
    return empty(sites=tuple(sites), marks=tuple(sorted(set(marks))))
