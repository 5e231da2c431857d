"""What code imports and no file declares, and what a file declares and no code imports."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import names
from ml_audit_hooks.checks.lockfiles.packages import CONDA, NPM, PATH, Package
from ml_audit_hooks.checks.lockfiles.projects import Tree, is_side, shown
from ml_audit_hooks.core import places

_DECLARING = (
    "environment",
    "pipfile",
    "pixi.toml",
    "pyproject",
    "requirements",
    "requirements.in",
    "setup.cfg",
    "setup.py",
)
_LOCKS = ("conda-lock", "pdm.lock", "pipfile.lock", "pixi.lock", "poetry.lock", "pylock", "uv.lock")
_LEAST = 2  # packages; a repository that declares fewer tells elsewhere what to install


def judge(tree: Tree, paths: frozenset[str]) -> None:
    """Add the findings. `paths`: all that have a record, for the modules of the repository itself."""
    declared = _declared(tree, *_DECLARING)
    if len(declared) < _LEAST or any(tree.value(path, "dynamic") and not tree.packages(path) for path in tree.facts):
        return
    imported = _imported(tree)
    _undeclared(
        tree, imported, declared | _declared(tree, *_LOCKS, "dockerfile", "workflow", "notebook", "script"), paths
    )
    _unused(tree, frozenset(imported))


def _declared(tree: Tree, *kinds: str) -> frozenset[str]:
    """The names of all packages that files of some kinds ask for or pin."""
    return frozenset(
        item.name.replace("_", "-").replace(".", "-")
        for path in tree.paths(*kinds)
        for item in tree.packages(path)
        if item.source != NPM
    )


def _imported(tree: Tree) -> dict[str, list[tuple[int, str, int, int | None]]]:
    """Import name -> (1 for one that may fail or is not of the product, path, line, cell) of each file."""
    found: dict[str, list[tuple[int, str, int, int | None]]] = {}
    for path in tree.paths("notebook", "python", "setup.py", "script"):
        weak_place = path.endswith((".ipynb", "setup.py")) or is_side(path) or places.is_test(path)
        for top, line, cell, weak in tree.value(path, "imports", ()):
            found.setdefault(top, []).append((int(weak or weak_place), path, line, cell))
    return found


def _undeclared(
    tree: Tree,
    imported: dict[str, list[tuple[int, str, int, int | None]]],
    declared: frozenset[str],
    paths: frozenset[str],
) -> None:
    declared |= {name for path in tree.paths("setup.py") for name in tree.value(path, "mentions", ())}
    own = _own_modules(paths) | {name.replace("-", "_") for name in _own_names(tree)}
    for top, rows in sorted(imported.items()):
        strong = [row for row in rows if not row[0]]
        if not strong or top in own or top in names.SHARED or top in names.ELSEWHERE or top.startswith("_"):
            continue
        givers = names.givers(top)
        if any(giver in declared for giver in givers) or _resembles(top, declared):
            continue
        _, path, line, cell = min(strong, key=lambda row: (row[1], row[2]))
        more = f" (and {len(strong) - 1} more files)" if len(strong) > 2 else ""
        text = f"{top} is imported, but no file asks for {givers[0]}"
        tree.add(path, "LCK015", (line, cell), top, "undeclared", text, "warning" if more else "")


def _resembles(top: str, declared: frozenset[str]) -> bool:
    """Whether a declared name may well give the import: one that holds it as a word."""
    low = top.lower().replace("_", "-")
    bare = low.replace("-", "")
    return any(
        low in (name.removeprefix("python-"), name.removeprefix("py"), name.removesuffix("-python"), f"lib{name}")
        or bare == name.replace("-", "")
        or (len(low) > 3 and (name.startswith(f"{low}-") or name.endswith(f"-{low}")))
        for name in declared
    )


def _own_modules(paths: frozenset[str]) -> set[str]:
    """The names under which code of the repository can be imported: every module and every folder with one."""
    found: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        if path.endswith((".py", ".pyi", ".pyx", ".so", ".cu", ".cpp")):
            folder, _, name = path.rpartition("/")
            found.add(name.partition(".")[0])
            folders.add(folder)
    for folder in folders:
        found.update(folder.split("/"))
    return found


def _own_names(tree: Tree) -> set[str]:
    kinds = ("pyproject", "setup.cfg", "setup.py")
    return {tree.value(path, "name") for path in tree.paths(*kinds) if tree.value(path, "name")}


def _unused(tree: Tree, imported: frozenset[str]) -> None:
    """One note for the first manifest at the root whose packages nothing imports."""
    low = {name.lower() for name in imported}
    if len(low) < _LEAST:
        return
    for path in tree.folders.get("", ()):
        if tree.kind(path) not in _DECLARING or is_side(path) or tree.kind(path) == "setup.py":
            continue
        if tree.value(path, "compiled") or len(tree.packages(path)) > 80:  # a whole environment, written down
            continue
        idle = [item for item in tree.packages(path) if _is_idle(item, low)]
        if idle:
            text = f"no code imports {shown(list(dict.fromkeys(item.name for item in idle)))}"
            tree.add(path, "LCK016", idle[0].line, "unused", "unused", text, measure=len(idle))
            return


def _is_idle(item: Package, imported: set[str]) -> bool:
    if item.group or item.source in (CONDA, NPM, PATH) or item.marker or item.extras or names.is_unimported(item.name):
        return False
    stem = item.name.replace("-", "_")
    bare = stem.replace("_", "")
    if any(name.replace("_", "") == bare for name in imported):
        return False
    if any(item.name in givers for top, givers in names.PROVIDERS.items() if top in imported):
        return False
    words = set(item.name.split("-"))
    return not any(name.replace("_", "-") in words or words & set(name.split("_")) for name in imported)
