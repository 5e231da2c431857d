"""How the settings of a run are changed from outside: options, pairs on the command line, environment variables."""

from __future__ import annotations

import _ast as ast
import sys

from ml_audit_hooks.capabilities._settings import is_run_setting, is_training_setting, last, packages, words
from ml_audit_hooks.capabilities.model import Bases, Calls, Finds
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Detector, Signal
    from ml_audit_hooks.core.context import Context

_OVERRIDES = "configuration.overrides"
_SUBJECTS = frozenset(
    "checkpoint ckpt data dataset device experiment log model output seed steps tracking wandb".split()
)
_NO_SETTINGS = frozenset(
    "rank world_size local_rank node_rank master_addr master_port cuda_visible_devices home user path pythonpath"
    " hostname display term shell pwd omp_num_threads tokenizers_parallelism slurm_procid slurm_ntasks".split()
)


def _is_option(context: Context, call: ast.Call) -> bool:
    """Whether the first argument is the name of an option."""
    return bool(call.args) and str(context.constant(call.args[0])).startswith("-")


def _is_run_option(context: Context, call: ast.Call) -> bool:
    return any(
        isinstance(arg, ast.Constant) and isinstance(arg.value, str) and is_run_setting(arg.value.strip("-"))
        for arg in call.args
    )


def _is_plain_option(context: Context, call: ast.Call) -> bool:
    outside = packages(context) - sys.stdlib_module_names
    return bool(outside) and _is_option(context, call) and _is_run_option(context, call)


def _is_training_option(context: Context, call: ast.Call) -> bool:
    return bool(call.args) and any(
        isinstance(arg, ast.Constant) and isinstance(arg.value, str) and is_training_setting(arg.value.strip("-"))
        for arg in call.args
    )


def _is_flags(context: Context, call: ast.Call) -> bool:
    """``define_flags_with_default(lr=1e-4, …)`` and the like of wrappers around absl: a flag for every keyword."""
    given = [*context.keywords(call)]
    words_of = words(last(context, call.func))
    named = words_of[0] in ("define", "add", "declare", "register") and not {"flag", "flags"}.isdisjoint(words_of)
    return named and any(map(is_run_setting, given))


def _flags(context: Context) -> Iterator[Signal]:
    """Flags of wrappers around absl, and config objects that are made flags."""
    for call in context.nodes(ast.Call):
        name = last(context, call.func)
        if name.startswith(("DEFINE_config_", "DEFINE_pydantic")):
            yield context.signal(_OVERRIDES, call, f"makes flags by {name}")
        elif "flag" in name and call.keywords and _is_flags(context, call):
            yield context.signal(_OVERRIDES, call, f"makes flags by {context.dotted(call.func)}")
        elif name.startswith(("DEFINE_", "define_")) and _is_own_flag(context, call):
            yield context.signal(_OVERRIDES, call, f"makes a flag by {context.dotted(call.func)}")


def _is_own_flag(context: Context, call: ast.Call) -> bool:
    """``FLAGS.DEFINE_float("lr", 1e-4, "…")`` of a flags object that is no import from absl."""
    name = context.dotted(call.func)
    return "flag" in name.lower() and not name.startswith("absl.") and _is_training_option(context, call)


def _environment(context: Context) -> Iterator[Signal]:
    """Environment variables that set something of a run, other than places in a cluster and keys."""
    if context.file.path.rpartition("/")[2] in ("setup.py", "conftest.py"):
        return
    reads: list[tuple[ast.AST, ast.expr]] = []
    for call in context.nodes(ast.Call):
        if call.args and context.dotted(call.func) in ("os.getenv", "os.environ.get"):
            reads.append((call, call.args[0]))
    for node in context.module.nodes.get(ast.Subscript, ()):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and context.dotted(node.value) == "os.environ"
        ):
            reads.append((node, node.slice))
    for node, key in reads:
        name = context.constant(key)
        if not isinstance(name, str) or name.lower() in _NO_SETTINGS:
            continue
        told = is_training_setting(name.lower()) or not _SUBJECTS.isdisjoint(words(name.lower()))
        if told and not {"key", "token", "secret", "password"} & set(words(name.lower())):
            yield context.signal("config.environment", node, f"reads the environment variable {name}")


def _argv_pairs(context: Context) -> Iterator[Signal]:
    """A command line of ``key=value`` read by hand."""
    for node in context.nodes(ast.For):
        if "sys.argv" not in {context.dotted(n) for n in context.inside(node.iter, ast.Attribute)}:
            continue
        for call in context.inside(node, ast.Call):
            if (
                last(context, call.func) in ("split", "partition")
                and call.args
                and context.constant(call.args[0]) == "="
            ):
                yield context.signal(_OVERRIDES, node, "reads key=value pairs of the command line")
                break


def _handed_on(context: Context) -> Iterator[Signal]:
    """The command line given to own code that merges it: ``config.merge_from_args(sys.argv[1:])``."""
    for call in context.nodes(ast.Call):
        said = set(words(last(context, call.func)))
        if said & {"cli", "dotlist", "merge", "override", "overrides", "update"} and any(
            context.dotted(node) == "sys.argv" for a in call.args for node in context.inside(a, ast.Attribute)
        ):
            yield context.signal(_OVERRIDES, call, "merges the command line into the settings")


def _generated_options(context: Context) -> Iterator[Signal]:
    """Options made in a loop over settings: ``parser.add_argument(*flags)``."""
    for call in context.written.get("add_argument", ()):
        if last(context, call.func) == "add_argument" and call.args and not isinstance(call.args[0], ast.Constant):
            yield context.signal("config.argument", call, "adds an option for every setting")


def _commands(context: Context) -> Iterator[Signal]:
    """Commands of Typer: their parameters are the options."""
    if "typer" not in packages(context):
        return
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, FUNCTION_TYPES):
            continue
        decorators = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        if any(last(context, d) in ("command", "callback") for d in decorators):
            names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
            if any(map(is_training_setting, names)):
                yield context.signal(_OVERRIDES, node, f"{node.name} is a Typer command")
            elif any(map(is_run_setting, names)):
                yield context.signal("config.argument", node, f"{node.name} is a Typer command")


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (_OVERRIDES,), ("fire.Fire", "omegaconf.OmegaConf.from_cli", "*.merge_from_list", "docopt.docopt", "typer.run")
    ),
    Calls((_OVERRIDES,), ("*.add_argument",), test=_is_training_option),
    Calls((_OVERRIDES,), ("click.option", "typer.Option", "click.argument"), test=_is_training_option),
    Calls((_OVERRIDES,), ("absl.flags.*", "tensorflow.app.flags.*", "tensorflow.flags.*"), test=_is_training_option),
    Calls(("config.argument",), ("*.add_argument",), test=_is_plain_option),
    Calls(
        ("config.argument",), ("click.option", "click.argument", "typer.Option", "typer.Argument"), test=_is_run_option
    ),
    Calls(("config.argument",), ("absl.flags.*", "tensorflow.app.flags.*", "tensorflow.flags.*"), test=_is_run_option),
    Bases((_OVERRIDES,), ("pydantic.BaseSettings", "pydantic_settings.BaseSettings")),
    Finds((b"os.environ", b"getenv"), _environment, in_tests=False),
    Finds((b"flag", b"DEFINE_"), _flags, in_tests=False),
    Finds((b"sys.argv",), _argv_pairs, in_tests=False),
    Finds((b"sys.argv",), _handed_on, in_tests=False),
    Finds((b"typer",), _commands, quick=True, in_tests=False),
    Finds((b"add_argument",), _generated_options, quick=True, in_tests=False),
)
