"""12. Documentation & Examples."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="documentation",
    title="Documentation & Examples",
    facets=(
        Facet(
            "readme",
            core=True,
            title="readme",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "quickstart",
            core=True,
            title="quickstart",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "diagrams",
            core=False,
            title="diagrams",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "notebooks",
            core=True,
            title="notebooks",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "docs_site",
            core=False,
            title="docs site",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
