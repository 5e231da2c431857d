"""4. Configuration Management."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="configuration",
    title="Configuration Management",
    facets=(
        Facet(
            "structured",
            core=True,
            title="structured",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "overrides",
            core=True,
            title="overrides",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "sweeps",
            core=True,
            title="sweeps",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "validation",
            core=False,
            title="validation",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
