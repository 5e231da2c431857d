"""Function bodies that are only ``pass``, ``...`` or ``raise NotImplementedError``, and when such a body is right."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import words
from ml_audit_hooks.core.finding import CONTRACT, EVERYWHERE, PRODUCT
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import FunctionNode

_ABSTRACT = frozenset(("abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod", "overload"))
# Decorators that give a body of their own, or call the function for its registration only.
_BODY_GIVERS = frozenset(
    "group callback hookspec fixture singledispatch singledispatchmethod result_callback dispatch final_callback"
    " register_fake impl_abstract extern intrinsic".split()
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
_SUBCLASS_PHRASES = (
    "subclass",
    "subclasses",
    "derived class",
    "child class",
    "child classes",
    "inherited class",
    "must be implemented",
    "should be implemented by",
    "must implement",
    "should implement",
    "must be overridden",
    "should be overridden",
    "can be overridden",
    "may be overridden",
    "to be overridden",
    "override this",
    "override in",
    "overridden by",
    "abstract method",
    "no-op",
    "noop",
    "does nothing",
    "do nothing",
    "nothing to do",
    "intentionally",
    "by design",
)
# Hooks of frameworks that an override may leave empty: Lightning, Keras, transformers, SB3, unittest, http.server, …
_HOOKS = frozenset(
    "setup teardown prepare_data close flush reset state_dict load_state_dict begin after_run before_run"
    " after_create_session configure_optimizers configure_callbacks configure_sharded_model configure_model"
    " optimizer_zero_grad lr_scheduler_step tearDown setUp setUpClass tearDownClass asyncSetUp asyncTearDown"
    " log_message finalize cleanup shutdown start stop release update_locals init_callback seed render"
    " update_tqdm sanity_check initialize_options finalize_options log_graph log_hyperparams after_save_checkpoint before_save_checkpoint"
    " save_model_hook load_model_hook handle_starttag handle_endtag handle_data error".split()
)
_HOOK_STARTS = ("on_", "_on_", "before_", "after_", "pre_", "post_", "handle_", "visit_", "leave_", "_before", "_after")
_HOOK_ENDS = ("_begin", "_end", "_start", "_hook", "_callback", "_before", "_after")
_EMPTY_DUNDERS = frozenset(
    "__exit__ __aexit__ __enter__ __del__ __init_subclass__ __post_init__ __set_name__ __aenter__ __attrs_post_init__"
    " __setstate__".split()
)


def after_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a body without its docstring."""
    return body[1:] if body and docstring(body) is not None else body


def docstring(body: list[ast.stmt]) -> str | None:
    """The docstring of a body; None where it has none."""
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        value = body[0].value.value
        return value if isinstance(value, str) else None
    return None


def _last_name(node: ast.AST) -> str:
    """The last part of a decorator's, base's or exception's name, through calls and subscripts."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def empty_kind(body: list[ast.stmt]) -> str:
    """``pass-body``, ``ellipsis-body`` or ``not-implemented`` for a body that is only that; "" for another."""
    rest = after_docstring(body)
    kinds = set()
    for statement in rest:
        if isinstance(statement, ast.Raise):
            named = _last_name(statement.exc) if statement.exc else ""
            return "not-implemented" if named == "NotImplementedError" else ""
        if isinstance(statement, ast.Pass):
            kinds.add("pass-body")
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            kinds.add("ellipsis-body" if statement.value.value is ... else "pass-body")
        else:
            return ""
    return "ellipsis-body" if kinds == {"ellipsis-body"} else "pass-body"


def ends_in_refusal(body: list[ast.stmt]) -> bool:
    """Whether a body can only end in ``raise NotImplementedError``."""
    last = body[-1]
    return isinstance(last, ast.Raise) and last.exc is not None and _last_name(last.exc) == "NotImplementedError"


def stub_kind(module: Module, scope: Scope) -> tuple[str, str] | None:
    """(kind, where it holds) of a function that is an empty stub; None for every other and every silent form."""
    node = scope.node
    assert isinstance(node, FUNCTION_TYPES)
    kind = empty_kind(node.body)
    if not kind or _is_silent(module, scope, node, kind):
        return None
    return kind, holds(scope, node)


def holds(scope: Scope, node: FunctionNode) -> str:
    """Where a stub in this function counts: a test without a body is one everywhere, a helper in test code is none."""
    if isinstance(scope.parents[-1], ast.ClassDef):
        return EVERYWHERE if _is_test_method(scope, node) else CONTRACT
    at_top = all(not isinstance(p, (ast.ClassDef, *FUNCTION_TYPES)) for p in scope.parents)
    return EVERYWHERE if at_top and node.name.startswith("test") else PRODUCT


def _is_test_method(scope: Scope, node: FunctionNode) -> bool:
    owner = scope.parents[-1]
    return isinstance(owner, ast.ClassDef) and node.name.startswith("test") and owner.name.startswith("Test")


def is_type_checking_only(scope: Scope) -> bool:
    """Whether the function stands under ``if TYPE_CHECKING:``."""
    return any(isinstance(p, ast.If) and _last_name(p.test) == "TYPE_CHECKING" for p in scope.parents)


def in_import_fallback(scope: Scope) -> bool:
    """Whether the function is defined because an import failed."""
    for parent in scope.parents:
        if isinstance(parent, ast.ExceptHandler) and parent.type is not None:
            caught = parent.type.elts if isinstance(parent.type, ast.Tuple) else [parent.type]
            if any(_last_name(c) in ("ImportError", "ModuleNotFoundError") for c in caught):
                return True
    return False


def _is_silent(module: Module, scope: Scope, node: FunctionNode, kind: str) -> bool:
    decorators = {_last_name(d) for d in node.decorator_list}
    if decorators & (_ABSTRACT | _BODY_GIVERS) or is_type_checking_only(scope):
        return True
    bodyless = kind == "ellipsis-body" or not after_docstring(node.body)
    if bodyless and decorators - _TRANSPARENT:
        return True
    if kind != "not-implemented" and in_import_fallback(scope):
        return True
    text = (docstring(node.body) or "").lower()
    if words.has_phrase(text, _SUBCLASS_PHRASES) or words.is_harmless(node.name):
        return True
    if kind != "not-implemented" and words.has_phrase(_comment_text(module, node), _SUBCLASS_PHRASES):
        return True
    owner = scope.parents[-1]
    if isinstance(owner, ast.ClassDef):
        return _is_silent_method(owner, node, kind)
    return any(isinstance(p, ast.ClassDef) and _is_contract(p) for p in scope.parents)


def _comment_text(module: Module, node: FunctionNode) -> str:
    """The lines of a short function, lower case: enough to find what its comments say."""
    lines = module.lines[node.lineno - 1 : node.end_lineno or node.lineno]
    return "\n".join(line[line.find("#") :] for line in lines if "#" in line).lower()


def _is_contract(owner: ast.ClassDef) -> bool:
    bases = {_last_name(base) for base in owner.bases}
    metaclass = {_last_name(k.value) for k in owner.keywords if k.arg == "metaclass"}
    return bool(bases & _CONTRACT_BASES) or "ABCMeta" in metaclass


def _is_silent_method(owner: ast.ClassDef, node: FunctionNode, kind: str) -> bool:
    bases = {_last_name(base) for base in owner.bases}
    if "Protocol" in bases or words.is_harmless(owner.name):
        return True
    abstract = _is_contract(owner)
    if abstract and (kind == "not-implemented" or node.name != "__init__"):
        return True
    if kind == "not-implemented":
        return not _INTERFACE_WORDS.isdisjoint(words.name_parts(owner.name))
    if node.name in _EMPTY_DUNDERS:
        return True
    named_hook = node.name.startswith(_HOOK_STARTS) or node.name.endswith(_HOOK_ENDS)
    inherits = bool(bases - {"object", ""})
    is_interface = not _INTERFACE_WORDS.isdisjoint(words.name_parts(owner.name)) and node.name != "__init__"
    return named_hook or is_interface or (inherits and node.name in _HOOKS)
