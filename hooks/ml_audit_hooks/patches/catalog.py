"""All kinds of patches."""

from __future__ import annotations

from ml_audit_hooks.patches.model import Kind

KINDS: tuple[Kind, ...] = ()
