"""From a file to its record: which reader a file gets."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.kinds import kind
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.file import File

_TOML_LOCKS = frozenset(("pdm.lock", "poetry.lock", "pylock", "uv.lock"))
_REQUIREMENTS = frozenset(("constraints", "requirements", "requirements.in"))


def examined(file: File) -> Record:
    """The facts of one file. Raises Unreadable for one that cannot be read as what its name says."""
    what = kind(file.path)
    if not what:
        return Record()
    if what == "npm-other":
        return Record((), (("kind", what),))
    try:
        found = _found(file, what)
    except Unreadable:
        if what in ("python", "notebook", "setup.py", "workflow") or places.is_test(file.path):
            return Record()  # other checks say so, or it is a sample of a broken one
        raise
    facts = found.facts()
    return Record((), facts if len(facts) > 1 or what not in ("python", "notebook") else (), tuple(found.unread))


def _found(file: File, what: str) -> Found:
    if what in ("python", "setup.py", "notebook"):
        return _code(file, what)
    text = file.text
    if what in _REQUIREMENTS:
        from ml_audit_hooks.checks.lockfiles import requirements

        return requirements.read(text, what)
    if what in _TOML_LOCKS:
        from ml_audit_hooks.checks.lockfiles import tomllocks

        return tomllocks.read(text, what)
    if what in ("pyproject", "uv.toml", "pixi.toml"):
        from ml_audit_hooks.checks.lockfiles import pyproject

        readers = {"pixi.toml": pyproject.of_pixi_toml, "pyproject": pyproject.read, "uv.toml": pyproject.of_uv_toml}
        return readers[what](text)
    if what == "setup.cfg":
        from ml_audit_hooks.checks.lockfiles import setups

        return setups.cfg(text)
    if what in ("pipfile", "pipfile.lock"):
        from ml_audit_hooks.checks.lockfiles import pipfiles

        return pipfiles.read(text) if what == "pipfile" else pipfiles.locked(text)
    if what in ("environment", "conda-explicit", "conda-lock", "pixi.lock"):
        from ml_audit_hooks.checks.lockfiles import conda_files

        return {
            "conda-explicit": conda_files.explicit,
            "conda-lock": conda_files.conda_lock,
            "environment": conda_files.environment,
            "pixi.lock": conda_files.pixi_lock,
        }[what](text)
    if what in ("package.json", "package-lock.json"):
        from ml_audit_hooks.checks.lockfiles import npm

        return npm.manifest(text) if what == "package.json" else npm.lock(text)
    if what in ("dockerfile", "workflow"):
        from ml_audit_hooks.checks.lockfiles import installs

        return installs.of_dockerfile(text) if what == "dockerfile" else installs.of_workflow(text)
    from ml_audit_hooks.checks.lockfiles import small

    return small.read(text, what)


def _code(file: File, what: str) -> Found:
    found = Found(what)
    data = file.data
    if what == "setup.py" and b"setup" in data:
        from ml_audit_hooks.checks.lockfiles import setups

        found = setups.py(file.contexts[0])
    elif b"# /// script" in data and what == "python":
        from ml_audit_hooks.checks.lockfiles import pyproject

        found = pyproject.of_script(file.text) or found
    if what == "notebook" and b"install" in data and file.notebook.language in ("python", "ipython"):
        from ml_audit_hooks.checks.lockfiles import installs

        for cell in file.notebook.cells:
            if cell.kind == "code" and "install" in cell.source:
                installs.of_cell(found, cell.source, cell.number)
    if b"import" in data:
        from ml_audit_hooks.checks.lockfiles import imports

        rows = imports.of_modules(file.modules)
        if rows:
            found.more["imports"] = rows
    return found
