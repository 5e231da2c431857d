"""11. Deployment."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="deployment",
    title="Deployment",
    facets=(
        Facet(
            "packaging",
            core=True,
            title="packaging",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "cli",
            core=True,
            title="cli",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "container",
            core=True,
            title="container",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "serving",
            core=False,
            title="serving",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
