"""Placeholder bodies: functions that print success, sleep, and return made-up figures.

The question is never whether a body looks short or poor, but whether anything in it *could* do what the name promises.
A body is **inert** when every statement only prints, logs, sleeps, or moves constants, arguments and random numbers
about in local names. An inert body is a placeholder when it says so itself, or when the function's name promises work
and what comes back is made of nothing. What is no such body is `busy`'s to judge. Calls of functions of the same file
that are stubs themselves count as nothing; a caller that does more is never reported for what it calls.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, busy, silent, words
from ml_audit_hooks.checks.stubs.reading import Body, named_values
from ml_audit_hooks.checks.stubs.sayings import Sayings
from ml_audit_hooks.core.finding import EVERYWHERE
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import FunctionNode

_EXCUSED = silent.ABSTRACT | {"fixture", "setter", "deleter", "validator", "field_validator", "model_validator"}
_PERFECT = tuple("completed complete finished successfully started saved loaded trained done deployed".split())


def is_placeholder(module: Module, scope: Scope, stubs: frozenset[str], module_says: str) -> bool:
    """Whether the function's body, which is none of the empty kinds, only pretends. `stubs`: the names of this file's
    functions known to be stubs; `module_says`: the module docstring in lower case."""
    node = scope.node
    assert isinstance(node, FUNCTION_TYPES)
    body = Body(module, scope, stubs, brief=True)
    promise = words.promises_work(node.name)
    if body.work:
        is_test = bodies.holds(scope, node) == EVERYWHERE
        if is_test or not promise or not busy.may_pretend(body) or _is_excused(scope, node):
            return False
        whole = Body(module, scope, stubs)
        return busy.is_placeholder(whole, Sayings(whole, module_says))
    if _is_excused(scope, node):
        return False
    said = Sayings(body, module_says)
    if any(isinstance(p, FUNCTION_TYPES) for p in scope.parents) or _is_property(node):
        return said.outright() and promise and _is_inert_placeholder(body, promise, said)  # a closure, a getter
    return _is_inert_placeholder(body, promise, said)


def _is_property(node: FunctionNode) -> bool:
    return any(bodies.last_name(d) in ("property", "cached_property") for d in node.decorator_list)


def _is_excused(scope: Scope, node: FunctionNode) -> bool:
    """Whether another rule already says that the body may be empty of work."""
    name = node.name
    if name.startswith("__") or any(bodies.last_name(d) in _EXCUSED for d in node.decorator_list):
        return True
    if silent.is_type_checking_only(scope) or silent.in_contract(scope):
        return True
    owners = [p.name for p in scope.parents if isinstance(p, ast.ClassDef)]
    if any(words.is_harmless(o) or not words.SIMULATORS.isdisjoint(words.name_parts(o)) for o in owners):
        return True
    return silent.is_no_op_by_text(silent.plain(bodies.docstring(node.body) or ""))


def _is_inert_placeholder(body: Body, promise: bool, said: Sayings) -> bool:
    harmless = words.is_harmless(body.node.name)
    if body.marks:  # `self.is_trained = True` alone can be the whole job: only by its own words
        return promise and not harmless and said.outright()
    if not harmless and body.makes_up_figures() and (promise or said.any()):
        return True
    if not body.values():
        return not harmless and _says_only(body, promise, said)
    if harmless and not said.outright():
        return False
    if body.hands_back_argument():
        return _identity_is_placeholder(body, promise, said)
    if said.outright() and body.returns_chance():
        return True
    return _constants_are_placeholder(body, promise, said)


def _says_only(body: Body, promise: bool, said: Sayings) -> bool:
    """An inert body that returns nothing: messages at most."""
    speaks = bool(body.messages)
    if said.outright() and (speaks or promise or body.parameters):
        return True
    return promise and speaks and bool(body.parameters or body.own) and _claims_success(body)


def _constants_are_placeholder(body: Body, promise: bool, said: Sayings) -> bool:
    """An inert body that returns constants, empty containers, or None in a place where that is the only answer."""
    if body.returns_none():
        return said.outright() and (promise or bool(body.parameters))
    if not body.returns_plain():
        return False
    unread = bool(body.parameters) and not body.reads_parameters()
    if said.outright():
        return True
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
