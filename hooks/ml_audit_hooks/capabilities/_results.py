"""Metrics written to files that programs read."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._metrics import is_metric
from ml_audit_hooks.capabilities._settings import ML_PACKAGES, last, packages, spelled, words
from ml_audit_hooks.capabilities.model import Calls, Defines, Files, Finds, Keywords, Signal
from ml_audit_hooks.core.keys import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_FILES = "evaluation.metrics_files"
_WRITERS = frozenset(
    "dump to_csv to_json save_dict to_parquet savez savez_compressed save_json write_json dump_json to_excel".split()
)
_ROWS = frozenset(("DictWriter", "writer"))
_WRITING = _WRITERS | _ROWS | {"write", "write_text"}
_RESULTS = frozenset(
    "metric metrics result results score scores history eval evaluation benchmark leaderboard summary summaries"
    " evaluations performance".split()
)
_CERTAIN = frozenset(("metric", "metrics", "eval", "evaluation", "leaderboard"))
_NOT_RESULTS = frozenset("security vulnerability vulnerabilities coverage compliance vocab tokenizer".split())


def _written(context: Context) -> Iterator[Signal]:
    """``json.dump(metrics, f)``, ``frame.to_csv("results.csv")``, a CSV writer and ``f.write(json.dumps(scores))``."""
    for call in (call for name in context.written.keys() & _WRITING for call in context.written[name]):
        name = last(context, call.func)
        if name in _WRITERS:
            said = [*_said(context, call)]
        elif name in ("write", "write_text") and call.args and _dumps(context, call.args[0]):
            said = [*spelled(context, call), context.symbol(call), *_steps(context, call.args[0])]
        elif name in _ROWS and context.dotted(call.func).startswith("csv."):
            said = [*spelled(context, call), *_opened(context, call), context.symbol(call)]
        else:
            continue
        if _is_results(context, said) and context.dotted(call.func).partition(".")[0] not in (
            "pickle",
            "torch",
            "joblib",
        ):
            yield context.signal(_FILES, call, f"writes metrics with {context.dotted(call.func) or name}")


def _said(context: Context, call: Call) -> Iterator[str]:
    """What a writing call says about what it writes: its receiver or first argument, and the file's name."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(receiver, (ast.Name, ast.Attribute)):
        yield from spelled(context, receiver)
    for argument in (*call.args, *(k.value for k in call.keywords)):
        yield from spelled(context, argument)
        if isinstance(argument, ast.Name):
            value = context.value_of(argument)
            if isinstance(value, ast.Dict):
                yield from (str(key.value) for key in value.keys if isinstance(key, ast.Constant))
    yield from _opened(context, call)


def _opened(context: Context, call: Call) -> Iterator[str]:
    """The name of the file behind a handle among the arguments."""
    handles = {arg.id for arg in call.args if isinstance(arg, ast.Name)}
    for item in context.nodes(ast.withitem):
        opened = item.context_expr
        near = abs(opened.lineno - call.lineno) <= 12
        if near and isinstance(item.optional_vars, ast.Name) and item.optional_vars.id in handles:
            yield from spelled(context, opened)


def _dumps(context: Context, node: ast.expr) -> bool:
    return any(last(context, below.func) == "dumps" for below in context.inside(node, ast.Call))


def _steps(context: Context, node: ast.expr) -> Iterator[str]:
    """``metrics`` for each dumped dict that holds an epoch or step: a line of a training log."""
    for name in context.inside(node, ast.Name):
        value = context.value_of(name)
        if isinstance(value, ast.Dict):
            keys = {key.value for key in value.keys if isinstance(key, ast.Constant)}
            if not keys.isdisjoint(("epoch", "step", "iter", "iteration", "global_step")):
                yield "metrics"


def _is_results(context: Context, said: list[str]) -> bool:
    """Whether names speak of metrics, and none says that it is something else."""
    spoken = [words(name) for name in said]
    flat = {word for parts in spoken for word in parts}
    if not _NOT_RESULTS.isdisjoint(flat):
        return False
    known = _RESULTS if not packages(context).isdisjoint(ML_PACKAGES) else _CERTAIN
    return not flat.isdisjoint(known) or any(map(is_metric, spoken))


def _is_writer(context: Context, parts: list[str], node: Definition) -> bool:
    """``save_metrics``, ``write_results``: functions that are for the facet by name, of use where they are stubs."""
    return parts[0] in ("save", "write", "export", "dump") and parts[-1] in ("metrics", "results", "scores")


def _configured(file: File) -> Iterator[Signal]:
    """A CSV logger that a config names."""
    if len(file.data) > 60_000 or b"CSVLogger" not in file.data:
        return
    for key in keys(file.text, "YAML"):
        if key.name.rpartition(".")[2] in ("_target_", "class_path") and key.value.endswith("CSVLogger"):
            yield Signal(_FILES, key.line, None, "<module>", f"names {key.value}")


def _is_ml(context: Context, call: Call) -> bool:
    return not packages(context).isdisjoint(ML_PACKAGES)


DETECTORS: tuple[Detector, ...] = (
    Calls((_FILES,), ("*.CSVLogger", "dvclive.Live", "*.save_metrics", "*.PredictionWriter"), test=_is_ml),
    Calls(
        (_FILES,),
        ("stable_baselines3.common.monitor.Monitor", "stable_baselines3.common.vec_env.VecMonitor"),
        test=lambda context, call: context.argument(call, "filename", 1) is not None,
    ),
    Keywords((_FILES,), ("monitor_dir",)),
    Keywords((_FILES,), ("log_path",), of=("*.EvalCallback",)),
    Finds(
        (b"dump", b"to_csv", b"to_json", b"savez", b"csv.", b"to_parquet", b"save_json", b"write_json"),
        _written,
        quick=True,
        in_tests=False,
    ),
    Defines(("results.place",), _is_writer, words=frozenset("dump export save write".split())),
    Files(_configured, languages=("YAML",)),
)
