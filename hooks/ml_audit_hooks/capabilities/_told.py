"""What a command in a document installs or starts."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _documents, _programs
from ml_audit_hooks.capabilities._patterns import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RUNS = "deployment.runs"  # symbol: the program's path as the command names it
SHELL = "deployment.runs_shell"  # symbol: the script's path
INSTALL = "reading.install"  # symbol: files that the command names
FIRST_RUN = "reading.first_run"  # symbol: files that the command names
SAYS = "reading.says"  # symbol: the first word of a command, which may be a console script
_COMMAND = Pattern(r"[a-z][\w.-]*")
_NAMED = (".py", ".sh", ".ipynb", ".bash")  # endings of files that a command needs to be there
_SETTINGS = (".yaml", ".yml", ".toml")
_RUN_TOOLS = frozenset(
    ("jupyter", "streamlit", "uvicorn", "gunicorn", "make", "just", "docker-compose", "dvc", "snakemake", "mlflow")
)
_TOOLING = frozenset(
    ("pip", "wheel", "setuptools", "uv", "poetry", "pre-commit", "-U", "--upgrade", "-q", "--quiet", "virtualenv")
)


def told(words: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """What one command does: (signal, payload, why)."""
    text = " ".join(words)
    tool = _programs.tool(words)
    script, arguments = _programs.module_or_script(words)
    if script:
        options = " with options" if any(a.startswith("-") or "=" in a for a in arguments) else ""
        yield RUNS, script, f"runs {script}{options}"
    shell = next((w for w in words[:3] if w.endswith((".sh", ".bash"))), "")
    if shell:
        yield SHELL, shell.removeprefix("./"), f"runs {shell}"
    if _documents.has_placeholder(text) or not {"--help", "-h", "--version"}.isdisjoint(words):
        return
    if is_install(words):
        yield INSTALL, " ".join(_needed(words, (".txt", *_SETTINGS, ".sh", ".py"))), f"installs by `{_short(text)}`"
    elif script and not script.endswith("setup.py"):
        if not script.startswith(("pip", "venv", "http", "pytest", "unittest", "build", "torch/utils/collect_env")):
            named = (script, *_needed(arguments, (*_NAMED, *_SETTINGS)))
            yield FIRST_RUN, " ".join(dict.fromkeys(named)), f"runs `{_short(text)}`"
    elif shell and not is_install(words):
        yield (
            FIRST_RUN,
            " ".join(dict.fromkeys((shell.removeprefix("./"), *_needed(words, _NAMED)))),
            f"runs `{_short(text)}`",
        )
    elif tool in _RUN_TOOLS or (tool == "docker" and words[1:2] in (("run",), ("compose",))):
        target = words[1] if tool == "make" and len(words) > 1 else ""
        if tool != "make" or (
            target
            and not target.startswith(("test", "lint", "format", "clean", "doc", "html", "serve-doc", "check", "cov"))
        ):
            yield FIRST_RUN, " ".join(_needed(words, _NAMED)), f"runs `{_short(text)}`"
    elif _COMMAND.fullmatch(tool) and len(words) > 1 and tool not in ("cd", "git", "export", "echo", "mkdir"):
        yield SAYS, tool, f"runs `{_short(text)}`"


def is_install(words: Sequence[str]) -> bool:
    """Whether a command installs something from its own words alone."""
    left = list(words)
    while left and left[0] in ("sudo", "!", "%"):
        left = left[1:]
    if len(left) > 2 and _programs.is_python(left[0]) and left[1] == "-m" and left[2] in ("pip", "uv"):
        left = left[2:]
    head, second = (left[0].rpartition("/")[2] if left else ""), (left[1] if len(left) > 1 else "")
    if "install" in left and _TOOLING.issuperset(left[left.index("install") + 1 :]):
        return False
    if any(word.startswith(("docs/", "doc/")) for word in left):
        return False
    if (head.startswith("pip") and head[3:].replace(".", "").isdigit()) or head in ("pip", "%pip"):
        return second == "install" and len(left) > 2
    if head == "uv":
        return second in ("sync", "add") or (second in ("pip", "tool") and left[2:3] in (["install"], ["sync"]))
    if head in ("conda", "mamba", "micromamba"):
        return second in ("install", "update") or (
            second in ("env", "create") and any(w in ("-f", "--file") or w.startswith("--file=") for w in left)
        )
    if head in ("poetry", "pdm", "pixi", "pipenv", "hatch", "rye"):
        return second in ("install", "sync", "add") or (head == "hatch" and left[1:3] == ["env", "create"])
    if head in ("make", "just", "task"):
        return second.startswith(
            ("install", "setup", "env", "dev", "init", "sync", "deps", "requirements", "venv", "bootstrap")
        )
    if head == "docker":
        return second in ("build", "pull") or left[1:3] in (["compose", "up"], ["compose", "build"], ["compose", "run"])
    if head == "docker-compose":
        return second in ("up", "build", "run")
    if _programs.is_python(head):
        return left[1:3] in (["setup.py", "install"], ["setup.py", "develop"])
    name = next((w for w in left[:2] if w.endswith(".sh")), "").rpartition("/")[2]
    return name.startswith(("install", "setup", "init", "bootstrap"))


def _needed(words: Sequence[str], endings: tuple[str, ...]) -> list[str]:
    """The files that a command names: by ending; options that name an output do not."""
    found = []
    for before, word in zip(("", *words), words, strict=False):
        path = word.partition("=")[2] if word.startswith("-") or "=" in word else word
        if any(part in before + word.partition("=")[0] for part in ("out", "save", "export", "log")):
            continue
        if path.endswith(endings) and "://" not in path and "$" not in path and "*" not in path and "{" not in path:
            found.append(path.removeprefix("./"))
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
