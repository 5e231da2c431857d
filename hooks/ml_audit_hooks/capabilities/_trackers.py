"""Trackers of runs: which there are, and whether they work without network.

Shared by experiment tracking and by logging, whose facets ask about the same calls.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._defaults import defaults_of
from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities._settings import packages, spelled, words
from ml_audit_hooks.capabilities._wrappers import signals, wrapped
from ml_audit_hooks.capabilities.model import (
    ABSENT,
    PRESENT,
    Bases,
    Calls,
    Defines,
    Files,
    Finds,
    Keywords,
    Signal,
    Strings,
    Verdict,
)
from ml_audit_hooks.core import commands
from ml_audit_hooks.core.keys import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Constant, Definition, Detector
    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

TRACKED = "tracking.local_tracker"
OFFLINE = "tracking.offline_mode"
PARAMS = "tracking.params_logged"
LOCAL = "tracker.local"  # needs no network by nature
ONLINE = "tracker.online"  # wants a server unless told otherwise
OPTIONAL = "tracker.optional"  # so only behind a switch
# a list item or table row of a document that explains the option `offline` or `online`
_OPTION = Pattern(r"\s*(?:[-*+|]|\d+\.)\s*\**[`'\"](?:--)?(?:[\w.]+[._])?(?:offline|online)\b[^`'\"]*[`'\"]")
_NAMES = frozenset(
    "aim clearml comet comet_ml csv dvclive mlflow neptune tensorboard wandb weights_and_biases all "
    "trackio swanlab".split()
)
_PLACES = frozenset(("mlflow", "tensorboard", "tracker", "tracking", "wandb"))
_LOCAL_NAMES = frozenset(("tensorboard", "csv", "dvclive", "aim", "trackio"))
_LOGGERS = {  # the last part of a class named in a config: signals
    "AimLogger": (TRACKED, LOCAL),
    "CSVLogger": (LOCAL,),
    "CometLogger": (TRACKED, OPTIONAL),
    "MLFlowLogger": (TRACKED,),
    "NeptuneLogger": (TRACKED, OPTIONAL),
    "SummaryWriter": (TRACKED, LOCAL),
    "TensorBoardLogger": (TRACKED, LOCAL),
    "WandbLogger": (TRACKED, OPTIONAL),
}


def logger_signals(target: str) -> tuple[str, ...]:
    """The signals of a logger class that a config names."""
    known = _LOGGERS.get(target.rpartition(".")[2])
    if known is not None:
        return known
    tool = wrapped(target)
    return signals(tool) if tool else ()


def _reports(context: Context) -> Iterator[Signal]:
    """``report_to=`` and ``log_with=`` with a tracker's name, as arguments and as fields of an arguments class."""
    pairs: list[tuple[str, ast.expr]] = []
    for option in ("report_to", "log_with"):
        pairs += [(option, context.keywords(call)[option]) for call in context.options.get(option, ())]
    for field in context.nodes(ast.AnnAssign):
        if isinstance(field.target, ast.Name) and field.target.id == "report_to" and field.value is not None:
            value = field.value
            default = context.keywords(value).get("default") if isinstance(value, ast.Call) else value
            pairs.append(("report_to", default if default is not None else value))
    yield from _offers(context)
    for name, value in pairs:
        named = {str(n.value).lower() for n in context.inside(value, ast.Constant)} & _NAMES
        if isinstance(value, ast.Name):
            named |= {str(context.constant(value)).lower()} & _NAMES
        for tracker in sorted(named):
            yield context.signal(TRACKED, value, f"sets {name}={tracker}")
            yield context.signal(LOCAL if tracker in _LOCAL_NAMES else ONLINE, value, f"sets {name}={tracker}")
        if (
            (
                not named
                and context.constant(value) is not None
                and isinstance(value, (ast.Attribute, ast.Name, ast.IfExp))
            )
            and context.is_on(value)
            and str(context.constant(value)) not in ("none", "None")
        ):
            yield context.signal("tracker.chosen", value, f"sets {name}=")


def _offers(context: Context) -> Iterator[Signal]:
    """Trackers that may be chosen, but are not by default: a field ``report_to = "none"``, ``--report_to``."""
    for field in context.nodes(ast.AnnAssign):
        if isinstance(field.target, ast.Name) and field.target.id == "report_to" and field.value is not None:
            value = field.value
            default = context.argument(value, "default") if isinstance(value, ast.Call) else value
            if default is not None and not context.is_on(default):
                yield context.signal("tracker.field", field, "offers report_to")
    for call in (*context.written.get("add_argument", ()), *context.written.get("option", ())):
        options = {str(context.constant(a)).lstrip("-").replace("-", "_") for a in call.args}
        if "report_to" in options and getattr(call.func, "attr", "") in ("add_argument", "option"):
            default = context.keywords(call).get("default")
            known = str(context.constant(default)).lower() if default is not None else ""
            if known in _NAMES:
                for signal in (TRACKED, LOCAL if known in _LOCAL_NAMES else ONLINE):
                    yield context.signal(signal, call, f"offers --report_to, {known} by default")
            else:
                yield context.signal("tracker.option", call, "offers --report_to")


def optional_tracker(view: View) -> Verdict:
    """A tracker that a setting can choose without an edit, where code reads the setting."""
    fields = view.live("tracker.field") if view.live("hf.parser", "cli.parses") else ()
    options = view.live("tracker.option") if view.live("tracker.chosen") else ()
    found = (*fields, *options)
    return Verdict(PRESENT, found[:8], "off by default") if found else Verdict(ABSENT)


_STARTS = frozenset(
    "wandb.init clearml.Task.init comet_ml.Experiment comet_ml.start neptune.init_run neptune.init".split()
)


def _wandb(context: Context) -> Iterator[Signal]:
    """``wandb.init``: always or behind a switch, and its mode."""
    for call in context.calls_of(frozenset(("init", "Experiment", "start", "init_run"))):
        name = context.dotted(call.func)
        if name not in _STARTS:
            continue
        guarded = any(
            node.lineno <= call.lineno <= (node.end_lineno or 0) and not _is_rank(context, node.test)
            for node in context.module.nodes.get(ast.If, ())
            if isinstance(node, ast.If)
        )
        yield context.signal(OPTIONAL if guarded else ONLINE, call, f"calls {name}")
        given = context.keywords(call)
        mode = given.get("mode")
        if mode is not None and any(n.value in ("offline", "disabled") for n in context.inside(mode, ast.Constant)):
            yield context.signal(OFFLINE, mode, "sets the mode of wandb.init")
        config = given.get("config")
        if config is not None and context.is_on(config):
            yield context.signal(PARAMS, call, f"hands config= to {name}")


def _is_rank(context: Context, test: ast.expr) -> bool:
    """Whether a condition asks for the process, not for a switch: ``rank == 0``, ``__name__ == "__main__"``."""
    said = {word for name in spelled(context, test) for word in words(name)}
    return bool(said & {"rank", "master", "main", "process", "zero", "leader"})


def _is_offline(context: Context, constant: Constant) -> bool:
    """Whether WANDB_MODE is set to an offline value: ``os.environ["WANDB_MODE"] = "offline"``."""
    line = context.module.lines[constant.lineno - 1]
    return "offline" in line or "dryrun" in line


def _is_local_uri(context: Context, call: Call) -> bool:
    """Whether a store is set that lies on the own disk: a path or a file or sqlite address."""
    node = context.argument(call, "uri", 0) or context.argument(call, "tracking_uri")
    if node is None:
        return context.argument(call, "save_dir") is not None
    value = context.constant(node)
    if isinstance(value, str):
        return is_local_store(value)
    if isinstance(node, (ast.Name, ast.Attribute)) and any(map(_is_own_store, defaults_of(context, node))):
        return True
    texts = [str(n.value) for n in context.inside(node, ast.Constant)]
    names = [*spelled(context, node)]
    if any(text.startswith(("http:", "https:", "databricks")) for text in texts):
        return False
    if any(text.startswith(("file:", "sqlite:", "mlruns", "./")) for text in texts):
        return True
    followed = context.value_of(node) if isinstance(node, ast.Name) else None
    names += [*spelled(context, followed)] if followed is not None else []
    return any(word in ("mlruns", "as_uri", "file:", "file://", "sqlite:///") or "mlruns" in word for word in names)


def is_local_store(value: str) -> bool:
    """Whether an address of a store lies on the own disk."""
    return value.startswith(("file:", "sqlite:", ".", "/")) or (
        "://" not in value and bool(value) and "$" not in value and value not in ("databricks", "uc", "null", "None")
    )


def _is_own_store(value: str) -> bool:
    """As `is_local_store`, for texts that may be something else: written as a path or with its kind."""
    return value.startswith(("file:", "sqlite:", "./", "../", "/", "~/", "mlruns"))


def _uri_set(context: Context, call: Call) -> bool:
    """Whether the store is given by a setting."""
    node = context.argument(call, "uri", 0) or context.argument(call, "tracking_uri")
    return node is not None and not isinstance(node, ast.Constant)


def _imported(context: Context) -> Iterator[Signal]:
    """``importlib.import_module(name).SummaryWriter(…)``: the writer of a module chosen by name."""
    for call in context.written.get("SummaryWriter", ()):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "SummaryWriter"
            and isinstance(call.func.value, ast.Call)
        ):
            yield context.signal(TRACKED, call, "opens a SummaryWriter")
            yield context.signal(LOCAL, call, "opens a SummaryWriter")


def _configured(file: File) -> Iterator[Signal]:
    """Loggers of config files: ``_target_: lightning.pytorch.loggers.WandbLogger`` and what is set beside it."""
    if len(file.data) > 60_000 or not any(
        word in file.data
        for word in (b"_target_", b"class_path", b"_component_", b"report_to", b"WANDB_MODE", b"tracking_uri")
    ):
        return
    found = [*keys(file.text, "YAML")]
    inside: dict[str, str] = {}
    for key in found:
        head, _, name = key.name.rpartition(".")
        if name in ("_target_", "class_path", "_component_"):
            shown = logger_signals(key.value)
            inside[head] = key.value.rpartition(".")[2] if shown else ""
            for signal in shown:
                yield Signal(signal, key.line, None, "<module>", f"names {key.value}")
        elif name == "report_to" and key.value.lower() in _NAMES:
            for signal in (TRACKED, LOCAL if key.value in _LOCAL_NAMES else ONLINE):
                yield Signal(signal, key.line, None, "<module>", f"sets report_to: {key.value}")
        elif name.lower().endswith("tracking_uri") and _is_own_store(key.value):
            yield Signal("mlflow.local_setting", key.line, None, "<module>", f"sets {name} to {key.value}")
        elif name == "WANDB_MODE" and key.value in ("offline", "dryrun"):
            yield Signal(OFFLINE, key.line, None, "<module>", "sets WANDB_MODE")
    for key in found:
        head, _, name = key.name.rpartition(".")
        logger = inside.get(head.removesuffix(".init_args"), "")
        if wrapped(logger) == "wandb" and (
            name == "offline" or (name == "mode" and key.value == "offline") or (name == "online" and key.value)
        ):
            yield Signal(OFFLINE, key.line, None, "<module>", "offers the offline switch of W&B")
        elif logger == "MLFlowLogger" and name == "tracking_uri" and key.value and "http" not in key.value:
            yield Signal(OFFLINE, key.line, None, "<module>", "keeps the MLflow store on disk")


def _documented(file: File) -> Iterator[Signal]:
    """Commands that switch to offline mode, or name the tracker of a program of the repository."""
    data = file.data
    if not any(
        word in data
        for word in (b"WANDB_MODE", b"wandb offline", b"report_to", b"backend-store-uri", b"offline", b"online")
    ):
        return
    for number, line in enumerate(file.text.split("\n"), 1):
        if "line" in line and _OPTION.match(line) and any(word in data.lower() for word in (b"wandb", b"w&b")):
            yield Signal("offline.documented", number, None, "<module>", "documents the offline option of the tracker")
        if "WANDB_MODE=offline" in line.replace('"', "") or "WANDB_MODE=dryrun" in line or "`wandb offline`" in line:
            yield Signal(OFFLINE, number, None, "<module>", "sets WANDB_MODE to offline")
    found = commands.in_markdown(file.text) if file.language == "Markdown" else commands.in_shell(file.text)
    for command in found:
        row = command.words
        if row[:2] == ("wandb", "offline"):
            yield Signal(OFFLINE, command.line, None, "<module>", "runs wandb offline")
        for at, word in enumerate(row):
            option, equals, value = word.partition("=")
            if _is_switch(option.lstrip("-").lower(), value.lower() if equals else "true") and any(
                "wandb" in w or w.endswith(".py") or w == "-m" for w in row[:at]
            ):
                yield Signal("offline.documented", command.line, None, "<module>", f"runs with {word}")
            value = value if equals else row[at + 1] if at + 1 < len(row) else ""
            if option.lstrip("-") == "report_to" and value in _NAMES and any(w.endswith(".py") for w in row[:at]):
                for signal in (TRACKED, LOCAL if value in _LOCAL_NAMES else ONLINE):
                    yield Signal(signal, command.line, None, "<module>", f"runs with --report_to {value}")


def _is_switch(option: str, value: str) -> bool:
    """``wandb.mode=offline``, ``--logger.online=False``, ``--wandb_offline``: options that choose the offline mode."""
    last = option.replace("-", "_").rpartition(".")[2]
    about = any(word in option for word in ("wandb", "logger", "tracker"))
    if last.endswith("mode") and about:
        return value == "offline"
    if last in ("online", "wandb_online"):
        return about and value in ("false", "0", "no")
    return last in ("offline", "wandb_offline") and about and value in ("true", "1", "yes")


def _sb3(context: Context, call: Call) -> bool:
    return any(root in ("stable_baselines3", "sb3_contrib", "sbx") for root in packages(context))


def _is_set_up(context: Context, parts: list[str], node: Definition) -> bool:
    """``init_wandb``, ``setup_tracking``: functions that are for a tracker by name."""
    return parts[0] in ("init", "setup", "configure") and bool(_PLACES & set(parts[1:])) and len(parts) == 2


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (TRACKED,),
        (
            "wandb.init",
            "clearml.Task.init",
            "*.WandbLogger",
            "*.MLFlowLogger",
            "trackio.init",
            "swanlab.init",
            "*.MLflowLoggerCallback",
            "*.MLflowCallback",
            "*.WandbLoggerCallback",
            "*.WandbCallback",
            "*.WandbMetricsLogger",
            "*.setup_wandb",
            "*.setup_mlflow",
            "*.TensorBoardCallback",
            "*.MLFlowLoggerCallback",
            "*.WandbTracker",
            "*.TensorBoardTracker",
        ),
    ),
    Calls((OPTIONAL,), ("*.WandbLogger",)),
    Calls(("cli.parses",), ("tyro.cli", "jsonargparse.CLI", "simple_parsing.parse", "*.add_arguments")),
    Calls(
        (TRACKED,),
        ("mlflow.start_run", "mlflow.set_experiment", "mlflow.autolog", "mlflow.*.autolog", "mlflow.log_metric*"),
    ),
    Calls((TRACKED, LOCAL), ("aim.Run", "*.AimLogger", "dvclive.Live", "*.DVCLiveLogger")),
    Calls(
        (TRACKED, LOCAL),
        (
            "*.SummaryWriter",
            "*.TensorBoardLogger",
            "*.callbacks.TensorBoard",
            "*.create_file_writer",
            "*.summary.FileWriter",
            "*.EventsWriter",
            "*.TBXLoggerCallback",
            "tensorflow.summary.scalar",
        ),
    ),
    Calls((LOCAL,), ("*.CSVLogger",)),
    Calls((OFFLINE,), ("comet_ml.OfflineExperiment", "clearml.Task.set_offline")),
    Calls(
        (OFFLINE,),
        ("mlflow.set_tracking_uri", "*.MLFlowLogger"),
        test=_is_local_uri,
        why="keeps the MLflow store on disk",
    ),
    Calls(("mlflow.uri_set",), ("mlflow.set_tracking_uri", "*.MLFlowLogger"), test=_uri_set),
    Keywords((TRACKED, LOCAL), ("tensorboard_log",), test=_sb3),
    Keywords((OFFLINE,), ("offline",), of=("*.WandbLogger", "*.NeptuneLogger", "*.CometLogger")),
    Strings((OFFLINE,), ("WANDB_MODE",), test=_is_offline, why="sets WANDB_MODE to offline"),
    Bases((TRACKED,), ("*.TensorBoardLogger", "*.WandbLogger", "*.MLFlowLogger")),
    Finds((b"report_to", b"log_with"), _reports, quick=True, in_tests=False),
    Finds((b"wandb", b"clearml", b"comet", b"neptune"), _wandb, quick=True, in_tests=False),
    Finds((b"SummaryWriter",), _imported, quick=True, in_tests=False),
    Defines(("tracker.place",), _is_set_up, words=frozenset(("configure", "init", "setup"))),
    Files(_configured, languages=("YAML",)),
    Files(_documented, languages=("Markdown", "Shell", "Dockerfile", "Env")),
)
