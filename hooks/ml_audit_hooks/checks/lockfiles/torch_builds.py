"""Builds of torch: those that PyPI does not have, and those that differ by machine."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import PYPI
from ml_audit_hooks.checks.lockfiles.projects import Tree, is_side, shown

_BUILT = frozenset("functorch torch torchaudio torchdata torchtext torchvision jaxlib".split())
_FILES = ("dockerfile", "environment", "requirements", "workflow", "pyproject", "pipfile", "notebook")
_HOSTED = ("pytorch", "/whl", "wheel", "jax")


def judge(tree: Tree) -> None:
    """Add a finding for each file with a build that cannot be had, or that is not said."""
    somewhere = any(
        _serves(address) for path in tree.facts for _, option, address, _ in tree.value(path, "indexes", ())
    )
    for path in tree.paths(*_FILES):
        built = [item for item in tree.packages(path) if item.name in _BUILT and item.source == PYPI]
        if not built:
            continue
        rows = tree.indexes(path)
        local = [item for item in built if "+" in item.version]
        if local and not any(option != "--trusted-host" for _, option, _, _ in rows):
            names = shown(sorted({f"{item.name} {item.version}" for item in local}))
            text = f"PyPI has no {names}, and the file names no index that does"
            level = "note" if somewhere or is_side(path) else ""
            tree.add(path, "LCK010", (local[0].line, local[0].cell), "torch", "no-index", text, level)
        _differs(tree, path, rows)


def _serves(address: str) -> bool:
    return any(word in address for word in _HOSTED)


def _differs(tree: Tree, path: str, rows: list[tuple[int, str, str, int | None]]) -> None:
    """An index of one CUDA beside PyPI: which build is taken depends on what the index has for the machine."""
    flavours = sorted({_flavour(address) for _, option, address, _ in rows if option == "--extra-index-url"} - {""})
    plain = [
        i for i in tree.packages(path) if i.name in _BUILT and i.source == PYPI and i.declared and "+" not in i.version
    ]
    if flavours and plain and tree.kind(path) == "requirements":
        first = plain[0]
        text = f"{first.name} is the build of {shown(flavours)} or that of PyPI, by what there is for the machine"
        tree.add(path, "LCK011", first.line, first.name, "build-differs", text)


def _flavour(address: str) -> str:
    """``cu121`` of https://download.pytorch.org/whl/cu121."""
    if "download.pytorch.org" not in address:
        return ""
    last = address.rstrip("/").rpartition("/")[2]
    return last if last.startswith(("cu", "rocm", "cpu", "xpu")) else ""
