"""Hyper-parameter sweeps, by a library and by own code."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import is_training_setting, last, spelled
from ml_audit_hooks.capabilities.model import Calls, Defines, Files, Finds, Signal
from ml_audit_hooks.core import commands
from ml_audit_hooks.core.keys import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_SWEEPS = "configuration.sweeps"
_SUBJECTS = frozenset(
    "grid random hyperparameter hyperparameters hyperparam hyperparams hparam hparams hp hpo bayesian optuna".split()
)
_ACTS = frozenset("search tune tuning sweep optimize optimise optimization tuner study".split())


def _is_sweep(context: Context, parts: list[str], node: Definition) -> bool:
    """``grid_search``, ``tune_hyperparameters``, ``HyperparameterTuner``."""
    if context.in_test:
        return False
    return not _SUBJECTS.isdisjoint(parts) and not _ACTS.isdisjoint(parts)


def _products(context: Context) -> Iterator[Signal]:
    """A loop over the product of hyper-parameter values."""
    for node in context.nodes(ast.For):
        if not isinstance(node.iter, ast.Call):
            continue
        if last(context, node.iter.func) == "product" and any(map(is_training_setting, spelled(context, node))):
            yield context.signal(_SWEEPS, node, "tries every combination of hyper-parameters")


def _sweep_file(file: File) -> Iterator[Signal]:
    """Hydra sweepers, W&B sweeps and search spaces."""
    if len(file.data) > 60_000 or not any(word in file.data for word in (b"sweep", b"method", b"search")):
        return
    found = {key.name: key.line for key in keys(file.text, "YAML")}
    tops = {name.partition(".")[0] for name in found}
    for name, line in found.items():
        if "sweeper" in name.split(".") or "sweeper" in name.rpartition("/")[2]:
            yield Signal(_SWEEPS, line, None, "<module>", "configures a Hydra sweeper")
            return
    if "method" in tops and "parameters" in tops and any(name.startswith("parameters.") for name in found):
        yield Signal(_SWEEPS, found.get("parameters", 1), None, "<module>", "configures a W&B sweep")


def _multiruns(file: File) -> Iterator[Signal]:
    """``python train.py -m lr=0.1,0.01`` and shell loops over a hyper-parameter."""
    text = file.text
    if file.language == "Shell":
        yield from _shell_loops(text)
    found = commands.in_markdown(text) if file.language == "Markdown" else commands.in_shell(text)
    for command in found:
        words = command.words
        script = next((i for i, word in enumerate(words) if word.endswith(".py")), -1)
        if script >= 0 and {"-m", "--multirun"} & set(words[script + 1 :]):
            yield Signal("config.multirun", command.line, None, "<module>", f"runs {words[script]} with --multirun")
        if words[:2] in (("wandb", "sweep"), ("wandb", "agent")):
            yield Signal(_SWEEPS, command.line, None, "<module>", f"runs {' '.join(words[:2])}")


def _shell_loops(text: str) -> Iterator[Signal]:
    loop: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.split("#", 1)[0].split()
        if parts[:1] == ["for"] and len(parts) > 3 and parts[2] == "in":
            loop[parts[1]] = number
        for name, start in loop.items():
            if is_training_setting(name) and (f"${name}" in line or f"${{{name}}}" in line):
                yield Signal(_SWEEPS, start, None, "<module>", f"loops over {name}")
                return


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (_SWEEPS,),
        (
            "optuna.create_study",
            "optuna.study.create_study",
            "optuna.integration.*",
            "ray.tune.run",
            "ray.tune.Tuner",
            "ray.tune.tuner.Tuner",
            "wandb.sweep",
            "wandb.agent",
            "keras_tuner.BayesianOptimization",
            "keras_tuner.GridSearch",
            "keras_tuner.Hyperband",
            "keras_tuner.RandomSearch",
            "keras_tuner.SklearnTuner",
            "keras_tuner.tuners.*",
            "kerastuner.tuners.*",
            "hyperopt.fmin",
            "ax.optimize",
            "ax.service.ax_client.AxClient",
            "ax.service.managed_loop.optimize",
            "skopt.gp_minimize",
            "skopt.BayesSearchCV",
            "nni.get_next_parameter",
            "sklearn.model_selection.GridSearchCV",
            "sklearn.model_selection.RandomizedSearchCV",
            "sklearn.model_selection.HalvingGridSearchCV",
            "sklearn.model_selection.HalvingRandomSearchCV",
            "sklearn.model_selection.ParameterGrid",
            "sklearn.model_selection.ParameterSampler",
            "*.hyperparameter_search",
            "*.suggest_float",
            "*.suggest_loguniform",
            "*.suggest_categorical",
            "*.suggest_int",
        ),
    ),
    Defines((_SWEEPS,), _is_sweep, words=_ACTS),
    Finds((b"product(",), _products, quick=True, in_tests=False),
    Files(_sweep_file, languages=("YAML",)),
    Files(_multiruns, languages=("Markdown", "Shell")),
)
