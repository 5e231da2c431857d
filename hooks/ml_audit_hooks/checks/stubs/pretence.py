"""Placeholder bodies: functions that print success, sleep, and return made-up figures.

The question is never whether a body looks short or poor, but whether anything in it *could* do what the name promises.
A body is **inert** when every statement only prints, logs, sleeps, or moves constants, arguments and random numbers
about in local names. An inert body is a placeholder when it says so itself, or when the function's name promises work
and what comes back is made of nothing. What is no such body is `busy`'s to judge. Calls of functions of the same file
that are stubs themselves count as nothing; a caller that does more is never reported for what it calls.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, busy, reasons, silent, words
from ml_audit_hooks.checks.stubs.answers import Body, named_values
from ml_audit_hooks.checks.stubs.calls import does_work
from ml_audit_hooks.checks.stubs.sayings import Sayings
from ml_audit_hooks.core.finding import EVERYWHERE
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.stubs.calls import Surroundings
    from ml_audit_hooks.core.python import FunctionNode

_EXCUSED = silent.ABSTRACT | {"fixture", "setter", "deleter", "validator", "field_validator", "model_validator"}
_PERFECT = tuple("completed complete finished successfully started saved loaded trained done deployed".split())


def is_placeholder(around: Surroundings, scope: Scope) -> bool:
    """Whether the function's body, which is none of the empty kinds, only pretends."""
    node = scope.node
    assert isinstance(node, FUNCTION_TYPES)
    if does_work(around, scope, node):
        return _is_busy_placeholder(around, scope, node)
    body = Body(around, scope)
    if body.work:
        return _is_busy_placeholder(around, scope, node)
    if _is_excused(around.module, scope, node):
        return False
    if bodies.holds(scope, node) == EVERYWHERE and body.calls_anything():
        return False
    if bodies.ends_in_refusal(node.body) and not body.values():
        return not silent.is_silent(around.module, scope, node, bodies.REFUSAL, ())
    promise = words.promises_work(node.name)
    said = Sayings(body)
    if any(isinstance(p, FUNCTION_TYPES) for p in scope.parents) or _is_property(node):
        bound = promise or said.stands_in()  # a closure, a getter: only by its own words
        return bound and said.outright() and _is_inert_placeholder(body, promise, said)
    return _is_inert_placeholder(body, promise, said)


def _is_busy_placeholder(around: Surroundings, scope: Scope, node: FunctionNode) -> bool:
    """Whether a body with work in it, under a name that promises some, only pretends. A test that runs is none."""
    if not words.promises_work(node.name) or not busy.may_pretend(around, scope, node):
        return False
    if bodies.holds(scope, node) == EVERYWHERE:
        return False
    if _is_excused(around.module, scope, node):
        return False
    body = Body(around, scope)
    return busy.is_placeholder(body, Sayings(body))


def _is_property(node: FunctionNode) -> bool:
    return any(bodies.last_name(d) in ("property", "cached_property") for d in node.decorator_list)


def _is_excused(module: Module, scope: Scope, node: FunctionNode) -> bool:
    """Whether another rule already says that the body may be empty of work."""
    if node.name.startswith("__") or words.is_show(node.name):
        return True
    if any(bodies.last_name(d) in _EXCUSED for d in node.decorator_list):
        return True
    if silent.is_type_checking_only(scope) or silent.in_contract(scope):
        return True
    owners = [p.name for p in scope.parents if isinstance(p, ast.ClassDef)]
    if any(words.is_double(o) or not words.SIMULATORS.isdisjoint(words.name_parts(o)) for o in owners):
        return True
    return reasons.is_no_op_by_text(module, node)


def _is_inert_placeholder(body: Body, promise: bool, said: Sayings) -> bool:
    if words.is_slight(body.node.name) and not said.outright():
        return False
    if body.marks:  # `self.is_trained = True` alone can be the whole job: only by its own words
        return promise and said.outright()
    if body.makes_up_figures() and (promise or said.any()):
        return True
    if promise and busy.sleeps_in_epochs(body) and said.any():
        return True
    if not body.values():
        return _says_only(body, promise, said)
    if body.hands_back_argument():
        return _identity_is_placeholder(body, promise, said)
    if said.outright() and body.returns_chance():
        return True
    return _constants_are_placeholder(body, promise, said)


def _says_only(body: Body, promise: bool, said: Sayings) -> bool:
    """An inert body that returns nothing: messages at most."""
    speaks = bool(body.messages)
    if isinstance(body.rest[-1], ast.Raise):  # to raise can be the whole job
        return said.outright_inside()
    if said.outright() and (speaks or promise or body.parameters):
        return True
    return promise and speaks and bool(body.parameters or body.own) and _claims_success(body)


def _constants_are_placeholder(body: Body, promise: bool, said: Sayings) -> bool:
    """An inert body that returns constants, empty containers, or None in a place where that is the only answer."""
    if body.returns_none():
        return said.outright() and (promise or bool(body.parameters))
    if body.counts_up():
        return False
    if not body.returns_plain():
        return said.stands_in() and body.returns_filled_in()
    unread = bool(body.parameters) and not body.reads_parameters()
    if said.outright():
        return True
    if body.returns_chance():  # data by chance can be the job
        return promise and unread and said.any() and not words.makes_data(body.node.name)
    if silent.in_import_fallback(body.scope):
        return promise and unread and body.returns_number()
    if body.returns_empty():
        return promise and unread and (said.any() or bool(body.messages))
    return promise and unread and (_has_figures(body) or said.any())


def _identity_is_placeholder(body: Body, promise: bool, said: Sayings) -> bool:
    """An argument that comes back unchanged, where the name promises to change it."""
    if silent.in_import_fallback(body.scope):
        return False
    if _has_branches(body.rest):  # returned as it is in some case only
        returned = frozenset(v.id for v in body.values() if isinstance(v, ast.Name))
        return promise and said.outright() and not body.reads(body.parameters - returned)
    if said.outright():
        return promise or len(body.parameters) > 0
    return words.promises_change(body.node.name) and (bool(body.messages) or said.any())


def _has_branches(rest: list[ast.stmt]) -> bool:
    return any(isinstance(n, (ast.If, ast.IfExp, ast.Match)) for s in rest for n in walk(s))


def _claims_success(body: Body) -> bool:
    """Whether a message, with variables or without, says that the work is done."""
    spoken = [n.value for part in body.messages for n in walk(part) if isinstance(n, ast.Constant)]
    return any(isinstance(text, str) and words.has_phrase(text.lower(), _PERFECT) for text in spoken)


def _has_figures(body: Body) -> bool:
    """Whether a number other than 0 and 1, or a number under a metric's name, comes back."""
    for origin in body.origins():
        for node in walk(origin):
            if isinstance(node, ast.Constant) and type(node.value) is float and node.value not in (0.0, 1.0):
                return True
            for name, figure in named_values(node):
                number = isinstance(figure, ast.Constant) and type(figure.value) in (int, float)
                if number and words.is_metric(name):
                    return True
    return False
