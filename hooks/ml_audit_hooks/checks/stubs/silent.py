"""When an empty body is right: contracts, hooks, no-ops with a reason, bodies that a decorator or another branch gives."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, words
from ml_audit_hooks.checks.stubs.bodies import REFUSAL, last_name
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope, walk

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
# What a docstring or comment says of a contract: somebody else writes the body.
SUBCLASS_PHRASES = (
    "subclass",
    "subclasses",
    "sub-class",
    "sub-classes",
    "derived class",
    "derived classes",
    "child class",
    "child classes",
    "inherited class",
    "inheriting class",
    "inheriting classes",
    "must be implemented",
    "should be implemented by",
    "must implement",
    "should implement",
    "must be overridden",
    "should be overridden",
    "can be overridden",
    "may be overridden",
    "would be overridden",
    "to be overridden",
    "must override",
    "should override",
    "can override",
    "may override",
    "override this",
    "override in",
    "overridden by",
    "overridden in",
    "overwritten by",
    "abstract method",
)
# What they say of a body that is empty on purpose; void where the same text calls it unfinished.
NO_OP_PHRASES = (
    "no-op",
    "noop",
    "no op",
    "does nothing",
    "do nothing",
    "doesn't do anything",
    "does not do anything",
    "don't do anything",
    "nothing to do",
    "nothing to be done",
    "nothing to clean",
    "nothing to close",
    "intentionally",
    "intentional",
    "deliberately",
    "on purpose",
    "by design",
    "for compatibility",
    "for backward compatibility",
    "for backwards compatibility",
    "duck-typing",
    "kept for",
    "hook called",
    "hook for",
    "hook function",
    "hook method",
    "hook that",
    "hook to",
)
_REASONS = (  # in comments only: there they speak of the body, in a docstring of what the function is for
    "not needed",
    "not necessary",
    "no need",
    "not required",
    "unnecessary",
    "does not need",
    "doesn't need",
    "don't need",
    "need not",
    "not used",
    "not applicable",
    "never called",
    "handled by",
    "handled in",
    "done by",
    "done in",
    "doing that",
    "not raise",
    "automatically",
    "already",
)
_SHORT = 8  # words
_UNFINISHED = (*words.OUTRIGHT, "todo", "fixme", "xxx", "later", "for now", "yet", "future", "temporary", "temporarily")
# A message that sends the caller elsewhere, or says that the call can never make sense.
_GUARDS = (
    "instead",
    "no longer supported",
    "no longer available",
    "not intended",
    "not meant",
    "not supposed",
    "not iterable",
    "not subscriptable",
    "not hashable",
    "not callable",
    "not well-defined",
    "not well defined",
    "undefined for",
    "can only be",
    "may only be",
    "should not be called",
    "should never be called",
    "must not be called",
    "read-only",
    "read only",
    "immutable",
    "disabled",
    "deprecated",
    "removed",
)
_GAPS = ("yet", "todo", "fixme", "not implemented", "unimplemented", "currently", "future", "planned", "coming soon")
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
    if _says_why(module, node, kind):
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


def _says_why(module: Module, node: FunctionNode, kind: str) -> bool:
    """Whether docstring, comments or message give a reason for the empty body."""
    spoken = plain(bodies.docstring(node.body) or "")
    comments = comment_text(module, node)
    if kind == REFUSAL:
        message = " ".join([spoken, plain(" ".join(_strings(node.body[-1])))])
        if words.has_phrase(message, SUBCLASS_PHRASES):
            return True
        return words.has_phrase(message, _GUARDS) and not words.has_phrase(f"{message} {comments}", _GAPS)
    both = f"{spoken} {comments}"
    if words.has_phrase(both, SUBCLASS_PHRASES):
        return True
    reason = words.has_phrase(both, NO_OP_PHRASES) or words.has_phrase(comments, _REASONS) or _needs_none(both)
    return reason and not words.has_phrase(both, _UNFINISHED)


def _needs_none(text: str) -> bool:
    """Whether a text says ``no … needed`` (no cleanup needed, no validation is required), or is a short ``… nothing``."""
    spoken = text.replace(".", " ").replace(",", " ").split()
    ends = [i for i, word in enumerate(spoken) if word in ("needed", "required", "necessary")]
    return any("no" in spoken[max(0, i - 4) : i] for i in ends) or ("nothing" in spoken and len(spoken) <= _SHORT)


def is_no_op_by_text(module: Module, node: FunctionNode) -> bool:
    """Whether a docstring says that the body is empty on purpose, or it or a comment that another class writes it."""
    spoken = plain(bodies.docstring(node.body) or "")
    if words.has_phrase(f"{spoken} {comment_text(module, node)}", SUBCLASS_PHRASES):
        return True
    return words.has_phrase(spoken, NO_OP_PHRASES) and not words.has_phrase(spoken, _UNFINISHED)


def plain(text: str) -> str:
    """`text` on one line, in small letters."""
    return " ".join(text.lower().split())


def comment_text(module: Module, node: FunctionNode) -> str:
    """What the comments of a function say, on one line and in small letters: enough to find phrases in it."""
    lines = module.lines[node.lineno - 1 : node.end_lineno or node.lineno]
    return plain(" ".join(line[line.find("#") :].strip("# ") for line in lines if "#" in line))


def _strings(root: ast.AST) -> list[str]:
    found = [n.value for n in walk(root) if isinstance(n, ast.Constant)]
    return [value for value in found if isinstance(value, str)]


def _takes_anything(scope: Scope, node: FunctionNode) -> bool:
    """Whether the signature is ``(*args, **kwargs)`` or a part of it: a sink for calls of any form."""
    listed = node.args
    extra = [a.arg for a in (listed.vararg, listed.kwarg) if a]
    return bool(extra) and bodies.parameters(scope, node) == extra


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
