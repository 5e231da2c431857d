"""The pages of the SEED codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import pages_orders, pages_places, pages_programs

RULES = tuple(sorted((*pages_programs.RULES, *pages_places.RULES, *pages_orders.RULES), key=lambda rule: rule.code))
