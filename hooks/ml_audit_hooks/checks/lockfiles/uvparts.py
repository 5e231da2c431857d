"""Requirements of a ``pyproject.toml`` and of a ``uv.lock``, brought to one form and compared."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.documents import table, tables, word, words
from ml_audit_hooks.checks.lockfiles.grammar import requirement
from ml_audit_hooks.checks.lockfiles.markers import Grid, Uncertain
from ml_audit_hooks.checks.lockfiles.packages import normalised
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Wanted(NamedTuple):
    """One requirement, as both sides are brought to it."""

    name: str
    extras: tuple[str, ...]
    specifier: str
    source: tuple[str, ...]
    marker: str
    extra: str = ""  # of the project, that asks for it


class Stale(Exception):
    """The reason."""


def parsed(text: str, extra: str, manifest: dict[str, Any], builds: bool = False) -> Wanted:
    """A requirement of the manifest with the source that it has everywhere. Raises Malformed and Uncertain."""
    read = requirement(text)
    source: tuple[str, ...] = _of_url(read.url) if read.url else ()
    given = {} if builds else table(manifest["uv"], "sources")
    plain = next((value for key, value in given.items() if normalised(key) == read.name), None)
    if isinstance(plain, dict) and not plain.keys() & {"marker", "extra", "group"}:
        source = _of_source(plain, manifest)
    specifier = "" if source and source[0] != "index" else _canonical(read.specifier)
    return Wanted(read.name, read.extras, specifier, source, read.marker, extra)


def _canonical(specifier: str) -> str:
    """A range with its parts sorted and trailing zeros dropped, which mean nothing except behind ``~=``."""
    parts = []
    for part in specifier.replace(" ", "").split(","):
        operator = part[: len(part) - len(part.lstrip("=<>!~"))]
        version = part[len(operator) :]
        if operator and operator != "~=" and version.replace(".", "").isdigit():
            while version.endswith(".0") and "." in version:
                version = version[:-2]
        elif operator and not version.replace(".", "").isdigit():
            version = _written(version)
        parts.append(operator + version)
    return ",".join(sorted({*filter(None, parts)}))


def _written(version: str) -> str:
    """A version in its normal form, ``1.0.dev`` as 1.0.dev0; what is none as it is."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version))
    except InvalidVersion:
        return version


def _of_url(address: str) -> tuple[str, ...]:
    if address.startswith("git+"):
        bare = address[4:].partition("#")[0]
        ref = addresses.reference(address)
        return "git", _bare(bare.removesuffix(f"@{ref}") if ref else bare), ref
    return ("path",) if address.startswith("file:") else ("url", _bare(address))


def _bare(address: str) -> str:
    clean = addresses.without_credentials(address.strip().removeprefix("git+").partition("#")[0].partition("?")[0])
    return clean.rstrip("/").removesuffix(".git").lower()


def _of_source(source: dict[str, Any], manifest: dict[str, Any]) -> tuple[str, ...]:
    if word(source.get("git")):
        ref = word(source.get("rev")) or word(source.get("tag")) or word(source.get("branch"))
        return "git", _bare(word(source["git"])), ref
    if word(source.get("url")):
        return "url", _bare(word(source["url"]))
    if source.get("workspace") is True or word(source.get("path")):
        return ("path",)
    if word(source.get("index")):
        for index in tables(manifest["uv"].get("index")):
            if index.get("name") == source["index"]:
                return "index", word(index.get("url")).rstrip("/")
    raise Uncertain(str(source))


def split(
    expected: list[Wanted], manifest: dict[str, Any], grid: Grid, group: str = ""
) -> list[tuple[Wanted, tuple[bool, ...] | None]]:
    """The requirements, those with several sources once for each, with the machines for which that one holds."""
    given = {normalised(key): value for key, value in table(manifest["uv"], "sources").items()}
    found: list[tuple[Wanted, tuple[bool, ...] | None]] = []
    for item in expected:
        value = given.get(item.name)
        options = tables(value) if isinstance(value, list) else [value] if isinstance(value, dict) else []
        options = [one for one in options if one.keys() & {"marker", "extra", "group"} or isinstance(value, list)]
        fitting = [one for one in options if _applies(one, item.extra, group)]
        if not fitting:
            found.append((item, None))
            continue
        rest = grid.answers(item.marker, item.extra)
        for one in fitting:
            own = grid.answers(word(one.get("marker")))
            here = tuple(a and b for a, b in zip(rest, own, strict=True))
            source = _of_source(one, manifest)
            specifier = item.specifier if source[0] == "index" else ""
            found.append((item._replace(source=source, specifier=specifier), here))
            rest = tuple(a and not b for a, b in zip(rest, own, strict=True))
        if any(rest):
            found.append((item, rest))
    return found


def _applies(source: dict[str, Any], extra: str, group: str) -> bool:
    if "extra" in source and normalised(word(source["extra"])) != extra:
        return False
    return "group" not in source or normalised(word(source["group"])) == group


def entries(items: Iterable[dict[str, Any]]) -> list[Wanted]:
    """The requirements as a lock writes them."""
    found = []
    for item in items:
        source: tuple[str, ...] = ()
        if word(item.get("git")):
            git = word(item["git"])
            source = "git", _bare(git), addresses.reference(git.partition("#")[0])
        elif word(item.get("url")):
            source = "url", _bare(word(item["url"]))
        elif item.keys() & {"directory", "editable", "path", "virtual"}:
            source = ("path",)
        elif word(item.get("index")):
            source = "index", word(item["index"]).rstrip("/")
        extras = tuple(sorted(normalised(extra) for extra in words(item.get("extras"))))
        specifier = "" if source and source[0] != "index" else _canonical(word(item.get("specifier")))
        found.append(Wanted(item["name"], extras, specifier, source, word(item.get("marker"))))
    return found


def same(expected: Iterable[Any], locked: list[Wanted], grid: Grid, where: str) -> None:
    """Raises Stale where the requirements differ, Uncertain where that is not to be known."""
    pairs = [item if isinstance(item[0], tuple) else (item, None) for item in expected]
    extras = sorted({item.extra for item, _ in pairs} | {""})
    ours = {_key(item, answers, grid, extras) for item, answers in pairs}
    theirs = {_key(item, None, grid, extras) for item in locked}
    ours = {key for key in ours if any(any(row) for row in key[-1])}
    theirs = {key for key in theirs if any(any(row) for row in key[-1])}
    if ours == theirs:
        return
    behind = f" in {where}" if where else ""
    names = {key[0] for key in ours ^ theirs}
    added = sorted({key[0] for key in ours} - {key[0] for key in theirs})
    gone = sorted({key[0] for key in theirs} - {key[0] for key in ours})
    if added:
        raise Stale(f"{added[0]} was added{behind}")
    if gone:
        raise Stale(f"{gone[0]} is asked for no more{behind}")
    name = sorted(names)[0]
    of_ours = {key[:-1] for key in ours if key[0] in names}
    of_theirs = {key[:-1] for key in theirs if key[0] in names}
    soft = {key[:3] for key in of_ours} == {key[:3] for key in of_theirs}
    if soft and of_ours != of_theirs and {"git"}.isdisjoint(key[3][0] for key in of_ours | of_theirs if key[3]):
        raise Uncertain("a source")  # an address may be written in more ways than one
    raise Stale(f"{name} changed{behind}")


def _key(item: Wanted, answers: tuple[bool, ...] | None, grid: Grid, extras: list[str]) -> tuple[Any, ...]:
    """What makes two requirements the same: the machines and extras for which they hold among it."""
    rows = []
    for extra in extras:
        if answers is not None:
            row = answers if extra == item.extra or not item.extra else (False,) * len(answers)
        elif item.extra:
            row = grid.answers(item.marker, extra) if extra == item.extra else tuple(False for _ in grid.everywhere)
        else:
            row = grid.answers(item.marker, extra)
        rows.append(row)
    return item.name, item.extras, item.specifier, item.source, tuple(rows)
