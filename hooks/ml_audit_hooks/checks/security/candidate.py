"""A place that the gates let through to bandit."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.values import NamedTuple


class Candidate(NamedTuple):
    """A node, and the tests that may find something there."""

    node: ast.AST
    tests: tuple[str, ...]
    known: tuple[ast.AST, ...] = ()  # its nearest ancestors, where these tests climb no higher
