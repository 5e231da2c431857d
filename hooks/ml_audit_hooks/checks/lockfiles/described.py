"""What the fold asks of a project beside its packages: its tools, its content hashes, what uv compares."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import hashes
from ml_audit_hooks.checks.lockfiles.documents import table, word, words
from ml_audit_hooks.checks.lockfiles.packages import normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_UV_TABLES = (
    *("build-constraint-dependencies", "conflicts", "constraint-dependencies", "default-groups", "dependency-groups"),
    *("dependency-metadata", "dev-dependencies", "environments", "exclude-dependencies", "exclude-newer"),
    *("exclude-newer-package", "fork-strategy", "index", "index-strategy", "index-url", "extra-index-url", "package"),
    *("find-links", "override-dependencies", "prerelease", "required-environments", "resolution", "sources"),
    *("workspace", "no-index", "managed"),
)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The facts on a project beside its packages."""
    project, tool = table(document, "project"), table(document, "tool")
    poetry, pdm, uv = table(tool, "poetry"), table(tool, "pdm"), table(tool, "uv")
    name = normalised(word(project.get("name")) or word(poetry.get("name")))
    backend = word(table(document, "build-system").get("build-backend"))
    tools = [word for word in ("poetry", "pdm", "uv", "pixi") if table(tool, word)]
    if "poetry" in tools and not poetry.keys() & {
        "dependencies",
        "group",
        "dev-dependencies",
        "source",
        "package-mode",
    }:
        tools.remove("poetry") if not backend.startswith("poetry.") else None
    found: dict[str, Any] = {
        "name": name,
        "tools": tuple(tools),
        "dynamic": int("dependencies" in words(project.get("dynamic"))),
        "application": int(_is_application(document)),
        "library": int(bool(backend) and ("classifiers" in project or "classifiers" in poetry)),
        "project": int(bool(project)),
    }
    files = table(tool, "setuptools", "dynamic").get("dependencies")
    names = table({"x": files}, "x").get("file")
    found["reads"] = tuple(words(names) or ([names] if isinstance(names, str) else []))
    if poetry or project:
        found["poetry-hashes"] = hashes.of_poetry(document)
    if project:
        found["pdm-hashes"] = hashes.of_pdm(document)
        if table(pdm, "workspace") or table(pdm, "resolution").get("lock_inputs"):
            found["pdm-hashes"] = ()
    if project or uv:
        found["uv"] = uv_json(document)
    return found


def _is_application(document: dict[str, Any]) -> bool:
    """Whether the project says itself that it is not to be installed as a package."""
    tool = table(document, "tool")
    said = (
        table(tool, "poetry").get("package-mode") is False,
        table(tool, "pdm").get("distribution") is False,
        table(tool, "uv").get("package") is False,
        "Private :: Do Not Upload" in words(table(document, "project").get("classifiers")),
    )
    bare = "project" in document and "build-system" not in document
    return any(said) or bare


def uv_json(document: dict[str, Any]) -> str:
    """What uv compares with its lock, as JSON; "" for what JSON cannot hold."""
    import json

    project, uv = table(document, "project"), table(document, "tool", "uv")
    keys = ("name", "version", "dynamic", "requires-python", "dependencies", "optional-dependencies")
    kept = {
        "project": {key: project[key] for key in keys if key in project},
        "groups": document.get("dependency-groups", {}),
        "uv": {key: uv[key] for key in _UV_TABLES if key in uv},
        "builds": "build-system" in document,
    }
    try:
        return json.dumps(kept, sort_keys=True, default=str)
    except (TypeError, ValueError, RecursionError):
        return ""
