"""The nodes above a node, which the parser's tree does not tell and a few of bandit's tests climb to."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Ancestry:
    """The way up from some nodes of a tree, written into it as bandit does: ``_bandit_parent``."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._every: dict[int, Any] | None = None  # all parents by identity of the child, where the short way fails
        self._marked: list[Any] = []

    def lead_up(self, node: Any, known: tuple[Any, ...] = ()) -> None:
        """Write the way up from `node`. `known`: its nearest ancestors, where no more than these are climbed."""
        for parent in known or self._above(node):
            node._bandit_parent = parent
            self._marked.append(node)
            node = parent

    def cut(self) -> None:
        """Take it out again: with it the tree is a circle that only the collector frees."""
        for node in self._marked:
            node.__dict__.pop("_bandit_parent", None)

    def _above(self, node: Any) -> list[Any]:
        """The ancestors, the nearest first."""
        found = _downwards(self._tree, node)
        if found is None:
            if self._every is None:
                self._every = _all_parents(self._tree)
            found = []
            while id(node) in self._every:
                node = self._every[id(node)]
                found.append(node)
        return found


def children(node: Any) -> list[Any]:
    """The nodes directly below, contexts and operators too."""
    found: list[Any] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _downwards(tree: ast.Module, node: Any) -> list[Any] | None:
    """The ancestors by way of what stands on the node's line; None where positions mislead, as in f-strings."""
    line = node.lineno
    stack: list[tuple[Any, Any]] = [(tree, None)]  # (node, link to the one above it)
    while stack:
        above, link = stack.pop()
        chain = (above, link)
        for below in children(above):
            if below is node:
                return _unlinked(chain)
            if _reaches(below, line):
                stack.append((below, chain))
    return None


def _unlinked(chain: Any) -> list[Any]:
    found = []
    while chain is not None:
        found.append(chain[0])
        chain = chain[1]
    return found


def _reaches(node: Any, line: int) -> bool:
    """Whether a line may lie in a node: decorators stand above their definition, and some nodes have no place."""
    last = getattr(node, "end_lineno", None)
    if last is None:
        return bool(node._fields)
    return last >= line and (node.lineno <= line or hasattr(node, "decorator_list"))


def _all_parents(tree: ast.Module) -> dict[int, Any]:
    found: dict[int, Any] = {}
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        below = children(node)
        found.update((id(item), node) for item in below)
        stack += below
    return found
