"""Commands that check a tree: tests and linters, wherever they are written down."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities import _programs, _runners, _tasks
from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core import commands, keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

GATES, COVERAGE, CI = "ci_tests.local_gates", "ci_tests.coverage", "ci_tests.ci"
THROUGH = "gates.through"  # symbol: a target and the script that it runs, a line each
TARGET, CI_TARGET = "gates.tests_target", "gates.ci_target"  # symbol: "make test", "scripts/test.sh"
_TESTERS = frozenset(
    (
        "pytest",
        "py.test",
        "unittest",
        "nose2",
        "nosetests",
        "nosetests3",
        "green",
        "stestr",
        "trial",
        "ward",
        "absltest",
    )
)
_LINTERS = frozenset(
    ("flake8", "pylint", "mypy", "pyright", "basedpyright", "pytype", "pyflakes", "pycodestyle", "pydocstyle", "ty")
    + (
        "pyrefly",
        "interrogate",
        "bandit",
        "vulture",
        "lint-imports",
        "codespell",
        "pre-commit",
        "prek",
        "doctest",
        "dmypy",
    )
)
_CHECKED = {"black": ("--check", "--diff"), "isort": ("--check", "--check-only", "-c"), "ruff": (), "yapf": ("--diff",)}
_TEST_SESSION = Pattern(r"py|test|unit|cov|\$|\{")
_UNDER = Pattern(r"--(?:cov-)?fail[-_]under(?:[\s=\"',]+)([\d.]+)")
_TEST_SCRIPT = Pattern(r"(?:^|/)(?:test_\w+|\w+_test|run_?tests?|tests?)\.py$")


def is_test_run(words: Sequence[str]) -> bool:
    """Whether a command runs tests by itself."""
    left = _programs.bare(words)
    tool = _programs.tool(words)
    if tool in _TESTERS:
        return not {"--version", "--help", "--collect-only"} & set(left)
    if tool == "coverage":
        return "run" in left[1:2]
    if tool == "hatch":
        return left[1:2] == ("test",) or any(part.split(":")[-1].startswith(("test", "cov")) for part in left[1:3])
    if tool in ("tox", "nox"):
        chosen = [w for flag, w in zip(left, left[1:], strict=False) if flag in ("-e", "-s", "--session", "--sessions")]
        chosen += [w for w in left[1:] if w.startswith(("-e", "-s")) and len(w) > 2 and w[2] not in "-e"]
        return not chosen or any(_TEST_SESSION.search(w) for w in chosen)
    if tool == "bazel":
        return left[1:2] == ("test",)
    if left and _programs.is_python(left[0]):
        return any(_TEST_SCRIPT.search(w) for w in left[1:3]) or left[1:3] == ("setup.py", "test")
    return False


def is_gate(words: Sequence[str]) -> bool:
    """Whether a command judges the tree: tests, linters, type checkers, formatters that only look."""
    left = _programs.bare(words)
    tool = _programs.tool(words)
    if tool == "pre-commit" or tool == "prek":
        return "install" not in left and "autoupdate" not in left
    if tool == "ruff":
        return left[1:2] != ("format",) or "--check" in left or "--diff" in left
    if tool in _CHECKED:
        return not set(left).isdisjoint(_CHECKED[tool])
    return tool in _LINTERS or is_test_run(words)


def floor_of(words: Sequence[str]) -> bool:
    """Whether a command fails under some coverage above zero."""
    text = " ".join(words)
    found = _UNDER.search(text)
    if found is None or float(found[1].rstrip(".") or 0) == 0:
        return False
    return found[0].startswith("--cov") or _programs.tool(words) in ("coverage", "diff-cover", "pytest", "covdefaults")


def of_runner(file: File) -> Iterator[Signal]:
    """Gates of task runners, tests that CI runs, floors of coverage in either."""
    if _runners.is_ci(file.path) or _runners.is_action(file.path):
        yield from _of_ci(file)
        return
    hooked = file.path.rpartition("/")[2].lower().lstrip(".").startswith("lefthook")
    for line, task, other in _tasks.needed(file):
        yield Signal(_tasks.NEEDS, line, None, f"{task}\n{other}", f"{task} runs {other}")
    for step in _runners.steps(file):
        for task in _tasks.run_by(step.words) if hooked else ():
            yield Signal(_tasks.STARTED, step.line, None, task, f"{step.runner} runs {task}")
        if is_gate(step.words):
            yield Signal(GATES, step.line, None, step.target, f"{step.runner} runs {_programs.tool(step.words)}")
        if is_test_run(step.words):
            yield Signal(TARGET, step.line, None, step.runner, "runs the tests")
            yield Signal(TARGET, step.line, None, f"task {step.target}", "runs the tests")
        script = _script(_programs.bare(step.words))
        if script:
            yield Signal(THROUGH, step.line, None, f"task {step.target}\n{script}", f"runs {script}")
        if floor_of(step.words):
            yield Signal(COVERAGE, step.line, None, step.target, f"{step.runner} fails under a coverage")


def _of_ci(file: File) -> Iterator[Signal]:
    for step in _runners.ci_steps(file):
        left = _programs.bare(step.words)
        if is_test_run(step.words):
            yield Signal(CI, step.line, None, "<module>", f"CI runs {_programs.tool(step.words)}")
        elif _tasks.run_by(step.words):
            for task in _tasks.run_by(step.words):
                yield Signal(CI_TARGET, step.line, None, f"task {task}", f"CI runs the task {task}")
                yield Signal(_tasks.STARTED, step.line, None, task, f"CI runs the task {task}")
        elif _task(step.words, left):
            name = _task(step.words, left)
            yield Signal(CI_TARGET, step.line, None, f"task {name}", f"CI runs the task {name}")
        elif _script(left):
            yield Signal(CI_TARGET, step.line, None, _script(left), f"CI runs {_script(left)}")
        if floor_of(step.words):
            yield Signal(COVERAGE, step.line, None, "<module>", "CI fails under a coverage")


def _task(words: Sequence[str], left: Sequence[str]) -> str:
    """The task that a project tool is told to run: ``pixi run -e ci tests``, ``hatch run dev:tests``."""
    tools = ("pixi", "pdm", "hatch", "rye", "poe")
    return left[0].rpartition(":")[2] if left and words[0] in tools and words[1:2] == ("run",) else ""


def _script(left: Sequence[str]) -> str:
    """The shell script that a command starts."""
    for word in left[:3]:
        if word.endswith((".sh", ".bash")):
            return word.removeprefix("./")
        if word not in _programs.SHELLS and not word.startswith("-"):
            break
    return ""


def of_shell(file: File) -> Iterator[Signal]:
    """A script that runs two or more gates is one command for them; any script may run the tests for CI."""
    seen: dict[str, int] = {}
    tests = 0
    for line, words in commands.in_shell(file.text):
        if is_gate(words):
            seen.setdefault(_programs.tool(words), line)
        if is_test_run(words):
            tests = tests or line
        if floor_of(words):
            yield Signal(COVERAGE, line, None, "<module>", "the script fails under a coverage")
    if len(seen) > 1 and not file.path.startswith("."):
        yield Signal(GATES, min(seen.values()), None, "<module>", f"runs {' and '.join(sorted(seen))}")
    if tests:
        yield Signal(TARGET, tests, None, file.path, "runs the tests")


def of_pre_commit(file: File) -> Iterator[Signal]:
    """The first hook of a pre-commit configuration at the root, and a floor of coverage in its arguments."""
    first = True
    for key in keys.keys(file.text, "YAML"):
        if key.name == "repos.hooks.id" and first:
            first = False
            yield Signal(GATES, key.line, None, "repos", "pre-commit runs hooks")
        if key.name.startswith("repos.hooks.") and "--cov-fail-under" in key.value and _UNDER.search(key.value):
            yield Signal(COVERAGE, key.line, None, "repos", "pre-commit fails under a coverage")


def of_settings(file: File) -> Iterator[Signal]:
    """tox with an environment, and floors of coverage in settings of coverage, pytest and codecov."""
    name = file.path.rpartition("/")[2]
    if name.lstrip(".") in ("codecov.yml", "codecov.yaml"):
        yield from _codecov(file)
        return
    toml = name.endswith(".toml")
    tox = False
    for key in keys.keys(file.text, "TOML" if toml else "INI"):
        section, _, last = key.name.rpartition(".")
        if last in ("fail_under", "fail-under") and _is_coverage(section, name) and _above_zero(key.value):
            yield Signal(COVERAGE, key.line, None, last, f"coverage fails under {key.value}")
        elif "addopts" in key.name and _UNDER.search(key.value) and "--cov-fail" in key.value:
            if floor_of(("pytest", key.value)):
                yield Signal(COVERAGE, key.line, None, "addopts", "pytest fails under a coverage")
        elif (not tox and (key.name.startswith("tool.tox") or (name == "tox.toml" and section.startswith("env")))) or (
            not tox and name == "setup.cfg" and key.name.startswith("tox:tox")
        ):
            tox = True
            yield Signal(GATES, key.line, None, key.name, "tox runs the gates")


def _is_coverage(section: str, name: str) -> bool:
    if name == ".coveragerc":
        return section == "report"
    return section in ("tool.coverage.report", "coverage:report") or (
        name == ".coveragerc.toml" and "report" in section
    )


def _above_zero(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return False


def _codecov(file: File) -> Iterator[Signal]:
    """Targets of codecov statuses that can fail: not informational, and no threshold that forgives everything."""
    rows = [*keys.keys(file.text, "YAML")]
    values = {key.name: key.value for key in rows}
    for key in rows:
        status, _, last = key.name.rpartition(".")
        if last != "target" or not status.startswith("coverage.status."):
            continue
        forgiven = values.get(f"{status}.threshold", "").rstrip("%")
        quiet = values.get(f"{status}.informational", "").lower() == "true"
        if quiet or (forgiven.replace(".", "").isdigit() and float(forgiven) >= 100):
            continue
        if key.value == "auto" or _above_zero(key.value.rstrip("%")):
            yield Signal(COVERAGE, key.line, None, "target", f"codecov's target is {key.value}")


def of_sessions(context: Context) -> Iterator[Signal]:
    """The sessions of nox, and the commands of invoke's and doit's tasks."""
    name = context.file.path.rpartition("/")[2]
    if name not in ("noxfile.py", "tasks.py", "dodo.py"):
        return
    for call in context.module.nodes.get(ast.Call, ()):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr not in ("run", "run_always", "run_install"):
            continue
        texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        found = texts if name == "noxfile.py" else [w for t in texts[:1] for c in commands.in_shell(t) for w in c.words]
        if found and is_gate(found):
            where = context.symbol(call)
            runner = "nox" if name == "noxfile.py" else "invoke"
            yield context.signal(GATES, call, f"{runner} runs {_programs.tool(found)} in {where}")
        if found and is_test_run(found):
            yield context.signal(TARGET, call, "runs the tests")
        if found and floor_of(found):
            yield context.signal(COVERAGE, call, "fails under a coverage")
