"""Places where others add components without an edit of the core."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import last
from ml_audit_hooks.capabilities.model import Calls, Files, Finds, Signal
from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_POINTS = "extensibility.plugin_points"
_BASE = "extensibility.base_class"
_HOOKS = frozenset(("callback", "callbacks", "hook", "hooks", "plugin", "plugins", "cbs", "listeners"))
_ABSTRACT = frozenset(("abstractmethod", "abstractproperty", "abstractclassmethod"))


def _base_classes(context: Context) -> Iterator[Signal]:
    """Abstract classes: by ABC or Protocol with open methods, or by methods that only raise NotImplementedError."""
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, ast.ClassDef):
            continue
        methods = [s for s in node.body if isinstance(s, FUNCTION_TYPES)]
        marked = any(last(context, d) in _ABSTRACT for method in methods for d in method.decorator_list)
        bases = {context.dotted(b.value if isinstance(b, ast.Subscript) else b).rpartition(".")[2] for b in node.bases}
        if marked or ("Protocol" in bases and methods):
            yield context.signal(_BASE, node, f"{node.name} is an abstract base class")
        elif any(_only_raises(context, method) for method in methods):
            yield context.signal(_BASE, node, f"{node.name} leaves methods to its subclasses")


def _only_raises(context: Context, method: ast.AST) -> bool:
    assert isinstance(method, FUNCTION_TYPES)
    body = [s for s in method.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return False
    raised = body[0].exc
    return last(context, raised.func if isinstance(raised, ast.Call) else raised) == "NotImplementedError"


def _hook_lists(context: Context) -> Iterator[Signal]:
    """Loops that call every callback or hook: ``for callback in self.callbacks: callback.on_step(…)``."""
    for node in context.nodes(ast.For):
        if isinstance(node.iter, (ast.Name, ast.Attribute)) and last(context, node.iter).lstrip("_") in _HOOKS:
            target = last(context, node.target)
            for call in context.inside(node, ast.Call):
                receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
                if target and last(context, receiver) == target and last(context, call.func) != "remove":
                    yield context.signal(_POINTS, node, f"calls every one of {last(context, node.iter)}")
                    break


def _imports_by_name(context: Context, call: Call) -> bool:
    """Whether the module's name is not written in the call, and something in the module is used or handed on."""
    if "lazy" in context.symbol(call).lower() or not _is_used(context, call):
        return False
    for node in context.nodes(ast.Try):
        if node.body[0].lineno <= call.lineno <= (node.body[-1].end_lineno or 0):
            names = {n.id for handler in node.handlers if handler.type for n in context.inside(handler.type, ast.Name)}
            if names & {"ImportError", "ModuleNotFoundError"}:
                return False  # a look whether a package is there
    return (
        bool(call.args)
        and not isinstance(call.args[0], ast.Constant)
        and not isinstance(context.constant(call.args[0]), str)
    )


def _is_used(context: Context, call: Call) -> bool:
    """Whether what was imported is read: an attribute of it, a `getattr`, a return."""
    names: set[str] = set()
    for assign in context.module.nodes.get(ast.Assign, ()):
        if isinstance(assign, ast.Assign) and assign.value is call:
            names.update(last(context, target) for target in assign.targets)
    for node in context.nodes(ast.Attribute):
        if node.value is call or (isinstance(node.value, ast.Name) and node.value.id in names):
            return True
    for look in context.written.get("getattr", ()):
        first = look.args[0] if context.dotted(look.func) == "getattr" and look.args else None
        if first is not None and (first is call or last(context, first) in names):
            return True
    return any(
        isinstance(node, ast.Return)
        and (node.value is call or (isinstance(node.value, ast.Name) and node.value.id in names))
        for node in context.module.nodes.get(ast.Return, ())
    )


def _setup_entry_points(context: Context) -> Iterator[Signal]:
    """Entry points of setup.py other than console scripts."""
    for call in context.written.get("setup", ()):
        if last(context, call.func) != "setup":
            continue
        value = context.keywords(call).get("entry_points")
        if isinstance(value, ast.Dict):
            for key in value.keys:
                if isinstance(key, ast.Constant) and key.value not in ("console_scripts", "gui_scripts"):
                    yield context.signal(_POINTS, key, f"declares the entry points {key.value!s}")


def _declared(file: File) -> Iterator[Signal]:
    """Entry points of pyproject.toml other than scripts; `_target_` in configs."""
    declares = b"entry-points" in file.data or b"plugins" in file.data
    if declares and file.path.rpartition("/")[2] == "pyproject.toml":
        for key in keys(file.text, "TOML"):
            if key.name.startswith(("project.entry-points.", "tool.poetry.plugins.")):
                yield Signal(_POINTS, key.line, None, "<module>", f"declares {key.name}")
                return
    if file.language == "YAML" and len(file.data) < 60_000 and b"_target_" in file.data:
        for key in keys(file.text, "YAML"):
            if key.name.rpartition(".")[2] == "_target_":
                yield Signal("plugins.target_config", key.line, None, "<module>", f"names {key.value}")
                return


DETECTORS: tuple[Detector, ...] = (
    Finds((b"abstract", b"Protocol", b"NotImplementedError"), _base_classes, quick=True),
    Finds((b"callback", b"hook", b"plugin", b"cbs", b"listeners"), _hook_lists, quick=True),
    Finds((b"entry_points",), _setup_entry_points, quick=True),
    Calls(
        (_POINTS,),
        (
            "importlib.metadata.entry_points",
            "importlib_metadata.entry_points",
            "pkg_resources.iter_entry_points",
            "pluggy.PluginManager",
            "stevedore.*",
        ),
    ),
    Calls(
        (_POINTS, "extensibility.table"),
        ("importlib.import_module",),
        test=_imports_by_name,
        why="imports a module by a given name",
    ),
    Files(_declared, languages=("TOML", "YAML")),
)
