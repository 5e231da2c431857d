"""5. Evaluation & Metrics."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="evaluation",
    title="Evaluation & Metrics",
    facets=(
        Facet(
            "validation_loop",
            core=True,
            title="validation loop",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "metrics_api",
            core=True,
            title="metrics api",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "metrics_files",
            core=True,
            title="metrics files",
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
