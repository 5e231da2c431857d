"""What a shell command runs, seen through the wrappers in front of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN_WRAPPERS = frozenset(
    ("sudo", "time", "nohup", "exec", "env", "xvfb-run", "command", "nice", "uvx", "then", "do")
)
_RUN_WRAPPERS = frozenset(
    ("uv", "poetry", "pdm", "pixi", "rye", "pipenv", "hatch", "pipx", "conda", "mamba", "micromamba")
)
_LABELS = ("command:", "run:", "script:", "entry:", "sh", "bat", "cmd:")
_VALUED = frozenset(
    ("-n", "--name", "-p", "--prefix", "--with", "--extra", "--group", "--python", "-e", "--environment")
)
INSTALLERS = frozenset(("pip", "pip3", "pip3.9", "pip3.10", "pip3.11", "pip3.12", "uv", "conda", "mamba", "micromamba"))
SHELLS = frozenset(("bash", "sh", "zsh", "source", "."))
LAUNCHERS = frozenset(("torchrun", "deepspeed", "accelerate", "horovodrun", "mpirun", "mpiexec", "srun", "composer"))


def bare(words: Sequence[str]) -> tuple[str, ...]:
    """The words without wrappers, assignments and labels: ``uv run --frozen python -m pytest -q`` gives pytest, -q."""
    left = list(words)
    while left:
        first = left[0]
        name, equals, _ = first.partition("=")
        if (
            first in _PLAIN_WRAPPERS
            or first in _LABELS
            or (equals and name.isidentifier())
            or first == "-"
            or first == "@"
        ):
            left = left[1:]
        elif first in _RUN_WRAPPERS and len(left) > 1 and left[1] in ("run", "exec"):
            left = _without_options(left[2:])
        elif first == "hatch" and len(left) > 2 and left[1] in ("-e", "--env"):
            left = [first, *left[3:]]
        elif is_python(first) and "-m" in left[1:3]:
            left = left[left.index("-m") + 1 :]
            if left and left[0] in ("coverage",):
                return tuple(left)
        elif first.startswith("@") and len(first) > 1:
            left[0] = first[1:]
        else:
            break
    return tuple(left)


def _without_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in _VALUED else words[1:]
    return words


def is_python(word: str) -> bool:
    """Whether a word is a Python interpreter: python3.11, ${PYTHON}, {envpython}, .venv/bin/python."""
    name = word.rpartition("/")[2].lower().strip("${}()")
    return name.startswith(("python", "pypy", "envpython")) and not name.endswith(".py")


def tool(words: Sequence[str]) -> str:
    """The name of the program that a command runs, without folder, version and template braces."""
    left = bare(words)
    if not left:
        return ""
    name = left[0].strip("\"'${}()[],").rpartition("/")[2].partition("@")[0].partition("==")[0]
    return name.lower()


def module_or_script(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The Python program that a command starts, as a path, and its arguments; ("", ()) where it starts none.

    ``python -m pkg.train --x`` gives ``pkg/train`` (no ending: a module or a package), ``torchrun train.py`` the file.
    """
    left = [w for w in words]
    while left and (left[0] in _PLAIN_WRAPPERS or ("=" in left[0] and left[0].partition("=")[0].isidentifier())):
        left = left[1:]
    while len(left) > 1 and left[0] in _RUN_WRAPPERS and left[1] in ("run", "exec"):
        left = _without_options(left[2:])
    if not left:
        return "", ()
    first = left[0]
    if first.endswith(".py") and first.startswith(("./", "/")):
        return _clean(first), tuple(left[1:])
    if not (is_python(first) or first.rpartition("/")[2] in LAUNCHERS or first in ("streamlit", "ipython", "chainlit")):
        return "", ()
    for at in range(1, len(left)):
        word = left[at]
        if word == "-m" and at + 1 < len(left):
            name = left[at + 1]
            if name in ("torch.distributed.launch", "torch.distributed.run", "accelerate.commands.launch"):
                continue
            return name.replace(".", "/"), tuple(left[at + 2 :])
        if word.endswith(".py") and not word.startswith("-"):
            return _clean(word), tuple(left[at + 1 :])
        launched = any("launch" in w or "torch.distributed" in w for w in left[:at])
        if is_python(first) and not word.startswith("-") and left[at - 1] != "-m" and not launched:
            return "", ()
    return "", ()


def _clean(path: str) -> str:
    while path.startswith("./"):
        path = path[2:]
    return path
