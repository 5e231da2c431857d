"""A floor under the coverage that the tests reach by being imported."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import settings_text
from ml_audit_hooks.patches.model import Change, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.patches.model import Ground

_FACET = "ci_tests.coverage"
_MAX_FILES = 600  # that are parsed
_MARGIN = 0.8  # of what is reckoned: platforms and optional dependencies leave a module out here and there
_STEP, _LEAST = 5, 10  # per cent; a lower floor is none
_IN_USE = re.compile(r"--cov\b(?:[= ]([\w./-]+))?|\bcoverage run\b|\bpytest[-_]cov\b")
_CHOSEN = re.compile(r"--cov-fail-under|\bfail[_-]under\b|--cov-config|COVERAGE_RCFILE|--no-cov\b")
_SKIPPED = re.compile(r"(?m)^(?:pytest\.importorskip|pytestmark\s*=.*skip|pytest\.skip)")
_NAMES = re.compile(
    r"(?:^|/)(?:\.coveragerc|Makefile|README\.md|CONTRIBUTING\.md|justfile|noxfile\.py|pyproject\.toml|pytest\.ini"
    r"|setup\.(?:cfg|py)|tox\.ini|[\w.-]*requirements[\w.-]*\.txt)$|^\.github/workflows/[^/]+\.ya?ml$"
    r"|^requirements/[^/]+\.txt$|^\.(?:gitlab-ci|travis)\.yml$|^\.circleci/config\.yml$"
)


class Reckoned(NamedTuple):
    """What importing the modules that tests import runs."""

    run: int  # statements
    total: int  # statements, and branches where they count
    modules: int  # that are imported
    of: int  # modules in all


def build(ground: Ground) -> Iterator[Patch]:
    """One patch, where coverage is measured and nothing fails under any."""
    if ground.state(_FACET) != "absent" or ground.state("ci_tests.pytest_targets") != "present":
        return
    used = _used(ground)
    target = _target(ground)
    if used is None or target is None:
        return
    path, section = target
    reckoned = _reckoned(ground, _sources(ground, used), _counts_branches(ground))
    floor = int(_MARGIN * 100 * reckoned.run / max(reckoned.total, 1) / _STEP) * _STEP
    if floor < _LEAST:
        return
    old = settings_text.text_of(ground, path)
    new = settings_text.with_key(old, section, f"fail_under = {floor}")
    if settings_text.adds_only(path, old, new, section, "fail_under"):
        yield _patch(
            ground, Change(path, old.encode() if ground.has(path) else None, new.encode()), floor, reckoned, used
        )


def _used(ground: Ground) -> tuple[str, str] | None:
    """(file, what is measured) of a place that measures coverage; None where none does, or where a floor is chosen."""
    found = None
    for path in ground.paths:
        if not _NAMES.search(path):
            continue
        text = settings_text.text_of(ground, path)
        if _CHOSEN.search(text):
            return None
        for hit in _IN_USE.finditer(text):
            if found is None or (hit[1] and not found[1]):
                found = path, hit[1] or ""
    return found


def _target(ground: Ground) -> tuple[str, str] | None:
    """(file, section) in which coverage reads its report's settings; None where they cannot be put into the file."""
    if ground.has(".coveragerc"):
        return ".coveragerc", "report"
    for path in ("setup.cfg", "tox.ini"):
        if "[coverage:" in settings_text.text_of(ground, path):
            return path, "coverage:report"
    text = settings_text.text_of(ground, settings_text.PYPROJECT)
    if text:
        coverage = settings_text.at(settings_text.toml(text), "tool.coverage")
        inline = isinstance(coverage, dict) and "report" in coverage and "[tool.coverage.report]" not in text
        return None if inline else (settings_text.PYPROJECT, "tool.coverage.report")
    if ground.has(settings_text.PYPROJECT):
        return None
    path = next((path for path in ("setup.cfg", "tox.ini") if ground.has(path)), "")
    return (path, "coverage:report") if path else (".coveragerc", "report")


def _run_settings(ground: Ground) -> Mapping[str, Any]:
    """What is set for ``coverage run``."""
    document = settings_text.toml(settings_text.text_of(ground, settings_text.PYPROJECT))
    found: dict[str, Any] = dict(settings_text.at(document, "tool.coverage.run") or {})
    for path, section in ((".coveragerc", "run"), ("setup.cfg", "coverage:run"), ("tox.ini", "coverage:run")):
        found.update(settings_text.ini(settings_text.text_of(ground, path)).get(section, {}))
    return found


def _sources(ground: Ground, used: tuple[str, str]) -> tuple[str, ...]:
    """The folders whose files are measured; empty for all."""
    given = [used[1]] if used[1] else []
    for name in ("source", "source_pkgs"):
        value = _run_settings(ground).get(name) or []
        given += value.replace(",", "\n").split() if isinstance(value, str) else value
    folders = []
    for one in given:
        spot = one.strip("./").replace(".", "/")
        known = [
            folder for folder in (spot, f"src/{spot}") if spot and any(p.startswith(folder + "/") for p in ground.paths)
        ]
        if not known:
            return ()
        folders += known
    return tuple(folders)


def _counts_branches(ground: Ground) -> bool:
    texts = (settings_text.text_of(ground, path) for path in ground.paths if _NAMES.search(path))
    return str(_run_settings(ground).get("branch", "")).lower() == "true" or any("--cov-branch" in t for t in texts)


def _reckoned(ground: Ground, sources: Sequence[str], branches: bool) -> Reckoned:
    """Statements that run when the tests are only collected, out of all: the measured share is never lower."""
    trees = {}
    measured = [path for path in ground.paths if path.endswith(".py") and path not in ground.tests]
    measured = [path for path in measured if not places.is_vendored(path)]
    inside = [path for path in measured if not sources or path.startswith(tuple(f"{one}/" for one in sources))]
    if len(inside) > _MAX_FILES:
        return Reckoned(0, 0, 0, 0)
    for path in inside:
        tree = _tree(ground, path)
        if tree is not None:
            trees[path] = tree
    run = [path for path in _imported(ground, set(measured)) if path in trees]
    total = sum(_every(tree, branches) for tree in trees.values())
    return Reckoned(sum(_at_import(trees[path].body) for path in run), total, len(run), len(trees))


def _tree(ground: Ground, path: str) -> ast.Module | None:
    try:
        return ground.file(path).modules[0].tree
    except Unreadable:
        return None


def _imported(ground: Ground, known: set[str]) -> list[str]:
    """The modules that are surely imported when the tests are collected."""
    todo = [path for path in ground.tests if _is_collected(ground, path)]
    seen = set(todo)
    while todo:
        path = todo.pop()
        tree = _tree(ground, path)
        for name in _names(tree.body, path) if tree is not None else ():
            for other in _files(name, known):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
    return sorted(seen & known)


def _is_collected(ground: Ground, path: str) -> bool:
    stem = path.rpartition("/")[2].removesuffix(".py")
    named = path.endswith(".py") and (stem.startswith("test_") or stem.endswith("_test"))
    return named and not _SKIPPED.search(settings_text.text_of(ground, path))


def _names(body: Sequence[ast.stmt], path: str) -> Iterator[str]:
    """The dotted modules, and what may be one, that the statements at the top import."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


def _files(dotted: str, known: set[str]) -> Iterator[str]:
    """The files that importing a module runs: its own and the packages around it."""
    parts = dotted.split(".")
    for count in range(1, len(parts) + 1):
        stem = "/".join(parts[:count])
        for lead in ("", "src/"):
            yield from (path for path in (f"{lead}{stem}.py", f"{lead}{stem}/__init__.py") if path in known)


def _every(tree: ast.Module, branches: bool) -> int:
    from ml_audit_hooks.core.python import walk

    count = 0
    for node in walk(tree):
        if isinstance(node, ast.stmt) and not _is_docstring(node):
            count += 1
            if branches and isinstance(node, (ast.If, ast.While, ast.For, ast.AsyncFor)):
                count += 2
    return count


def _at_import(body: Sequence[ast.stmt]) -> int:
    """The statements that run for certain when a module is imported: those in no function, branch, loop or try."""
    count = 0
    for node in body:
        count += not _is_docstring(node)
        if isinstance(node, ast.ClassDef):
            count += _at_import(node.body)
    return count


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _patch(ground: Ground, change: Change, floor: int, reckoned: Reckoned, used: tuple[str, str]) -> Patch:
    bound = 100 * reckoned.run // reckoned.total
    tests = [path for path in ground.tests if _is_collected(ground, path)]
    return Patch(
        id="coverage-floor",
        title=f"Fail the tests under {floor} % coverage",
        why=f"{used[0]} measures coverage and no run fails under any. To collect the {len(tests)} test files already "
        f"imports {reckoned.modules} of {reckoned.of} modules, which runs {bound} % of all statements: a run under "
        f"{floor} % does not even import what it says it tests.",
        risk=f"A run of one test file alone with coverage on, say of {tests[0]}, may stay under {floor} %: give it "
        "--cov-fail-under=0.",
        rollback=f"Remove fail_under from {change.path}.",
        tests=(
            f"Run the tests as {used[0]} says and read the total: then raise fail_under to a point under it.",
            "The same with --fail-under=100 (coverage report) or --cov-fail-under=100 (pytest) fails: it is wired.",
        ),
        changes=(change,),
        facets=(_FACET,),
    )


KIND = Kind("coverage_floor", 25, build)
