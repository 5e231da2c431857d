"""How a repository is installed and started: packaging, console scripts, programs, containers."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities.model import Calls, Files, Finds, Signal, Uses
from ml_audit_hooks.core import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

PACKAGING, SCRIPT, MAIN = "deployment.packaging", "deployment.script", "deployment.main"
PROGRAM, READS, CONTAINER = "deployment.program", "deployment.reads_argv", "deployment.container"
_SCRIPT_TABLES = ("project.scripts", "project.gui-scripts", "tool.poetry.scripts", "tool.flit.scripts")
_ENTRY = Pattern(r"^\s*[\"']?([\w.-]+)\s*=\s*([\w.]+)\s*:?\s*[\w.]*")
_CALLABLE = Pattern(r"=\s*[\w.]+:\w+")
_BOOTSTRAP = Pattern(r"(?m)^\s*bootstrap\s*:", ignore_case=True)
_COMPOSE = Pattern(r"^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$")


def of_project(file: File) -> Iterator[Signal]:
    """Tables of pyproject.toml and setup.cfg that make the repository installable, and its console scripts."""
    name = file.path.rpartition("/")[2]
    if name == "pyproject.toml":
        seen = False
        for key in keys.keys(file.text, "TOML"):
            table, _, last = key.name.rpartition(".")
            if not seen and key.name in ("build-system", "project", "tool.poetry", "tool.flit.metadata"):
                seen = True
                yield Signal(PACKAGING, key.line, None, key.name, f"has [{key.name}]")
            if table in _SCRIPT_TABLES:
                yield Signal(SCRIPT, key.line, None, last, f"installs the command {last}")
    elif name == "setup.cfg":
        packaged = False
        for key in keys.keys(file.text, "INI"):
            if not packaged and key.name in ("metadata.name", "options.packages", "options.py_modules"):
                packaged = True
                yield Signal(PACKAGING, key.line, None, key.name.partition(".")[0], f"sets {key.name}")
            if key.name.startswith("options.entry_points") and "console_scripts" in key.name:
                row = file.text.split("\n")[key.line - 1]
                found = _ENTRY.match(row.partition("console_scripts")[2].lstrip(" =") or row)
                if found:
                    yield Signal(SCRIPT, key.line, None, found[1], f"installs the command {found[1]}")


def _is_package(context: Context, call: Call) -> bool:
    """Whether a call of setup() installs the repository, not a compiled extension below it."""
    if context.file.path.rpartition("/")[2] != "setup.py":
        return False
    given = context.keywords(call)
    return "/" not in context.file.path or "ext_modules" not in given or "py_modules" in given


def _scripts_of(context: Context) -> Iterator[Signal]:
    """The console scripts of setup.py's entry_points."""
    if context.file.path.rpartition("/")[2] != "setup.py":
        return
    for node in context.module.nodes.get(ast.Constant, ()):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and ":" in node.value):
            continue
        for row in node.value.split("\n"):
            found = _ENTRY.match(row)
            if found and "=" in row and _CALLABLE.search(row):
                yield Signal(SCRIPT, node.lineno, None, found[1], f"installs the command {found[1]}")


def _main_module(context: Context) -> Iterator[Signal]:
    """A package's ``__main__.py`` with something in it."""
    if context.file.path.rpartition("/")[2] == "__main__.py" and "/" in context.file.path:
        calls = context.module.nodes.get(ast.Call, ())
        if calls:
            yield context.signal(MAIN, max(calls, key=lambda n: getattr(n, "lineno", 0)), "python -m runs it")


def _argv(context: Context) -> Iterator[Signal]:
    """Reads of ``sys.argv``."""
    for node in context.module.nodes.get(ast.Attribute, ()):
        read = isinstance(node, ast.Attribute) and node.attr == "argv" and isinstance(node.ctx, ast.Load)
        if read and context.dotted(node) == "sys.argv":
            yield context.signal(READS, node, "reads sys.argv")


def of_container(file: File) -> Iterator[Signal]:
    """Definitions of containers with content."""
    low = file.path.rpartition("/")[2].lower()
    text = ""
    if file.language == "Dockerfile":
        for number, line in enumerate(file.text.split("\n"), 1):
            if line.lstrip().upper().startswith("FROM "):
                yield Signal(CONTAINER, number, None, "<module>", f"builds an image from {line.split()[1]}")
                return
    elif _COMPOSE.match(low):
        for key in keys.keys(file.text, "YAML"):
            if key.name == "services" or key.name.startswith("services."):
                yield Signal(CONTAINER, key.line, None, "services", "starts containers by compose")
                return
    elif low in ("devcontainer.json", ".devcontainer.json"):
        text = "a development container"
    elif low in ("cog.yaml", "cog.yml") and "build" in file.text:
        text = "builds an image by Cog"
    elif low.startswith("singularity") or low.endswith((".def", ".sif.def")):
        text = "builds an Apptainer image" if _BOOTSTRAP.search(file.text) else ""
    if text:
        yield Signal(CONTAINER, 1, None, "<module>", text)


DETECTORS: tuple[Detector, ...] = (
    Files(of_project, names=("*pyproject.toml", "*setup.cfg")),
    Calls((PACKAGING,), ("setuptools.setup", "distutils.core.setup", "skbuild.setup"), test=_is_package),
    Finds((b"console_scripts",), _scripts_of, quick=True, in_tests=False),
    Finds((), _main_module, in_tests=False),
    Finds((b"argv",), _argv, in_tests=False),
    Calls(
        (READS,),
        (
            "argparse.ArgumentParser",
            "*.ArgumentParser",
            "*.ArgParser",
            "*.HfArgumentParser",
            "*.TrlParser",
            "*.parse_args",
        )
        + ("fire.Fire", "typer.Typer", "typer.run", "absl.app.run", "tyro.cli", "jsonargparse.CLI", "*.LightningCLI")
        + ("hydra.main", "click.command", "click.group", "*.OmegaConf.from_cli", "docopt.docopt", "draccus.wrap")
        + (
            "simple_parsing.parse",
            "*.ArgumentParser.parse_args",
            "pyrallis.parse",
            "pyrallis.wrap",
            "optparse.OptionParser",
        )
        + ("tap.Tap", "chz.entrypoint", "chz.nested_entrypoint", "defopt.run", "cyclopts.App", "tf.app.run", "mlxu.run")
        + ("tensorflow.compat.v1.app.run", "tensorflow.app.run", "plac.call", "getopt.getopt"),
    ),
    Uses((READS,), ("typer.Typer", "click.command", "click.group", "hydra.main", "pyrallis.wrap", "draccus.wrap")),
    Files(of_container, languages=("Dockerfile", "YAML", "JSON"), names=("*.def", "*Singularity")),
)
