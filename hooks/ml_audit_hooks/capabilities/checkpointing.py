"""7. Checkpointing & Resume."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="checkpointing",
    title="Checkpointing & Resume",
    facets=(
        Facet(
            "weights",
            core=True,
            title="weights",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "optimizer_state",
            core=True,
            title="optimizer state",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "scheduler_state",
            core=False,
            title="scheduler state",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "rng_state",
            core=False,
            title="rng state",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "resume",
            core=True,
            title="resume",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "best_k",
            core=True,
            title="best k",
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
