"""Locks written in TOML: poetry.lock, uv.lock, pdm.lock and pylock.toml (PEP 751)."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.documents import Lines, table, tables, toml, word, words
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.packages import PATH, PYPI, URL, VCS, Package, normalised
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_UV_SCHEMA = 1


def read(text: str, kind: str) -> Found:
    """What a lock says. Raises Unreadable."""
    if "<<<<<<< " in text and "\n>>>>>>> " in text:
        line = text[: text.index("<<<<<<< ")].count("\n") + 1
        raise Unreadable(f"holds a merge conflict: line {line}")
    document = toml(text)
    found = Found(kind)
    _READERS[kind](found, document, text)
    return found


def _rows(document: dict[str, Any], text: str, key: str) -> list[tuple[dict[str, Any], int]]:
    """The packages with their lines. Raises Unreadable for one that is no table."""
    items = document.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unreadable(f"is not a valid lock: its {key} is no list of tables")
    heads = Lines(text).heads(f"[[{key}]]")
    lines = heads if len(heads) == len(items) else [1] * len(items)
    return list(zip(items, lines, strict=True))


def _name(item: dict[str, Any], key: str, line: int) -> str:
    name = item.get("name")
    if not isinstance(name, str) or not name:
        raise Unreadable(f"is not a valid lock: a {key} has no name: line {line}")
    return normalised(name)


def _of_poetry(found: Found, document: dict[str, Any], text: str) -> None:
    metadata = table(document, "metadata")
    old = table(metadata, "files") or table(metadata, "hashes")  # of the locks before 2.0
    hashed = {normalised(name) for name, files in old.items() if files}
    for item, line in _rows(document, text, "package"):
        name = _name(item, "package", line)
        source = table(item, "source")
        kind, where = _POETRY_SOURCES.get(word(source.get("type")), PYPI), word(source.get("url"))
        found.packages.append(
            Package(
                *(name, word(item.get("version")), line, kind, _marker(item), (), bool(item.get("files"))),
                kind=found.kind,
                where=addresses.without_credentials(where),
                reference=word(source.get("resolved_reference")) or word(source.get("reference")),
            )._replace(hashes=bool(item.get("files")) or name in hashed)
        )
    found.more["content-hash"] = word(metadata.get("content-hash"))
    found.more["lock-version"] = word(metadata.get("lock-version"))
    head = text.partition("\n")[0]
    found.more["by"] = head.partition("Poetry ")[2].split(" ")[0] if "Poetry " in head else ""
    python = word(metadata.get("python-versions"))
    if python:
        found.pythons.append((Lines(text).of("python-versions"), "python-versions", python))


_POETRY_SOURCES = {"directory": PATH, "file": PATH, "git": VCS, "legacy": PYPI, "url": URL}


def _marker(item: dict[str, Any]) -> str:
    return word(item.get("markers")) or word(item.get("marker"))


def _of_pdm(found: Found, document: dict[str, Any], text: str) -> None:
    metadata = table(document, "metadata")
    hashed = {str(name).partition(" ")[0] for name, files in table(metadata, "files").items() if files}
    seen: set[tuple[str, str, str]] = set()
    for item, line in _rows(document, text, "package"):
        name, version = _name(item, "package", line), word(item.get("version"))
        address = word(item.get("git")) or word(item.get("url")) or word(item.get("path"))
        kind = VCS if item.get("git") else URL if item.get("url") else PATH if item.get("path") else PYPI
        if (name, version, address) in seen:  # once more for each set of extras
            continue
        seen.add((name, version, address))
        found.packages.append(
            Package(
                *(name, version, line, kind, _marker(item), (), bool(item.get("files")) or name in hashed, found.kind),
                where=addresses.without_credentials(address),
                reference=word(item.get("revision")) or word(item.get("ref")),
            )
        )
    found.more["content-hash"] = word(metadata.get("content_hash"))
    found.more["lock-version"] = word(metadata.get("lock_version"))
    found.more["inputs-hashed"] = int("lock_inputs" in metadata)


def _of_uv(found: Found, document: dict[str, Any], text: str) -> None:
    if document.get("version") != _UV_SCHEMA:
        raise Unreadable("is not a lock that this version reads: its schema version is not 1")
    roots = []
    for item, line in _rows(document, text, "package"):
        name, source = _name(item, "package", line), table(item, "source")
        if source.keys() & {"editable", "virtual"} or source.get("directory") is not None:
            roots.append(_uv_root(item))
        found.packages.append(_uv_package(item, name, source, line))
    python = word(document.get("requires-python"))
    if python:
        found.pythons.append((Lines(text).of("requires-python"), "requires-python", python))
    import json

    kept = {key: document.get(key) for key in _UV_KEYS if key in document}
    found.more["uvlock"] = json.dumps({**kept, "roots": roots}, sort_keys=True, default=str)


_UV_KEYS = (
    *("revision", "requires-python", "resolution-markers", "supported-markers", "required-markers", "conflicts"),
    *("options", "manifest"),
)


def _uv_root(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("name", "version", "source", "metadata") if key in item}


def _uv_package(item: dict[str, Any], name: str, source: dict[str, Any], line: int) -> Package:
    files = [table(item, "sdist"), *tables(item.get("wheels"))]
    hashed = all(word(file.get("hash")) for file in files if file) and any(files)
    made = Package(name, word(item.get("version")), line, PYPI, hashes=hashed, kind="uv.lock")
    if "git" in source:
        where = addresses.without_credentials(word(source["git"]))
        return made._replace(source=VCS, where=where, reference=addresses.reference(word(source["git"])))
    if "registry" in source:
        return made._replace(where=addresses.without_credentials(word(source["registry"])))
    if "url" in source:
        return made._replace(source=URL, where=addresses.without_credentials(word(source["url"])))
    paths = [word(source.get(key)) for key in ("path", "editable", "virtual", "directory") if key in source]
    return made._replace(source=PATH, where=paths[0]) if paths else made


def _of_pylock(found: Found, document: dict[str, Any], text: str) -> None:
    if not word(document.get("lock-version")).startswith("1."):
        raise Unreadable("is not a lock that this version reads: its lock-version is not 1")
    if "packages" not in document:
        raise Unreadable("is not a valid lock: it has no packages")
    for item, line in _rows(document, text, "packages"):
        found.packages.append(_pylock_package(item, _name(item, "package", line), line))
    if word(document.get("requires-python")):
        found.pythons.append((Lines(text).of("requires-python"), "requires-python", word(document["requires-python"])))
    found.more["by"] = word(document.get("created-by"))
    pdm = table(document, "tool", "pdm", "hashes")
    found.more["content-hash"] = next((word(value) for value in pdm.values() if word(value)), "")


def _pylock_package(item: dict[str, Any], name: str, line: int) -> Package:
    vcs, folder, archive = table(item, "vcs"), table(item, "directory"), table(item, "archive")
    files = [file for file in (archive, table(item, "sdist"), *tables(item.get("wheels"))) if file]
    hashed = bool(files) and all(table(file, "hashes") for file in files)
    version = item.get("version")
    if version is not None and not word(version):
        raise Unreadable(f"is not a valid lock: the version of {name} is no text: line {line}")
    extras = tuple(sorted(normalised(extra) for extra in words(item.get("extras"))))
    made = Package(
        name, word(version), line, PYPI, _marker(item), extras, hashed, "pylock", where=word(item.get("index"))
    )
    if vcs:
        where = addresses.without_credentials(word(vcs.get("url")))
        commit = word(vcs.get("commit-id")) or word(vcs.get("requested-revision"))
        return made._replace(source=VCS, where=where, reference=commit)
    if folder:
        return made._replace(source=PATH, where=word(folder.get("path")))
    if archive:
        where = word(archive.get("url"))
        return made._replace(source=URL if where else PATH, where=where or word(archive.get("path")))
    return made


_READERS: dict[str, Callable[[Found, dict[str, Any], str], None]] = {
    "pdm.lock": _of_pdm,
    "poetry.lock": _of_poetry,
    "pylock": _of_pylock,
    "uv.lock": _of_uv,
}
