"""Bodies with calls in them that still pretend: loops that only sleep, loops that pass over the data, made-up figures.

All of them have to say so themselves, and stay few: a body with real work in it is at most a gap.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, silent, words
from ml_audit_hooks.checks.stubs.calls import NESTED, all_statements, is_message_call, loops, root_name, text_of
from ml_audit_hooks.core.python import FUNCTION_TYPES, Scope, statements, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.stubs.answers import Body
    from ml_audit_hooks.checks.stubs.calls import Surroundings
    from ml_audit_hooks.checks.stubs.sayings import Sayings
    from ml_audit_hooks.core.python import FunctionNode

_MAX_WORK = 5  # calls that may be work in a body whose figures are made up
_MAX_LINES = 8
# Calls that only dress figures up or read a setting: none of them does a function's work.
_DRESSING = frozenset(
    "add_argument add_column add_row add_task advance array asarray average dict digest empty encode format_exc"
    " fromarray full get hexdigest item items keys lower max md5 mean median min model_dump normal now ones option"
    " percentile popleft print prod rand randint randn replace round sha256 split std strip sum timestamp tolist"
    " total_seconds uniform update upper utcnow uuid4 values var zeros".split()
)


def may_pretend(around: Surroundings, scope: Scope, node: FunctionNode) -> bool:
    """Whether a body may be one of these: a cheap necessary condition of `is_placeholder`."""
    if silent.in_import_fallback(scope):
        return True
    if around.signs:
        text = text_of(around.module, node)
        if any(sign in text for sign in around.signs):
            return True
    body = bodies.after_docstring(node.body)
    is_short = (node.end_lineno or 0) - body[0].lineno <= 2 * _MAX_LINES
    passes = is_short or any(not isinstance(loop, ast.While) and _idles(loop) for loop in loops(body))
    if not passes and not around.stubs:
        return False
    text = text_of(around.module, node).lower()
    return (passes or "optim" in text) and any(stem in text for stem in words.STEMS)


def is_placeholder(body: Body, said: Sayings) -> bool:
    """Whether a body with calls in it, under a name that promises work, only pretends."""
    if sleeps_in_epochs(body) and said.any():
        return True
    if silent.in_import_fallback(body.scope) and body.returns_number() and _only_calls_parameters(body):
        return True
    if any(isinstance(p, FUNCTION_TYPES) for p in body.scope.parents):
        return False
    if _only_sets_up(body) and said.stands_in():
        return True
    return _has_shape(body) and said.outright()


def _has_shape(body: Body) -> bool:
    if any(True for _ in _idle_loops(body)) or _wraps_little(body) or _drops_what_it_builds(body):
        return True
    signs = [sign for sign in body.around.signs if sign != "sleep"]
    return bool(signs) and len(_labour(body)) <= _MAX_WORK and body.makes_up_figures()


def _labour(body: Body) -> list[ast.Call]:
    """The calls in a body that may be work, up to one too many: constructors, reductions and displays left out."""
    found: list[ast.Call] = []
    for node in body.work:
        if isinstance(node, ast.Call) and not _is_dressing(body, node):
            found.append(node)
            if len(found) > _MAX_WORK:
                break
    return found


def _is_dressing(body: Body, call: ast.Call) -> bool:
    func = call.func
    name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    if name in ("get", "update") and root_name(func) in body.module.aliases:  # requests.get
        return False
    return name in _DRESSING or name[:1].isupper() or words.is_show(name)


def sleeps_in_epochs(body: Body) -> bool:
    """A loop in which nothing happens but messages and sleep, and it does sleep. Waiting for a condition is no such."""
    if "sleep" not in body.around.signs:
        return False
    for loop in loops(body.rest):
        if isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant):
            continue
        calls = [n for s in loop.body for n in _outside_nested(s) if isinstance(n, ast.Call)]
        sleeps = [c for c in calls if body.module.dotted(c.func) in ("time.sleep", "asyncio.sleep")]
        if sleeps and all(is_message_call(c) or body.is_pure(c) or _is_dressing(body, c) for c in calls):
            labour = _labour(body)
            return len(labour) <= _MAX_WORK and not body.returns_any_of(labour)
    return False


def _outside_nested(root: ast.AST) -> list[ast.AST]:
    return [] if isinstance(root, NESTED) else [*walk(root)]


def _idle_loops(body: Body) -> list[ast.For | ast.AsyncFor]:
    """The loops over an argument whose body has no call and no assignment."""
    found = []
    for loop in loops(body.rest):
        if isinstance(loop, ast.While) or not _idles(loop):
            continue
        if any(isinstance(n, ast.Name) and n.id in body.parameters for n in walk(loop.iter)):
            found.append(loop)
    return found


def _idles(loop: ast.For | ast.AsyncFor) -> bool:
    return all(_is_idle(statement) for statement in loop.body)


def _is_idle(statement: ast.AST) -> bool:
    """Whether a statement in a loop is ``pass``, or leaves or goes on with it."""
    if isinstance(statement, ast.If):
        calls = any(isinstance(n, ast.Call) for n in walk(statement.test))
        return not calls and all(_is_idle(below) for below in statements(statement))
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, (ast.Pass, ast.Break, ast.Continue))


def _only_calls_parameters(body: Body) -> bool:
    calls = [n for n in body.nodes() if isinstance(n, ast.Call)]
    return all(isinstance(c.func, ast.Name) and c.func.id in body.parameters for c in calls)


def _drops_what_it_builds(body: Body) -> bool:
    """A local ``optimizer`` is built and then only handed to stubs."""
    built = [n for n in body.locals if "optim" in n.lower() and all(isinstance(v, ast.Call) for v in body.locals[n])]
    if not built or not body.around.stubs:
        return False
    nodes = [*body.nodes()]
    to_stubs = {id(a) for n in nodes if isinstance(n, ast.Call) and body.is_stub_call(n) for a in n.args}
    loads = [n for n in nodes if isinstance(n, ast.Name) and n.id in built and isinstance(n.ctx, ast.Load)]
    return any(all(id(n) in to_stubs for n in loads if n.id == name) for name in built)


def _only_sets_up(body: Body) -> bool:
    """A few lines without work of their own that return nothing: objects are made and kept."""
    if body.values() or _labour(body) or any(isinstance(n, NESTED) for n in body.work):
        return False
    return sum(1 for _ in all_statements(body.rest)) <= _MAX_LINES


def _wraps_little(body: Body) -> bool:
    """A few lines without work of their own around one ``return`` that leave out an argument."""
    if len(body.returns) != 1 or _labour(body) or any(isinstance(n, NESTED) for n in body.work):
        return False
    if sum(1 for _ in all_statements(body.rest)) > _MAX_LINES:
        return False
    return any(not body.reads(frozenset((name,))) for name in body.parameters)
