"""Two files of one project that pin a package at two versions."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import CONDA, NPM, PATH, VCS, public
from ml_audit_hooks.checks.lockfiles.projects import Tree, folder, is_side, shown

_KINDS = ("dockerfile", "environment", "pipfile", "pyproject", "requirements", "setup.cfg", "setup.py")
_LOCKS = ("conda-lock", "pdm.lock", "pipfile.lock", "pixi.lock", "poetry.lock", "pylock", "uv.lock")
_CONDA_NAMES = {"pytorch": "torch", "pytorch-gpu": "torch", "tensorflow-gpu": "tensorflow", "opencv": "opencv-python"}
_VARIANTS = frozenset(
    "a100 amd apple arm arm64 colab cpu cuda cu gpu hpu intel jetson latest legacy linux m1 mac macos max min minimal"
    " minimum mps nightly npu old oldest osx rocm tpu windows win xpu".split()
)


def judge(tree: Tree) -> None:
    """Add a finding for each pair of files that contradict each other, at the one that is no lock."""
    for place in sorted(tree.folders):
        files = [path for path in _of_project(tree, place) if not _is_variant(path)]
        pins = {path: found for path in files if (found := _pins(tree, path))}
        names = sorted(pins, key=lambda path: (tree.kind(path) not in _LOCKS, path))
        told: set[str] = set()
        for i, first in enumerate(names):
            for second in names[i + 1 :]:
                if second not in told and _compare(tree, pins, first, second):
                    told.add(second)


def _of_project(tree: Tree, place: str) -> list[str]:
    """The files of a folder, and of its ``requirements`` folder, that one environment is made from."""
    inner = f"{place}/requirements".lstrip("/")
    if place.rpartition("/")[2] == "requirements":
        return []  # looked at with the folder above
    paths = [*tree.folders.get(place, ()), *tree.folders.get(inner, ())]
    return [path for path in paths if tree.kind(path) in (*_KINDS, *_LOCKS) and not is_side(path)]


_BASES = frozenset(
    "all base conda constraints env environment frozen full lock main pinned prod production reqs".split()
)


def _is_variant(path: str) -> bool:
    """Whether a file is for one kind of machine, use or version of Python: it is meant to differ."""
    name = path.rpartition("/")[2].rpartition(".")[0].lower().replace("_", "-").replace(".", "-")
    if name.startswith(("requirement", "environment", "env-", "conda")):
        return any(word not in _BASES and not word.startswith("requirement") for word in name.split("-") if word)
    for word in name.split("-"):
        bare = word.rstrip("0123456789")
        if word in _VARIANTS or bare in _VARIANTS or (bare in ("py", "python", "tf", "torch", "jax") and bare != word):
            return True
    return False


def _pins(tree: Tree, path: str) -> dict[str, frozenset[str]]:
    """The public versions that a file pins, by package; those under a marker or in an extra are left out."""
    found: dict[str, set[str]] = {}
    left_out = set()
    lock = tree.kind(path) in _LOCKS
    for item in tree.packages(path):
        name = _CONDA_NAMES.get(item.name, item.name) if item.source == CONDA else item.name
        if item.source in (NPM, PATH, VCS) or not item.version or name == "python":
            continue
        if (item.marker or item.group) and not lock:
            left_out.add(name)
            continue
        found.setdefault(name, set()).add(_trimmed(public(item.version)))
    return {name: frozenset(versions) for name, versions in found.items() if name not in left_out}


def _trimmed(version: str) -> str:
    while version.endswith(".0"):
        version = version[:-2]
    return version


def _compare(tree: Tree, pins: dict[str, dict[str, frozenset[str]]], first: str, second: str) -> bool:
    if tree.kind(first) in _LOCKS and tree.kind(second) in _LOCKS:
        return False  # of two tools: each resolves by itself
    if {tree.kind(first), tree.kind(second)} == {"dockerfile"}:
        return False  # two images
    off = sorted(
        name for name in pins[first].keys() & pins[second].keys() if not pins[first][name] & pins[second][name]
    )
    if not off:
        return False
    shares = [f"{name} {min(pins[second][name])} (there {min(pins[first][name])})" for name in off]
    line = next((item.line for item in tree.packages(second) if item.name == off[0]), 1)
    other = first if folder(first) != folder(second) else first.rpartition("/")[2]
    tree.add(
        second, "LCK014", line, other, "pinned-twice", f"{other} pins other versions: {shown(shares)}", measure=len(off)
    )
    return True
