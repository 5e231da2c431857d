"""A first test: the weights of one of the repository's models survive being saved and loaded."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches.model import Change, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeGuard

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Ground

_FACETS = ("checkpointing.tests", "modeling.tests")
_MAX_SHOWN = 2
_LEAST_LAYERS = 2  # what has fewer is a part of a model
_MAX_AREA = 512 * 512  # of the two largest defaults: a test's model has a few million weights, not a billion
_SMALL, _LARGEST = 64, 2048  # of a configuration's numbers in a test; a vocabulary of an odd size stays above
_CONFIGS = ("args", "cfg", "conf", "config")
_SIDE = frozenset(
    ("benchmark", "benchmarks", "demo", "demos", "doc", "docs", "example", "examples", "scripts", "tutorials")
)
_WEIGHTS = re.compile(r"nn\.(?:Conv|Linear|Embedding|GRU|LSTM|RNN|Transformer|Multihead|Parameter|LayerNorm|BatchNorm)")
_FETCHES = re.compile(
    r"pretrain|from_pretrained|torch\.load|model_zoo|load_url|download|\bopen\(|environ|\.cuda\(|distributed"
)
_QUIET_CALLS = frozenset(("TypeVar", "getLogger", "get_logger", "namedtuple"))
_QUIET = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom)


class Model(NamedTuple):
    """A class that can be built from defaults."""

    path: str
    module: str  # dotted, as a test imports it
    name: str
    config: str = ""  # the dataclass that it is built from
    made: str = ""  # the arguments of the dataclass: small ones in place of large


def build(ground: Ground) -> Iterator[Patch]:
    """A patch a model, where no test builds one or saves one."""
    open_facets = [facet for facet in _FACETS if ground.state(facet) == "absent"]
    folder = _folder(ground)
    if not open_facets or folder is None:
        return
    shown = 0
    for model in _models(ground):
        path = f"{folder}/test_{_snake(model.name)}_checkpoint.py"
        if ground.has(path) or not _is_reached(ground, model):
            continue
        yield _patch(model, Change(path, None, _text(model).encode()), open_facets[0])
        shown += 1
        if shown == _MAX_SHOWN:
            return


def _folder(ground: Ground) -> str | None:
    """Where the tests lie; None where they are not pytest's, or where they lie in several places."""
    files = [path for path in ground.tests if path.endswith(".py") and path.rpartition("/")[2].startswith("test_")]
    if not files:
        return None if any(path.startswith("tests/") for path in ground.paths) else "tests"
    data = b"\n".join(_data(ground, path) for path in files)
    top = {path.partition("/")[0] for path in files}
    folder = min((path.rpartition("/")[0] for path in files), key=lambda one: (one.count("/"), one))
    if b"import pytest" not in data and not re.search(rb"(?m)^def test", data):
        return None
    return folder if len(top) == 1 and folder else None


def _data(ground: Ground, path: str) -> bytes:
    try:
        return ground.file(path).data
    except Unreadable:
        return b""


def _models(ground: Ground) -> Iterator[Model]:
    """The models that can be built from their defaults, in modules that do nothing when they are imported."""
    for path in ground.paths:
        sided = not _SIDE.isdisjoint(path.lower().split("/")[:-1]) or places.is_vendored(path)
        if sided or not path.endswith(".py") or path in ground.tests or b"torch" not in _data(ground, path):
            continue
        context = _context(ground, path)
        found = [*_in_module(context, path)] if context else []
        if found and _is_quiet(ground, path, set()):
            yield from found


def _in_module(context: Context, path: str) -> Iterator[Model]:
    module = path.removesuffix(".py").replace("/", ".")
    configs = [(n.name, made) for n in context.module.tree.body if (made := _sizes(context, n)) is not None]  # type: ignore[attr-defined]
    for node in context.module.tree.body:
        if not _is_model(context, node):
            continue
        given = _init(node).args
        if _has_small_defaults(given):
            yield Model(path, module, node.name)
        elif len(configs) == 1 and _takes(given, configs[0][0]):
            yield Model(path, module, node.name, *configs[0])


def _takes(given: ast.arguments, config: str) -> bool:
    """Whether the one argument is the configuration."""
    if len(given.args) != 2 or given.defaults or given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
        return False
    hint = given.args[1].annotation
    return hint.id == config if isinstance(hint, ast.Name) else hint is None and given.args[1].arg in _CONFIGS


def _sizes(context: Context, node: ast.stmt) -> str | None:
    """The arguments that make a dataclass of literal defaults small; None for every other statement."""
    if not isinstance(node, ast.ClassDef) or len(node.decorator_list) != 1 or node.bases:
        return None
    marker = node.decorator_list[0]
    if context.dotted(marker.func if isinstance(marker, ast.Call) else marker) != "dataclasses.dataclass":
        return None
    rows = [item for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]
    if not rows or any(not isinstance(row.value, ast.Constant) or row.value.value is None for row in rows):
        return None
    ints = {row.target.id: row.value.value for row in rows if row.value.value.__class__ is int}  # type: ignore[union-attr]
    small = {name: _halved(value, ints.values()) for name, value in ints.items()}
    if max(small.values(), default=0) > _LARGEST:
        return None
    return ", ".join(f"{name}={value}" for name, value in small.items() if value != ints[name])


def _halved(value: int, others: Iterable[int]) -> int:
    """A number halved while it is large and stays a multiple of the small ones that divide it."""
    divisors = [other for other in others if 0 < other <= _SMALL and value % other == 0]
    while value > _SMALL and value % 2 == 0 and all(value // 2 % one == 0 for one in divisors):
        value //= 2
    return value


def _context(ground: Ground, path: str) -> Context | None:
    try:
        return ground.file(path).contexts[0]
    except (Unreadable, IndexError):
        return None


def _is_model(context: Context, node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    """Whether a class is a torch module with weights of its own that reaches for nothing outside."""
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords or len(node.bases) != 1:
        return False
    made = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    named = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    if context.dotted(node.bases[0]) != "torch.nn.Module" or len(made) != 1 or "forward" not in named:
        return False
    from ast import unparse

    written = unparse(made[0])
    return len(_WEIGHTS.findall(written)) >= _LEAST_LAYERS and not _FETCHES.search(written)


def _init(node: ast.ClassDef) -> ast.FunctionDef:
    return next(item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")


def _has_small_defaults(given: ast.arguments) -> bool:
    """Whether every argument has a literal default, and none makes a large model."""
    if given.vararg or given.kwarg or given.posonlyargs or len(given.defaults) != len(given.args) - 1:
        return False
    sizes = []
    for default in (*given.defaults, *given.kw_defaults):
        if default is None:
            return False
        for node in (default, *getattr(default, "elts", ())):
            if isinstance(node, ast.Constant):
                sizes += [node.value] if node.value.__class__ is int else []
            elif not isinstance(node, (ast.List, ast.Tuple)):
                return False
    largest = sorted(sizes)[-2:]
    return not any(value is None for value in _values(given)) and (
        len(largest) < 2 or largest[0] * largest[1] <= _MAX_AREA
    )


def _values(given: ast.arguments) -> list[object]:
    """The plain defaults; None among them means that something else is to be made up."""
    return [d.value for d in (*given.defaults, *given.kw_defaults) if isinstance(d, ast.Constant)]


def _is_quiet(ground: Ground, path: str, seen: set[str]) -> bool:
    """Whether importing a module, and those of the repository that it imports, only defines things."""
    if path in seen:
        return True
    seen.add(path)
    context = _context(ground, path)
    if context is None:
        return False
    for node in context.module.tree.body:
        if not _defines(node):
            return False
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            own = _own(ground, node, path)
            if own is None or not all(_is_quiet(ground, other, seen) for other in own):
                return False
    folder = path.rpartition("/")[0]
    package = f"{folder}/__init__.py"
    return not (folder and ground.has(package)) or _is_quiet(ground, package, seen)


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        from ast import unparse

        return (
            unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__name__ == '__main__'")
            and not node.orelse
        )
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return node.value is None or _is_plain(node.value)
    marks = getattr(node, "decorator_list", ())
    return isinstance(node, _QUIET) and all(_is_name(one.func if isinstance(one, ast.Call) else one) for one in marks)


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, (ast.Attribute, ast.Name))


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is a literal, a name, or makes a logger or the like."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in _QUIET_CALLS
    if isinstance(node, (ast.Dict, ast.List, ast.Set, ast.Tuple)):
        inside = [
            *getattr(node, "elts", ()),
            *getattr(node, "values", ()),
            *(k for k in getattr(node, "keys", ()) if k),
        ]
        return all(_is_plain(item) for item in inside)
    if isinstance(node, ast.Subscript):
        return _is_plain(node.value)
    return isinstance(node, (ast.Attribute, ast.Constant, ast.Name, ast.UnaryOp))


def _own(ground: Ground, node: ast.Import | ast.ImportFrom, path: str) -> list[str] | None:
    """The repository's modules that an import runs; None where a relative one leads nowhere."""
    if isinstance(node, ast.Import):
        return [file for name in node.names for file in _files(ground, name.name.split("."))]
    package = path.split("/")[:-1]
    if node.level > len(package):
        return None
    base = package[: len(package) - node.level + 1] if node.level else []
    parts = [*base, *(node.module.split(".") if node.module else ())]
    found = _files(ground, parts)
    if node.level and not found:
        return None
    return found + [file for name in node.names for file in _files(ground, [*parts, name.name])]


def _files(ground: Ground, parts: Sequence[str]) -> list[str]:
    stem = "/".join(parts)
    return [path for path in (f"{stem}.py", f"{stem}/__init__.py") if ground.has(path)]


def _is_reached(ground: Ground, model: Model) -> bool:
    """Whether a test can import the module by that name: others import from the same top, or none is there yet."""
    folders = model.path.split("/")[:-1]
    packaged = all(ground.has("/".join([*folders[: i + 1], "__init__.py"])) for i in range(len(folders)))
    top = model.module.partition(".")[0]
    files = [path for path in ground.tests if path.endswith(".py")]
    pattern = re.compile(rf"(?m)^\s*(?:from|import) {re.escape(top)}\b".encode())
    if any(b"def test" in _data(ground, path) for path in files):
        return any(pattern.search(_data(ground, path)) for path in files)
    return packaged and top not in ("src", "lib")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _text(model: Model) -> str:
    built = f"{model.name}({f'{model.config}({model.made})' if model.config else ''})"
    names = ", ".join(sorted(filter(None, (model.name, model.config))))
    rows = [
        f'"""A checkpoint of {model.name} gives the same weights back."""',
        "",
        "import torch",
        "",
        f"from {model.module} import {names}",
        "",
        "",
        f"def test_{_snake(model.name)}_checkpoint_round_trip(tmp_path):",
        "    torch.manual_seed(0)",
        f"    saved = {built}",
        '    torch.save(saved.state_dict(), tmp_path / "model.pt")',
        f"    loaded = {built}",
        '    loaded.load_state_dict(torch.load(tmp_path / "model.pt", weights_only=True))',
        "    expected = saved.state_dict()",
        "    assert expected",
        "    for name, value in loaded.state_dict().items():",
        "        assert torch.equal(value, expected[name]), name",
    ]
    return "".join(f"{row}\n" for row in rows)


def _patch(model: Model, change: Change, facet: str) -> Patch:
    return Patch(
        id=f"first-tests-{_snake(model.name).replace('_', '-')}",
        title=f"A first round trip of {model.name}'s weights",
        why=f"No test saves {model.name} of {model.path} and loads it again: a renamed layer or a weight that is no "
        "parameter is found when an old checkpoint is needed.",
        risk=f"The test builds {model.name} from {model.config or 'its defaults'} on the CPU, and takes the time of that.",
        rollback=f"Delete {change.path}.",
        tests=(f"python -m pytest {change.path} is green, and red once a layer of the loaded model is left unloaded.",),
        changes=(change,),
        facets=(facet,),
    )


KIND = Kind("first_tests", 40, build)
