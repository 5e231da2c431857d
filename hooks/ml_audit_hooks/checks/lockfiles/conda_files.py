"""Files of conda: environment.yml, conda-lock.yml, explicit lists, and pixi.lock.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
"""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.documents import Lines, table, tables, word, words, yaml
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.grammar import Malformed
from ml_audit_hooks.checks.lockfiles.packages import CONDA, PATH, PYPI, URL, VCS, Package, normalised
from ml_audit_hooks.checks.lockfiles.requirements import one_line
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OPERATORS = frozenset("=<>!~|,* ")


def environment(text: str) -> Found:
    """What a conda environment asks for; nothing of a YAML file that is none. Raises Unreadable."""
    found = Found("environment")
    if "dependencies" not in text or "{{" in text:
        return found
    document = yaml(text)
    listed = document.get("dependencies") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return found
    lines = Lines(text)
    first = lines.of("dependencies:")
    for item in listed:
        if isinstance(item, str):
            line = lines.of(f"- {item}", item, first=first)
            _spec(found, item, line)
        elif isinstance(item, dict):
            for one in words(item.get("pip")):
                line = lines.of(f"- {one}", one, first=first)
                _pip(found, one, line)
    if word(document.get("prefix")):
        found.more["prefix"] = lines.of("prefix:")
    found.more["name"] = word(document.get("name"))
    found.more["channels"] = tuple(words(document.get("channels")))
    for channel in words(document.get("channels")):
        if channel.lower().startswith("http://"):
            found.indexes.append((lines.of(channel), "channel", addresses.without_credentials(channel), None))
    return found


def _spec(found: Found, spec: str, line: int) -> None:
    """``channel::name=version=build``, ``name>=1,<2``, ``name 1.2.*``, ``name[version='>=1']``."""
    body = spec.partition("#")[0].rpartition("::")[2].strip().partition("[")[0]
    end = 0
    while end < len(body) and body[end] not in _OPERATORS:
        end += 1
    name, rest = body[:end].lower(), body[end:].strip()
    if not name:
        found.unread.append((None, f"holds what is no conda requirement: line {line}"))
        return
    version, fuzzy = conda_version(rest)
    if name == "python" and rest:
        found.pythons.append((line, "dependencies.python", rest.lstrip("= ").partition("=")[0]))
    exact = "" if fuzzy else version
    found.packages.append(Package(name, exact, line, CONDA, kind=found.kind, specifier=rest, declared=True))


def conda_version(rest: str) -> tuple[str, bool]:
    """(version, whether it stands for more than one): ``=1.2`` is 1.2.*, ``==1.2`` and ``=1.2=build`` are exact."""
    if not rest or set(rest) & set("<>!~|,*"):
        return "", True
    if rest.startswith("=="):
        return rest[2:].strip(), False
    words_ = rest.lstrip("= ").replace("=", " ").split()
    return words_[0] if words_ else "", len(words_) < 2


def _pip(found: Found, text: str, line: int) -> None:
    try:
        one_line(found, text, line)
    except Malformed:
        found.unread.append((None, f"holds what is no requirement: line {line}"))


def explicit(text: str) -> Found:
    """The packages of an explicit list; nothing of a text that is none."""
    found = Found("conda-explicit")
    rows = text.split("\n")
    if not any(row.strip() == "@EXPLICIT" for row in rows):
        return found
    for number, row in enumerate(rows, 1):
        address, _, digest = row.strip().partition("#")
        if "://" not in address:
            continue
        name, version = _of_archive(address)
        if name:
            where = addresses.without_credentials(address)
            found.packages.append(
                Package(name, version, number, CONDA, hashes=bool(digest), kind=found.kind, where=where)
            )
    return found


def _of_archive(address: str) -> tuple[str, str]:
    """(name, version) of ``…/linux-64/numpy-1.26.4-py311h64a7726_0.conda``."""
    file = address.rpartition("/")[2].removesuffix(".conda").removesuffix(".tar.bz2")
    parts = file.rsplit("-", 2)
    return (parts[0].lower(), parts[1]) if len(parts) == 3 else ("", "")


def conda_lock(text: str) -> Found:
    """What conda-lock pinned. Raises Unreadable."""
    found = Found("conda-lock")
    document = yaml(text)
    if not isinstance(document, dict) or not isinstance(document.get("package"), list):
        raise Unreadable("is not a valid lock: it has no list of packages")
    heads = [n for n, row in enumerate(text.split("\n"), 1) if row.startswith(("- name:", "  - name:"))]
    items = tables(document["package"])
    lines = heads if len(heads) == len(items) else [1] * len(items)
    seen: set[tuple[str, str, str]] = set()
    for item, line in zip(items, lines, strict=True):
        name, version = str(item.get("name", "")), str(item.get("version", ""))
        source = CONDA if item.get("manager") != "pip" else PYPI
        if not name:
            raise Unreadable(f"is not a valid lock: a package has no name: line {line}")
        if (name, version, source) in seen:  # once a platform
            continue
        seen.add((name, version, source))
        where = addresses.without_credentials(word(item.get("url")))
        shown = name.lower() if source == CONDA else normalised(name)
        kind = VCS if source == PYPI and addresses.source(where) == VCS else source
        hashed = bool(table(item, "hash"))
        ref = addresses.reference(word(item.get("url"))) if kind == VCS else ""
        found.packages.append(Package(shown, version, line, kind, "", (), hashed, found.kind, "", where, ref))
    found.more["sources"] = tuple(words(table(document, "metadata").get("sources")))
    found.more["platforms"] = tuple(words(table(document, "metadata").get("platforms")))
    return found


def pixi_lock(text: str) -> Found:
    """What pixi pinned. Raises Unreadable."""
    found = Found("pixi.lock")
    document = yaml(text)
    if not isinstance(document, dict) or "version" not in document:
        raise Unreadable("is not a valid lock: it has no version")
    items = document.get("packages")
    if items is not None and not isinstance(items, list):
        raise Unreadable("is not a valid lock: its packages are no list")
    rows = text.split("\n")
    start = next((n for n, row in enumerate(rows, 1) if row.startswith("packages:")), 1)
    heads = [n for n, row in enumerate(rows, 1) if n > start and row.startswith("- ")]
    entries = tables(items)
    lines = heads if len(heads) == len(entries) else [start] * len(entries)
    seen: set[tuple[str, str, str]] = set()
    for item, line in zip(entries, lines, strict=True):
        made = _pixi_package(item, line)
        if made.name and (made.name, made.version, made.source) not in seen:
            seen.add((made.name, made.version, made.source))
            found.packages.append(made)
    found.more["lock-version"] = str(document["version"])
    return found


def _pixi_package(item: dict[str, Any], line: int) -> Package:
    conda = item.get("conda") if isinstance(item.get("conda"), str) else None
    pypi = word(item.get("pypi"))
    if conda is None and not pypi:  # versions before 6 say it in a field of their own
        kind, address = word(item.get("kind")), word(item.get("url")) or word(item.get("path"))
        conda, pypi = (address, "") if kind == "conda" else (None, address)
    hashed = bool(item.get("sha256") or item.get("md5") or item.get("hash"))
    name, version = word(item.get("name")), str(item.get("version") or "")
    if conda is not None:
        told = _of_archive(conda)
        where = addresses.without_credentials(conda)
        return Package(
            *((name or told[0]).lower(), version or told[1], line, CONDA), hashes=hashed, kind="pixi.lock", where=where
        )
    told = addresses.named(pypi)
    kind = addresses.source(pypi)
    plain = kind == URL and "files.pythonhosted.org" in pypi
    ref = addresses.reference(pypi) if kind == VCS else ""
    return Package(
        *(normalised(name or told[0]), version or told[1], line, PYPI if plain or (kind == URL and hashed) else kind),
        hashes=hashed,
        kind="pixi.lock",
        where=addresses.without_credentials(pypi) if kind != PATH else pypi,
        reference=ref,
    )
