"""Where the settings of a run live: objects, config systems and files that code loads."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import (
    is_config_name,
    is_place_setting,
    is_training_setting,
    last,
    spelled,
    words,
)
from ml_audit_hooks.capabilities.model import Bases, Calls, Files, Finds, Signal
from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_STRUCTURED = "configuration.structured"
_OVERRIDES = "configuration.overrides"
_MOST_BYTES = 60_000  # of a config file; what is larger is data
_SHAPES = frozenset(("architecture", "backbone", "model", "network", "pretrained", "tokenizer"))
_DATACLASS = frozenset(("dataclass", "define", "attrs", "frozen", "s", "chz"))
_LOADERS = frozenset(
    "load loads safe_load full_load unsafe_load read_json load_json read_yaml load_yaml load_config read_config"
    " read_toml load_toml load_yaml_config fromfile read".split()
)
_FORMATS = frozenset("commentjson configparser hjson json json5 ruamel toml tomli tomllib yaml".split())


def _config_classes(context: Context) -> Iterator[Signal]:
    """Dataclasses and pydantic models with the settings of a run; those that only shape a model are none."""
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, ast.ClassDef):
            continue
        kind = _kind(context, node)
        named = is_config_name(node.name)
        if not kind and not named:
            continue
        fields = [s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        if not kind:
            fields += [
                t.id for s in node.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)
            ]
        run = sum(map(is_place_setting, fields))
        training = sum(map(is_training_setting, fields))
        shape = not _SHAPES.isdisjoint(words(node.name))
        strong = training >= 2
        if strong or (named and kind and (training or run >= 2) and not shape):
            why = f"{kind or 'class'} {node.name} holds the settings of a run"
            yield context.signal(_STRUCTURED if strong else "config.object", node, why, place=True)


def _own_objects(context: Context) -> Iterator[Signal]:
    """Own config objects: a class that is called so and merges, reads or writes settings."""
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, ast.ClassDef) or _SHAPES & set(words(node.name)):
            continue
        if {"config", "cfg", "hparams", "hyperparameters"} & set(words(node.name)):
            acts = {s.name.lstrip("_").partition("_")[0] for s in node.body if isinstance(s, FUNCTION_TYPES)}
            if len(acts & {"dump", "from", "get", "load", "merge", "parse", "save", "set", "to", "update"}) >= 2:
                yield context.signal("config.object", node, f"{node.name} holds settings", place=True)


def _kind(context: Context, node: ast.ClassDef) -> str:
    for decorator in node.decorator_list:
        name = context.dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name.rpartition(".")[2] in _DATACLASS:
            return "dataclass"
    for base in node.bases:
        name = context.dotted(base).rpartition(".")[2]
        if name in ("BaseModel", "BaseSettings", "NamedTuple", "TypedDict"):
            return "pydantic model" if name.startswith("Base") else "class"
    return ""


def _loads(context: Context) -> Iterator[Signal]:
    """Config files read: the loader's name or what it reads says that it is one."""
    if "/." in f"/{context.file.path}":
        return  # settings of tools
    for call in (call for name in context.written.keys() & _LOADERS for call in context.written[name]):
        name = last(context, call.func)
        if name not in _LOADERS or not call.args:
            continue
        dotted = context.call_name(call)
        root = dotted.partition(".")[0]
        own = any(part in name for part in ("json", "yaml", "toml", "config"))
        if root not in _FORMATS and not own:
            continue
        said = [*spelled(context, call), *_around(context, call)]
        if is_config_name(name) or any(is_config_name(word) for word in said):
            is_yaml = "yaml" in dotted or "toml" in dotted or "config" in name
            yield context.signal("config.loads", call, f"loads a config file with {dotted or name}")
            if is_yaml:
                yield context.signal("config.loads_yaml", call, f"loads a config file with {dotted or name}")


def _around(context: Context, call: ast.Call) -> Iterator[str]:
    """The names of the function around a call, and what its file handle was opened from."""
    yield context.symbol(call)
    handles = {arg.id for arg in call.args if isinstance(arg, ast.Name)}
    if not handles:
        return
    for item in context.nodes(ast.withitem):
        if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id in handles:
            yield from spelled(context, item.context_expr)


def _config_file(file: File) -> Iterator[Signal]:
    """A config file with the settings of a training run."""
    path = file.path.lower()
    if len(file.data) > _MOST_BYTES or "/." in f"/{path}" or path.rpartition("/")[2] in ("pyproject.toml", "setup.cfg"):
        return
    found = [key for key in keys(file.text, file.language or "") if key.value and _is_setting(key.name)]
    if len({key.name for key in found}) >= 2:
        yield Signal("config.file", found[0].line, None, "<module>", f"sets {found[0].name}")


def _is_setting(name: str) -> bool:
    return is_training_setting(name.rpartition(".")[2])


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (_STRUCTURED, _OVERRIDES),
        (
            "hydra.main",
            "*.HfArgumentParser",
            "trl.TrlParser",
            "tyro.cli",
            "tyro.extras.*",
            "draccus.wrap",
            "simple_parsing.parse",
            "simple_parsing.ArgumentParser",
            "pyrallis.wrap",
            "pyrallis.parse",
            "jsonargparse.CLI",
            "jsonargparse.ArgumentParser",
            "*.LightningCLI",
            "ml_collections.config_flags.DEFINE_config_file",
            "ml_collections.config_flags.DEFINE_config_dict",
            "config_flags.DEFINE_config_file",
            "sacred.Experiment",
            "chz.entrypoint",
            "gin.parse_config_files_and_bindings",
        ),
    ),
    Calls(
        (_STRUCTURED,),
        (
            "hydra.compose",
            "omegaconf.OmegaConf.load",
            "omegaconf.OmegaConf.create",
            "omegaconf.OmegaConf.structured",
            "omegaconf.OmegaConf.merge",
            "ml_collections.ConfigDict",
            "ml_collections.config_dict.ConfigDict",
            "yacs.config.CfgNode",
            "fvcore.common.config.CfgNode",
            "mmengine.Config.fromfile",
            "mmengine.config.Config.fromfile",
            "mmcv.Config.fromfile",
            "gin.parse_config_file",
            "pyhocon.ConfigFactory.parse_file",
            "dynaconf.Dynaconf",
        ),
    ),
    Calls(("config.hydra",), ("hydra.main",)),
    Calls(("config.trainer_arguments",), ("*.TrainingArguments", "*.Seq2SeqTrainingArguments", "trl.*Config")),
    Bases((_STRUCTURED,), ("*.TrainingArguments", "*.Seq2SeqTrainingArguments", "*.BaseSettings")),
    Finds((b"class ",), _config_classes, quick=True, in_tests=False),
    Finds((b"class ",), _own_objects, quick=True, in_tests=False),
    Finds((b"yaml", b"json", b"toml", b"config", b"Config"), _loads, quick=True, in_tests=False),
    Files(_config_file, languages=("YAML", "JSON", "TOML", "INI")),
)
