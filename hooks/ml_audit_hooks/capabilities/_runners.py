"""Commands that a repository runs by name: targets of task runners, and the steps of CI."""

from __future__ import annotations

from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.core import commands, keys
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.file import File

_TARGET = Pattern(r"^([\w./%-]+(?:\s+[\w./%-]+)*)\s*::?(?!=)")  # a Makefile's rule
_RECIPE = Pattern(r"^@?([\w-]+)(?:\s+[^:=]*)?:(?!=)")  # a justfile's
_QUOTED = Pattern(r"\"([^\"]+)\"|'([^']+)'")
_EXPRESSION = Pattern(r"\$\{\{[^}\n]*\}\}")  # of GitHub: it is one word to the shell
_STEP = Pattern(r"\b(?:sh|bat|powershell)\b\s*\(?\s*(?:script:\s*)?[\"']+(.*)")  # a Jenkinsfile's
_TASK_KEYS = ("tool.poe.tasks.", "tool.taskipy.tasks.", "tool.pdm.scripts.", "tool.rye.scripts.", "tool.pixi.tasks.")
_CI_NAMES = frozenset(
    (".travis.yml", ".drone.yml", ".woodpecker.yml", ".cirrus.yml", "appveyor.yml", ".appveyor.yml", "Jenkinsfile")
    + ("bitbucket-pipelines.yml", "azure-pipelines.yml", ".azure-pipelines.yml", "cloudbuild.yaml", "cloudbuild.yml")
    + (".gitlab-ci.yml", ".circleci/config.yml", ".semaphore/semaphore.yml", "buildspec.yml", ".circleci/config.yaml")
)
_CI_FOLDERS = (".github/workflows/", ".azure-pipelines/", ".buildkite/", ".gitlab/", ".woodpecker/", "azure-pipelines/")
LANGUAGES = ("YAML", "Makefile", "Just", "INI", "TOML", "JSON", "Groovy")  # of the files that hold commands by name
YAML_RUNNERS = frozenset(("taskfile.yml", "taskfile.yaml", "lefthook.yml", ".lefthook.yml", "lefthook.yaml"))


class Step(NamedTuple):
    """A command and the name under which it is run."""

    line: int
    target: str  # "test" of ``make test``; "<module>" where the file itself is run
    words: tuple[str, ...]
    runner: str  # "make test", "tox", "CI"


def is_ci(path: str) -> bool:
    """Whether a CI system runs the file. A workflow elsewhere than at its one place does not run."""
    if path in _CI_NAMES:
        return True
    if not path.endswith((".yml", ".yaml")):
        return False
    if path.startswith(".github/workflows/"):
        return path.count("/") == 2
    return path.startswith(_CI_FOLDERS)


def is_action(path: str) -> bool:
    """Whether the file is a composite action that workflows of the repository use."""
    return path.startswith(".github/") and path.rpartition("/")[2] in ("action.yml", "action.yaml")


def ci_steps(file: File) -> Iterator[Step]:
    """The commands of a CI file."""
    if file.path == "Jenkinsfile":
        for number, line in enumerate(file.text.split("\n"), 1):
            found = _STEP.search(line)
            text = found[1].rstrip("\"')") if found else line.strip()
            for _, words in commands.in_shell(text):
                yield Step(number, "<module>", words, "CI")
        return
    for at, words in commands.in_workflow(_with_steps(file.text)):
        yield Step(at, "<module>", words, "CI")


def _with_steps(text: str) -> str:
    """A workflow whose lists of commands stand deeper than their key, and whose other keys for commands read run."""
    rows, depth = [], -1
    for line in _EXPRESSION.sub("$EXPRESSION", text).split("\n"):
        bare = line.lstrip()
        indent = len(line) - len(bare)
        if depth == indent and bare.startswith("- "):
            line = "  " + line
        elif bare and not bare.startswith("#"):
            key = bare.partition(":")[0]
            after = bare.partition(":")[2].strip()
            depth = indent if key in ("script", "before_script", "commands") and not after else -1
            if key in ("- bash", "bash", "CIBW_TEST_COMMAND"):
                line = line.replace(key + ":", "- run:" if key[0] == "-" else "run:", 1)
        rows.append(line)
    return "\n".join(rows)


def steps(file: File) -> Iterator[Step]:
    """The commands of a task runner's file."""
    name = file.path.rpartition("/")[2].lower()
    if name in ("makefile", "gnumakefile") or name.endswith(".mk"):
        yield from _make(file.text)
    elif name in ("justfile", ".justfile") or name.endswith(".just"):
        yield from _just(file.text)
    elif name in YAML_RUNNERS:
        runner = "task" if name.startswith("taskfile") else "lefthook"
        for key in keys.keys(file.text, "YAML"):
            parts = key.name.split(".")
            if parts[-1] in ("cmds", "cmd", "run") and len(parts) > 1:
                yield from _split(key.line, key.value, parts[1 if runner == "task" else -2], runner)
    elif name == "tox.ini" or name == "setup.cfg":
        for key in keys.keys(file.text, "INI"):
            section, _, last = key.name.rpartition(".")
            if last.startswith("commands") and section.startswith(("testenv", "tox")):
                yield from _split(key.line, key.value, section, "tox")
    elif name in ("pyproject.toml", "pixi.toml", "mise.toml", ".mise.toml", "package.json", "hatch.toml"):
        yield from _tasks(file.text, name)


def _make(text: str) -> Iterator[Step]:
    targets: list[tuple[int, str]] = []
    for number, row in enumerate(text.split("\n"), 1):
        found = _TARGET.match(row)
        if found and not row.startswith("."):
            targets.append((number, found[1].split()[0]))
    at = 0
    for line, words in commands.in_makefile(text):
        while at + 1 < len(targets) and targets[at + 1][0] <= line:
            at += 1
        if targets and targets[at][0] <= line:
            yield Step(line, targets[at][1], words, f"make {targets[at][1]}")


def _just(text: str) -> Iterator[Step]:
    target = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1].isspace():
            if target and line.strip():
                yield from _split(number, line.strip().lstrip("@-"), target, f"just {target}")
        elif line.strip():
            found = _RECIPE.match(line)
            target = found[1] if found else target


def _tasks(text: str, name: str) -> Iterator[Step]:
    for key in keys.keys(text, "JSON" if name == "package.json" else "TOML"):
        lead = next((lead for lead in _TASK_KEYS if key.name.startswith(lead)), "")
        if name != "pyproject.toml" and key.name.startswith(("tasks.", "scripts.", "envs.")):
            lead = key.name.partition(".")[0] + "."
        if key.name.startswith(("tool.hatch.envs.", "envs.")) and ".scripts." in key.name:
            lead = key.name.partition(".scripts.")[0] + ".scripts."
        if key.name.startswith("tool.pixi.") and ".tasks." in key.name:
            lead = key.name.partition(".tasks.")[0] + ".tasks."
        if lead and key.value:
            target = key.name[len(lead) :].partition(".")[0]
            inside = _QUOTED.search(key.value) if key.value[:1] in "{[" else None
            value = (inside[1] or inside[2]) if inside and key.value[0] == "{" else key.value
            runner = {"package.json": "npm run"}.get(name, name)
            yield from _split(key.line, value, target, f"{runner} {target}")


def _split(line: int, value: str, target: str, runner: str) -> Iterator[Step]:
    if value.startswith("["):
        value = " ".join(found[1] or found[2] for found in _QUOTED.finditer(value)) or value.strip("[]")
    for _, words in commands.in_shell(value):
        yield Step(line, target, words, runner)
