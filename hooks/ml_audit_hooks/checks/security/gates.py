"""Which of bandit's tests can find something at which nodes: necessary conditions, and nothing of bandit is imported.

bandit asks every test of a node's type at every node. Here the nodes of a type are looked through once; a test is
asked only where the last name of a call, its dotted name, a keyword or the parent makes a result possible. Names are
resolved as bandit's visitor does it: through the imports that it has seen by then.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.security.calls import calls
from ml_audit_hooks.checks.security.candidate import Candidate
from ml_audit_hooks.checks.security.tables import BAD_SSL, TMP, is_word, may_be_sql
from ml_audit_hooks.checks.security.words import WORD, is_text, means
from ml_audit_hooks.core.python import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.checks.security.words import Nodes
    from ml_audit_hooks.engines.bandit_engine import Names


_FIRST = ("/", "0")  # of a folder for temporary files, and of the address of all interfaces
_FILLS = frozenset(("format", "replace"))


def candidates(module: Module, names: Names) -> Iterator[Candidate]:
    """The candidates of a module. `names` grows with its imports, and is right for each candidate as it is given."""
    nodes: Nodes = module.nodes
    yield from (Candidate(node, ("B101",)) for node in nodes.get(ast.Assert, ()))
    yield from (Candidate(node, ("B110", "B112")) for node in nodes.get(ast.ExceptHandler, ()) if _swallows(node))
    for node in nodes.get(ast.FunctionDef, ()):
        if node.args.defaults:
            tests = _of_defaults(node.args)
            if tests:
                yield Candidate(node, tests)
    yield from _strings(nodes)
    yield from calls(nodes, names)


def _swallows(node: Any) -> bool:
    if len(node.body) != 1 or node.body[0].__class__ not in (ast.Pass, ast.Continue):
        return False
    return node.type is None or getattr(node.type, "id", None) == "Exception"


def _of_defaults(args: Any) -> tuple[str, ...]:
    start = max(0, len(args.args) - len(args.defaults))  # bandit pairs positional-only ones wrongly
    both = zip(args.args[start:], args.defaults, strict=False)
    word = any(v.__class__ is ast.Constant and v.value.__class__ is str and means(k.arg) == WORD for k, v in both)
    ssl = any(v.__class__ is ast.Attribute and v.attr in BAD_SSL for v in args.defaults)
    return (("B107",) if word else ()) + (("B503",) if ssl else ())


# -- strings ------------------------------------------------------------------------------------------------------


def _strings(nodes: Nodes) -> Iterator[Candidate]:
    texts = [n for n in nodes.get(ast.Constant, ()) if n.value.__class__ is str and n.value.startswith(_FIRST)]
    for node in texts:
        if node.value.startswith(TMP):
            yield Candidate(node, ("B108",))
        elif node.value == "0.0.0.0":  # what is looked for
            yield Candidate(node, ("B104",))
    yield from (Candidate(node, ("B105",), above) for node, above in _passwords(nodes))
    yield from (Candidate(node, ("B608",)) for node in _queries(nodes))


def _named(node: Any) -> bool:
    """Whether a variable or attribute says password."""
    if node.__class__ is ast.Name:
        return means(node.id) == WORD
    return node.__class__ is ast.Attribute and means(node.attr) == WORD


def _passwords(nodes: Nodes) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """(string, ancestors) where bandit looks for a password: assigned, compared, or the key of one."""
    for node in nodes.get(ast.Assign, ()):
        if not is_text(node.value):
            continue
        if any(_named(target) for target in node.targets):
            yield node.value, (node,)
        for target in node.targets:
            if target.__class__ is ast.Subscript:
                sides: tuple[Any, ...] = (target.value, target.slice)
                yield from ((n, (target, node)) for n in sides if is_text(n) and is_word(n.value))
    for node in nodes.get(ast.Dict, ()):
        for key, value in zip(node.keys, node.values, strict=True):
            if value.__class__ is ast.Constant and key is not None and is_text(key) and is_word(key.value):
                yield key, (node,)
    for node in nodes.get(ast.Compare, ()):
        if is_text(node.comparators[0]) and _named(node.left):
            yield from ((n, (node,)) for n in node.comparators if is_text(n))


def _queries(nodes: Nodes) -> Iterator[ast.AST]:
    """The strings that are put together with others to what may be a query."""
    for node in nodes.get(ast.JoinedStr, ()):
        texts = [part for part in node.values if is_text(part)]
        if texts and may_be_sql("".join(text.value for text in texts)):
            yield texts[0]
    filled = [node.value for node in nodes.get(ast.Attribute, ()) if node.attr in _FILLS]
    yield from (text for text in filled if is_text(text) and may_be_sql(text.value))
    inner = {id(side) for node in nodes.get(ast.BinOp, ()) for side in (node.left, node.right)}
    for node in nodes.get(ast.BinOp, ()):
        if id(node) not in inner:
            texts = _leaves(node)
            if texts and may_be_sql(" ".join(text.value for text in texts)):
                yield from texts


def _leaves(node: Any) -> list[Any]:
    """The strings of a chain of binary operators."""
    found, stack = [], [node]
    while stack:
        node = stack.pop()
        if node.__class__ is ast.BinOp:
            stack += (node.right, node.left)
        elif is_text(node):
            found.append(node)
    return found
