"""requirements.txt pinned to what the lock beside it says."""

from __future__ import annotations

import re

from ml_audit_hooks.patches import settings_text
from ml_audit_hooks.patches.model import Change, Closed, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ml_audit_hooks.patches.model import Ground

_CODE = "LCK004"
_TOML_LOCKS = ("pdm.lock", "poetry.lock", "uv.lock")
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")
# PEP 508 as requirements files have it: name, extras, versions, then a marker or a comment
_LINE = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)(?P<extras>\s*\[[\w,.\s-]*\])?(?P<gap>[ \t]*)(?P<bounds>(?:[<>=!~]=?=?[^;#\\]*)?)"
    r"(?P<rest>(?:\s*[;#].*)?)"
)
_BOUND = re.compile(r"(===?|~=|!=|<=?|>=?)\s*([\w.!+*-]+)")
_PLAIN = re.compile(r"\d+(?:\.\d+)*")


def build(ground: Ground) -> Iterator[Patch]:
    """A patch for each list that is not pinned and lies beside a lock which names all its packages."""
    for path, finding in ground.findings.get(_CODE, ()):
        folder, _, name = path.rpartition("/")
        if name != "requirements.txt" or _is_read_by_a_manifest(ground, folder):
            continue
        lock, versions = _locked(ground, f"{folder}/" if folder else "")
        old = settings_text.text_of(ground, path)
        new = _pinned(old, versions) if versions else ""
        if new and new != old:
            change = Change(path, old.encode(), new.encode())
            yield _patch(change, lock, Closed(_CODE, path, finding.symbol))


def _is_read_by_a_manifest(ground: Ground, folder: str) -> bool:
    """Whether a library takes its dependencies from the list: then ranges are right."""
    names = [f"{folder}/{name}" if folder else name for name in _MANIFESTS]
    return any("requirements" in settings_text.text_of(ground, name) for name in names)


def _locked(ground: Ground, lead: str) -> tuple[str, Mapping[str, str]]:
    """(the lock, the version of each package that it holds in one version only)."""
    for name in _TOML_LOCKS:
        rows = settings_text.toml(settings_text.text_of(ground, lead + name)).get("package")
        if isinstance(rows, list):
            given = [(row.get("name"), row.get("version"), row.get("source")) for row in rows if isinstance(row, dict)]
            return lead + name, _single([(n, v) for n, v, source in given if _is_registry(source)])
    return lead + "Pipfile.lock", _single(_of_pipfile(settings_text.text_of(ground, lead + "Pipfile.lock")))


def _is_registry(source: object) -> bool:
    return not isinstance(source, dict) or "registry" in source or source.get("type") == "legacy"


def _of_pipfile(text: str) -> list[tuple[object, object]]:
    import json

    try:
        document = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return []
    rows = document.get("default") if isinstance(document, dict) else None
    given = [(name, row.get("version")) for name, row in (rows or {}).items() if isinstance(row, dict)]
    return [(name, version.removeprefix("==")) for name, version in given if isinstance(version, str)]


def _single(rows: list[tuple[object, object]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for name, version in rows:
        if isinstance(name, str) and isinstance(version, str):
            found.setdefault(_canonical(name), set()).add(version)
    return {name: min(versions) for name, versions in found.items() if len(versions) == 1}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pinned(text: str, versions: Mapping[str, str]) -> str:
    """The list with the lock's versions; "" where a line is of another kind, or the lock does not fit it."""
    rows = []
    for row in text.splitlines(keepends=True):
        bare = row.rstrip("\r\n")
        if not bare.strip() or bare.lstrip().startswith("#"):
            rows.append(row)
            continue
        hit = _LINE.fullmatch(bare)
        version = versions.get(_canonical(hit["name"])) if hit else None
        if hit is None or version is None or not _fits(hit["bounds"], version):
            return ""
        exact = re.fullmatch(r"===?\s*[\w.!+-]+\s*", hit["bounds"])
        kept = hit["gap"] if not hit["bounds"] else hit["bounds"][len(hit["bounds"].rstrip()) :]
        rows.append(
            row
            if exact
            else f"{hit['name']}{hit['extras'] or ''}=={version}{kept if hit['rest'] else ''}{hit['rest']}"
            + row[len(bare) :]
        )
    return "".join(rows)


def _fits(bounds: str, version: str) -> bool:
    """Whether a version is surely within the bounds; plain numbers only."""
    if not bounds.strip():
        return True
    for part in bounds.split(","):
        hit = _BOUND.fullmatch(part.strip())
        if hit is None or not _PLAIN.fullmatch(hit[2]) or not _PLAIN.fullmatch(version):
            return False
        if not _holds(hit[1], _numbers(hit[2]), _numbers(version), hit[2].count(".")):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in version.split(".")]
    return tuple(found + [0] * (6 - len(found)))


def _holds(sign: str, bound: tuple[int, ...], version: tuple[int, ...], dots: int) -> bool:
    if sign == "~=":
        return version >= bound and version[:dots] == bound[:dots]
    tests = {"==": version == bound, "===": version == bound, "!=": version != bound, ">=": version >= bound}
    return (tests | {">": version > bound, "<=": version <= bound, "<": version < bound})[sign]


def _patch(change: Change, lock: str, closed: Closed) -> Patch:
    old, new = (change.old or b"").splitlines(), change.new.splitlines()
    moved = [b.decode() for a, b in zip(old, new, strict=True) if a != b]
    some = ", ".join(row.partition(";")[0].partition("#")[0].strip() for row in moved[:3])
    return Patch(
        id=f"pinned-requirements{'-' + change.path.rpartition('/')[0].replace('/', '-') if '/' in change.path else ''}",
        title=f"Pin {change.path} to {lock}",
        why=f"`pip install -r {change.path}` takes other versions than {lock} holds, a new one with each release: "
        f"{len(moved)} of its lines name no version, and now {some} as the lock does.",
        risk=f"Whoever updates {lock} has to update {change.path} with it, or the two differ again.",
        rollback=f"Put the {len(moved)} lines of {change.path} back.",
        tests=(f"pip install --dry-run -r {change.path} in a fresh environment ends without a conflict.",),
        changes=(change,),
        findings=(closed,),
    )


KIND = Kind("pinned_requirements", 35, build)
