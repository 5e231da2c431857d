"""What findings of several checks have in common."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

LINT, SECRETS = "lint", "secrets"  # gates; others are ids of facets


class Theme(NamedTuple):
    """One cause. Weights: 100 gives the machine or the account away, 80 loses work, 60 results, 40 time, 20 order."""

    name: str
    weight: int  # from 1 to 100, by what breaks in production
    codes: tuple[str, ...]
    title: str
    cost: str  # so what, a sentence
    win: str  # the quick win; "" where the rule's page must be read
    gate: str = ""  # what would have caught it: LINT, SECRETS, or a facet's id
    unit: str = "place"
    anywhere: bool = False  # counts in test code too
    measured: bool = False  # the places with the largest measure come first
