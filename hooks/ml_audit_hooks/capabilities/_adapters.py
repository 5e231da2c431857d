"""Where LoRA or another parameter-efficient method is put into a model."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._model_names import COMPUTES
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition
    from ml_audit_hooks.core.context import Context

PEFT = "modeling.peft"
_ADAPTERS = frozenset(("lora", "dora", "qlora", "ia3", "peft"))
APPLIES = frozenset("add apply convert enable inject insert linear mark replace wrap".split())


def find_adapters(context: Context) -> Iterator[Signal]:
    """LoRA or another parameter-efficient layer of the repository's own: the class, by the method that computes."""
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, ast.ClassDef):
            words = name_parts(node.name)
            if _names_lora(node.name, words) or (words[-1:] == ["adapter"] and node.bases):
                method = next((m for m in node.body if getattr(m, "name", "") in COMPUTES), None)
                if method is not None:
                    symbol = f"{scope.symbol}.{getattr(method, 'name', '')}"
                    yield Signal(PEFT, node.lineno, context.module.cell, symbol, f"defines {node.name}", True)


def applies_adapter(context: Context, words: list[str], node: Definition) -> bool:
    """A function that puts LoRA or other adapters into a model."""
    return not isinstance(node, ast.ClassDef) and _names_lora(node.name, words) and words[0] in APPLIES


def _names_lora(name: str, words: list[str]) -> bool:
    return "LoRA" in name or "Lora" in name or "DoRA" in name or not _ADAPTERS.isdisjoint(words)
