"""An offline gate in the runner that the repository already uses, as text to add there."""

from __future__ import annotations

from ml_audit_hooks.gates import commands, facts
from ml_audit_hooks.gates import words as wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.gates.facts import FileFacts, Records

NAME = "offline"
_INDEX = "PIP_NO_INDEX"


def offline_session(records: Records) -> tuple[str, tuple[str, ...]]:
    """(runner, lines): runner is ``nox``, ``tox``, ``make`` or ``just``, and the lines are to be appended to its file;
    with none of them it is ``pytest``, and the one line is what to type."""
    files = facts.all_of(records)
    tests = _test_words(files)
    spelled = dict(files["noxfile.py"].settings).get("nox", "") if "noxfile.py" in files else ""
    if spelled:
        return "nox", _nox(spelled, wording.bare(tests))
    if "tox.ini" in records and any(step.task.startswith("tox") for step in _steps(files, "tox.ini")):
        return "tox", _tox(wording.bare(tests))
    line = _joined(tests)
    for path, runner in (("Makefile", "make"), ("makefile", "make"), ("GNUmakefile", "make"), ("justfile", "just")):
        if _steps(files, path) and runner == "make":
            escaped = line.replace("$", "$$")
            return "make", (f".PHONY: test-{NAME}", f"test-{NAME}:", f"\t{_switches()} {escaped}")
        if _steps(files, path):
            return "just", (f"test-{NAME}:", f"    {_switches()} {line}")
    return "pytest", (f"{_switches()} {line}",)


def _steps(files: Mapping[str, FileFacts], path: str) -> tuple[facts.Step, ...]:
    return files[path].steps if path in files else ()


def _switches() -> str:
    return " ".join(f"{name}={value}" for name, value in facts.SWITCHES)


def _joined(words: tuple[str, ...]) -> str:
    from shlex import quote

    return " ".join(quote(word) for word in words)


def _test_words(files: Mapping[str, FileFacts]) -> tuple[str, ...]:
    """The words of the repository's own test run where they hold no variable; else of the bare line. An installer in
    front (``uv run``) would look for a newer environment, so the tests are run by what is installed."""
    for path in ("noxfile.py", "tox.ini", "Makefile", "makefile", "GNUmakefile", "justfile"):
        for step in _steps(files, path):
            left = wording.bare(step.words)
            plain = not any(char in word for word in left for char in "${}`*?<>()")
            if plain and wording.kind(step.words) == wording.TESTS and wording.tool(left) in ("pytest", "unittest"):
                return ("python", "-m", *left)
    line = commands.bare_line(files)
    return tuple((line if line.startswith("python") else f"python -m {line}").split())


def _nox(spelled: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """A session without an environment of its own: making one would need the package index."""
    run = ", ".join(f'"{word}"' for word in ("python", "-m", *words))
    return (
        f"@{spelled}(python=False)",
        f"def {NAME}(session):",
        '    """Run the tests with no hub, tracker or package index within reach."""',
        "    env = {",
        *(f'        "{name}": "{value}",' for name, value in facts.SWITCHES),
        "    }",
        f"    session.run({run}, *session.posargs, env=env)",
    )


def _tox(words: tuple[str, ...]) -> tuple[str, ...]:
    """tox makes the environment with ``set_env`` too, so what closes the package index stands with the command."""
    return (
        f"[testenv:{NAME}]",
        "description = run the tests with no hub, tracker or package index within reach",
        "set_env =",
        *(f"    {name} = {value}" for name, value in facts.SWITCHES if name != _INDEX),
        "allowlist_externals = env",
        "commands =",
        f"    env {_INDEX}=1 python -m {_joined(words)} {{posargs}}",
    )
