"""``Pipfile`` and ``Pipfile.lock`` of pipenv."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses, hashes
from ml_audit_hooks.checks.lockfiles.documents import Lines, json, table, tables, toml, word, words
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.packages import PATH, PYPI, VCS, Package, normalised
from ml_audit_hooks.checks.lockfiles.pyproject import of_table
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NO_PACKAGES = frozenset("source requires scripts pipfile pipenv".split())


def read(text: str) -> Found:
    """What a Pipfile asks for. Raises Unreadable."""
    document, lines, found = toml(text), Lines(text), Found("pipfile")
    for section, items in document.items():
        if section in _NO_PACKAGES or not isinstance(items, dict):
            continue
        group = "" if section == "packages" else "dev" if section == "dev-packages" else section
        first = lines.of(f"[{section}]")
        for name, wanted in items.items():
            line = lines.of(f"{name} =", f"{name}=", f'"{name}"', f"'{name}'", name, first=first)
            found.packages.append(of_table(name, wanted, line, "pipfile")._replace(group=group))
    for item in tables(document.get("source")):
        _source(found, item, lines)
    requires = table(document, "requires")
    python = word(requires.get("python_full_version")) or word(requires.get("python_version"))
    if python:
        found.pythons.append((lines.of("python_full_version", "python_version"), "requires.python_version", python))
    found.more["pipfile-hashes"] = hashes.of_pipfile(document)
    return found


def _source(found: Found, item: dict[str, Any], lines: Lines) -> None:
    address = word(item.get("url"))
    if address:
        found.indexes.append((lines.of(address), "first-index", addresses.without_credentials(address), None))
        if item.get("verify_ssl") is False:
            found.indexes.append((lines.of(address), "--trusted-host", addresses.host(address), None))


def locked(text: str) -> Found:
    """What a Pipfile.lock pins. Raises Unreadable."""
    if "<<<<<<< " in text:
        line = text[: text.index("<<<<<<< ")].count("\n") + 1
        raise Unreadable(f"holds a merge conflict: line {line}")
    document, lines, found = json(text), Lines(text), Found("pipfile.lock")
    if not isinstance(document, dict):
        raise Unreadable("is not a valid lock: no object at the top")
    meta = table(document, "_meta")
    for section, items in document.items():
        if section == "_meta":
            continue
        if not isinstance(items, dict):
            raise Unreadable(f"is not a valid lock: its section {section} is no object")
        first = lines.whole(f'"{section}": {{')
        for name, entry in items.items():
            line = lines.whole(f'"{name}": {{', first)
            group = "" if section == "default" else "dev" if section == "develop" else section
            found.packages.append(_entry(name, entry if isinstance(entry, dict) else {}, line)._replace(group=group))
    for item in tables(meta.get("sources")):
        _source(found, item, lines)
    found.more["content-hash"] = word(table(meta, "hash").get("sha256"))
    spec = meta.get("pipfile-spec")
    found.more["lock-version"] = str(spec) if isinstance(spec, int) else ""
    return found


def _entry(name: str, entry: dict[str, Any], line: int) -> Package:
    version = word(entry.get("version"))
    exact = version.lstrip("=") if version.startswith("==") and "*" not in version else ""
    extras = tuple(sorted(normalised(extra) for extra in words(entry.get("extras"))))
    made = Package(
        *(normalised(name), exact, line, PYPI, word(entry.get("markers")), extras, bool(entry.get("hashes"))),
        kind="pipfile.lock",
        specifier="" if exact else version,
    )
    for vcs in ("git", "hg", "svn", "bzr"):
        if word(entry.get(vcs)):
            where = addresses.without_credentials(word(entry[vcs]))
            return made._replace(source=VCS, where=where, reference=word(entry.get("ref")))
    address = word(entry.get("file")) or word(entry.get("path"))
    if address:
        where = addresses.without_credentials(address)
        return made._replace(source=addresses.source(address) if "://" in address else PATH, where=where)
    return made
