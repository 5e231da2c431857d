"""The Repo Map: directories with their roles, and the files that a newcomer opens first."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.report.outline import Outline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = "."
MAX_PROGRAMS = 12  # entry points among the key files

_ROLE_BY_NAME = {
    "asset": "assets",
    "assets": "assets",
    "bench": "benchmarks",
    "benchmark": "benchmarks",
    "benchmarks": "benchmarks",
    "bin": "scripts",
    "ci": "CI",
    "conf": "configs",
    "config": "configs",
    "configs": "configs",
    "data": "data",
    "dataset": "data",
    "datasets": "data",
    "deploy": "deployment",
    "deployment": "deployment",
    "doc": "docs",
    "docker": "deployment",
    "docs": "docs",
    "example": "examples",
    "examples": "examples",
    "figures": "assets",
    "figs": "assets",
    "images": "assets",
    "img": "assets",
    "notebook": "notebooks",
    "notebooks": "notebooks",
    "requirements": "dependencies",
    "sample": "examples",
    "samples": "examples",
    "script": "scripts",
    "scripts": "scripts",
    "tool": "scripts",
    "tools": "scripts",
    "tutorial": "examples",
    "tutorials": "examples",
}
_CI_FOLDERS = frozenset((".github", ".gitlab", ".circleci", ".azure-pipelines", ".buildkite", ".azure"))
_CODE = frozenset(
    ("C", "C++", "C#", "CUDA", "Cython", "Go", "Java", "JavaScript", "Julia", "Kotlin", "Lua", "MATLAB", "Perl")
    + ("Python", "R", "Ruby", "Rust", "Scala", "Swift", "TypeScript", "Vue")
)
_ROLE_BY_LANGUAGE = {
    "CSV": "data",
    "Dockerfile": "deployment",
    "HTML": "web pages",
    "INI": "configs",
    "JSON": "configs",
    "JSON Lines": "data",
    "Markdown": "docs",
    "Notebook": "notebooks",
    "SQL": "source",
    "SVG": "assets",
    "Shell": "scripts",
    "TOML": "configs",
    "TSV": "data",
    "Terraform": "deployment",
    "Text": "text",
    "YAML": "configs",
    "reStructuredText": "docs",
}
_IMAGES = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "bmp"))
_DATA = frozenset(("npy", "npz", "parquet", "arrow", "feather", "h5", "hdf5", "tfrecord", "pkl", "pickle", "zip", "gz"))
_MODELS = frozenset(("pt", "pth", "ckpt", "safetensors", "onnx", "gguf", "joblib", "keras", "tflite"))


class Directory(NamedTuple):
    """A top-level directory, or the files at the root."""

    path: str
    role: str
    files: int
    lines: int  # of text
    languages: tuple[str, ...]  # those with the most lines first, three at most


class KeyFile(NamedTuple):
    """A file that a newcomer opens first."""

    path: str
    role: str


def directories(outlines: Mapping[str, Outline]) -> tuple[Directory, ...]:
    """Every top-level directory of the tree, the root's own files first."""
    groups: dict[str, list[str]] = {}
    for path in outlines:
        top, slash, _ = path.partition("/")
        groups.setdefault(top if slash else ROOT, []).append(path)
    return tuple(_directory(top, sorted(groups[top]), outlines) for top in sorted(groups, key=lambda t: (t != ROOT, t)))


def _directory(top: str, paths: list[str], outlines: Mapping[str, Outline]) -> Directory:
    lines: dict[str, int] = {}
    for path in paths:
        outline = outlines[path]
        if outline.language:
            lines[outline.language] = lines.get(outline.language, 0) + outline.lines
    total = sum(outlines[path].lines for path in paths)
    ranked = sorted((name for name in lines if lines[name]), key=lambda name: (-lines[name], name))
    code_first = [n for n in ranked if n in _CODE or n == "Notebook"] + [n for n in ranked if n not in _CODE]
    languages = tuple(dict.fromkeys(code_first))[:3]
    role = "root files" if top == ROOT else _role(top, paths, outlines)
    return Directory(top, role, len(paths), total, languages)


def _role(top: str, paths: list[str], outlines: Mapping[str, Outline]) -> str:
    """The role of a directory: by name where its content agrees, else by what most of its files are."""
    if top in _CI_FOLDERS:
        return "CI" if any("workflow" in p or p.endswith((".yml", ".yaml")) for p in paths) else "project settings"
    if places.is_vendored(paths[0]):
        return "vendored code"
    low = top.lower()
    counts: dict[str, int] = {}
    for path in paths:
        role = _file_role(path, outlines[path])
        counts[role] = counts.get(role, 0) + 1
    if low in ("test", "tests", "testing"):
        return "tests"
    named = _ROLE_BY_NAME.get(low, "")
    if named == "data" and counts.get("source", 0):
        return "data preparation" if counts["source"] * 4 < 3 * len(paths) or low in ("data", "dataset") else "source"
    if named == "data" and counts.get("notebooks", 0) * 2 > len(paths):
        return "notebooks"
    if named:
        return named
    counts.pop("text", None)
    if low.startswith("."):
        return "project settings"
    if counts.get("source", 0):  # code is what a folder with code is for, whatever else lies in it
        tests = sum(places.is_test(path) for path in paths)
        mostly_notebooks = counts.get("notebooks", 0) > counts["source"]
        return "tests" if tests * 2 > len(paths) else "notebooks" if mostly_notebooks else "source"
    return max(sorted(counts), key=lambda role: counts[role]) if counts else "text"


def _file_role(path: str, outline: Outline) -> str:
    ending = places.suffix(path)
    if ending in _IMAGES:
        return "assets"
    if ending in _MODELS:
        return "models"
    if ending in _DATA:
        return "data"
    if outline.language in _CODE:
        return "source"
    return _ROLE_BY_LANGUAGE.get(outline.language, "text")


_KEY_NAMES = {
    "agents.md": "instructions for coding agents",
    "changelog.md": "change log",
    "citation.cff": "citation",
    "claude.md": "instructions for coding agents",
    "cog.yaml": "container",
    "compose.yaml": "container",
    "compose.yml": "container",
    "conda-lock.yml": "lock file",
    "containerfile": "container",
    "contributing.md": "contributing guide",
    "docker-compose.yaml": "container",
    "docker-compose.yml": "container",
    "dockerfile": "container",
    "dvc.yaml": "data pipeline",
    "environment.yaml": "dependencies",
    "environment.yml": "dependencies",
    "justfile": "local gates",
    "makefile": "local gates",
    "mkdocs.yml": "documentation site",
    "noxfile.py": "local gates",
    "pdm.lock": "lock file",
    "pipfile": "dependencies",
    "pipfile.lock": "lock file",
    "pixi.lock": "lock file",
    "pixi.toml": "dependencies",
    "poetry.lock": "lock file",
    "pylock.toml": "lock file",
    "pyproject.toml": "packaging and tool settings",
    "pytest.ini": "test settings",
    "security.md": "security policy",
    "setup.cfg": "packaging and tool settings",
    "setup.py": "packaging",
    "taskfile.yml": "local gates",
    "tox.ini": "local gates",
    "uv.lock": "lock file",
    ".pre-commit-config.yaml": "local gates",
    ".gitlab-ci.yml": "CI workflow",
    "azure-pipelines.yml": "CI workflow",
    "jenkinsfile": "CI workflow",
}
_KEY_STEMS = {"readme": "introduction", "license": "licence", "licence": "licence", "copying": "licence"}


def key_files(outlines: Mapping[str, Outline]) -> tuple[KeyFile, ...]:
    """The key files with their roles, by path."""
    found = []
    for path, outline in outlines.items():
        role = _key_role(path, outline)
        if role:
            found.append(KeyFile(path, role))
    found += _programs(outlines, {item.path for item in found})
    return tuple(sorted(found))


def _key_role(path: str, outline: Outline) -> str:
    folder, _, name = path.rpartition("/")
    low = name.lower()
    if path.startswith(".github/workflows/") and outline.language == "YAML":
        return "CI workflow"
    if path == ".circleci/config.yml":
        return "CI workflow"
    if folder and low not in ("uv.lock", "poetry.lock", "dockerfile"):
        return ""
    if folder.count("/") > 0 or places.is_vendored(path) or places.is_test(path):
        return ""
    if low.startswith("requirements") and low.endswith((".txt", ".in")):
        return "dependencies"
    return _KEY_NAMES.get(low) or _KEY_STEMS.get(low.partition(".")[0], "")


def _programs(outlines: Mapping[str, Outline], known: set[str]) -> list[KeyFile]:
    """The programs that start by themselves: those nearest to the root first."""
    programs = [
        path
        for path, outline in outlines.items()
        if (outline.program or path.endswith("/__main__.py"))
        and outline.language == "Python"
        and path not in known
        and not (places.is_test(path) or places.is_vendored(path) or path.startswith(("docs/", ".")))
    ]
    programs.sort(key=lambda path: (path.count("/"), path))
    return [KeyFile(path, "entry point") for path in programs[:MAX_PROGRAMS]]
