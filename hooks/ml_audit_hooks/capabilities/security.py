"""9. Security & Safety."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="security",
    title="Security & Safety",
    facets=(
        Facet(
            "dependency_lock",
            core=True,
            title="dependency lock",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "secrets_scanning",
            core=True,
            title="secrets scanning",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "safe_loading",
            core=False,
            title="safe loading",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "prompt_safety",
            core=True,
            title="prompt safety",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "security_lint",
            core=False,
            title="security lint",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
    ),
    detectors=(),
)
