"""Log messages, machine figures and progress."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import last, packages, words
from ml_audit_hooks.capabilities.model import Calls, Defines, Files, Finds, Keywords, Signal
from ml_audit_hooks.core.keys import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_TRACKER = "logging.tracker"
_LOGGING = "logging.python_logging"
_SYSTEM = "logging.system_metrics"
_PROGRESS = "logging.progress"
_DEFAULT = "progress.default"
_IN_CONFIGS = {
    "CometLogger": _TRACKER,
    "DeviceStatsMonitor": _SYSTEM,
    "GPUStatsMonitor": _SYSTEM,
    "NeptuneLogger": _TRACKER,
    "RichProgressBar": _PROGRESS,
    "TQDMProgressBar": _PROGRESS,
    "Trainer": _DEFAULT,
}
_LOGGED = ("debug", "info", "warning", "warn", "error", "exception", "critical", "log")
_PROGRAMS = ("nvidia-smi", "rocm-smi", "powermetrics")
_RECORDS = frozenset(
    "benchmark collect gpu hardware health info log memory metrics monitor profile report resource "
    "resources snapshot stats"
    " status system usage".split()
)
_FIGURES = frozenset(("cpu", "gpu", "memory", "ram", "system", "resource", "hardware"))
_TAKES = frozenset(("monitor", "usage", "stats", "metrics", "utilization"))


def _configured(file: File) -> Iterator[Signal]:
    """Bars and monitors that a config names by ``_target_``."""
    if len(file.data) > 60_000 or not (b"_target_" in file.data or b"class_path" in file.data):
        return
    for key in keys(file.text, "YAML"):
        if key.name.rpartition(".")[2] in ("_target_", "class_path"):
            signal = _IN_CONFIGS.get(key.value.rpartition(".")[2])
            if signal:
                yield Signal(signal, key.line, None, "<module>", f"names {key.value}")


def _smi(context: Context) -> Iterator[Signal]:
    """``nvidia-smi`` and its like as a command to run; to count devices is no figure."""
    if packages(context).isdisjoint(("subprocess", "os", "asyncio")):
        return
    found = [n for n in context.module.nodes.get(ast.Constant, ()) if isinstance(n, ast.Constant)]
    texts = [(node, node.value) for node in found if isinstance(node.value, str)]
    for node, text in texts:
        if text.startswith(_PROGRAMS):
            near = " ".join(
                other for place, other in texts if abs(place.lineno - node.lineno) <= 4 and len(other) < 200
            )
            if "memory" in near or "utilization" in near or "power" in near or text.strip() == "nvidia-smi":
                counts = "query-gpu" in near and not any(word in near for word in ("memory", "utilization", "power"))
                if not counts and "list-gpus" not in near and " -L" not in near:
                    yield context.signal(_SYSTEM, node, f"runs {text.split()[0]}")


def _is_recorded(context: Context, call: Call) -> bool:
    """Whether the figures go anywhere: to look whether a buffer fits in memory (``.available``) records nothing."""
    for node in context.module.nodes.get(ast.Attribute, ()):
        if isinstance(node, ast.Attribute) and node.value is call and node.attr in ("available", "total"):
            return not _RECORDS.isdisjoint(words(context.symbol(call)))
    return True


def _shows_bar(context: Context, call: Call) -> bool:
    """Keras' bar, unless `verbose` is 0."""
    if not packages(context) & {"keras", "tensorflow", "tf_keras"}:
        return False
    verbose = context.keywords(call).get("verbose")
    return verbose is None or context.is_on(verbose)


def _trainer_bar(context: Context, call: Call) -> bool:
    """The bar of the Hugging Face and Lightning trainers, unless it is switched off."""
    given = context.keywords(call)
    bar = given.get("enable_progress_bar")
    return bar is None or context.is_on(bar)


def _logs(context: Context) -> Iterator[Signal]:
    """The standard logger in use: made, configured or called."""
    if context.packages.isdisjoint(("absl", "logging", "loguru", "structlog")):
        return
    for call in context.nodes(ast.Call):
        name = context.dotted(call.func)
        root, _, rest = name.partition(".")
        if (
            (
                root == "logging"
                and "logging" in context.module.aliases.values()
                and (rest in ("getLogger", "basicConfig", "config.dictConfig", "config.fileConfig") or rest in _LOGGED)
            )
            or name.startswith(("loguru.logger.", "structlog."))
            or (name.startswith("absl.logging.") and rest.rpartition(".")[2] in _LOGGED)
        ):
            yield context.signal(_LOGGING, call, f"calls {name}")


def _is_monitor(context: Context, parts: list[str], node: Definition) -> bool:
    """``get_memory_usage``, ``SystemMonitor``: for machine figures by name."""
    return (
        not _FIGURES.isdisjoint(parts)
        and not _TAKES.isdisjoint(parts)
        and not packages(context).isdisjoint(
            ("torch", "psutil", "pynvml", "mlx", "subprocess", "tensorflow", "jax", "GPUtil", "resource")
        )
    )


def _rich(context: Context) -> Iterator[Signal]:
    for call in context.calls_of(frozenset(("Progress", "track"))):
        if context.dotted(call.func).startswith("rich.progress.") and last(context, call.func) in ("Progress", "track"):
            yield context.signal(_PROGRESS, call, f"calls {context.dotted(call.func)}")


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (_TRACKER,),
        (
            "wandb.log",
            "mlflow.log_metric",
            "mlflow.log_metrics",
            "comet_ml.Experiment",
            "comet_ml.OfflineExperiment",
            "comet_ml.start",
            "neptune.init_run",
            "neptune.init",
            "*.CometLogger",
            "*.NeptuneLogger",
            "*.init_trackers",
            "*.add_scalar",
            "*.add_scalars",
            "tensorflow.summary.scalar",
            "*.configure_tb",
        ),
    ),
    Finds((b"logging", b"loguru", b"structlog"), _logs, quick=True, in_tests=False),
    Calls(
        (_LOGGING,),
        ("transformers.utils.logging.get_logger", "transformers.logging.get_logger", "accelerate.logging.get_logger"),
    ),
    Calls(
        (_SYSTEM,),
        (
            "psutil.virtual_memory",
            "psutil.cpu_percent",
            "psutil.disk_usage",
            "psutil.swap_memory",
            "psutil.net_io_counters",
            "psutil.disk_io_counters",
            "psutil.getloadavg",
            "*.memory_info",
            "*.cpu_percent",
            "*.memory_percent",
            "psutil.sensors_battery",
            "psutil.sensors_temperatures",
            "psutil.cpu_freq",
        ),
        needs=("psutil",),
        test=_is_recorded,
    ),
    Calls(
        (_SYSTEM,),
        ("pynvml.nvmlDeviceGet*", "nvidia_smi.nvmlDeviceGet*", "py3nvml.*", "GPUtil.getGPUs", "GPUtil.showUtilization"),
    ),
    Calls(
        (_SYSTEM,),
        (
            "torch.cuda.max_memory_allocated",
            "torch.cuda.max_memory_reserved",
            "torch.cuda.memory_allocated",
            "torch.cuda.memory_reserved",
            "torch.cuda.mem_get_info",
            "torch.cuda.memory_stats",
            "torch.cuda.memory_summary",
            "torch.cuda.max_memory_cached",
            "torch.cuda.memory_cached",
            "torch.cuda.utilization",
            "torch.mps.current_allocated_memory",
            "torch.mps.driver_allocated_memory",
            "torch.xpu.max_memory_allocated",
            "mlx.core.get_active_memory",
            "mlx.core.get_peak_memory",
            "mlx.core.metal.get_active_memory",
            "mlx.core.metal.get_peak_memory",
            "*.memory_stats",
            "resource.getrusage",
            "*.get_memory_info",
            "mlflow.enable_system_metrics_logging",
            "*.DeviceStatsMonitor",
            "*.GPUStatsMonitor",
            "*.reset_peak_memory_stats",
        ),
        needs=("torch", "mlx", "jax", "tensorflow", "resource", "mlflow", "lightning", "pytorch_lightning"),
    ),
    Keywords((_SYSTEM,), ("log_system_metrics", "system_tracking_interval")),
    Finds((b"-smi", b"powermetrics"), _smi, in_tests=False),
    Defines(("system.place",), _is_monitor, words=_FIGURES),
    Calls(
        (_PROGRESS,),
        (
            "tqdm.tqdm",
            "tqdm.trange",
            "tqdm.*.tqdm",
            "tqdm.*.trange",
            "tqdm.notebook.*",
            "tqdm.autonotebook.*",
            "tqdm.rich.*",
            "*.tqdm",
            "click.progressbar",
            "typer.progressbar",
            "progressbar.*",
            "alive_progress.alive_bar",
            "*.Progbar",
            "fastprogress.*",
            "*.RichProgressBar",
            "*.TQDMProgressBar",
        ),
    ),
    Finds((b"rich.progress", b"rich"), _rich, quick=True, in_tests=False),
    Keywords((_PROGRESS,), ("progress_bar", "show_progress_bar", "use_tqdm")),
    Calls((_DEFAULT,), ("*.fit",), test=_shows_bar, why="Keras shows a bar"),
    Calls(
        (_DEFAULT,),
        (
            "transformers.Trainer",
            "transformers.Seq2SeqTrainer",
            "trl.*Trainer",
            "lightning.Trainer",
            "pytorch_lightning.Trainer",
            "lightning.pytorch.Trainer",
            "lightning.pytorch.trainer.Trainer",
        ),
        test=_trainer_bar,
        why="the trainer shows a bar",
    ),
    Files(_configured, languages=("YAML",)),
)
