"""The settings of a run, recorded with it: handed to its tracker, or written beside its output."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import (
    ML_PACKAGES,
    is_config_name,
    is_run_setting,
    last,
    packages,
    spelled,
    words,
)
from ml_audit_hooks.capabilities._trackers import PARAMS
from ml_audit_hooks.capabilities.model import Calls, Defines, Finds, Keywords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector, Signal
    from ml_audit_hooks.core.context import Context

_RECORDED = frozenset(
    "args arguments cfg conf config configuration hparams hyperparameters hyperparams hyper_parameters settings".split()
)
_NO_RUNS = frozenset(
    "alerts compose docker grafana helm k8s kubernetes migrate migrator nginx prometheus template".split()
)
_RECORDERS = frozenset(
    "dump safe_dump save save_json save_yaml write_json write_yaml dump_json save_config write_text to_yaml".split()
)
_WRITING = _RECORDERS | {"write", "save_yaml", "to_yaml", "to_json_file", "save_to_json"}
_SUBJECTS = (["params"], ["hyperparameters"], ["hyperparams"], ["hparams"], ["parameters"], ["config"])


def _recorded(context: Context) -> Iterator[Signal]:
    """Settings dumped beside the output: ``json.dump(vars(args), f)``, ``write_json(self.config, path)``, a checkpoint
    that holds them."""
    for call in (call for name in context.written.keys() & _WRITING for call in context.written[name]):
        name = last(context, call.func)
        symbol = context.symbol(call)
        if is_config_name(symbol.partition(".")[0]) or not _NO_RUNS.isdisjoint(words(symbol)):
            continue  # a config class that can write itself, or a keeper of config files: not yet a run
        own = symbol.rpartition(".")[2]
        if packages(context).isdisjoint(ML_PACKAGES) and own.lstrip("_").startswith(
            ("save", "write", "to_", "dump", "export")
        ):
            continue
        dumped = last(context, getattr(call.args[0], "func", call)) if call.args else ""
        if name == "write" and dumped in ("dump", "dumps") and _is_settings(context, call.args[0]):
            yield context.signal(PARAMS, call, "writes the settings")
        if name in _RECORDERS and call.args and _is_settings(context, call.args[0]):
            yield context.signal(PARAMS, call, f"writes the settings with {context.dotted(call.func) or name}")
        elif name in ("save_yaml", "to_yaml", "to_json_file", "save_to_json") and _is_settings(context, call.func):
            yield context.signal(PARAMS, call, "writes the settings")


def _is_settings(context: Context, node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is the settings of a run: ``args``, ``vars(args)``, ``self.config``, ``asdict(cfg)``."""
    if isinstance(node, ast.Name):
        if _is_recordable(node.id):
            return not _is_other_config(context, node)
        value = context.value_of(node) if depth < 2 else None
        return isinstance(value, (ast.Call, ast.Dict)) and _is_settings(context, value, depth + 1)
    if isinstance(node, ast.Attribute):
        return _is_recordable(node.attr) or (node.attr == "__dict__" and _is_settings(context, node.value, depth))
    if isinstance(node, ast.Call):
        inner = last(context, node.func)
        if inner in (
            "vars",
            "asdict",
            "dict",
            "to_container",
            "to_yaml",
            "to_dict",
            "model_dump",
            "dump",
            "dumps",
            "to_json",
        ):
            if inner == "vars":
                return True
            subject = node.args[:1] or ([node.func.value] if isinstance(node.func, ast.Attribute) else [])
            return any(_is_settings(context, argument, depth + 1) for argument in subject)
        return False
    if isinstance(node, ast.Dict):
        return any(isinstance(key, ast.Constant) and _is_recordable(str(key.value)) for key in node.keys) or any(
            _is_settings(context, value, depth + 1) for value in node.values if depth < 1
        )
    return False


def _is_other_config(context: Context, name: ast.Name) -> bool:
    """Whether a name for settings is a dict written down here, of which no key is a setting of a run: the file of
    another program."""
    value = context.value_of(name)
    if not isinstance(value, ast.Dict) or not value.keys:
        return False
    keys = [key.value if isinstance(key, ast.Constant) else None for key in value.keys]
    filled = {
        node.slice.value
        for node in context.module.nodes.get(ast.Subscript, ())
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.value, ast.Name)
        and node.value.id == name.id
    }
    if not all(isinstance(key, str) for key in keys):
        return False
    return not any(is_run_setting(str(key)) or _is_recordable(str(key)) for key in (*keys, *filled))


def _is_recordable(name: str) -> bool:
    """Whether a name is that of a run's settings; ``params`` may be weights, ``opt`` an optimizer, and a model's config
    is its shape."""
    parts = words(name)
    return not _RECORDED.isdisjoint(parts) and parts[0] not in ("model", "tokenizer", "generation", "bnb", "hf")


def _text_mode(context: Context) -> Iterator[Signal]:
    """``writer.add_text("hyperparameters", …)``."""
    for call in context.calls_of(frozenset(("add_text", "text"))):
        name = last(context, call.func)
        texts = name == "add_text" or context.dotted(call.func) == "tensorflow.summary.text"
        if texts and any(is_config_name(word) for word in spelled(context, call)):
            yield context.signal(PARAMS, call, "writes the settings as text")


def _is_record(context: Context, call: Call) -> bool:
    """`hparams` records only as TensorBoard's call."""
    name = context.dotted(call.func)
    return not name.endswith(".hparams") or "hparams.api" in name


def _is_place(context: Context, parts: list[str], node: Definition) -> bool:
    """``log_params``: functions that are for the facet by name."""
    return not isinstance(node, ast.ClassDef) and parts[0] == "log" and parts[1:] in _SUBJECTS


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (PARAMS,),
        ("mlflow.log_param", "mlflow.log_params", "mlflow.autolog", "mlflow.*.autolog", "*.MlflowClient().log_param"),
    ),
    Calls(
        (PARAMS,),
        ("*.save_hyperparameters", "*.log_hyperparams", "*.add_hparams", "*.log_hyperparameters", "*.hparams"),
        test=_is_record,
    ),
    Calls(
        (PARAMS,),
        ("wandb.config.update", "*.config.update", "*.log_parameters", "dvclive.Live().log_params"),
        needs=("wandb", "comet_ml", "dvclive"),
    ),
    Keywords((PARAMS,), ("config",), of=("*.init_trackers", "*.WandbLogger")),
    Defines((PARAMS,), _is_place, words=frozenset(("log",))),
    Finds((b"dump", b"save", b"write_", b"to_yaml"), _recorded, quick=True, in_tests=False),
    Finds((b"add_text", b"summary.text"), _text_mode, quick=True, in_tests=False),
)
