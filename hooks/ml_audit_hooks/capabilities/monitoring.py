"""6. Logging & Monitoring."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="logging",
    title="Logging & Monitoring",
    facets=(
        Facet(
            "tracker",
            core=True,
            title="tracker",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "python_logging",
            core=False,
            title="python logging",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "system_metrics",
            core=True,
            title="system metrics",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "progress",
            core=False,
            title="progress",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
