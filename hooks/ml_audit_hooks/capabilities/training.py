"""3. Training Engine."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="training",
    title="Training Engine",
    facets=(
        Facet(
            "train_loop",
            core=True,
            title="train loop",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "precision",
            core=True,
            title="precision",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "grad_accumulation",
            core=True,
            title="grad accumulation",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "grad_clipping",
            core=False,
            title="grad clipping",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "lr_schedule",
            core=False,
            title="lr schedule",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "distributed",
            core=False,
            title="distributed",
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
