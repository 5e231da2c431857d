"""Absolute paths that hold on one machine, or on one service, only."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.notebooks.cells import Code
    from ml_audit_hooks.core.python import Module

_SIGNS = (
    *("/Users/", "/content/", "/dbfs/", "/gdrive/", "/home/", "/kaggle/", "/media/", "/mnt/", "/nfs/", "/root/"),
    *("/scratch/", "/workspace/", ":\\", "C:/", "D:/", "E:/", "F:/", "G:/"),
)
# A home folder: `/home/NAME/`, `/Users/NAME/`, `C:\Users\NAME\`; at the start, or behind a blank, quote, = or :
_HOME = re.compile(
    r"""(?:^|(?<=[\s'"=:,;(]))(?:file://)?(/home/(?P<a>[\w.-]+)|/Users/(?P<b>[\w.-]+)"""
    r"""|[A-Za-z]:(?:\\+|/+)Users(?:\\+|/)(?P<c>[\w .-]+(?=[/\\]|$)))(?=[/\\'"\s;)]|$)"""
)
_DRIVE = re.compile(r"(?:file:/{2,3})?([A-Z]:\\{1,2}(?=[\w .-]{2})|[C-G]:/(?=[\w.-]{2}[\w .-]*(?:[/.]|$)))")
# Folders that a hosted service mounts, or an administrator
_MOUNT = re.compile(
    r"(/content/(?:g?drive|MyDrive|[\w.-]+)|/kaggle/(?:input|working|temp)|/dbfs/[\w.-]+|/gdrive/[\w.-]+"
    r"|/(?:media|mnt|nfs|root|scratch|workspace)/[\w.-]+)(?=[/'\"\s;)]|$)"
)
_MOUNT_POINTS = frozenset(("/content/drive", "/content/gdrive", "/content/sample_data", "/gdrive"))
_NOBODY = frozenset(  # stands for whoever reads it
    "foo me my name path some_user someone someuser test user user_name username users usr xxx you your your-name"
    " your-user your-username your_name your_user your_user_name your_username yourname youruser yourusername".split()
)
_HOSTS = frozenset(  # users that an image or a service makes, the same for all
    "Shared azureuser codespace coder datalore ec2-user ipython jovyan jupyter jupyteruser runner sagemaker-user"
    " studio-lab-user trusted-service-user ubuntu vscode zeppelin".split()
)


class Location(NamedTuple):
    """A path."""

    line: int  # from 1
    column: int  # from 1
    root: str  # what makes it hold on one machine: /home/ada
    personal: bool  # a person's folder or a drive's letter, no service's


def may_hold(text: str) -> bool:
    """Whether any sign of such a path stands in a text: without one there is none."""
    return any(sign in text for sign in _SIGNS)


def locations(cell: Code, module: Module | None) -> list[Location]:
    """The paths in the strings of a cell, and in its shell and magic lines, by line."""
    return sorted(_locations(cell, module)) if may_hold(cell.source) else []


def _locations(cell: Code, module: Module | None) -> Iterator[Location]:
    shell = module is None
    for number, line in enumerate(cell.source.split("\n"), 1):
        bare = line.lstrip()
        if (shell or bare.startswith(("!", "%"))) and not bare.startswith("#"):
            yield from _in_command(line, number)
    if module is not None:
        yield from _in_strings(module)


def _in_strings(module: Module) -> Iterator[Location]:
    nodes = module.nodes
    aside = {id(node.value) for node in nodes.get(ast.Expr, ())}  # type: ignore[attr-defined]  # docstrings and the like
    for joined in nodes.get(ast.JoinedStr, ()):
        aside.update(id(part) for part in joined.values[1:])  # type: ignore[attr-defined]  # behind something else
    for sum_ in nodes.get(ast.BinOp, ()):
        aside.add(id(sum_.right))  # type: ignore[attr-defined]
    for node in nodes.get(ast.Constant, ()):
        text = node.value  # type: ignore[attr-defined]
        if text.__class__ is str and len(text) > 3 and "\n" not in text and id(node) not in aside:
            found = _of(text)
            if found is not None:
                yield Location(node.lineno, node.col_offset + 1, *found)  # type: ignore[attr-defined]


def _of(text: str) -> tuple[str, bool] | None:
    """(root, whether it is a person's) of the path in a string."""
    home = _HOME.search(text)
    if home is not None:
        return _of_home(home)
    drive = _DRIVE.match(text)
    if drive is not None:
        return drive[1].rstrip("\\/") + ("\\" if "\\" in drive[1] else "/"), True
    mount = _MOUNT.match(text)
    if mount is not None and text.rstrip("/") not in _MOUNT_POINTS:
        return mount[1], False
    return None


def _of_home(home: re.Match[str]) -> tuple[str, bool] | None:
    name = home["a"] or home["b"] or home["c"]
    if name.lower() in _NOBODY or name.startswith("."):
        return None
    return home[1].replace("\\\\", "\\"), name not in _HOSTS


def _in_command(line: str, number: int) -> Iterator[Location]:
    for word in re.finditer(r"[^\s'\"=]+", line):
        found = _of(word[0])
        if found is not None:
            yield Location(number, word.start() + 1, *found)
            return
