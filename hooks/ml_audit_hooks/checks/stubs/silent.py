"""When an empty body is right: contracts, hooks, no-ops with a reason, bodies that stand elsewhere."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, reasons, words
from ml_audit_hooks.checks.stubs.bodies import REFUSAL, last_name
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.python import FunctionNode

ABSTRACT = frozenset(("abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod", "overload"))
# Decorators that give a body of their own, or call the function for its registration only.
_BODY_GIVERS = frozenset(
    "group callback hookspec fixture singledispatch singledispatchmethod result_callback dispatch final_callback"
    " impl_abstract extern intrinsic".split()
)
# Decorators around which a body is still expected; any other one may supply it (`@prompt(...) def ask(): ...`).
_TRANSPARENT = frozenset(
    "staticmethod classmethod property cached_property setter getter deleter no_grad inference_mode enable_grad wraps"
    " lru_cache cache contextmanager asynccontextmanager jit njit compile function task flow step command route get"
    " post put patch delete websocket main hydra_main override remote timeit timer timed retry torchscript export"
    " rank_zero_only deprecated profile record script vmap pmap pjit".split()
)
_CONTRACT_BASES = frozenset(("Protocol", "ABC"))
_INTERFACE_WORDS = frozenset(("base", "abstract", "interface", "mixin", "protocol", "abc", "spec"))
# Hooks of frameworks that an override may leave empty: Lightning, Keras, transformers, SB3, unittest, http.server, …
_HOOKS = frozenset(
    "setup teardown prepare_data close flush reset state_dict load_state_dict begin after_run before_run"
    " after_create_session configure_optimizers configure_callbacks configure_sharded_model configure_model"
    " optimizer_zero_grad lr_scheduler_step tearDown setUp setUpClass tearDownClass asyncSetUp asyncTearDown"
    " log_message finalize cleanup shutdown start stop release update_locals init_callback seed render"
    " update_tqdm sanity_check initialize_options finalize_options log_graph log_hyperparams after_save_checkpoint"
    " before_save_checkpoint save_model_hook load_model_hook handle_starttag handle_endtag handle_data error"
    " reset_parameters set_epoch".split()
)
_HOOK_STARTS = ("on_", "_on_", "before_", "after_", "pre_", "post_", "handle_", "visit_", "leave_", "_before", "_after")
_HOOK_ENDS = ("_begin", "_end", "_start", "_hook", "_callback", "_before", "_after")
_EMPTY_DUNDERS = frozenset(
    "__exit__ __aexit__ __enter__ __del__ __init_subclass__ __post_init__ __set_name__ __aenter__ __attrs_post_init__"
    " __setstate__".split()
)


def is_silent(module: Module, scope: Scope, node: FunctionNode, kind: str, twins: Iterable[Scope]) -> bool:
    """Whether a body of this kind is right here. `twins`: the other functions of the same name and place."""
    if _is_given(scope, node, kind) or is_type_checking_only(scope):
        return True
    if kind != REFUSAL and in_import_fallback(scope):
        return True
    if words.is_no_op(node.name) or _is_hook_function(scope, node) or _is_alternative(scope, twins):
        return True
    if kind != REFUSAL and _is_of_alternative_class(module, scope):
        return True
    if reasons.says_why(module, node, kind):
        return True
    if kind != REFUSAL and _takes_anything(scope, node) and not words.promises_work(node.name):
        return True
    owner = bodies.owner_of(scope)
    return _is_silent_method(scope, owner, node, kind) if owner is not None else in_contract(scope)


def _is_given(scope: Scope, node: FunctionNode, kind: str) -> bool:
    """Whether a decorator declares the function abstract, or supplies the body."""
    decorators = {last_name(d) for d in node.decorator_list}
    if decorators & (ABSTRACT | _BODY_GIVERS):
        return True
    if kind == REFUSAL:
        return False
    if "override" in decorators and not words.promises_work(node.name):
        return True
    bare = kind == bodies.ELLIPSIS or not bodies.after_docstring(node.body)
    return any((bare and name not in _TRANSPARENT) or name.startswith("register") for name in decorators)


def is_type_checking_only(scope: Scope) -> bool:
    """Whether the function stands where only a type checker goes: ``if TYPE_CHECKING:``, or the ``else`` of ``not``."""
    for parent, child in zip(scope.parents, (*scope.parents[1:], scope.node), strict=True):
        if isinstance(parent, ast.If):
            test, block = parent.test, parent.body
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                test, block = test.operand, parent.orelse
            if last_name(test) == "TYPE_CHECKING" and any(child is below for below in block):
                return True
    return False


def in_import_fallback(scope: Scope) -> bool:
    """Whether the function is defined because an import failed."""
    for above, parent in zip(scope.parents, scope.parents[1:], strict=False):
        if isinstance(parent, ast.ExceptHandler):
            caught = parent.type.elts if isinstance(parent.type, ast.Tuple) else [parent.type]
            names = {last_name(c) for c in caught if c is not None}
            if names & {"ImportError", "ModuleNotFoundError"}:
                return True
            tried = above.body if isinstance(above, ast.Try) else []
            if names <= {"Exception"} and any(isinstance(s, (ast.Import, ast.ImportFrom)) for s in tried):
                return True
    return False


def _is_hook_function(scope: Scope, node: FunctionNode) -> bool:
    """Whether a module-level function is one that pytest or Sphinx looks for by its name."""
    if not isinstance(scope.parents[-1], ast.Module):
        return False
    return node.name.startswith("pytest_") or (node.name == "setup" and bodies.parameters(scope, node) == ["app"])


def _is_alternative(scope: Scope, twins: Iterable[Scope]) -> bool:
    """Whether another branch of the same ``if`` or ``try`` defines the function with a body."""
    for twin in twins:
        node = twin.node
        if isinstance(node, FUNCTION_TYPES) and not bodies.empty_kind(node.body):
            branches = [s.parents[-1] for s in (scope, twin)]
            if any(isinstance(b, (ast.If, ast.Try, ast.ExceptHandler, ast.Match)) for b in branches):
                return True
    return False


def _takes_anything(scope: Scope, node: FunctionNode) -> bool:
    """Whether the signature is ``(*args, **kwargs)`` or a part of it: a sink for calls of any form."""
    listed = node.args
    extra = [a.arg for a in (listed.vararg, listed.kwarg) if a]
    return bool(extra) and bodies.parameters(scope, node) == extra


def _is_of_alternative_class(module: Module, scope: Scope) -> bool:
    """Whether another branch of an ``if`` or ``try`` defines the method's class too: what is left of it in this one."""
    owner = bodies.owner_of(scope)
    if owner is None or not isinstance(scope.parents[-2], (ast.If, ast.ExceptHandler)):
        return False
    symbol = scope.symbol.rpartition(".")[0]
    return any(other.symbol == symbol and other.node is not owner for other in module.scopes)


def is_contract(owner: ast.ClassDef) -> bool:
    """Whether a class declares itself abstract."""
    bases = {last_name(base) for base in owner.bases}
    metaclass = {last_name(k.value) for k in owner.keywords if k.arg == "metaclass"}
    return bool(bases & _CONTRACT_BASES) or "ABCMeta" in metaclass


def in_contract(scope: Scope) -> bool:
    """Whether the function stands, at any depth, in a class that declares itself abstract."""
    return any(isinstance(p, ast.ClassDef) and is_contract(p) for p in scope.parents)


def _is_silent_method(scope: Scope, owner: ast.ClassDef, node: FunctionNode, kind: str) -> bool:
    bases = {last_name(base) for base in owner.bases}
    if "Protocol" in bases or words.is_double(owner.name):
        return True
    if is_contract(owner) and (kind == REFUSAL or node.name != "__init__"):
        return True
    is_interface = not _INTERFACE_WORDS.isdisjoint(words.name_parts(owner.name))
    if kind == REFUSAL:
        return is_interface
    if node.name == "__init__":  # nothing to set up is no gap; arguments that are dropped are one
        return not bodies.parameters(scope, node) or _takes_anything(scope, node)
    if node.name in _EMPTY_DUNDERS:
        return True
    named_hook = node.name.startswith(_HOOK_STARTS) or node.name.endswith(_HOOK_ENDS)
    inherits = bool(bases - {"object", ""})
    return named_hook or is_interface or (inherits and node.name in _HOOKS)
