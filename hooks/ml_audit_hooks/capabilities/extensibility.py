"""14. Extensibility."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="extensibility",
    title="Extensibility",
    facets=(
        Facet(
            "registry",
            core=True,
            title="registry",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "plugin_points",
            core=True,
            title="plugin points",
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
