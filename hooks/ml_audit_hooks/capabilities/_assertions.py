"""Tests that a runner collects and that can fail."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.context import Context
    from ml_audit_hooks.capabilities.model import Signal

TESTS = "ci_tests.pytest_targets"


def of_tests(context: Context) -> Iterator[Signal]:
    """Each test function of a collected file with an assertion in it; methods only in classes that are collected."""
    stem = context.file.path.rpartition("/")[2].removesuffix(".py")
    if not (stem.startswith("test") or stem.endswith(("_test", "_tests"))) or context.module.cell is not None:
        return
    helpers = _helpers(context)
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
            first = next(_assertions(context, node, helpers), None)
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


def _helpers(context: Context) -> frozenset[str]:
    """The names of the module's other functions that assert something."""
    found = set()
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, FUNCTION_TYPES) or node.name.startswith("test"):
            continue
        if next(_assertions(context, node, frozenset()), None) is not None:
            found.add(node.name)
    return frozenset(found)


def _assertions(context: Context, node: ast.AST, helpers: frozenset[str]) -> Iterator[ast.AST]:
    for inner in context.inside(node, ast.AST):
        if isinstance(inner, ast.Assert):
            if not isinstance(inner.test, ast.Constant):
                yield inner
        elif isinstance(inner, ast.Call) and (_called(inner) in helpers or _asserts(inner)):
            yield inner


def _asserts(call: ast.Call) -> bool:
    """Whether a call is an assertion about anything but constants."""
    last = _called(call)
    if not (last.lower().startswith(("assert", "_assert", "fail")) or last in ("raises", "warns", "check_call")):
        return False
    return not call.args or not all(isinstance(argument, ast.Constant) for argument in call.args)


def _called(call: ast.Call) -> str:
    """The last part of what is called."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
