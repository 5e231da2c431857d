"""Install commands in Dockerfiles, workflows and notebooks: ``pip install``, ``uv pip install``, ``conda install``."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.grammar import Malformed
from ml_audit_hooks.checks.lockfiles.packages import CONDA, PATH, Package
from ml_audit_hooks.checks.lockfiles.requirements import package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.commands import Command

_CONDA = frozenset(("conda", "mamba", "micromamba"))
_INDEXES = {
    "--default-index": "--index-url",
    "--extra-index-url": "--extra-index-url",
    "--find-links": "--find-links",
    "--index": "first-index",
    "--index-url": "--index-url",
    "--trusted-host": "--trusted-host",
    "-f": "--find-links",
    "-i": "--index-url",
}
_FILES = {"--constraint": "-c", "--requirement": "-r", "-c": "-c", "-r": "-r"}
_VALUED = frozenset(  # options of pip, uv and conda that take a word of their own
    "--abi --cache-dir --channel --cert --client-cert --config-settings --exists-action --implementation --log --name"
    " --no-binary --only-binary --only-group --platform --prefix --progress-bar --proxy --python --python-version"
    " --report --retries --root --src --target --timeout --torch-backend --upgrade-strategy -p -t -n -C --group --extra"
    " --index-strategy --resolution --prerelease --file --python-platform".split()
)
_SELF = frozenset(("pip", "setuptools", "wheel", "uv", "build", "twine"))  # tools of the installation itself


def in_commands(found: Found, commands: Iterable[Command], cell: int | None = None) -> None:
    """Add what the install commands among `commands` say."""
    for command in commands:
        tool, rest = _install(command.words)
        if tool == "pip":
            _pip(found, rest, command.line, cell)
        elif tool == "conda":
            _conda(found, rest, command.line, cell)


def _install(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """(pip or conda, the words behind ``install``); ("", ()) for another command."""
    names = [word.rpartition("/")[2] for word in words[:8]]
    for i, name in enumerate(names):
        if name.startswith("pip") and name[3:].replace(".", "").isdigit() | (name == "pip"):
            if "install" in words[i + 1 : i + 3]:
                return "pip", words[words.index("install", i) + 1 :]
        elif name in _CONDA and "install" in words[i + 1 : i + 2]:
            return "conda", words[i + 2 :]
    return "", ()


def _split(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(option, value) and ("", word), redirections left out."""
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if word.startswith("--") and "=" in word:
            name, _, value = word.partition("=")
            yield name, value
        elif word in _VALUED or word in _INDEXES or word in _FILES or word in ("-e", "--editable"):
            yield word, words[i] if i < len(words) else ""
            i += 1
        elif len(word) > 2 and word[:2] in _FILES and not word.startswith("--"):
            yield word[:2], word[2:]
        elif word[0:1] in (">", "<") or word[:2] in ("2>", "1>"):
            i += word in (">", ">>", "2>", "1>", "<")
        else:
            yield (word, "") if word.startswith("-") else ("", word)


def _pip(found: Found, words: tuple[str, ...], line: int, cell: int | None) -> None:
    for option, value in _split(words):
        if "$" in value or "{" in value or "`" in value or value[:1] == "<":
            continue  # a variable of the shell or of a template
        if option in _INDEXES:
            found.indexes.append((line, _INDEXES[option], addresses.without_credentials(value), cell))
        elif option in _FILES and cell is None:
            found.includes.append((line, _FILES[option], value))
        elif (not option or option in ("-e", "--editable")) and value:
            _package(found, value, line, cell)


def _package(found: Found, value: str, line: int, cell: int | None) -> None:
    try:
        made = package(value, line, found.kind, False, cell)
    except Malformed:
        return  # words of the shell that this reader does not know
    if made.source == PATH or made.name in _SELF:
        return
    found.packages.append(made)


def _conda(found: Found, words: tuple[str, ...], line: int, cell: int | None) -> None:
    from ml_audit_hooks.checks.lockfiles.conda_files import conda_version

    for option, value in _split(words):
        if option or not value or "$" in value or "{" in value or "/" in value:
            continue
        body = value.rpartition("::")[2]
        name = body
        for mark in "=<>!":
            name = name.partition(mark)[0]
        version, fuzzy = conda_version(body[len(name) :])
        exact = "" if fuzzy else version
        if name and name.replace("-", "a").replace("_", "a").replace(".", "a").isalnum():
            found.packages.append(
                Package(
                    *(name.lower(), exact, line, CONDA),
                    kind=found.kind,
                    specifier=body[len(name) :],
                    cell=cell,
                    declared=True,
                )
            )


def of_dockerfile(text: str) -> Found:
    """The install commands of a Dockerfile, and the Python image that it starts from."""
    from ml_audit_hooks.core import commands

    found = Found("dockerfile")
    if "install" in text:
        in_commands(found, commands.in_dockerfile(text))
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if len(words) > 1 and words[0].upper() == "FROM":
            image = next((word for word in words[1:] if not word.startswith("--")), "")
            name, _, tag = image.rpartition("/")[2].partition(":")
            version = tag.partition("@")[0].partition("-")[0]
            if name == "python" and "." in version and version.replace(".", "").isdigit():
                found.pythons.append((number, "FROM python", version))
    return found


def of_workflow(text: str) -> Found:
    """The install commands of a CI workflow."""
    from ml_audit_hooks.core import commands

    found = Found("workflow")
    if "install" in text:
        in_commands(found, commands.in_workflow(text))
    return found


def of_cell(found: Found, source: str, cell: int) -> None:
    """Add the install commands of a notebook's cell: ``!pip install``, ``%pip install``, ``%conda install``."""
    from ml_audit_hooks.core import commands

    shell = source.lstrip().startswith(("%%bash", "%%sh", "%%shell", "%%script"))
    rows: list[str] = []
    for line in source.split("\n"):
        bare = line.strip()
        magic = bare.startswith(("!", "%pip", "%conda", "%mamba", "pip install", "%uv"))
        continued = bool(rows) and rows[-1].endswith("\\")
        rows.append(bare.lstrip("!%") if magic or continued or (shell and not bare.startswith("%%")) else "")
    in_commands(found, commands.in_shell("\n".join(rows)), cell)
