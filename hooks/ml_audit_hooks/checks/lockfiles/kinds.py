"""Which files this check reads, told by the name alone: asked for every path of a commit, so nothing is imported."""

from __future__ import annotations

_BY_NAME = {
    ".gitignore": "gitignore",
    ".python-version": "python-version",
    ".tool-versions": "tool-versions",
    "bun.lock": "npm-other",
    "bun.lockb": "npm-other",
    "conda-lock.yaml": "conda-lock",
    "conda-lock.yml": "conda-lock",
    "containerfile": "dockerfile",
    "dockerfile": "dockerfile",
    "npm-shrinkwrap.json": "npm-other",
    "package-lock.json": "package-lock.json",
    "package.json": "package.json",
    "pdm.lock": "pdm.lock",
    "pip.conf": "pip.conf",
    "pipfile": "pipfile",
    "pipfile.lock": "pipfile.lock",
    "pixi.lock": "pixi.lock",
    "pixi.toml": "pixi.toml",
    "pnpm-lock.yaml": "npm-other",
    "poetry.lock": "poetry.lock",
    "pylock.toml": "pylock",
    "pyproject.toml": "pyproject",
    "runtime.txt": "runtime.txt",
    "setup.cfg": "setup.cfg",
    "setup.py": "setup.py",
    "uv.lock": "uv.lock",
    "uv.toml": "uv.toml",
    "yarn.lock": "npm-other",
}
_CI_FILES = frozenset(
    (".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".travis.yml", "cloudbuild.yaml")
)
_CI_FOLDERS = (".github/", ".circleci/", ".gitlab/", ".buildkite/")
_DATA_FOLDERS = frozenset(
    "__snapshots__ assets cassettes fixture fixtures sample samples snapshots test-data test_data testdata".split()
)
_VENDORED = frozenset("node_modules site-packages third_party third-party thirdparty vendor vendored _vendor".split())

LOCKS = frozenset(
    "conda-explicit conda-lock package-lock.json pdm.lock pipfile.lock pixi.lock poetry.lock pylock uv.lock".split()
)
CODE = frozenset(("notebook", "python"))


def kind(path: str) -> str:
    """The word for what a file is to this check; "" for what it does not read."""
    folders, _, name = path.lower().rpartition("/")
    known = _BY_NAME.get(name)
    if known is None:
        known = _by_form(name, folders)
    if known and (known not in CODE or "{{" in folders) and _is_data(folders):
        return ""
    return known


def _is_data(folders: str) -> bool:
    """Whether a manifest lies where tests keep their samples, or is a copy of somebody else's."""
    if not folders:
        return False
    if "{{" in folders:  # the template of a project
        return True
    parts = folders.split("/")
    return not _DATA_FOLDERS.isdisjoint(parts) or not _VENDORED.isdisjoint(parts)


def _by_form(name: str, folders: str) -> str:
    stem, _, ending = name.rpartition(".")
    if ending == "py":
        return "python"
    if ending == "ipynb":
        return "notebook"
    if ending in ("txt", "in", "pip"):
        return _of_text(stem, ending, folders)
    if ending in ("yml", "yaml"):
        return _of_yaml(name, stem, folders)
    if ending == "toml":
        return "pylock" if name.startswith("pylock.") and name.count(".") == 2 else ""
    if ending == "lock":
        if name.endswith(".py.lock"):
            return "uv.lock"
        if "requirement" in stem:
            return "requirements"
        return "conda-explicit" if stem.startswith("conda-") else ""
    if ending == "dockerfile" or name.startswith(("dockerfile.", "dockerfile-", "dockerfile_", "containerfile.")):
        return "dockerfile"
    return ""


def _of_text(stem: str, ending: str, folders: str) -> str:
    """Requirements and constraints, in the spellings that real repositories use."""
    top = folders.rpartition("/")[2]
    if "explicit" in stem or stem.startswith(("conda-linux", "conda-osx", "conda-win", "conda-lock")):
        return "conda-explicit"
    if "constraint" in stem:
        return "constraints"
    if "requirement" in stem or stem.startswith(("reqs", "req-", "req_")) or stem.endswith(("-reqs", "_reqs")):
        return "requirements.in" if ending == "in" else "requirements"
    if top in ("requirements", "reqs", "constraints"):
        return "requirements.in" if ending == "in" else "requirements"
    return ""


def _of_yaml(name: str, stem: str, folders: str) -> str:
    if name.endswith((".conda-lock.yml", ".conda-lock.yaml")):
        return "conda-lock"
    if name in _CI_FILES or f"{folders}/".startswith(_CI_FOLDERS):
        return "workflow"
    if "environment" in stem or stem == "env" or stem.startswith(("conda", "env-", "env_")):
        return "environment"
    return "environment" if stem.endswith(("-env", "_env", ".env")) else ""
