"""1. Tokenization."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Capability, Facet

CAPABILITY = Capability(
    name="tokenization",
    title="Tokenization",
    facets=(
        Facet(
            "fast_tokenizer",
            core=True,
            title="fast tokenizer",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "vocab",
            core=True,
            title="vocab",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "encode",
            core=True,
            title="encode",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "decode",
            core=True,
            title="decode",
            gap="",
            risk="",
            patch="",
            rollback="",
        ),
        Facet(
            "padding_truncation",
            core=True,
            title="padding truncation",
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
