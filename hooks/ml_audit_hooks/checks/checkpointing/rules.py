"""The pages of the CKP codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import opcodes_rules, pages_loading, pages_resuming, pages_saving

RULES = tuple(
    sorted(
        (*opcodes_rules.RULES, *pages_loading.RULES, *pages_resuming.RULES, *pages_saving.RULES),
        key=lambda rule: rule.code,
    )
)
