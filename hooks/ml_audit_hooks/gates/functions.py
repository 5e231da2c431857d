"""The test functions of a file: what each imports, calls and asserts, in a compact form."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.python import FUNCTION_TYPES, walk
from ml_audit_hooks.gates import network
from ml_audit_hooks.gates.facts import Test

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.python import FunctionNode

MOST_CALLS = 60  # of one test; what it is about shows in far fewer
_DECIMALS = 3  # digits behind the point that nobody chooses by hand: a stored result
_CLOSE = frozenset(
    (
        "allclose",
        "assert_allclose",
        "assert_almost_equal",
        "assert_array_almost_equal",
        "assert_close",
        "assertAlmostEqual",
    )
    + (
        "approx",
        "assert_expected",
        "assert_allclose_dense",
        "isclose",
        "assert_tree_all_close",
        "assert_trees_all_close",
    )
    + ("assertAllClose", "assertTensorsEqual")
)


def may_hold_tests(file: File) -> bool:
    """A necessary condition on the bytes."""
    return b"def test" in file.data


def tests(file: File) -> tuple[Test, ...]:
    """The functions that pytest or unittest would collect, in order; helpers nested in functions are none."""
    if not file.contexts:
        return ()
    context = file.contexts[0]
    helpers = _helpers(context)
    marked = _marks(_module_marks(context), context)
    found = []
    for function, owner in _collected(context.module.tree.body):
        marks = (*marked, *_marks(owner.decorator_list if owner else (), context))
        found.append(_test(context, function, owner, helpers, marks))
    return tuple(found)


def _collected(body: Iterable[ast.stmt]) -> Iterator[tuple[FunctionNode, ast.ClassDef | None]]:
    for node in body:
        if isinstance(node, FUNCTION_TYPES) and node.name.startswith("test"):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, FUNCTION_TYPES) and inner.name.startswith("test") and not _is_fixture(inner):
                    yield inner, node
        elif isinstance(node, (ast.If, ast.Try)):  # tests behind `if torch.cuda.is_available():`
            yield from _collected(node.body)


def _is_fixture(function: FunctionNode) -> bool:
    return any(last_name(_called(item)) == "fixture" for item in function.decorator_list)


def _test(
    context: Context,
    function: FunctionNode,
    owner: ast.ClassDef | None,
    helpers: dict[str, FunctionNode],
    marks: tuple[str, ...],
) -> Test:
    nodes = walk(function)
    calls = _calls(context, nodes)
    fixtures = tuple(a.arg for a in (*function.args.args, *function.args.kwonlyargs) if a.arg != "self")
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    aliases = context.module.aliases
    return Test(
        name=f"{owner.name}.{function.name}" if owner else function.name,
        line=function.lineno,
        imports=tuple(sorted({aliases[name] for name in used if name in aliases})),
        calls=calls,
        through=_through(context, {*fixtures, *(call.rpartition(".")[2] for call in calls)}, helpers, set(calls)),
        asserts=asserts(context, nodes),
        marks=tuple(dict.fromkeys((*marks, *_marks(function.decorator_list, context)))),
        fixtures=fixtures,
        network=network.of_nodes(context, nodes),
    )


def _calls(context: Context, nodes: Iterable[ast.AST]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, ast.Call):
            name = context.dotted(node.func) or last_name(node.func)
            if name:
                found[name] = None
    return tuple(found)[:MOST_CALLS]


def _helpers(context: Context) -> dict[str, FunctionNode]:
    """Fixtures and other functions of the file by name, tests left out."""
    found: dict[str, FunctionNode] = {}
    for scope in context.module.scopes:
        if isinstance(scope.node, FUNCTION_TYPES) and not scope.node.name.startswith("test"):
            found.setdefault(scope.node.name, scope.node)
    return found


def _through(context: Context, names: set[str], helpers: dict[str, FunctionNode], known: set[str]) -> tuple[str, ...]:
    seen = context.once(_seen)  # a fixture serves many tests
    found: dict[str, None] = {}
    for name in sorted(names & helpers.keys()):
        if name not in seen:
            nodes = walk(helpers[name])
            returned = [n.value for n in nodes if isinstance(n, ast.Return) and n.value is not None]
            seen[name] = (*_calls(context, nodes), *(context.dotted(value) for value in returned))
        found.update(dict.fromkeys(seen[name]))
    return tuple(name for name in found if name and name not in known)[:MOST_CALLS]


def _seen(context: Context) -> dict[str, tuple[str, ...]]:
    return {}


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _marks(decorators: Iterable[ast.expr], context: Context) -> tuple[str, ...]:
    """The names behind ``pytest.mark.``, and ``skip`` of unittest."""
    found = []
    for node in decorators:
        name = context.dotted(_called(node))
        if name.startswith("pytest.mark.") or name in ("unittest.skip", "unittest.skipIf", "unittest.skipUnless"):
            found.append(name.rpartition(".")[2])
        elif name and not name.startswith(("pytest.", "unittest.", "mock.")):
            found.append(f"@{name.rpartition('.')[2]}")  # the repository's own, such as @slow
    return tuple(found)


def _module_marks(context: Context) -> list[ast.expr]:
    for node in context.assigned.get("pytestmark", ()):
        return [*node.value.elts] if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
    return []


# -- assertions -----------------------------------------------------------------------------------------------------


def asserts(context: Context, nodes: list[ast.AST]) -> tuple[str, ...]:
    """What a test asserts, each form once: ``close:NUMBER`` (with a stored figure), ``close:a,b`` (two values by
    name), ``raises:ValueError``, ``compare:LEFT OP`` for a bare ``assert``, ``call:assert_called_once``."""
    found: dict[str, None] = {}
    stored = context.once(_module_stored)
    stored |= _stored(nodes, stored)
    for node in nodes:
        if isinstance(node, ast.Assert):
            found.update(dict.fromkeys(_asserted(context, node.test, stored)))
        elif isinstance(node, ast.Call):
            name = last_name(node.func)
            if name in _CLOSE:
                found[_close(context, node, stored)] = None
            elif name in ("raises", "assertRaises", "assertRaisesRegex", "warns"):
                found[f"raises:{context.dotted(node.args[0]) if node.args else ''}"] = None
            elif name.startswith("assert") and len(name) > 6:
                shown = ",".join(filter(None, (_words(arg) for arg in node.args[:2])))
                found[f"call:{name}({shown})"] = None
    return tuple(found)[:MOST_CALLS]


def _stored(nodes: Iterable[ast.AST], known: frozenset[str] = frozenset()) -> frozenset[str]:
    """Names that a stored figure is assigned to, itself or by one of the `known` names."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and (_holds_figure(node.value) or (known and known & _names(node.value))):
            found |= {last_name(target) for target in node.targets}
    return frozenset(found - {""})


def _module_stored(context: Context) -> frozenset[str]:
    return _stored(node for node in context.module.tree.body)


def _names(node: ast.AST) -> set[str]:
    inside = walk(node)
    attributes = {inner.attr for inner in inside if isinstance(inner, ast.Attribute)}
    return attributes | {inner.id for inner in inside if isinstance(inner, ast.Name)}


def _holds_figure(node: ast.AST) -> bool:
    """Whether a number stands there that only a run can have given: 3.9763."""
    return any(
        len(repr(inner.value).partition(".")[2].partition("e")[0]) >= _DECIMALS
        for inner in walk(node)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, float)
    )


def _close(context: Context, call: ast.Call, stored: frozenset[str]) -> str:
    for arg in call.args[:2]:
        if _holds_figure(arg) or _names(arg) & stored:
            return "close:NUMBER"
    return f"close:{','.join(_words(arg) for arg in call.args[:2])}"


def _asserted(context: Context, test: ast.expr, stored: frozenset[str]) -> Iterator[str]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _asserted(context, value, stored)
    elif isinstance(test, ast.Compare):
        right = test.comparators[0]
        op = type(test.ops[0]).__name__
        figure = "NUMBER" if _holds_figure(right) and op == "Eq" else _words(right)
        yield f"compare:{_words(test.left)} {op} {figure}"
    elif isinstance(test, ast.UnaryOp):
        yield from (f"not {form}" for form in _asserted(context, test.operand, stored))
    else:
        yield f"true:{_words(test)}"


def _words(node: ast.AST) -> str:
    """The names in an expression, joined by dots and blanks; constants only where they are plain."""
    parts = []
    for inner in walk(node)[:40]:
        if isinstance(inner, ast.Name):
            parts.append(inner.id)
        elif isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, (int, float)):
            parts.append(str(inner.value))
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            parts.append(f"'{inner.value}'")
    return " ".join(dict.fromkeys(parts))[:100]
