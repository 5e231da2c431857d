"""Training settings outside Python: DeepSpeed, accelerate, Lightning and transformers files, and whole commands."""

from __future__ import annotations

from ml_audit_hooks.capabilities._trainers import HF_SETTINGS, LIGHTNING_SETTINGS, switches
from ml_audit_hooks.capabilities.model import Files, Signal
from ml_audit_hooks.core import commands
from ml_audit_hooks.core.keys import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.commands import Command
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.keys import Key

_DEEPSPEED = {
    "bf16": "training.precision",
    "bf16.enabled": "training.precision",
    "fp16": "training.precision",
    "fp16.enabled": "training.precision",
    "gradient_accumulation_steps": "training.grad_accumulation",
    "gradient_clipping": "training.grad_clipping",
    "scheduler.type": "training.lr_schedule",
    "zero_optimization.stage": "training.distributed",
}
_DEEPSPEED_MARKS = frozenset(("zero_optimization", "train_micro_batch_size_per_gpu", "zero_optimization.stage"))
_ACCELERATE = {
    "distributed_type": "training.distributed",
    "gradient_accumulation_steps": "training.grad_accumulation",
    "gradient_clipping": "training.grad_clipping",
    "mixed_precision": "training.precision",
}
_LAUNCHERS = frozenset(("torchrun", "deepspeed", "horovodrun", "colossalai", "fabric"))
_VALUED = frozenset(("-m", "--module"))  # of a launcher: the next word is a module


def _settings(file: File) -> Iterator[Signal]:
    """What a configuration file switches on, by the kind of file that its own keys make it."""
    if file.language is None or len(file.data) > 200_000:
        return
    rows = list(keys(file.text, file.language))
    names = {row.name for row in rows}
    if not _DEEPSPEED_MARKS.isdisjoint(names):
        yield from _listed(rows, _DEEPSPEED, "deepspeed", "DeepSpeed")
    elif "distributed_type" in names or {"mixed_precision", "num_processes"} <= names:
        yield from _listed(rows, _ACCELERATE, "accelerate", "accelerate")
    else:
        yield from _targets(rows)
        yield from _trainer_keys(file, rows)
        if {"per_device_train_batch_size", "num_train_epochs", "max_steps"} & {n.rpartition(".")[2] for n in names}:
            flat = [row._replace(name=row.name.rpartition(".")[2]) for row in rows]
            yield from _listed(flat, HF_SETTINGS, "hf", "training arguments")


def _listed(rows: Sequence[Key], table: dict[str, str], kind: str, title: str) -> Iterator[Signal]:
    for row in rows:
        facet = table.get(row.name)
        if facet and switches(row.name, row.value):
            yield Signal(f"file.{facet}.{kind}", row.line, None, "", f"{row.name}: {row.value} ({title})")


_TARGETS = (  # last part of what `_target_` or `class_path` names, the package it is of, signals
    ("Trainer", ("lightning", "pytorch_lightning"), ("lightning.trainer.file", "lightning.saves.file")),
    ("ModelCheckpoint", ("lightning", "pytorch_lightning"), ("lightning.callback.file",)),
)
_SCHEDULES = ("torch.optim.lr_scheduler.", "timm.scheduler.", "transformers.get_", "diffusers.optimization.", "optax.")


def _targets(rows: Sequence[Key]) -> Iterator[Signal]:
    """Objects that a file names by ``_target_`` (Hydra) or ``class_path`` (jsonargparse)."""
    for row in rows:
        if row.name.rpartition(".")[2] not in ("_target_", "class_path"):
            continue
        last, root = row.value.rpartition(".")[2], row.value.partition(".")[0]
        for name, roots, signals in _TARGETS:
            if last == name and root in roots:
                yield from (Signal(s, row.line, None, "", f"instantiates {row.value}") for s in signals)
        if row.value.startswith(_SCHEDULES) and ("schedul" in row.value or "decay" in row.value):
            yield Signal("training.lr_schedule", row.line, None, "", f"instantiates {row.value}")


def _trainer_keys(file: File, rows: Sequence[Key]) -> Iterator[Signal]:
    """Settings of a Lightning trainer: below a ``trainer`` key, beside its ``_target_``, or in a ``trainer`` folder."""
    folder = file.path.rpartition("/")[0].rpartition("/")[2].lower()
    at = {r.name.rpartition(".")[0] for r in rows if r.name.endswith("_target_") and r.value.endswith("Trainer")}
    for row in rows:
        head, _, last = row.name.rpartition(".")
        facet = LIGHTNING_SETTINGS.get(last)
        if facet is None or last == "save_top_k" or not switches(last, row.value):
            continue
        if head in at or head.rpartition(".")[2].lower() == "trainer" or (folder == "trainer" and not head):
            yield Signal(f"file.{facet}.lightning", row.line, None, "", f"{row.name}: {row.value} (trainer)")
    for row in rows:
        if row.name.rpartition(".")[2] == "save_top_k" and switches("save_top_k", row.value):
            yield Signal("file.checkpointing.best_k.lightning", row.line, None, "", f"save_top_k: {row.value}")


# -- commands ---------------------------------------------------------------------------------------------------------

_READERS = {
    "Dockerfile": commands.in_dockerfile,
    "Makefile": commands.in_makefile,
    "Markdown": commands.in_markdown,
    "Shell": commands.in_shell,
    "YAML": commands.in_workflow,
    "reStructuredText": commands.in_markdown,
}


def _commands(file: File) -> Iterator[Signal]:
    read = _READERS.get(file.language or "")
    if read is None or (b".py" not in file.data and b" -m " not in file.data):
        return
    lines = file.text.split("\n")
    for command in read(file.text):
        yield from _flags(command, lines)


def _flags(command: Command, lines: Sequence[str]) -> Iterator[Signal]:
    """What one command switches on, each at the line on which its flag stands."""
    words = list(command.words)
    at = next((i for i, word in enumerate(words) if word.endswith(".py")), -1)
    program = words[at] if at >= 0 else ""
    if at < 0:
        at = next((i + 1 for i, word in enumerate(words[:-1]) if word in _VALUED), -1)
        if at < 0:
            return
        if words[at].startswith("torch.distributed"):
            return
        program = words[at].replace(".", "/") + ".py"
    head = words[:at]
    launcher = _launcher(head)
    if launcher:
        yield Signal(f"flag.training.distributed.launch|{program}", command.line, None, "", f"{launcher} {program}")
    if "accelerate" in head:
        for setting, facet in _ACCELERATE.items():
            value = _value_of(head, f"--{setting}")
            if value is not None and switches(setting, value):
                line = _line_of(lines, command.line, f"--{setting}")
                yield Signal(f"flag.{facet}.accelerate|{program}", line, None, "", f"--{setting} {value}")
    for index in range(at + 1, len(words)):
        yield from _flag(words, index, program, command.line, lines)


def _launcher(head: Sequence[str]) -> str:
    """The program that starts several processes; "" where none does."""
    known = next((w for w in head if w.rpartition("/")[2] in _LAUNCHERS), "")
    if "torch.distributed.launch" in head or "torch.distributed.run" in head:
        return "torch.distributed"
    return "accelerate launch" if "accelerate" in head and "launch" in head else known


def _value_of(words: Sequence[str], flag: str) -> str | None:
    for i, word in enumerate(words):
        if word == flag:
            after = words[i + 1] if i + 1 < len(words) else ""
            return "True" if not after or after.startswith("-") else after
        if word.startswith(f"{flag}="):
            return word.partition("=")[2]
    return None


def _flag(words: Sequence[str], index: int, program: str, start: int, lines: Sequence[str]) -> Iterator[Signal]:
    word = words[index]
    name, equals, value = word.partition("=")
    if name.startswith("--trainer."):
        table, kind, setting = LIGHTNING_SETTINGS, "lightning-cli", name.removeprefix("--trainer.")
    elif name.startswith("--"):
        table, kind, setting = HF_SETTINGS, "hf", name[2:].replace("-", "_")
    elif equals and name.lstrip("+").startswith("trainer."):
        table, kind, setting = LIGHTNING_SETTINGS, "hydra", name.lstrip("+").removeprefix("trainer.")
    else:
        return
    facet = table.get(setting)
    if not equals:
        after = words[index + 1] if index + 1 < len(words) else ""
        value = "True" if not after or after.startswith("--") else after
    if facet and switches(setting, value):
        yield Signal(f"flag.{facet}.{kind}|{program}", _line_of(lines, start, name), None, "", f"{name} {value}")


def _line_of(lines: Sequence[str], start: int, text: str) -> int:
    """The line of a flag in a command that backslashes spread over several."""
    for number in range(start, min(start + 80, len(lines) + 1)):
        if text in lines[number - 1]:
            return number
        if not lines[number - 1].rstrip().endswith("\\"):
            break
    return start


DETECTORS = (
    Files(_settings, languages=("YAML", "JSON", "TOML")),
    Files(_commands, languages=tuple(sorted(_READERS))),
)
