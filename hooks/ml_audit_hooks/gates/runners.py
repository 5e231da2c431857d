"""Runner files: tasks with the commands behind them, settings of pytest, hooks of pre-commit, steps of CI."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import commands, keys
from ml_audit_hooks.gates import words as wording
from ml_audit_hooks.gates.facts import FileFacts, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

# One row a switch: the bytes that set it, with any of the ways to write an assignment between name and value.
_SWITCH = re.compile(
    rb"\b(?:(HF_HUB_OFFLINE|TRANSFORMERS_OFFLINE|HF_DATASETS_OFFLINE|PIP_NO_INDEX)[\"']?\]?\s*[=:,]+\s*[\"']?(?:1|true|yes|on)\b"
    rb"|(WANDB_MODE)[\"']?\]?\s*[=:,]+\s*[\"']?(?:offline|disabled|dryrun)\b"
    rb"|(MLFLOW_TRACKING_URI)[\"']?\]?\s*[=:,]+\s*[\"']?f?(?:file:|sqlite:))",
    re.IGNORECASE,
)
_TARGET = re.compile(r"^([\w./-]+(?:\s+[\w./-]+)*)\s*::?(?!=)([^#;]*)")  # a Makefile's rule: targets and what they need
_VARIABLE = re.compile(r"^(?:export\s+)?(\w+)\s*[:?]?=\s*(.*)$")  # of a Makefile: PYTEST ?= uv run pytest
_USE = re.compile(r"\$[({](\w+)[)}]")
_RECIPE = re.compile(r"^@?([\w-]+)((?:\s+[^:=]*)?):(?!=)([^#]*)")  # of a justfile: name, parameters, what it needs
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
_SCRIPT = re.compile(r"check|cov|format|lint|quality|style|test|types?\b|typing|valid|verify|^ci\b")
_CI_NAMES = frozenset((".travis.yml", ".gitlab-ci.yml", "azure-pipelines.yml", ".circleci/config.yml", ".cirrus.yml"))
_TASKS = (  # keys of a TOML file that hold a command by name, and the line that runs it
    ("tool.pdm.scripts.", "pdm run"),
    ("tool.pixi.tasks.", "pixi run"),
    ("tool.poe.tasks.", "poe"),
    ("tool.rye.scripts.", "rye run"),
    ("tool.taskipy.tasks.", "task"),
)
_PYTEST = {  # section of pytest's settings by the file's name
    "pyproject.toml": "tool.pytest.ini_options.",
    "pytest.ini": "pytest.",
    "setup.cfg": "tool:pytest.",
    "tox.ini": "pytest.",
}


def switches(data: bytes) -> tuple[str, ...]:
    """The offline switches that some text sets, sorted."""
    hits = _SWITCH.finditer(data)
    return tuple(sorted({(hit[1] or hit[2] or hit[3]).decode().upper() for hit in hits}))


def of_file(file: File) -> FileFacts:
    """The facts of a runner file; nothing of others."""
    name = file.path.rpartition("/")[2].lower()
    at_root = "/" not in file.path
    if is_ci(file.path):
        return FileFacts(steps=tuple(_ci(file.text)), switches=_everywhere(file))
    if name in (".pre-commit-config.yaml", ".pre-commit-config.yml") and at_root:
        hooks = [k for k in keys.keys(file.text, "YAML") if k.name == "repos.hooks.id"]
        return FileFacts(settings=tuple(("hook", key.value) for key in hooks))
    if file.path in (".github/dependabot.yml", ".github/dependabot.yaml"):
        return FileFacts(settings=(("updates", "dependabot"),))
    if file.language == "Shell":
        return _shell(file)
    if not at_root:
        return FileFacts()
    if name in ("makefile", "gnumakefile"):
        return _make(file)
    if name in ("justfile", ".justfile"):
        return _just(file)
    if name in ("taskfile.yml", "taskfile.yaml"):
        steps = _values(file, "YAML", "tasks.", "task", (".cmds", ".cmd", ".cmds.cmd"))
        return FileFacts(steps=tuple(steps), switches=_everywhere(file))
    if name in ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini"):
        return _settings(file, name)
    return FileFacts()


def is_ci(path: str) -> bool:
    """Whether a CI system runs the file."""
    in_folder = path.startswith(".github/workflows/") and path.count("/") == 2 and path.endswith((".yml", ".yaml"))
    return in_folder or path in _CI_NAMES


def _everywhere(file: File) -> tuple[tuple[str, str], ...]:
    return tuple((name, "") for name in switches(file.data))


def _ci(text: str) -> Iterator[Step]:
    for line, words in commands.in_workflow(text):
        if wording.kind(words) or wording.called_task(words):
            yield Step(line, "", words)


def _shell(file: File) -> FileFacts:
    name = file.path.rpartition("/")[2].lower()
    if not _SCRIPT.search(name):
        return FileFacts()  # what deploys or sets up may test first; it is no gate
    found = [
        (line, words) for line, words in commands.in_shell(file.text) if wording.kind(words) or wording.acts(words)
    ]
    steps = tuple(Step(line, f"bash {file.path}", words) for line, words in found)
    return FileFacts(steps=steps, switches=_everywhere(file) if steps else ())


# -- make and just --------------------------------------------------------------------------------------------------


def _make(file: File) -> FileFacts:
    held: dict[str, str] = {}
    steps: list[Step] = []
    needs: list[tuple[str, str]] = []
    tasks: list[str] = []
    set_by: list[tuple[str, str]] = []
    for number, line in enumerate(_joined(file.text), 1):
        if line.startswith("\t"):
            text = _USE.sub(lambda found: held.get(found[1], found[0]), line.strip().lstrip("@-+"))
            for task in tasks:
                steps += [Step(number, task, words) for _, words in commands.in_shell(text)]
                needs += [(task, other) for _, w in commands.in_shell(text) if (other := wording.called_task(w))]
                set_by += [(name, task) for name in switches(text.encode())]
            continue
        variable = _VARIABLE.match(line)
        rule = None if variable else _TARGET.match(line)
        if variable:
            held[variable[1]] = variable[2].strip()
            set_by += [(name, "") for name in switches(line.encode())]
        elif rule and not line.startswith("."):
            tasks = [f"make {name}" for name in rule[1].split()]
            needs += [(task, f"make {name}") for task in tasks for name in rule[2].split() if name != "|"]
        elif line.strip() and not line.startswith(("#", " ")):
            tasks = []
    return FileFacts(steps=tuple(steps), needs=tuple(needs), switches=tuple(set_by))


def _joined(text: str) -> list[str]:
    """The lines, those that a backslash continues joined; an empty line stands for each that was joined."""
    rows: list[str] = []
    held, empty = "", 0
    for line in text.split("\n"):
        if line.rstrip().endswith("\\"):
            held += line.rstrip()[:-1] + " "
            empty += 1
            continue
        rows += [held + line, *[""] * empty] if held else [line]
        held, empty = "", 0
    return [*rows, held] if held else rows


def _just(file: File) -> FileFacts:
    steps: list[Step] = []
    needs: list[tuple[str, str]] = []
    task = ""
    for number, line in enumerate(file.text.split("\n"), 1):
        if line[:1].isspace() and task:
            steps += [Step(number, task, words) for _, words in commands.in_shell(line.strip().lstrip("@-"))]
        elif line.strip() and not line.startswith(("#", "[", "set ", "export ", "alias ")):
            found = _RECIPE.match(line)
            task = f"just {found[1]}" if found else ""
            needs += [(task, f"just {name}") for name in (found[3] if found else "").split() if name.isidentifier()]
    return FileFacts(steps=tuple(steps), needs=tuple(needs), switches=_everywhere(file))


# -- settings -------------------------------------------------------------------------------------------------------


def _settings(file: File, name: str) -> FileFacts:
    language = "TOML" if name.endswith(".toml") else "INI"
    section = _PYTEST[name]
    settings = [("pytest", "")] if any(k.name.startswith(section) for k in keys.keys(file.text, language)) else []
    steps: list[Step] = []
    needs: list[tuple[str, str]] = []
    for key in keys.keys(file.text, language):
        if key.name.startswith(section):
            settings.append((f"pytest.{key.name[len(section) :]}", key.value[:200]))
    if name == "pyproject.toml":
        for lead, runner in _TASKS:
            steps += _values(file, "TOML", lead, runner)
        steps += _hatch(file)
        needs = [(s.task, f"poe {s.words[0]}") for s in steps if s.task.startswith("poe ") and len(s.words) == 1]
    elif name in ("tox.ini", "setup.cfg"):
        steps += _tox(file)
    return FileFacts(steps=tuple(steps), needs=tuple(needs), settings=tuple(settings), switches=_everywhere(file))


def _values(file: File, language: str, lead: str, runner: str, ends: tuple[str, ...] = ("",)) -> Iterator[Step]:
    for key in keys.keys(file.text, language):
        if key.name.startswith(lead) and key.name.endswith(ends):
            target = key.name[len(lead) :].partition(".")[0]
            yield from _split(key.line, key.value, f"{runner} {target}")


def _split(line: int, value: str, task: str) -> Iterator[Step]:
    if value[:1] in "[{":
        value = " ; ".join(found[1] or found[2] for found in _QUOTED.finditer(value))
    for _, words in commands.in_shell(value):
        yield Step(line, task, words)


def _hatch(file: File) -> Iterator[Step]:
    for key in keys.keys(file.text, "TOML"):
        if key.name.startswith("tool.hatch.envs.") and ".scripts." in key.name:
            environment, _, script = key.name.removeprefix("tool.hatch.envs.").partition(".scripts.")
            prefix = "" if environment == "default" else f"{environment}:"
            yield from _split(key.line, key.value, f"hatch run {prefix}{script}")


def _tox(file: File) -> Iterator[Step]:
    """The commands of tox's environments; those of ``[testenv]`` itself are what a bare ``tox`` runs."""
    task, inside = "", False
    for number, line in enumerate(_joined(file.text), 1):
        if line.startswith("["):
            section = line.strip().strip("[]")
            name = section.removeprefix("testenv").lstrip(":")
            task = (
                (f"tox -e {name.partition('{')[0] or 'py'}" if name else "tox") if section.startswith("testenv") else ""
            )
            inside = False
        elif task and line[:1].strip():
            key, _, value = line.partition("=")
            inside = key.strip() == "commands"
            yield from _of_tox(number, value, task) if inside else ()
        elif inside and line.strip():
            yield from _of_tox(number, line, task)


def _of_tox(number: int, text: str, task: str) -> Iterator[Step]:
    text = text.strip().lstrip("-! ")
    if ": " in text.partition(" ")[0] + " " and not text.startswith("-"):  # a factor: py311: pytest
        text = text.partition(":")[2]
    for _, words in commands.in_shell(text):
        yield Step(number, task, words)


# -- nox ------------------------------------------------------------------------------------------------------------


def of_nox(file: File) -> FileFacts:
    """The sessions of a noxfile at the root."""
    if "/" in file.path or not file.contexts:
        return FileFacts()
    context = file.contexts[0]
    steps: list[Step] = []
    set_by: list[tuple[str, str]] = []
    spelled = ""
    for node in context.module.tree.body:
        if isinstance(node, ast.FunctionDef):
            name, decorator = _session(context, node)
            if name:
                spelled = spelled or decorator
                steps += _runs(context, node, f"nox -s {name}")
                text = "\n".join(context.module.lines[node.lineno - 1 : node.end_lineno])
                set_by += [(switch, f"nox -s {name}") for switch in switches(text.encode())]
    return FileFacts(steps=tuple(steps), switches=tuple(set_by), settings=(("nox", spelled),) if spelled else ())


def _session(context: Context, node: ast.FunctionDef) -> tuple[str, str]:
    """(name of the session, its decorator as it is written); ("", "") of other functions."""
    for item in node.decorator_list:
        called = item.func if isinstance(item, ast.Call) else item
        if context.dotted(called) in ("nox.session", "nox_poetry.session"):
            written = context.module.lines[called.lineno - 1][called.col_offset : called.end_col_offset]
            named = context.constant(context.keywords(item).get("name")) if isinstance(item, ast.Call) else None
            return (named if isinstance(named, str) else node.name), written
    return "", ""


def _runs(context: Context, node: ast.FunctionDef, task: str) -> Iterator[Step]:
    for call in context.calls_of(frozenset(("run", "run_always"))):
        if node.lineno <= call.lineno <= (node.end_lineno or node.lineno):
            texts = tuple(_texts(call.args))
            if texts:
                yield Step(call.lineno, task, texts)


def _texts(args: Iterable[ast.expr]) -> Iterator[str]:
    for arg in args:
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
            yield arg.value
