"""What one file shows by itself."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.core.python import Module


def sites(modules: tuple[Module, ...], facts: tuple[Any, ...]) -> Iterator[Finding]:
    """The findings of one file."""
    yield from ()
