"""Whether a ``uv.lock`` answers its ``pyproject.toml``, as ``uv lock --check`` would say: there is no hash to compare.

The comparison is that of uv's ``Lock::satisfies``: requirements by name, extras, range, source and marker. What only
uv can know (metadata that is built, the members of a workspace) gives "unknown".
"""

from __future__ import annotations

import json

from ml_audit_hooks.checks.lockfiles import uvparts
from ml_audit_hooks.checks.lockfiles.documents import table, tables, word, words
from ml_audit_hooks.checks.lockfiles.grammar import Malformed
from ml_audit_hooks.checks.lockfiles.markers import Grid, Uncertain, same_range
from ml_audit_hooks.checks.lockfiles.packages import normalised
from ml_audit_hooks.checks.lockfiles.uvparts import Stale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STALE, _FRESH, _UNKNOWN = "stale", "fresh", "unknown"
_OPTIONS = (  # of tool.uv, in the lock, by default
    ("fork-strategy", "fork-strategy", "requires-python"),
    ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
    ("resolution", "resolution-mode", "highest"),
)


def compare(asked: str, locked: str, script: bool) -> tuple[str, str]:
    """(fresh, stale or unknown; the reason) of the facts of a manifest and a lock."""
    manifest, lock = json.loads(asked), json.loads(locked)
    try:
        _python(manifest, lock)
        grid = Grid(word(lock.get("requires-python")), _texts(manifest, lock))
        _constraints(manifest, lock, grid)
        if script:
            expected = [uvparts.parsed(text, "", manifest) for text in words(manifest["project"].get("dependencies"))]
            uvparts.same(expected, uvparts.entries(lock["manifest"].get("requirements", [])), grid, "the script")
        else:
            _root(manifest, lock, grid)
        _settings(manifest, lock, grid)
    except Stale as reason:
        return _STALE, str(reason)
    except (Malformed, Uncertain, KeyError, TypeError, AttributeError, RecursionError):
        return _UNKNOWN, ""
    members = words(table(lock, "manifest").get("members"))
    return (_UNKNOWN if len(members) > 1 else _FRESH), ""  # members of a workspace are not compared


def _texts(manifest: dict[str, Any], lock: dict[str, Any]) -> list[str]:
    return [json.dumps(manifest), json.dumps(lock.get("roots")), json.dumps(lock.get("manifest"))]


def _python(manifest: dict[str, Any], lock: dict[str, Any]) -> None:
    uv, project = manifest["uv"], manifest["project"]
    if uv.get("managed") is False or not project:
        raise Uncertain("not a project of uv")
    wanted, has = word(project.get("requires-python")), word(lock.get("requires-python"))
    if not wanted or not has:
        raise Uncertain("no requires-python")
    if not table(uv, "workspace") and not same_range(wanted, has):
        raise Stale(f"requires-python is {wanted}, locked for {has}")


def _settings(manifest: dict[str, Any], lock: dict[str, Any], grid: Grid) -> None:
    """What the manifest sets and the lock does not know. The other way round it may be from the command line."""
    uv, options = manifest["uv"], table(lock, "options")
    for name, locked, default in _OPTIONS:
        wanted = word(uv.get(name))
        if wanted and wanted != word(options.get(locked) or default):
            raise Stale(f"tool.uv.{name} is {wanted}, locked with {options.get(locked) or default}")
    newer = word(uv.get("exclude-newer"))
    if newer and not options.get("exclude-newer") and not options.get("exclude-newer-span"):
        raise Stale(f"tool.uv.exclude-newer is {newer}, locked without")
    for name, locked in (("environments", "supported-markers"), ("required-environments", "required-markers")):
        value = uv.get(name)
        wanted_markers = [value] if isinstance(value, str) else words(value)
        has = words(lock.get(locked))
        if {grid.answers(m) for m in wanted_markers} != {grid.answers(m) for m in has}:
            raise Stale(f"tool.uv.{name} changed")


def _constraints(manifest: dict[str, Any], lock: dict[str, Any], grid: Grid) -> None:
    uv, has = manifest["uv"], table(lock, "manifest")
    for name, locked in (
        ("constraint-dependencies", "constraints"),
        ("override-dependencies", "overrides"),
        ("build-constraint-dependencies", "build-constraints"),
    ):
        given = uv.get(name, [])
        if not all(isinstance(item, str) for item in given):
            raise Uncertain(name)
        expected = [uvparts.parsed(text, "", manifest, builds=locked == "build-constraints") for text in given]
        uvparts.same(expected, uvparts.entries(has.get(locked, [])), grid, f"tool.uv.{name}")
    if {normalised(x) for x in words(uv.get("exclude-dependencies"))} != {*words(has.get("excludes"))}:
        raise Stale("tool.uv.exclude-dependencies changed")
    if len(tables(uv.get("dependency-metadata"))) != len(tables(has.get("dependency-metadata"))):
        raise Stale("tool.uv.dependency-metadata changed")


def _root(manifest: dict[str, Any], lock: dict[str, Any], grid: Grid) -> None:
    project, uv = manifest["project"], manifest["uv"]
    dynamic = words(project.get("dynamic"))
    if "dependencies" in dynamic or "optional-dependencies" in dynamic:
        raise Uncertain("dynamic dependencies")
    name = normalised(word(project.get("name")))
    root = next((r for r in lock.get("roots", []) if r.get("name") == name and _is_here(table(r, "source"))), None)
    if root is None:
        if any(_is_here(table(r, "source")) for r in lock.get("roots", [])) and not table(uv, "workspace"):
            raise Stale(f"the project's name is {name}")
        raise Uncertain("no root in the lock")
    if not table(uv, "workspace") and words(table(lock, "manifest").get("members")):
        raise Stale("there is no workspace any more")
    _version(project, dynamic, root)
    package = uv["package"] if isinstance(uv.get("package"), bool) else bool(manifest["builds"])
    if package != ("editable" in table(root, "source")):
        raise Stale("it is a package now" if package else "it is no package any more")
    _dependencies(manifest, lock, root, grid, name)


def _is_here(source: dict[str, Any]) -> bool:
    return source.get("editable") == "." or source.get("virtual") == "."


def _version(project: dict[str, Any], dynamic: list[str], root: dict[str, Any]) -> None:
    wanted, has = word(project.get("version")), word(root.get("version"))
    if "version" in dynamic or wanted == has:
        return
    from packaging.version import InvalidVersion, Version

    try:
        same = has and Version(wanted) == Version(has)
    except InvalidVersion:
        raise Uncertain(wanted) from None
    if not same:
        raise Stale(f"the project's version is {wanted}, locked as {has or 'dynamic'}")


def _dependencies(manifest: dict[str, Any], lock: dict[str, Any], root: dict[str, Any], grid: Grid, name: str) -> None:
    metadata = table(root, "metadata")
    project = manifest["project"]
    extras = {normalised(extra): words(items) for extra, items in table(project, "optional-dependencies").items()}
    asks = bool(project.get("dependencies")) or any(extras.values())
    if asks and not metadata and (lock.get("revision") or 0) >= 4:
        raise Uncertain("a lock without metadata")
    expected = [uvparts.parsed(text, "", manifest) for text in words(project.get("dependencies"))]
    expected += [uvparts.parsed(text, extra, manifest) for extra, items in extras.items() for text in items]
    locked = uvparts.entries(metadata.get("requires-dist", []))
    try:
        uvparts.same(uvparts.split(expected, manifest, grid), locked, grid, "")
    except Stale as reason:
        flat = _flattened(expected, name)
        if flat == expected:
            raise
        try:
            uvparts.same(uvparts.split(flat, manifest, grid), locked, grid, "")
        except Stale as other:
            raise (reason if any(item.name == name for item in locked) else other) from None
    if (lock.get("revision") or 0) >= 1 and extras.keys() != {*words(metadata.get("provides-extras"))}:
        raise Stale("the extras changed")
    wanted = {group: items for group, items in _groups(manifest).items() if items}
    groups = {group: uvparts.entries(items) for group, items in table(metadata, "requires-dev").items() if items}
    for group in wanted.keys() | groups.keys():
        where = f"group {group}"
        uvparts.same(uvparts.split(wanted.get(group, []), manifest, grid, group), groups.get(group, []), grid, where)


def _flattened(expected: list[uvparts.Wanted], name: str) -> list[uvparts.Wanted]:
    """The requirements with the project's own extras replaced by what they ask for."""
    by_extra: dict[str, list[uvparts.Wanted]] = {}
    for item in expected:
        by_extra.setdefault(item.extra, []).append(item)
    found: list[uvparts.Wanted] = []
    for item in expected:
        if item.name != name:
            found.append(item)
            continue
        waiting, seen = list(item.extras), set()
        while waiting:
            extra = waiting.pop()
            if extra not in seen:
                seen.add(extra)
                inner = by_extra.get(extra, [])
                waiting += [more for one in inner if one.name == name for more in one.extras]
                found += [one._replace(extra=item.extra) for one in inner if one.name != name]
    return list(dict.fromkeys(found))


def _groups(manifest: dict[str, Any]) -> dict[str, list[uvparts.Wanted]]:
    """The dependency groups, those that they include opened. Raises Uncertain."""
    raw = {normalised(name): items for name, items in manifest["groups"].items()}
    found: dict[str, list[uvparts.Wanted]] = {}

    def opened(group: str, around: tuple[str, ...]) -> list[uvparts.Wanted]:
        if group in around or group not in raw:
            raise Uncertain(group)
        listed: list[uvparts.Wanted] = []
        for item in raw[group]:
            if isinstance(item, str):
                listed.append(uvparts.parsed(item, "", manifest))
            else:
                listed += opened(normalised(item["include-group"]), (*around, group))
        python = word(table(manifest["uv"], "dependency-groups", group).get("requires-python"))
        return [item._replace(marker=_narrowed(item.marker, python)) for item in listed] if python else listed

    for group in raw:
        found[group] = opened(group, ())
    dev = words(manifest["uv"].get("dev-dependencies"))
    if dev:
        found.setdefault("dev", []).extend(uvparts.parsed(text, "", manifest) for text in dev)
    return found


def _narrowed(marker: str, python: str) -> str:
    """`marker` for the Pythons of a range only."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        parts = [f'python_full_version {s.operator} "{s.version}"' for s in SpecifierSet(python)]
    except InvalidSpecifier:
        raise Uncertain(python) from None
    return " and ".join([*([f"({marker})"] if marker else []), *sorted(parts)])
