"""Whether a lock was made from the manifest beside it: fresh, stale, or not to be known without the tool."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import PATH, PYPI, Package
from ml_audit_hooks.checks.lockfiles.projects import Tree, folder, joined, shown

FRESH, STALE, UNKNOWN = "fresh", "stale", "unknown"
_UNSAFE = frozenset(("distribute", "pip", "setuptools"))  # what pip-compile leaves out by itself


def judge(tree: Tree) -> None:
    """Add a finding for each stale lock."""
    for path, (state, manifest, reason, mend) in states(tree).items():
        if state == STALE:
            name = manifest.rpartition("/")[2]
            text = f"is not what {name} asks for: {reason}; run {mend}"
            tree.add(path, "LCK003", 1, path.rpartition("/")[2], "stale", text)


def states(tree: Tree) -> dict[str, tuple[str, str, str, str]]:
    """(fresh, stale or unknown; manifest; reason; command that mends it) of each lock with a manifest."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for kind, judged in _JUDGES.items():
        for path in tree.paths(kind):
            said = judged(tree, path)
            if said is not None:
                found[path] = said
    return found


def _by_hash(tree: Tree, path: str, manifest: str, hashes: tuple[str, ...], mend: str) -> tuple[str, str, str, str]:
    locked = tree.value(path, "content-hash", "").rpartition(":")[2]
    if not locked or len(locked) != 64 or not hashes:
        return UNKNOWN, manifest, "", mend
    if locked in hashes:
        return FRESH, manifest, "", mend
    missing = _absent(tree, path, manifest)
    reason = f"it lacks {shown(missing)}" if missing else "its content hash is that of an earlier state"
    return STALE, manifest, reason, mend


def _absent(tree: Tree, lock: str, manifest: str) -> list[str]:
    """The packages that a manifest asks for and that are not in the lock."""
    there = {item.name for item in tree.packages(lock)}
    return sorted({item.name for item in tree.packages(manifest) if item.name not in there and not item.marker})


def _poetry(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "pyproject.toml")
    if not manifest:
        return None
    hashes = tree.value(manifest, "poetry-hashes", ())
    if "poetry" not in tree.value(manifest, "tools", ()):
        others = [other for other in tree.folders[folder(path)] if tree.kind(other) in ("uv.lock", "pdm.lock")]
        if others or not tree.value(manifest, "project"):
            return UNKNOWN, manifest, "", "poetry lock"
    if _number(tree.value(path, "by", "")) >= (2, 3):
        hashes = hashes[:1]
    return _by_hash(tree, path, manifest, hashes, "poetry lock")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _pdm(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "pyproject.toml")
    if not manifest:
        return None
    hashes = tree.value(manifest, "pdm-hashes", ())
    old = _number(tree.value(path, "lock-version", "")) < (4,)
    if old or tree.value(path, "inputs-hashed"):
        hashes = ()
    return _by_hash(tree, path, manifest, hashes, "pdm lock")


def _pylock(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "pyproject.toml")
    if not manifest or tree.value(path, "by") != "pdm" or not tree.value(path, "content-hash"):
        return None
    return _by_hash(tree, path, manifest, tree.value(manifest, "pdm-hashes", ()), "pdm lock")


def _pipenv(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "Pipfile")
    if not manifest:
        return None
    hashes = tree.value(manifest, "pipfile-hashes", ()) if tree.value(path, "lock-version") == "6" else ()
    return _by_hash(tree, path, manifest, hashes, "pipenv lock")


def _uv(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    from ml_audit_hooks.checks.lockfiles import uvstate

    script = path.endswith(".py.lock")
    manifest = path[: -len(".lock")] if script else tree.beside(path, "pyproject.toml")
    asked, locked = tree.value(manifest, "uv", ""), tree.value(path, "uvlock", "")
    if not asked or not locked:
        return None
    state, reason = uvstate.compare(asked, locked, script)
    return state, manifest, reason, f"uv lock --script {manifest.rpartition('/')[2]}" if script else "uv lock"


def _npm(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "package.json")
    if not manifest:
        return None
    asked, locked = tree.value(manifest, "npm", ()), tree.value(path, "npm")
    if locked is None or tree.value(path, "lock-version") not in ("2", "3"):
        return UNKNOWN, manifest, "", "npm install"
    if asked == locked:
        return FRESH, manifest, "", "npm install"
    names = sorted({row[1] for row in set(asked) ^ set(locked)})
    return STALE, manifest, f"they differ on {shown(names)}", "npm install"


# -- requirements that another file was compiled or exported to -------------------------------------------------------


def _compiled(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    command = tree.value(path, "compiled", "")
    if command.startswith("uv export"):
        return _exported(tree, path, command)
    inputs = [_input(tree, path, written) for written in tree.value(path, "inputs", ())]
    known = [manifest for manifest in inputs if manifest]
    if not known or tree.value(path, "packages") is None:
        return None
    mend = "uv pip compile" if command.startswith("uv") else "pip-compile"
    left_out = {
        w.partition("=")[2] for w in command.split() if w.startswith(("--unsafe-package=", "--no-emit-package="))
    }
    for manifest in known:
        for item in _wanted(tree, manifest, command):
            reason = (
                "" if item.name in left_out else _unmet(item, [p for p in tree.packages(path) if p.name == item.name])
            )
            if reason:
                return STALE, manifest, reason, mend
    return (FRESH if len(known) == len(inputs) else UNKNOWN), known[0], "", mend


def _input(tree: Tree, path: str, written: str) -> str:
    """The input of a compiled file: pip-compile ran in its folder or in one above."""
    place = folder(path)
    while True:
        target = joined(place, written)
        if tree.kind(target) in ("requirements.in", "requirements", "pyproject") and target != path:
            return target
        if not place:
            return ""
        place = place.rpartition("/")[0]


def _wanted(tree: Tree, manifest: str, command: str) -> list[Package]:
    if tree.kind(manifest) == "pyproject":
        return [item for item in tree.packages(manifest) if not item.group] if tree.value(manifest, "project") else []
    return [item for part, flag in tree.taken_in(manifest) for item in tree.packages(part) if flag == "-r"]


def _unmet(item: Package, pins: list[Package]) -> str:
    """Why the pins of a package do not answer a requirement; "" where they do or where that is not known."""
    if item.source == PATH or item.name in _UNSAFE or item.marker or not item.name:
        return ""
    if not pins:
        return f"{item.name} is missing"
    versions = [pin.version for pin in pins if pin.version]
    if item.source != PYPI or not item.specifier or not versions:
        return ""
    if any(_meets(version, item.specifier) for version in versions):
        return ""
    return f"{item.name} is {versions[0]}, not {item.specifier}"


def _meets(version: str, specifier: str) -> bool:
    if specifier == f"=={version}":
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, ValueError):
        return True


def _exported(tree: Tree, path: str, command: str) -> tuple[str, str, str, str] | None:
    words = command.split()
    if any(word in ("--project", "--directory", "--script", "--package") for word in words):
        return None
    outputs = [b for a, b in zip(words, words[1:], strict=False) if a in ("-o", "--output-file")]
    outputs += [word.partition("=")[2] for word in words if word.startswith("--output-file=")]
    place = folder(path)
    for _ in range(outputs[0].removeprefix("./").count("/") if outputs and not outputs[0].startswith("..") else 0):
        place = place.rpartition("/")[0]
    lock = next((other for other in tree.folders.get(place, ()) if tree.kind(other) == "uv.lock"), "")
    if not lock or (outputs and outputs[0].startswith("..")):
        return None
    locked = {(item.name, item.version) for item in tree.packages(lock)}
    off = [item for item in tree.packages(path) if item.source == PYPI and (item.name, item.version) not in locked]
    if not off:
        return FRESH, lock, "", "uv export"
    return (
        STALE,
        lock,
        f"{shown([f'{item.name} {item.version}'.strip() for item in off])} is not in the lock",
        "uv export",
    )


# -- conda: no hash that can be known, so only what is missing altogether ---------------------------------------------


def _conda(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    sources = [joined(folder(path), written) for written in tree.value(path, "sources", ())]
    known = [source for source in sources if tree.kind(source) in ("environment", "pyproject")]
    if not known:
        return None
    there = {item.name for item in tree.packages(path)}
    for manifest in known:
        asked = (
            [item for item in tree.packages(manifest) if not item.group] if tree.kind(manifest) == "environment" else []
        )
        off = sorted(
            {item.name for item in asked if item.name not in there and item.source != PATH and not item.marker}
        )
        off = [name for name in off if not name.startswith("__") and name not in ("pip", "conda-lock")]
        if off:
            return STALE, manifest, f"it lacks {shown(off)}", "conda-lock"
    return UNKNOWN, known[0], "", "conda-lock"


def _pixi(tree: Tree, path: str) -> tuple[str, str, str, str] | None:
    manifest = tree.beside(path, "pixi.toml") or tree.beside(path, "pyproject.toml")
    if not manifest or tree.value(manifest, "pixi") is None:
        return None
    there = {item.name for item in tree.packages(path)}
    asked = {item.name for item in tree.packages(manifest) if item.group == "pixi" and item.source not in (PATH,)}
    off = sorted(asked - there)
    if off:
        return STALE, manifest, f"it lacks {shown(off)}", "pixi lock"
    return UNKNOWN, manifest, "", "pixi lock"


_JUDGES = {
    "conda-lock": _conda,
    "package-lock.json": _npm,
    "pdm.lock": _pdm,
    "pipfile.lock": _pipenv,
    "pixi.lock": _pixi,
    "poetry.lock": _poetry,
    "pylock": _pylock,
    "requirements": _compiled,
    "uv.lock": _uv,
}
