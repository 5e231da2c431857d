"""A first test: the weights of one of the repository's models survive being saved and loaded."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits, quiet
from ml_audit_hooks.patches.model import Change, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
        context = edits.context_of(ground, path)
        found = [*_in_module(context, path)] if context else []
        if found and quiet.is_quiet(ground, path):
            yield from found


def _in_module(context: Context, path: str) -> Iterator[Model]:
    """The models of a module that no other class of it builds."""
    module = path.removesuffix(".py").replace("/", ".")
    classes = [node for node in context.module.tree.body if isinstance(node, ast.ClassDef)]
    configs = [(node.name, made) for node in classes if (made := _sizes(context, node)) is not None]
    for node in classes:
        if not _is_model(context, node) or any(_builds(other, node.name) for other in classes if other is not node):
            continue
        given = _init(node).args
        if _has_small_defaults(given):
            yield Model(path, module, node.name)
        elif len(configs) == 1 and _takes(given, configs[0][0]):
            yield Model(path, module, node.name, *configs[0])


def _builds(node: ast.ClassDef, name: str) -> bool:
    from ml_audit_hooks.core.python import walk

    return any(isinstance(item, ast.Name) and item.id == name for item in walk(node))


def _takes(given: ast.arguments, config: str) -> bool:
    """Whether the one argument is the configuration."""
    if len(given.args) != 2 or given.defaults or given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
        return False
    hint = given.args[1].annotation
    return hint.id == config if isinstance(hint, ast.Name) else hint is None and given.args[1].arg in _CONFIGS


def _sizes(context: Context, node: ast.ClassDef) -> str | None:
    """The arguments that make a dataclass of literal defaults small; None for every other class."""
    if len(node.decorator_list) != 1 or node.bases:
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


def _is_model(context: Context, node: ast.ClassDef) -> bool:
    """Whether a class is a torch module with weights of its own that reaches for nothing outside."""
    if node.decorator_list or node.keywords or len(node.bases) != 1:
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
        why=f"No test saves {model.name} of {model.path} and loads it again: whether its state_dict holds all and "
        "fits what __init__ builds shows only when a run is resumed.",
        risk=f"The test builds {model.name} from {model.config or 'its defaults'} on the CPU and takes its time.",
        rollback=f"Delete {change.path}.",
        tests=(f"python -m pytest {change.path} is green, and red without its load_state_dict line.",),
        changes=(change,),
        facets=(facet,),
    )


KIND = Kind("first_tests", 40, build)
