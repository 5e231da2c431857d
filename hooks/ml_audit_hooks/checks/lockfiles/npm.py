"""``package.json`` and ``package-lock.json``, as the manual of npm describes them under configuring npm."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.documents import Lines, json, table, word
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.packages import NPM, Package
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")


def manifest(text: str) -> Found:
    """What a package.json asks for. Raises Unreadable."""
    document, found = _object(text), Found("package.json")
    found.more["npm"] = _asked(document)
    found.more["name"] = word(document.get("name"))
    found.more["workspaces"] = int(bool(document.get("workspaces")))
    found.more["private"] = int(document.get("private") is True)
    return found


def lock(text: str) -> Found:
    """What a package-lock.json pins. Raises Unreadable."""
    document, found = _object(text), Found("package-lock.json")
    lines = Lines(text)
    packages = document.get("packages")
    if packages is not None and not isinstance(packages, dict):
        raise Unreadable("is not a valid lock: its packages are no object")
    if isinstance(packages, dict):
        for path, entry in packages.items():
            if "node_modules/" in path and isinstance(entry, dict) and entry.get("link") is not True:
                name = word(entry.get("name")) or path.rpartition("node_modules/")[2]
                _add(found, name, entry, lines.whole(f'"{path}": {{'))
        if isinstance(packages.get(""), dict):
            found.more["npm"] = _asked(packages[""])
    else:
        _nested(found, table(document, "dependencies"), lines, 0)
    found.more["lock-version"] = str(document.get("lockfileVersion", ""))
    return found


def _nested(found: Found, entries: dict[str, Any], lines: Lines, depth: int) -> None:
    for name, entry in entries.items():
        if isinstance(entry, dict):
            _add(found, name, entry, lines.whole(f'"{name}": {{'))
            if depth < 50:
                _nested(found, table(entry, "dependencies"), lines, depth + 1)


def _add(found: Found, name: str, entry: dict[str, Any], line: int) -> None:
    version, where = word(entry.get("version")), word(entry.get("resolved"))
    hashed = bool(entry.get("integrity"))
    found.packages.append(Package(name.lower(), version, line, NPM, "", (), hashed, found.kind, "", where))


def _object(text: str) -> dict[str, Any]:
    document = json(text)
    if not isinstance(document, dict):
        raise Unreadable("is not a valid package file: no object at the top")
    return document


def _asked(entry: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """(table, name, range) of everything that is asked for, sorted. What is optional counts once, as npm does."""
    optional = table(entry, "optionalDependencies")
    rows = []
    for name in _TABLES:
        for package, wanted in table(entry, name).items():
            if name == "dependencies" and package in optional:
                continue
            rows.append((name, package, word(wanted)))
    return tuple(sorted(rows))
