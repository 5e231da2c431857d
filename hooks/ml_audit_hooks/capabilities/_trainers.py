"""Trainers of frameworks: what their settings switch on, in code, in configuration files and on command lines."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities.model import Bases, Calls, Finds, Signal
from ml_audit_hooks.core.context import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Evidence
    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.context import Context

# Packages whose `*Trainer` classes are, or extend, the one of transformers; `trl.PPOTrainer` once did not.
HF_TRAINERS = tuple(
    f"{package}.*Trainer"
    for package in ("transformers", "trl", "unsloth", "adapters", "optimum", "sentence_transformers")
)
LIGHTNING = ("lightning", "pytorch_lightning", "lightning_fabric")
LIGHTNING_TRAINERS = tuple(f"{package}.*Trainer" for package in LIGHTNING)
LIGHTNING_CLIS = tuple(f"{package}.*LightningCLI" for package in LIGHTNING)
SB3 = ("stable_baselines3", "sb3_contrib")

# A trainer's setting to the facet that it switches on; `fits` below knows the values that do not.
HF_SETTINGS = {
    "bf16": "training.precision",
    "deepspeed": "training.distributed",
    "fp16": "training.precision",
    "fsdp": "training.distributed",
    "gradient_accumulation_steps": "training.grad_accumulation",
    "load_best_model_at_end": "checkpointing.best_k",
    "lr_scheduler_type": "training.lr_schedule",
    "max_grad_norm": "training.grad_clipping",
    "save_total_limit": "checkpointing.best_k",
    "warmup_ratio": "training.lr_schedule",
    "warmup_steps": "training.lr_schedule",
}
LIGHTNING_SETTINGS = {
    "accumulate_grad_batches": "training.grad_accumulation",
    "amp_backend": "training.precision",
    "gradient_clip_val": "training.grad_clipping",
    "precision": "training.precision",
    "save_top_k": "checkpointing.best_k",
    "strategy": "training.distributed",
}
_OFF = frozenset(("", "none", "null", "~", "false", "no", "off", "0", "0.0"))
_OFF_OF = {
    "accumulate_grad_batches": frozenset(("1",)),
    "gradient_accumulation_steps": frozenset(("1",)),
    "lr_scheduler_type": frozenset(("constant",)),
    "precision": frozenset(("32", "32-true", "64", "64-true", "full", "fp32", "float32")),
    "save_top_k": frozenset(("-1",)),
    "strategy": frozenset(("auto", "single_device", "dp")),
}


def switches(setting: str, value: object) -> bool:
    """Whether a value, as a constant of code or as text of a file, switches a setting on."""
    if value is UNKNOWN:
        return True
    text = str(value).strip().lower()
    return text not in _OFF and text not in _OFF_OF.get(setting, ())


def hf_trainers(view: View) -> tuple[Evidence, ...]:
    """Where a trainer of transformers, or of a class of the repository that extends one, is built."""
    own = [
        f"made.{name.removeprefix('hf.class.')}"
        for name in view.names("hf.class.")
        if f"made.{name.removeprefix('hf.class.')}" in view.names("made.")
    ]
    return view.live("hf.trainer", *own)


def lightning_trainers(view: View) -> tuple[Evidence, ...]:
    """Where a Lightning trainer is built, in code or by a configuration file."""
    return view.live("lightning.trainer", "lightning.trainer.file")


def accepts_hf(view: View) -> bool:
    """Whether a program of the repository reads the settings of transformers from its command line."""
    return bool(view.live("hf.parser"))


def flagged(view: View, facet: str) -> tuple[Evidence, ...]:
    """Documented commands and configuration files that switch a facet on in a program that accepts the setting."""
    names: list[str] = []
    hf = bool(view.live("hf.parser") or view.live("hf.arguments.built"))
    lightning = bool(lightning_trainers(view))
    accepts = {
        "accelerate": True,
        "hf": accepts_hf(view) or bool(hf_trainers(view)),
        "hydra": lightning and bool(view.live("hydra.main")),
        "lightning-cli": bool(view.live("lightning.cli")),
        "launch": True,
    }
    for name in view.names(f"flag.{facet}."):
        _, _, rest = name.partition(f"flag.{facet}.")
        kind, _, program = rest.partition("|")
        if accepts.get(kind, False) and is_program(view, program):
            names.append(name)
    for kind, holds in (("hf", hf), ("lightning", lightning), ("deepspeed", True), ("accelerate", True)):
        if holds:
            names.append(f"file.{facet}.{kind}")
    return view.live(*names)


def is_program(view: View, program: str) -> bool:
    """Whether a command's program is a file of the repository, wherever the command is to be run."""
    name = program.removeprefix("./")
    return bool(name) and any(
        path == name or path.endswith(f"/{name}") or name.endswith(f"/{path}") for path in view.alike(name)
    )


# -- in code ----------------------------------------------------------------------------------------------------------


def _is_hf(context: Context, call: Call) -> bool:
    return not context.dotted(call.func).endswith(("PPOTrainer", "setfit.Trainer"))


def _settings(context: Context) -> Iterator[Signal]:
    """Keyword arguments of trainers and of their argument classes; fields of classes that extend those."""
    for call in (call for last, calls in context.calls.items() if _TAKES_SETTINGS[last] for call in calls):
        if not call.keywords:
            continue
        name = context.dotted(call.func)
        table = _table(name, context)
        if table is None:
            continue
        for keyword, value in context.keywords(call).items():
            facet = table.get(keyword)
            if facet is None:
                continue
            constant = context.constant(value)
            if switches(keyword, constant):
                yield context.signal(facet, value, f"sets {keyword}= of {name.rpartition('.')[2]}")
            elif keyword in ("max_grad_norm", "lr_scheduler_type"):
                yield context.signal(f"hf.no.{facet}", value, f"switches {keyword} off")
    for node in context.module.nodes.get(ast.ClassDef, ()):
        if isinstance(node, ast.ClassDef) and any(_is_arguments(context.dotted(base)) for base in node.bases):
            yield from _fields(context, node)


_TAKES_SETTINGS = Remembered(
    lambda last: last.endswith(("TrainingArguments", "Config", "Trainer", "Fabric", "ModelCheckpoint"))
)


def _table(name: str, context: Context) -> dict[str, str] | None:
    last = name.rpartition(".")[2]
    root = name.partition(".")[0]
    if root in LIGHTNING and last in ("Trainer", "Fabric", "ModelCheckpoint"):
        return LIGHTNING_SETTINGS
    if _is_arguments(name) or (root in ("trl", "unsloth") and last.endswith(("Config", "Trainer"))):
        return HF_SETTINGS
    if last == "Trainer.from_argparse_args":
        return LIGHTNING_SETTINGS
    return None


def _is_arguments(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.endswith("TrainingArguments") or (name.startswith("trl.") and last.endswith("Config"))


def _fields(context: Context, node: ast.ClassDef) -> Iterator[Signal]:
    for row in node.body:
        if not (isinstance(row, ast.AnnAssign) and isinstance(row.target, ast.Name) and row.value is not None):
            continue
        facet = HF_SETTINGS.get(row.target.id)
        value: ast.expr | None = row.value
        if isinstance(value, ast.Call):
            value = context.keywords(value).get("default")
        if facet and value is not None and switches(row.target.id, context.constant(value)):
            yield context.signal(facet, row, f"defaults {row.target.id} of {node.name}")


_PARSERS = frozenset(("HfArgumentParser", "H4ArgumentParser", "TrlParser"))


def _parsers(context: Context) -> Iterator[Signal]:
    """``HfArgumentParser`` over a class of training arguments."""
    for node in context.calls_of(_PARSERS):
        last = context.dotted(node.func).rpartition(".")[2]
        if last in _PARSERS and (node.args or node.keywords):
            named = [context.dotted(n) for n in context.inside(node, ast.Name) + context.inside(node, ast.Attribute)]
            if any(_is_arguments(name) or name.endswith(("SFTConfig", "DPOConfig", "TrainArgs")) for name in named):
                yield context.signal("hf.parser", node, f"reads training arguments by {last}")


def _classes(context: Context) -> Iterator[Signal]:
    """Classes of the repository that extend a trainer of transformers, by name; and what is built of such names."""
    for node in context.module.nodes.get(ast.ClassDef, ()):
        if isinstance(node, ast.ClassDef):
            bases = [context.dotted(base) for base in node.bases]
            if any(b.partition(".")[0] in ("transformers", "trl", "unsloth") and b.endswith("Trainer") for b in bases):
                yield Signal(
                    f"hf.class.{node.name}", node.lineno, context.module.cell, node.name, f"extends {bases[0]}"
                )
    for node in (node for last, calls in context.calls.items() if last.endswith("Trainer") for node in calls):
        name = context.dotted(node.func)
        last = name.rpartition(".")[2]
        if (last.endswith("Trainer") and last != "Trainer") or (last == "Trainer" and "." in name):
            yield context.signal(f"made.{last}", node, f"builds {last}")


def _saves_off(context: Context, call: Call) -> bool:
    strategy = context.keywords(call).get("save_strategy")
    return strategy is not None and context.constant(strategy) in ("no", "NO")


def _checkpoints(context: Context, call: Call) -> bool:
    """Whether a Lightning trainer keeps its default of saving checkpoints."""
    given = context.keywords(call)
    return not any(
        name in given and context.constant(given[name]) is False
        for name in ("enable_checkpointing", "checkpoint_callback")
    )


def _is_dev_run(context: Context, call: Call) -> bool:
    return not _checkpoints(context, call)


def _weights_only(context: Context, call: Call) -> bool:
    given = context.keywords(call).get("save_weights_only")
    return given is not None and context.constant(given) is True


_ARGUMENTS = ("*.TrainingArguments", "TrainingArguments", "transformers.*TrainingArguments", "trl.*Config")

DETECTORS = (
    Calls(("hf.trainer",), HF_TRAINERS, test=_is_hf, why="builds a trainer of transformers"),
    Calls(("hf.arguments.built",), _ARGUMENTS, test=lambda c, n: not _saves_off(c, n)),
    Calls(("hf.arguments.unsaved",), _ARGUMENTS, test=_saves_off),
    Calls(("lightning.trainer",), LIGHTNING_TRAINERS, why="builds a Lightning trainer"),
    Calls(("lightning.trainer", "lightning.cli"), LIGHTNING_CLIS, why="runs LightningCLI"),
    Calls(("lightning.saves",), (*LIGHTNING_TRAINERS, *LIGHTNING_CLIS), test=_checkpoints),
    Calls(("lightning.callback",), tuple(f"{p}.*ModelCheckpoint" for p in LIGHTNING)),
    Calls(("lightning.weights_only",), tuple(f"{p}.*ModelCheckpoint" for p in LIGHTNING), test=_weights_only),
    Calls(("hydra.main",), ("hydra.main", "hydra.initialize", "hydra.compose")),
    Bases(("lightning.module",), tuple(f"{p}.*LightningModule" for p in LIGHTNING)),
    Finds(
        (b"TrainingArguments", b"trl", b"unsloth", b"Trainer", b"Fabric", b"ModelCheckpoint"),
        _settings,
        quick=True,
        in_tests=False,
    ),
    Finds((b"ArgumentParser", b"TrlParser"), _parsers, quick=True, in_tests=False),
    Finds((b"Trainer",), _classes, quick=True, in_tests=False),
)
