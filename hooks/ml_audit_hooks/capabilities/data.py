"""8. Data Handling."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="data",
    title="Data Handling",
    facets=(
        Facet(
            "splits",
            core=True,
            title="splits",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "deterministic_shuffling",
            core=True,
            title="deterministic shuffling",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "caching",
            core=True,
            title="caching",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "tests",
            core=False,
            title="tests",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
