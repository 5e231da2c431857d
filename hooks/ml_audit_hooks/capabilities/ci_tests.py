"""10. Internal CI/Test."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="ci_tests",
    title="Internal CI/Test",
    facets=(
        Facet(
            "pytest_targets",
            core=True,
            title="pytest targets",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "local_gates",
            core=True,
            title="local gates",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "coverage",
            core=True,
            title="coverage",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "ci",
            core=False,
            title="ci",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
