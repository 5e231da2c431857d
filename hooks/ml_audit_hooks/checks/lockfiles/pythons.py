"""The version of Python: said nowhere, or said in two places that exclude each other."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.projects import PYTHON_LOCKS, Tree, folder, is_side

_EXACT = frozenset((".python-version", ".tool-versions", "python-version", "runtime.txt", "FROM python"))
_RANGES = frozenset(("requires-python", "python_requires", "tool.poetry.dependencies.python"))
_ASKING = ("pyproject", "requirements", "setup.cfg", "setup.py")


def judge(tree: Tree) -> None:
    """Add the findings."""
    ranges = _ranges(tree)
    for path in tree.facts:
        if is_side(path):
            continue
        for line, where, version in tree.value(path, "pythons", ()):
            manifest = _nearest(ranges, folder(path))
            if where in _EXACT | {"dependencies.python", "requires.python_version"} and manifest and manifest != path:
                _contradiction(tree, path, line, version, manifest, ranges[folder(manifest)][1])
    _unsaid(tree)


def _ranges(tree: Tree) -> dict[str, tuple[str, str]]:
    """(manifest, range) by folder."""
    found: dict[str, tuple[str, str]] = {}
    for path in tree.paths("pyproject", "setup.cfg", "setup.py"):
        for _, where, text in tree.value(path, "pythons", ()):
            if where in _RANGES and text and not is_side(path):
                found.setdefault(folder(path), (path, text))
    return found


def _nearest(ranges: dict[str, tuple[str, str]], place: str) -> str:
    known = ranges.get(place) or ranges.get("")
    return known[0] if known else ""


def _contradiction(tree: Tree, path: str, line: int, version: str, manifest: str, wanted: str) -> None:
    if not version[:1].isdigit() or version.count(".") < 1:
        return
    exact = version.rstrip(".*").split(",")[0]
    if not exact.replace(".", "").isdigit() or _allows(wanted, exact):
        return
    text = f"Python {exact} is outside of {wanted} in {manifest.rpartition('/')[2]}"
    tree.add(path, "LCK012", line, "python", "python-contradiction", text)


def _allows(wanted: str, version: str) -> bool:
    """Whether any release of a version ("3.11" stands for all of its own) is in the range; True where unknown."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(_pep440(wanted))
    except InvalidSpecifier:
        return True
    probes = [version] if version.count(".") > 1 else [f"{version}.{patch}" for patch in range(40)]
    return any(allowed.contains(probe, prereleases=True) for probe in probes)


def _pep440(wanted: str) -> str:
    """A range of poetry as PEP 440 writes it, where it is of one caret or tilde."""
    parts = []
    for part in wanted.replace(" ", "").split(","):
        numbers = part[1:].split(".")
        if part.startswith("^") and all(n.isdigit() for n in numbers):
            parts += [f">={part[1:]}", f"<{int(numbers[0]) + 1}"]
        elif part.startswith("~") and not part.startswith("~=") and all(n.isdigit() for n in numbers):
            upper = f"{numbers[0]}.{int(numbers[1]) + 1}" if len(numbers) > 1 else str(int(numbers[0]) + 1)
            parts += [f">={part[1:]}", f"<{upper}"]
        else:
            parts.append(part)
    return ",".join(parts)


def _unsaid(tree: Tree) -> None:
    """A note at the root's manifest where no file at all says which Python it is for."""
    if any(tree.value(path, "pythons") for path in tree.facts):
        return
    roots = [path for path in tree.folders.get("", ()) if tree.kind(path) in _ASKING and tree.packages(path)]
    if roots and not any(tree.kind(path) in PYTHON_LOCKS for path in tree.facts):
        text = "no file says which Python this is for: add .python-version or requires-python"
        tree.add(roots[0], "LCK013", 1, "python", "python-unsaid", text)
