"""What a command does for the tree: tests, lint, format, types, security."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TESTS, LINT, FORMAT, TYPES, SECURITY, HOOKS, SPELLING, DOCS = (
    "tests",
    "lint",
    "format",
    "types",
    "security",
    "hooks",
    "spelling",
    "docs",
)
KINDS = (TESTS, LINT, FORMAT, TYPES, SECURITY, SPELLING, DOCS, HOOKS)  # the foremost first
_TOOLS = {
    "absltest": TESTS,
    "bandit": SECURITY,
    "basedpyright": TYPES,
    "codespell": SPELLING,
    "doctest": DOCS,
    "dmypy": TYPES,
    "flake8": LINT,
    "green": TESTS,
    "interrogate": DOCS,
    "lint-imports": LINT,
    "mypy": TYPES,
    "nose2": TESTS,
    "nosetests": TESTS,
    "pip-audit": SECURITY,
    "pre-commit": HOOKS,
    "prek": HOOKS,
    "py.test": TESTS,
    "pycodestyle": LINT,
    "pydocstyle": DOCS,
    "pyflakes": LINT,
    "pylint": LINT,
    "pyrefly": TYPES,
    "pyright": TYPES,
    "pytest": TESTS,
    "pytype": TYPES,
    "safety": SECURITY,
    "stestr": TESTS,
    "trial": TESTS,
    "ty": TYPES,
    "unittest": TESTS,
    "vulture": LINT,
    "ward": TESTS,
}
_CHECKED = {
    "black": ("--check", "--diff"),
    "isort": ("--check", "--check-only", "-c", "--diff"),
    "yapf": ("--diff", "-d"),
}
_WRAPPERS = frozenset("command env exec nice nohup sudo time uvx xvfb-run @ - then do".split())
_RUN_WRAPPERS = frozenset("conda hatch mamba pdm pipenv pipx pixi poetry rye uv".split())
_VALUED = frozenset("-e --env --environment --extra --group -n --name -p --prefix --python --with".split())
_PYTHON = re.compile(r"^(?:.*/)?python(?:[\d.]*)?(?:\.exe)?$|^\$[({]?\w*(?:PYTHON|python|PY)\w*[)}]?$")
_TEST_SCRIPT = re.compile(r"(?:^|/)(?:test_\w+|\w+_test|run_?tests?|tests?)\.py$")
_LOOKS = frozenset(
    ("--version", "--help", "-h", "--collect-only", "--co", "install", "autoupdate", "install-hooks", "clean")
)


def bare(words: Sequence[str]) -> tuple[str, ...]:
    """The words without wrappers and assignments: ``uv run --frozen python -m pytest -q`` gives pytest, -q."""
    left = [word.lstrip("@") if at == 0 else word for at, word in enumerate(words)]
    while left:
        first = left[0].rpartition("/")[2]
        name, equals, _ = left[0].partition("=")
        if first in _WRAPPERS or not first or (equals and name.replace("_", "a").isalnum()):
            left = left[1:]
        elif (first in _RUN_WRAPPERS and left[1:2] == ["run"]) or (first == "coverage" and left[1:2] == ["run"]):
            left = _without_options(left[2:])
        elif _PYTHON.match(left[0]):
            rest = _without_options(left[1:], keep="-m")
            if rest[:1] != ["-m"]:
                break
            left = rest[1:]
        else:
            break
    return tuple(left)


def _without_options(left: list[str], keep: str = "") -> list[str]:
    while left and left[0].startswith("-") and left[0] != keep:
        valued = left[0] in _VALUED or left[0] in ("-W", "-X")
        left = left[2 if valued else 1 :]
        if keep == "" and left[:1] == ["-m"]:  # of coverage run
            return left[1:]
    return left


def tool(words: Sequence[str]) -> str:
    """The program that a command starts, without its folder."""
    left = bare(words)
    return left[0].rpartition("/")[2] if left else ""


def kind(words: Sequence[str]) -> str:
    """What a command judges; "" where it judges nothing, as a formatter that only rewrites."""
    left = bare(words)
    name = tool(words)
    if not _LOOKS.isdisjoint(left[1:]) or {"--fix", "--fix-only", "--in-place"} & set(left):
        return ""  # it looks, prepares or rewrites
    if name == "ruff":
        if left[1:2] == ("format",):
            return FORMAT if {"--check", "--diff"} & set(left) else ""
        return LINT
    if name in _CHECKED:
        return FORMAT if not set(left).isdisjoint(_CHECKED[name]) else ""
    if name in ("bazel", "hatch") and left[1:2] == ("test",):
        return TESTS
    if left and _PYTHON.match(left[0]):
        runs = any(_TEST_SCRIPT.search(word) for word in left[1:3]) or left[1:3] == ("setup.py", "test")
        return TESTS if runs else ""
    return _TOOLS.get(name, "")


# A task of such a name, or with such a program in it, does more than judge: `gates --run` must never start it.
_DOES_MORE = frozenset(
    "bootstrap build bump clean commit deploy dev docker fix init install publish push release setup start update"
    " upload".split()
)
_ACTS = frozenset("aws az docker gcloud gh gsutil helm kubectl podman rm scp ssh systemctl terraform twine".split())


def is_safe_name(task: str) -> bool:
    """Whether the name of a task promises no more than to judge."""
    name = task.partition(" ")[2].removeprefix("-s ").removeprefix("-e ").rpartition("/")[2].removesuffix(".sh")
    return _DOES_MORE.isdisjoint(re.split(r"[^a-z]+", name.lower())) and not name.startswith("_")


def acts(words: Sequence[str]) -> bool:
    """Whether a command changes something outside the tree, or throws things away."""
    left = bare(words)
    name = tool(words)
    if name == "git":
        return not {"push", "commit", "tag", "reset", "clean"}.isdisjoint(left[1:])
    return name in _ACTS and not (name == "rm" and all(_is_leftover(word) for word in left[1:]))


def _is_leftover(word: str) -> bool:
    """Options, and what test runs leave behind."""
    return word.startswith("-") or any(part in word for part in (".coverage", "cache", "htmlcov", ".xml", "tmp"))


def called_task(words: Sequence[str]) -> str:
    """The line of a task runner that a command is: ``make test`` of ``$(MAKE) test``; "" for others."""
    left = bare(words)
    if not left:
        return ""
    name = {"$(MAKE)": "make", "${MAKE}": "make"}.get(left[0], left[0].rpartition("/")[2])
    if name in ("make", "just", "task", "poe"):
        target = next((word for word in left[1:] if not word.startswith("-") and "=" not in word), "")
        return f"{name} {target}" if target and not target.startswith((".", "/")) else ""
    if name in ("nox", "tox"):
        flags = ("-s", "--session", "--sessions", "-e")
        at = next((i for i, word in enumerate(left[:-1]) if word in flags), -1)
        return f"{name} {'-s' if name == 'nox' else '-e'} {left[at + 1]}" if at >= 0 else name
    return ""
