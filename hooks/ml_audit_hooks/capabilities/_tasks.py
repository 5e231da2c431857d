"""Tasks that are run by name: which a command runs, which a task needs, and what is reached from CI and git hooks."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _programs, _runners
from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.core import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.file import File

NEEDS = "tasks.needs"  # symbol: a task and one that it runs, a line each
STARTED = "tasks.started"  # symbol: a task that CI or a git hook runs
_DIRECT = frozenset(("make", "gmake", "just", "task", "go-task", "poe", "taskipy", "inv", "invoke", "doit", "mask"))
_BY_RUN = frozenset(("npm", "yarn", "pnpm", "bun", "pixi", "pdm", "hatch", "rye", "mise", "lefthook", "nx", "turbo"))
_PLAIN_SCRIPTS = frozenset(("test", "t", "start"))  # npm runs these without `run`
_VALUED = frozenset(
    ("-C", "-f", "-j", "-e", "-d", "-t", "--directory", "--file", "--jobs", "--environment", "--prefix")
)
_NEED_KEYS = frozenset(("depends", "depends_on", "depends-on", "depends_post", "deps", "sequence", "composite", "task"))
_RULE = Pattern(r"^([\w./%:-]+?)\s*::?(?!=)\s*([^#=]*)$")  # a Makefile's rule, a justfile's recipe
_NAME = Pattern(r"[\w][\w.:/-]*")


def run_by(words: Sequence[str]) -> tuple[str, ...]:
    """The tasks that a command runs: ``make lint test`` gives both, ``mise run check``, ``npm run check`` the one."""
    left = list(words)
    while left and left[0] in ("sudo", "time", "env", "exec", "xvfb-run", "command"):
        left = left[1:]
    while len(left) > 2 and left[0] in ("uv", "poetry", "pipenv", "uvx") and left[1] in ("run", "exec"):
        left = left[2:]
        while left and left[0].startswith("-"):
            left = left[1:]
    if not left:
        return ()
    tool = left[0].strip("$(){}").rpartition("/")[2].lower()
    rest = _plain(left[1:])
    if tool in _DIRECT:
        return tuple(rest if tool in ("make", "gmake", "just", "inv", "invoke") else rest[:1])
    if tool in _BY_RUN and rest:
        if rest[:2] == ["tasks", "run"]:
            rest = rest[1:]
        if rest[0] in ("run", "r", "run-script", "run-task") and len(rest) > 1:
            return (rest[1].rpartition(":")[2],) if tool == "hatch" else (rest[1],)
        if tool in ("npm", "pnpm", "yarn", "bun") and (tool == "yarn" or rest[0] in _PLAIN_SCRIPTS):
            return ("test" if rest[0] == "t" else rest[0],)
    return ()


def _plain(words: Sequence[str]) -> list[str]:
    """The words that are neither options nor their values nor assignments."""
    found: list[str] = []
    before = ""
    for word in words:
        if word == "--":
            break
        if not word.startswith("-") and "=" not in word and before not in _VALUED and _NAME.fullmatch(word):
            found.append(word)
        before = word
    return found


def needed(file: File) -> Iterator[tuple[int, str, str]]:
    """(line, task, task that it runs) of a task runner's file."""
    for step in _runners.steps(file):
        for task in run_by(step.words):
            yield step.line, step.target, task
        if _programs.bare(step.words)[:1] == ("$(MAKE)",):
            yield from ((step.line, step.target, task) for task in _plain(step.words[1:]))
    name = file.path.rpartition("/")[2].lower()
    if name.startswith(("makefile", "gnumakefile", "justfile", ".justfile")) or name.endswith((".mk", ".just")):
        yield from _prerequisites(file.text)
    elif file.language in ("TOML", "YAML") and name != "tox.ini":
        yield from _listed(file)


def _prerequisites(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        found = None if line[:1].isspace() else _RULE.match(line)
        for task in found[2].split() if found else ():
            yield number, found[1], task  # type: ignore[index]


def _listed(file: File) -> Iterator[tuple[int, str, str]]:
    """Needs that are written as lists: ``depends = ["check:leaks"]``, ``cmds: [{task: lint}]``."""
    runners = (*_runners.YAML_RUNNERS, "pyproject.toml", "pixi.toml", "mise.toml", ".mise.toml", "hatch.toml")
    if file.path.rpartition("/")[2].lower() not in runners:
        return
    for key in keys.keys(file.text, file.language or ""):
        task, last = _task_of(key.name)
        if not task or not key.value:
            continue
        values = _quoted(key.value)
        if last in _NEED_KEYS or (not last and key.value[0] in "[{"):
            yield from ((key.line, task, value) for value in values if _NAME.fullmatch(value))


def _quoted(value: str) -> list[str]:
    if value[:1] not in "[{":
        return [value.strip("\"'")]
    return [part.strip("\"' ") for part in value.strip("[]{} ").replace("=", ",").replace("[", "").split(",")]


def _task_of(name: str) -> tuple[str, str]:
    """The task and the last key of a dotted key: ``tasks.check.depends`` gives check and depends."""
    for mark in (".poe.tasks.", ".pdm.scripts.", ".rye.scripts.", ".scripts.", ".tasks."):
        _, found, rest = f".{name}".partition(mark)
        if found:
            task, _, last = rest.partition(".")
            return task, last.rpartition(".")[2]
    return "", ""


def reached(view: View) -> frozenset[str]:
    """The tasks that CI or a git hook runs, over any number of steps."""
    needs: dict[str, set[str]] = {}
    for item in view.every(NEEDS):
        task, _, other = item.symbol.partition("\n")
        needs.setdefault(task, set()).add(other)
    return closure({e.symbol for e in view.every(STARTED)}, needs)


def closure(start: set[str], needs: dict[str, set[str]]) -> frozenset[str]:
    """What is reached from some tasks."""
    seen: set[str] = set()
    todo = [*start]
    while todo:
        task = todo.pop()
        if task not in seen:
            seen.add(task)
            todo += needs.get(task, ())
    return frozenset(seen)
