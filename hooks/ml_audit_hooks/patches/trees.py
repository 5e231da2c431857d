"""Whether a diff applies and can be taken back, and whether the syntax tree outside its lines stays."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.python import Module, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.patches.model import Change

_SETTINGS = ("-c", "core.autocrlf=false", "-c", "core.safecrlf=false", "-c", "apply.whitespace=nowarn")


def refused(text: bytes, changes: Sequence[Change]) -> str:
    """Why git does not take the diff; "" where it applies to the old files, gives the new ones, and with ``-R`` the old
    ones again, byte for byte."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory(prefix="ml-audit-") as folder:
        for change in changes:
            if change.old is not None:
                _write(os.path.join(folder, change.path), change.old, change.mode)
        patch = os.path.join(folder, ".git-diff-to-apply")
        _write(patch, text, "100644")
        for options, wanted in (
            ((), [(c.path, c.new) for c in changes]),
            (("-R",), [(c.path, c.old) for c in changes]),
        ):
            said = _apply(folder, patch, *options)
            if said:
                return said
            for path, content in wanted:
                if _read(os.path.join(folder, path)) != content:
                    return f"{path} is not what the diff promised"
    return ""


def _apply(folder: str, patch: str, *options: str) -> str:
    import os
    import subprocess

    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CEILING_DIRECTORIES": os.path.dirname(folder), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull}
    for mode in (("--check",), ()):
        words = ["git", *_SETTINGS, "apply", "--whitespace=nowarn", *mode, *options, patch]
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
        if done.returncode:
            return done.stderr.decode("utf-8", "replace").strip().partition("\n")[0] or "git does not apply it"
    return ""


def _write(path: str, content: bytes, mode: str) -> None:
    import os

    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, int(mode[-3:], 8))


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def keeps_the_rest(old: Module, new: Module, change: Change) -> bool:
    """Whether every statement outside the changed lines is in the new tree as it was in the old one."""
    gone, come = _changed(change)
    return _kept(old, gone) == _kept(new, come)


def _changed(change: Change) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the old lines that went, and of the new ones that came; both with the ones at an empty side."""
    from difflib import SequenceMatcher

    before, after = (change.old or b"").split(b"\n"), change.new.split(b"\n")
    gone: set[int] = set()
    come: set[int] = set()
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone.update(range(a + 1, b + 1))
            come.update(range(c + 1, d + 1))
        if tag in ("insert", "delete"):  # between two lines: a statement that holds both was changed
            gone.update((a, b + 1))
            come.update((c, d + 1))
    return frozenset(gone), frozenset(come)


def _kept(module: Module, lines: frozenset[int]) -> list[str]:
    """The statements none of whose own lines is among `lines`, in order; of compound ones the head."""
    return [_shape(node) for node, first, last in _statements(module.tree) if lines.isdisjoint(range(first, last + 1))]


def _statements(tree: ast.AST) -> Iterator[tuple[ast.AST, int, int]]:
    """Every statement with its own first and last line: those of a compound one end before its body begins."""
    stack = [tree]
    while stack:
        node = stack.pop()
        below = [child for child in children(node) if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))]
        stack += reversed(below)
        if isinstance(node, ast.stmt):
            first, last = node.lineno, node.end_lineno or node.lineno
            yield node, first, max(first, min([last, *(_line(child) - 1 for child in below)]))


def _line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return _line(node.pattern)
    return node.lineno  # type: ignore[attr-defined, no-any-return]


def _shape(node: ast.AST) -> str:
    """A statement without what is below it and without its place."""
    from ast import dump

    kind = type(node)
    fields = {name: getattr(node, name) for name in node._fields if name not in ("body", "orelse", "finalbody")}
    fields = {name: value for name, value in fields.items() if name not in ("handlers", "cases")}
    return f"{kind.__name__}({', '.join(f'{name}={_dumped(value, dump)}' for name, value in fields.items())})"


def _dumped(value: object, dump: object) -> str:
    if isinstance(value, ast.AST):
        return str(dump(value))  # type: ignore[operator]
    if isinstance(value, list):
        return "[" + ", ".join(_dumped(item, dump) for item in value) + "]"
    return repr(value)


def applies_after(first: Change, second: Change) -> bool:
    """Whether git takes the diff of `second` for a file to which `first` was done. Both start from the same file."""
    import os
    import tempfile

    from ml_audit_hooks.patches.diff import unified

    if first.old is None or second.old is None:
        return False
    with tempfile.TemporaryDirectory(prefix="ml-audit-") as folder:
        _write(os.path.join(folder, second.path), first.new, second.mode)
        patch = os.path.join(folder, ".git-diff-to-apply")
        _write(patch, unified([second]), "100644")
        return not _apply(folder, patch)
