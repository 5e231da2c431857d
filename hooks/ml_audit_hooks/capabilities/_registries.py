"""Names that select implementations: decorator registries, tables, look-ups by name."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import last, owners, spelled, words
from ml_audit_hooks.capabilities.model import Calls, Finds
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Detector, Signal
    from ml_audit_hooks.core.context import Context

_REGISTRY = "extensibility.registry"
_COMPONENTS = frozenset(
    "builder callback class cls component constructor env factory fn func function handler hook "
    "implementation klass model"
    " module obj plugin provider strategy".split()
)
_NO_MODULES = frozenset(("logging", "os", "sys", "argparse", "args", "np", "numpy", "st", "math"))
_TABLE = "extensibility.table"
_NO_COMPONENTS = frozenset(
    "float16 bfloat16 float32 float64 int8 int16 int32 int64 half float double int str bool list dict tuple set long"
    " DEBUG INFO WARNING ERROR CRITICAL len min max sum print".split()
)


def _registrars(context: Context) -> Iterator[Signal]:
    """Functions that keep their argument under a name and hand it back: the body of a registering decorator."""
    kept: dict[str, set[str]] = {}  # function -> names that it stores under a key
    for assign in context.nodes(ast.Assign):
        if isinstance(assign.value, ast.Name) and any(isinstance(t, ast.Subscript) for t in assign.targets):
            kept.setdefault(context.symbol(assign), set()).add(assign.value.id)
    for scope in context.module.scopes if kept else ():
        node = scope.node
        if scope.symbol not in kept or not isinstance(node, FUNCTION_TYPES):
            continue
        stored = kept[scope.symbol] & {a.arg for a in node.args.args}
        returned = {s.value.id for s in node.body if isinstance(s, ast.Return) and isinstance(s.value, ast.Name)}
        named = "regist" in node.name.lower() and any(not _COMPONENTS.isdisjoint(words(name)) for name in stored)
        if stored & returned or named:
            outer = scope.parents[-1]
            place = outer if isinstance(outer, FUNCTION_TYPES) else node
            yield context.signal(_REGISTRY, place, f"{place.name} keeps a component under a name")


def _tables(context: Context) -> Iterator[Signal]:
    """Dicts of two or more constructors that a name selects from."""
    for assign in (*context.module.nodes.get(ast.Assign, ()), *context.module.nodes.get(ast.AnnAssign, ())):
        assert isinstance(assign, (ast.Assign, ast.AnnAssign))
        value = assign.value
        if not isinstance(value, ast.Dict) or not _is_table(context, value):
            continue
        targets = assign.targets if isinstance(assign, ast.Assign) else [assign.target]
        names = [last(context, target) for target in targets]
        selected = context.once(_selected)
        if any(
            name in selected
            or (_is_open(context, assign) and _all_classes(context, value))
            or (name.isupper() and context.symbol(assign) == "<module>")
            for name in names
        ):
            yield context.signal(_REGISTRY, assign, f"{names[0]} maps names to implementations")
    for node in context.module.nodes.get(ast.Subscript, ()):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Dict)
            and not isinstance(node.slice, ast.Constant)
        ) and _is_table(context, node.value):
            yield context.signal(_REGISTRY, node, "a table of implementations is indexed by a name")


def _is_open(context: Context, assign: ast.stmt) -> bool:
    """Whether an assignment stands in a class or module, where other modules can index it."""
    owner = owners(context).get(context.symbol(assign))
    return isinstance(owner, (ast.ClassDef, ast.Module))


def _all_classes(context: Context, table: ast.Dict) -> bool:
    """Whether all values are spelled as classes."""
    firsts = [v.elts[0] if isinstance(v, (ast.Tuple, ast.List)) and v.elts else v for v in table.values]
    names = [last(context, value) for value in firsts if isinstance(value, (ast.Name, ast.Attribute))]
    return len(names) == len(table.values) and all(n[:1].isupper() and not n.isupper() for n in names)


def _selected(context: Context) -> set[str]:
    """The names that are indexed by something other than a constant, or asked by ``.get``."""
    found = set()
    for node in context.module.nodes.get(ast.Subscript, ()):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and not isinstance(node.slice, (ast.Constant, ast.Slice))
        ):
            found.add(last(context, node.value))
    for call in context.module.nodes.get(ast.Call, ()):
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "get"
            and call.args
        ) and not isinstance(call.args[0], ast.Constant):
            found.add(last(context, call.func.value))
    found.discard("")
    return found


def _is_table(context: Context, table: ast.Dict) -> bool:
    """Two or more names, every value an implementation: a class, a function, a partial or a lambda that builds one."""
    if len(table.values) < 2:
        return False
    if not all(isinstance(key, (ast.Constant, ast.Attribute, ast.Name)) for key in table.keys):
        return False
    if any(isinstance(key, ast.Constant) and not isinstance(key.value, str) for key in table.keys):
        return False
    built = [last(context, value.func) for value in table.values if isinstance(value, ast.Call)]
    if len(built) == len(table.values) and len(set(built)) == 1 and built[0] != "partial":
        return False  # settings of one implementation
    return all(_is_component(context, value) for value in table.values)


def _is_component(context: Context, value: ast.expr) -> bool:
    if isinstance(value, ast.Lambda):
        return isinstance(value.body, ast.Call)
    if isinstance(value, ast.Call):
        return last(context, value.func) == "partial" or last(context, value.func)[:1].isupper()
    if isinstance(value, (ast.Tuple, ast.List)):
        return bool(value.elts) and _is_component(context, value.elts[0])
    name = last(context, value) if isinstance(value, (ast.Name, ast.Attribute)) else ""
    if not name or name in _NO_COMPONENTS or name.isupper():
        return False
    if isinstance(value, ast.Name):
        own = context.once(_own)
        if value.id in own:
            return True
        origin = context.module.aliases.get(value.id, "")
        return bool(origin)
    root = context.dotted(value)
    if root.startswith(("self.", "cls.")):
        return isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and name in context.once(_own)
    return bool(root) and root.partition(".")[0] in context.roots - {"ctypes", "logging", "math", "operator"}


def _own(context: Context) -> frozenset[str]:
    return frozenset(scope.symbol.rpartition(".")[2] for scope in context.module.scopes)


def _by_name(context: Context) -> Iterator[Signal]:
    """``getattr(module, name)(…)`` and ``importlib.import_module(name)`` with a name that is not written there."""
    found = context.calls_of(frozenset(("getattr",)))
    if not found:
        return
    modules = set(context.module.aliases)
    loops = [n for n in context.module.nodes.get(ast.For, ()) if isinstance(n, ast.For)]
    listed = {
        last(context, n.target)
        for n in loops
        if "dir" in [last(context, c.func) for c in context.inside(n.iter, ast.Call)]
    }
    for call in found:
        name = context.dotted(call.func)
        if name == "getattr" and len(call.args) >= 2 and not isinstance(call.args[1], (ast.Constant, ast.JoinedStr)):
            owner = call.args[0]
            root = owner
            while isinstance(root, ast.Attribute):
                root = root.value
            if not isinstance(root, ast.Name):
                continue
            is_module = (
                root.id in modules
                or root.id in ("module", "mod", "package")
                or (isinstance(owner, ast.Name) and "import_module" in context.origins.get(owner.id, ""))
            )
            if last(context, call.args[1]) in listed:
                continue  # a look at everything that a module holds
            if root.id in _NO_MODULES or (
                root.id == "torch" and any("dtype" in name for name in spelled(context, call.args[1]))
            ):
                continue
            if is_module and _is_lower(root.id) and context.constant(call.args[1]).__class__ is object:
                yield context.signal(_REGISTRY, call, "looks an implementation up by name")


def _by_dict(context: Context) -> Iterator[Signal]:
    """``models.__dict__[args.model](…)`` with a module and a name that is not written there."""
    for node in context.nodes(ast.Subscript):
        table = node.value
        if (
            isinstance(table, ast.Attribute)
            and table.attr == "__dict__"
            and isinstance(table.value, ast.Name)
            and table.value.id in context.module.aliases
            and not isinstance(node.slice, ast.Constant)
        ):
            yield context.signal(_REGISTRY, node, "looks an implementation up by name")


def _is_lower(name: str) -> bool:
    """Modules are spelled in lower case; ``F``, ``T`` and the like are modules too."""
    return name.islower() or len(name) == 1


DETECTORS: tuple[Detector, ...] = (
    Calls(
        ("extensibility.target_call",),
        (
            "hydra.utils.instantiate",
            "hydra.utils.call",
            "hydra.utils.get_class",
            "hydra.utils.get_method",
            "*.instantiate_from_config",
            "*.instantiate_class",
        ),
    ),
    Calls(
        (_REGISTRY, "extensibility.plugin_points"),
        ("*.Registry", "catalogue.create", "class_registry.*", "*.build_from_cfg"),
    ),
    Finds((b"[",), _registrars, quick=True),
    Finds((b"{",), _tables, quick=True),
    Finds((b"getattr",), _by_name, quick=True),
    Finds((b".__dict__[",), _by_dict),
)
