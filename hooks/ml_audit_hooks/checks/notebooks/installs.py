"""Packages that a notebook installs without saying which version."""

from __future__ import annotations

import re

from ml_audit_hooks.core import commands
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIP = re.compile(r"(?:.*/)?pip3?(?:\.\d+)?")
_CONDA = frozenset(("conda", "mamba", "micromamba"))
_SHELLS = frozenset(("!", "bash", "cmd", "script", "sh", "sx", "system"))  # cell magics
_TOOLS = frozenset(("pip", "setuptools", "uv", "wheel", "ipykernel", "jupyter", "notebook", "jupyterlab"))
_TAKES_VALUE = frozenset(  # options and redirections whose next word is no package to pin
    "&> --abi --build --cache-dir --cert --client-cert --config-settings --dest --download --editable"
    " --exists-action --extra-index-url --file --find-links --global-option --implementation --index"
    " --index-url --install-option --log --no-binary --only-binary --platform --prefix --progress-bar --proxy"
    " --python --python-version --report --requirement --requirements --retries --root --src --target --timeout"
    " --torch-backend --trusted-host --upgrade-strategy --use-deprecated --use-feature -C -b -d -e -f -i -p -r"
    " -t 1> 2> < > >>".split()
)
_CONDA_VALUE = frozenset(("--channel", "--name", "--solver", "-c", "-n"))
_CONSTRAINTS = ("-c", "--constraint", "--constraints", "--build-constraint", "--override")
_NAME = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?P<bound>[<>=~!].*)?")
_BRANCHES = re.compile(
    r"(?i)(?:main|master|dev|develop|devel|nightly|latest|head|trunk|stable|pip)(?:\.zip|\.tar\.gz)?"
)


class Install(NamedTuple):
    """A command that installs something unpinned."""

    line: int  # from 1
    bare: tuple[str, ...]  # names without any version
    ranged: tuple[str, ...]  # names with a range of versions


def installs(source: str) -> Iterator[Install]:
    """The commands in the source of a cell that install without an exact version."""
    if "install" not in source:
        return
    lines = source.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    in_shell = first.startswith("%%") and first[2:].split()[:1] != [] and first[2:].split()[0] in _SHELLS
    if first.startswith("%%") and not in_shell and first[2:].split()[:1] not in (["capture"], ["time"]):
        return
    at = 0
    while at < len(lines):
        start, line = at, lines[at].strip()
        while line.endswith("\\") and at + 1 < len(lines):
            at += 1
            line = line[:-1] + " " + lines[at].strip()
        at += 1
        if "install" not in line:
            continue
        if line.startswith(("!", "%")) and not line.startswith("%%"):
            line = line.lstrip("!%")
        elif not in_shell:
            continue
        for command in commands.in_shell(line):
            bare, ranged = unpinned(command.words)
            if bare or ranged:
                yield Install(start + 1, bare, ranged)


def unpinned(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(packages without a version, packages with a range) that a command installs; both empty for other commands."""
    if "install" not in words:
        return (), ()
    at = [*words].index("install")
    before = [word for word in words[:at] if not word.startswith("-")]
    tool = before[-1] if before else ""
    conda = tool in _CONDA
    if not conda and not _PIP.fullmatch(tool):
        return (), ()
    rest = list(words[at + 1 :])
    if not conda and any(word.startswith(_CONSTRAINTS[1:]) or word == "-c" for word in rest):
        return (), ()
    bare: list[str] = []
    ranged: list[str] = []
    for word in _packages(rest, conda):
        name, bound = _loose(word, conda)
        if name and name.lower() not in _TOOLS:
            (ranged if bound else bare).append(name)
    return tuple(dict.fromkeys(bare)), tuple(dict.fromkeys(ranged))


def _packages(words: list[str], conda: bool) -> Iterator[str]:
    """The words of an install command that name packages."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _TAKES_VALUE or (conda and word in _CONDA_VALUE):
            skip = True
        elif word and word[0] not in "-><" and not word.startswith(("2>", "1>", "&>")):
            yield word


def _loose(word: str, conda: bool) -> tuple[str, bool]:
    """(name, whether a range is given) of a package that is not pinned; ("", False) where it is, or one cannot tell."""
    if "$" in word or "{" in word or word.startswith((".", "/", "~", "file:")):
        return "", False
    if "://" in word or word.startswith("git+"):
        return _loose_address(word), False
    if conda:
        word = word.rpartition("::")[2]
    if "/" in word or "\\" in word:
        return "", False
    hit = _NAME.fullmatch(word)
    if hit is None or word.endswith((".whl", ".zip", ".tar.gz", ".txt")):
        return "", False
    bound = hit["bound"] or ""
    if "==" in bound or (conda and bound.startswith("=")):
        return "", False
    return hit["name"], bool(bound)


def _loose_address(word: str) -> str:
    """The last part of an address that leads to whatever stands there today; "" for one of a fixed revision."""
    _, at, address = word.partition(" @ ")
    address = (address if at else word).partition("#")[0].rstrip("/")
    last = address.rpartition("/")[2]
    if "git+" in address:
        stem, fixed, revision = last.partition("@")
        return "" if fixed and not _BRANCHES.fullmatch(revision) else stem.removesuffix(".git")
    if _BRANCHES.fullmatch(last):
        parts = address.split("/")
        return parts[4] if len(parts) > 4 else last
    return ""
