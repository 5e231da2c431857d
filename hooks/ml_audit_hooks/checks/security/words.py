"""What the names and literals of a node may mean to bandit's tests."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.security.tables import is_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Nodes: TypeAlias = dict[type, list[Any]]  # the nodes of a module by type

SHELL, SSL, WORD = 1, 2, 3  # what a name may mean
_words: dict[str, int] = {"shell": SHELL, "method": SSL, "ssl_version": SSL}


def means(name: str | None) -> int:
    """What a keyword or a name of a variable may mean to a test, 0 for nothing."""
    if name is None:  # `**options`
        return 0
    known = _words.get(name)
    if known is None:
        known = _words[name] = WORD if is_word(name) else 0
    return known


def is_text(node: Any) -> bool:
    """Whether a node is a literal string."""
    return node.__class__ is ast.Constant and node.value.__class__ is str
