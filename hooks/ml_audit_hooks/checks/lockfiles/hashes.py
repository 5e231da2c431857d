"""The content hash of each tool: what its lock says of the manifest that it was made from.

poetry: ``Locker._get_content_hash``; pdm: ``PyProject.content_hash``; pipenv: ``Pipfile.calculate_hash`` and plette's
``Pipfile.get_hash``. A manifest gives every hash that some version of the tool gives for it.
"""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.documents import table
from ml_audit_hooks.checks.lockfiles.packages import PYPI_HOST, normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POETRY_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
_POETRY_PROJECT = ("requires-python", "dependencies", "optional-dependencies")
_PIPFILE_SECTIONS = frozenset("source packages dev-packages requires scripts pipfile pipenv default develop".split())
_PYPI = [{"name": "pypi", "url": f"https://{PYPI_HOST}/simple", "verify_ssl": True}]


def _digest(value: object, compact: bool = False) -> str:
    """SHA-256 of the value as sorted JSON; "" for what JSON cannot hold (a date)."""
    import json
    from hashlib import sha256

    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":") if compact else None)
        return sha256(text.encode()).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return ""


def of_poetry(document: dict[str, Any]) -> tuple[str, ...]:
    """(hash since 2.3, hash without dependency groups, hash of 1.x), each once."""
    project, poetry = table(document, "project"), table(document, "tool", "poetry")
    own = {key: project[key] for key in _POETRY_PROJECT if project.get(key) is not None}
    groups = document.get("dependency-groups") or {}
    flat = {key: poetry.get(key) for key in _POETRY_LEGACY}
    if poetry.get("group") is not None:
        flat["group"] = poetry["group"]
    given = {key: value for key, value in flat.items() if value is not None}
    found = []
    for with_groups in (groups, {}):
        relevant: dict[str, Any] = {}
        if own:
            relevant["project"] = own
        if with_groups:
            relevant["dependency-groups"] = with_groups
        found.append(_digest({**relevant, "tool": {"poetry": given}} if relevant else flat))
    found.append(_digest(flat))
    return tuple(dict.fromkeys(digest for digest in found if digest))


def of_pdm(document: dict[str, Any]) -> tuple[str, ...]:
    """(hash since 2.20, since 2.16, before), each once."""
    project, pdm = table(document, "project"), table(document, "tool", "pdm")
    groups = {normalised(name): list(items) for name, items in table(document, "dependency-groups").items()}
    dev = table(pdm, "dev-dependencies")
    merged = {name: list(items) for name, items in groups.items()}
    for name, items in dev.items():
        merged.setdefault(normalised(name), []).extend(items if isinstance(items, list) else [])
    base = {
        "dependencies": project.get("dependencies", []),
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        "sources": pdm.get("source", []),
    }
    resolution = table(pdm, "resolution")
    overrides = table(resolution, "overrides") or table(pdm, "overrides")
    forms = [
        {**base, "dev-dependencies": merged, "resolution": resolution},
        {**base, "dev-dependencies": dev, "resolution": resolution},
        {**base, "dev-dependencies": dev, "overrides": overrides},
    ]
    return tuple(dict.fromkeys(digest for digest in map(_digest, forms) if digest))


def of_pipfile(document: dict[str, Any]) -> tuple[str, ...]:
    """(hash since 2026.4.0, before, before there were categories), each once."""
    sources = document.get("source", _PYPI)
    meta = {"sources": sources, "requires": document.get("requires", {})}
    packages, dev = table(document, "packages"), table(document, "dev-packages")
    others = {k: v for k, v in document.items() if k not in _PIPFILE_SECTIONS}
    canonical = {
        "_meta": meta,
        "default": _canonical(packages),
        "develop": _canonical(dev),
        **{name: _canonical(value) for name, value in others.items() if isinstance(value, dict)},
    }
    bare = {"_meta": meta, "default": packages, "develop": dev}
    forms = (canonical, {**bare, **others}, bare)
    return tuple(dict.fromkeys(digest for form in forms if (digest := _digest(form, compact=True))))


def _canonical(section: dict[str, Any]) -> dict[str, Any]:
    return {normalised(name): value for name, value in section.items()}
