"""2. Modeling."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="modeling",
    title="Modeling",
    facets=(
        Facet(
            "model_init",
            core=True,
            title="model init",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "dtype",
            core=True,
            title="dtype",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "device",
            core=True,
            title="device",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "peft",
            core=True,
            title="peft",
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
