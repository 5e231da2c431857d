"""A project without a lock, and a lock that git ignores."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import PATH, PYPI
from ml_audit_hooks.checks.lockfiles.projects import PYTHON_LOCKS, Tree, ancestors, folder, is_side

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.settings import Settings

_MANIFESTS = ("pipfile", "pyproject", "pixi.toml", "setup.cfg", "setup.py")  # the first of a folder stands for it
_LOCK_OF = {"pdm": "pdm.lock", "pipfile": "Pipfile.lock", "pixi": "pixi.lock", "poetry": "poetry.lock", "uv": "uv.lock"}
_COMMANDS = {
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
    "pixi.lock": "pixi lock",
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
}
_TEXTS = frozenset(("requirements", "constraints"))


def judge(tree: Tree, settings: Settings) -> None:
    """Add a finding for each project that nothing locks."""
    profile = str(settings.get("profile", "auto"))
    for place in sorted(tree.folders):
        by_kind = {kind: path for path in tree.folders[place] if (kind := tree.kind(path)) in _MANIFESTS}
        manifests = [by_kind[kind] for kind in _MANIFESTS if kind in by_kind and _asks(tree, by_kind[kind])]
        if manifests and not is_side(f"{place}/pyproject.toml") and not _is_locked(tree, place, manifests):
            _missing(tree, manifests, _level(tree, manifests, profile))
    for path in tree.paths("package.json"):
        if (
            tree.value(path, "npm")
            and not is_side(path)
            and not any(_npm_lock(tree, place) for place in ancestors(folder(path)))
        ):
            text = "no lock pins what package.json asks for: commit package-lock.json (npm install)"
            tree.add(path, "LCK001", 1, "package.json", "lock-missing", text, "note")


def _npm_lock(tree: Tree, place: str) -> bool:
    return any(tree.kind(path) in ("package-lock.json", "npm-other") for path in tree.folders.get(place, ()))


def _asks(tree: Tree, path: str) -> bool:
    """Whether a manifest asks for packages from outside, other than the tools of its own tests."""
    if any(item.source != PATH and not item.group and item.name != "python" for item in tree.packages(path)):
        return True
    return tree.kind(path) == "pipfile" and bool(tree.packages(path))


def _is_locked(tree: Tree, place: str, manifests: list[str]) -> bool:
    for above in ancestors(place):
        for path in tree.folders.get(above, ()):
            kind = tree.kind(path)
            same = above == place or kind == "uv.lock"  # the lock of a workspace lies at its root
            if kind in PYTHON_LOCKS and same and not path.endswith(".py.lock"):
                return True
    for beside in (place, f"{place}/requirements".lstrip("/"), f"{place}/constraints".lstrip("/")):
        if any(tree.kind(path) in _TEXTS and is_pinned(tree, path) for path in tree.folders.get(beside, ())):
            return True
    exact = [item for path in manifests for item in tree.packages(path) if not item.group and item.source == PYPI]
    return bool(exact) and all(item.version for item in exact)


def is_pinned(tree: Tree, path: str) -> bool:
    """Whether a requirements file pins all that it asks for, more than a tool or two."""
    if is_side(path):
        return False
    items = [item for part, _ in tree.taken_in(path) for item in tree.packages(part) if item.source == PYPI]
    return len(items) > 1 and all(item.version for item in items)


def _level(tree: Tree, manifests: list[str], profile: str) -> str:
    """note, warning or error, by what the project is: nobody locks a library for its users."""
    if profile == "application":
        return "error"
    if profile == "library":
        return "note"
    application = tree.kind(manifests[0]) == "pipfile" or any(tree.value(path, "application") for path in manifests)
    return "warning" if application else "note"


def _missing(tree: Tree, manifests: list[str], level: str) -> None:
    path = manifests[0]
    tools = ["pipfile"] if tree.kind(path) == "pipfile" else list(tree.value(path, "tools", ()))
    names = [_LOCK_OF[tool] for tool in tools if tool in _LOCK_OF]
    for lock in names or ["uv.lock", "poetry.lock", "pdm.lock"]:
        rule = _ignoring(tree, folder(path), lock, named=not names)
        if rule is not None:
            where, line, pattern = rule
            text = f"git ignores {lock} by the pattern {pattern}, so nothing pins what {_name(path)} asks for"
            tree.add(where, "LCK002", line, f"{folder(path)}/{lock}".lstrip("/"), "lock-ignored", text, level)
            return
    how = f"commit {names[0]} ({_COMMANDS[names[0]]})" if names else "commit a lock (uv lock, or pip-compile)"
    line = min((item.line for item in tree.packages(path)), default=1)
    tree.add(
        path, "LCK001", line, _name(path), "lock-missing", f"no lock pins what {_name(path)} asks for: {how}", level
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _ignoring(tree: Tree, place: str, lock: str, named: bool) -> tuple[str, int, str] | None:
    """(.gitignore, line, pattern) of the last pattern that decides on a lock, where it ignores it.

    With `named`, only a pattern that spells the lock's name counts: nothing says that the project uses that tool.
    """
    path = f"{place}/{lock}".lstrip("/")
    for above in ancestors(place):
        for ignore in tree.folders.get(above, ()):
            if tree.kind(ignore) != "gitignore":
                continue
            for line, pattern in reversed(tree.value(ignore, "patterns", ())):
                if matches(pattern.removeprefix("!"), path[len(above) :].lstrip("/")):
                    if pattern.startswith("!") or (named and lock not in pattern):
                        return None
                    return ignore, line, pattern
    return None


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern of a .gitignore matches a file, `path` relative to its folder (https://git-scm.com/docs/gitignore)."""
    if pattern.endswith("/"):
        return False  # a folder only
    anchored = "/" in pattern
    bare = pattern.removeprefix("/")
    if not anchored:
        path = path.rpartition("/")[2]
    if not set(bare) & set("*?[\\"):
        return bare == path
    if bare.startswith("**/") and matches(bare[3:], path):
        return True
    from fnmatch import fnmatchcase

    return fnmatchcase(path, bare) and ("**" in bare or bare.count("/") == path.count("/"))
