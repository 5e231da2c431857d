"""Requirements that are not pinned, hashes that are only partly there, and sources that move."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.packages import CONDA, PATH, PYPI, URL, VCS, Package
from ml_audit_hooks.checks.lockfiles.projects import PYTHON_LOCKS, Tree, folder, is_side, shown

_ASKING = ("dockerfile", "environment", "notebook", "requirements")  # of a workflow most are tools of its own
_LISTS = frozenset(("environment", "requirements"))
_FREE = frozenset(("nb_conda_kernels", "pip", "setuptools", "wheel"))  # of the tools that install


def judge(tree: Tree) -> None:
    """Add the findings."""
    read_by_setup = _read_by_setup(tree)
    for path in tree.paths(*_ASKING):
        _unpinned(tree, path, read_by_setup)
    for path in tree.paths("requirements", "constraints"):
        _hashes(tree, path)
    for path in tree.paths(*PYTHON_LOCKS):
        _lock_hashes(tree, path)
    for path in tree.facts:
        _moving(tree, path)


def _read_by_setup(tree: Tree) -> frozenset[str]:
    """The requirements files that a setup.py or pyproject.toml takes for a library's dependencies: ranges are right."""
    from ml_audit_hooks.checks.lockfiles.projects import joined

    found = set()
    for path in tree.paths("setup.py", "setup.cfg", "pyproject"):
        found |= {joined(folder(path), written) for written in tree.value(path, "reads", ())}
    return frozenset(found)


def _unpinned(tree: Tree, path: str, read_by_setup: frozenset[str]) -> None:
    kind = tree.kind(path)
    asked = [item for item in tree.packages(path) if item.source in (CONDA, PYPI) and item.name not in _FREE]
    loose = [item for item in asked if not item.version and item.declared and item.name != "python"]
    bound = _constrained(tree, path)
    loose = [item for item in loose if item.name not in bound]
    if not loose:
        return
    level = "note"
    if kind in _LISTS and not is_side(path) and path not in read_by_setup and not _has_lock(tree, path):
        level = "warning"
    names = list(dict.fromkeys(item.name for item in loose))
    what = f"{len(names)} of {len({item.name for item in asked})} packages are" if kind in _LISTS else "installs"
    text = f"{what} {'not pinned' if kind in _LISTS else 'without a version'}: {shown(names)}"
    tree.add(path, "LCK004", (loose[0].line, loose[0].cell), kind, "unpinned", text, level, len(names))


def _constrained(tree: Tree, path: str) -> frozenset[str]:
    """The packages that a file's constraints pin, or another file that it takes in."""
    parts = [part for part, flag in tree.taken_in(path) if part != path]
    return frozenset(item.name for part in parts for item in tree.packages(part) if item.version)


def _has_lock(tree: Tree, path: str) -> bool:
    """Whether a lock lies beside a list, or a pinned list of the same name that it is the source of."""
    kinds = {tree.kind(other) for other in tree.folders.get(folder(path), ())}
    if tree.kind(path) == "environment":
        return bool(kinds & {"conda-explicit", "conda-lock", "pixi.lock"})
    return bool(kinds & (PYTHON_LOCKS - {"conda-explicit", "conda-lock"}))


def _hashes(tree: Tree, path: str) -> None:
    """pip asks for all hashes where there is one: such a file cannot be installed."""
    items = [(part, item) for part, flag in tree.taken_in(path) if flag == "-r" for item in tree.packages(part)]
    if not any(item.hashes for part, item in items if part == path and item.source in (PYPI, URL)):
        return
    bare = [item for part, item in items if not item.hashes and part == path]
    if bare:
        names = shown(list(dict.fromkeys(item.name for item in bare)))
        text = f"some packages have hashes, so pip refuses those without: {names}"
        tree.add(path, "LCK005", bare[0].line, "hashes", "hashes-missing", text, measure=len(bare))


def _lock_hashes(tree: Tree, path: str) -> None:
    items = [item for item in tree.packages(path) if item.source == PYPI and item.version]
    bare = [item for item in items if not item.hashes]
    if bare and len(bare) < len(items) / 2:  # a lock that was told to leave them out has none at all
        names = shown(list(dict.fromkeys(item.name for item in bare)))
        text = f"the lock holds hashes, but none of {names}"
        tree.add(path, "LCK005", bare[0].line, "hashes", "hashes-missing", text, "note", measure=len(bare))


def _moving(tree: Tree, path: str) -> None:
    """A VCS address that names no commit: what it gives changes without a commit here."""
    kind = tree.kind(path)
    pinned_elsewhere = kind in ("pipfile", "pyproject") and _has_lock(tree, path)
    seen: set[str] = set()
    for item in tree.packages(path):
        if item.source == PATH or item.name in seen or item.where.startswith(("$", "{")) or "${" in item.where:
            continue
        said = _moves(item)
        if not said or pinned_elsewhere:
            continue
        seen.add(item.name)
        level = "note" if is_side(path) or said.startswith("the tag") or kind in ("notebook", "workflow") else ""
        where = addresses.host(item.where) or "its repository"
        text = f"{item.name or 'a package'} from {where} is {said}: pin a commit"
        tree.add(path, "LCK006", (item.line, item.cell), item.name, "moving", text, level)


def _moves(item: Package) -> str:
    """What a package's address follows; "" where it stays what it is."""
    if item.source == URL:
        tail = item.where.partition("#")[0].partition("?")[0]
        if "/archive/" in tail and tail.rpartition("/")[2].partition(".")[0] in ("main", "master", "develop"):
            return f"the branch {tail.rpartition('/')[2].partition('.')[0]}"
        return ""
    if item.source != VCS:
        return ""
    if not item.reference:
        return "whatever the default branch holds"
    if addresses.is_commit(item.reference) or addresses.is_short_commit(item.reference):
        return ""
    return f"the tag {item.reference}" if addresses.is_tag(item.reference) else f"the branch or tag {item.reference}"
