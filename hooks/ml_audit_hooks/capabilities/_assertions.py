"""Tests that a runner collects and that can fail."""

from __future__ import annotations

import _ast as ast
from bisect import bisect_left

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from ml_audit_hooks.capabilities.model import Signal
    from ml_audit_hooks.core.context import Context

    _Mark: TypeAlias = tuple[int, int, ast.AST]  # line, column, the assertion

TESTS = "ci_tests.pytest_targets"


def of_tests(context: Context) -> Iterator[Signal]:
    """Each test function of a collected file with an assertion in it; methods only in classes that are collected."""
    stem = context.file.path.rpartition("/")[2].removesuffix(".py")
    if not (stem.startswith("test") or stem.endswith(("_test", "_tests"))) or context.module.cell is not None:
        return
    marks = _assertions(context, frozenset())
    helpers = frozenset(s.node.name for s in context.module.scopes if _is_helper(s.node, marks))  # type: ignore[attr-defined]
    marks = _assertions(context, helpers)
    by_pytest = stem.startswith("test_") or stem.endswith("_test")
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, FUNCTION_TYPES) or not node.name.startswith("test"):
            continue
        owners = [parent for parent in scope.parents if isinstance(parent, ast.ClassDef)]
        if any(isinstance(parent, FUNCTION_TYPES) for parent in scope.parents):
            continue
        unit = any(_is_case(context, owner) for owner in owners)
        if not unit and not (by_pytest and all(owner.name.startswith("Test") for owner in owners)):
            continue
        if not any(_is_skipped(context, definition) for definition in (node, *owners)):
            first = _first(node, marks)
            if first is not None:
                yield context.signal(TESTS, first, "asserts")


def _is_case(context: Context, owner: ast.ClassDef) -> bool:
    names = [context.dotted(base) for base in owner.bases]
    return any(name.endswith(("TestCase", "TestCasePlus", "parameterized")) or "Test" in name for name in names)


def _is_skipped(context: Context, node: ast.AST) -> bool:
    """Whether a decorator skips it always."""
    for decorator in getattr(node, "decorator_list", ()):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if context.dotted(called) in ("pytest.mark.skip", "unittest.skip"):
            return True
    return False


def _is_helper(node: ast.AST, marks: list[_Mark]) -> bool:
    """Whether a function that is no test asserts something."""
    return isinstance(node, FUNCTION_TYPES) and not node.name.startswith("test") and _first(node, marks) is not None


def _first(node: ast.AST, marks: list[_Mark]) -> ast.AST | None:
    """The first assertion in a function, its decorators included."""
    assert isinstance(node, FUNCTION_TYPES)
    start = min([(d.lineno, d.col_offset) for d in node.decorator_list], default=(node.lineno, node.col_offset))
    at = bisect_left(marks, start, key=lambda mark: mark[:2])
    if at == len(marks) or marks[at][:2] > (node.end_lineno or 0, node.end_col_offset or 0):
        return None
    return marks[at][2]


def _assertions(context: Context, helpers: frozenset[str]) -> list[_Mark]:
    """Every assertion of a module in the order of the text; calls of `helpers` are some."""
    found: list[ast.AST] = []
    for node in context.module.nodes.get(ast.Assert, ()):
        if not isinstance(node.test, ast.Constant):  # type: ignore[attr-defined]
            found.append(node)
    for name, calls in context.written.items():
        if name in helpers or _TELLS[name]:
            found += [call for call in calls if _called(call) in helpers or _asserts(call)]
    marks: list[_Mark] = [(n.lineno, n.col_offset, n) for n in found]  # type: ignore[attr-defined]
    return sorted(marks, key=lambda mark: mark[:2])


_TELLS = Remembered(
    lambda name: name.lower().startswith(("assert", "_assert", "fail")) or name in ("raises", "warns", "check_call")
)


def _asserts(call: ast.Call) -> bool:
    """Whether a call is an assertion about anything but constants."""
    last = _called(call)
    if not _TELLS[last]:
        return False
    return not call.args or not all(isinstance(argument, ast.Constant) for argument in call.args)


def _called(call: ast.Call) -> str:
    """The last part of what is called."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
