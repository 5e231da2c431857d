"""10. Internal CI/Test."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _assertions, _gates, _paths, _runners, _tasks
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, Capability, Facet, Files, Finds, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


def _pytest_targets(view: View) -> Verdict:
    found = view.tested(_assertions.TESTS) or view.live(_assertions.TESTS)
    return Verdict(PRESENT, found) if found else Verdict(ABSENT)


def _ci(view: View) -> Verdict:
    """A workflow that runs tests, by name or through a target of a task runner; there must be tests to run."""
    if _pytest_targets(view).state != PRESENT:
        return Verdict(ABSENT)
    tested = (*view.every(_gates.TARGET), *view.tested(_gates.TARGET))
    targets = {e.symbol for e in tested}
    scripts = {e.path for e in tested if e.symbol == e.path}
    for item in view.every(_gates.THROUGH):
        target, _, script = item.symbol.partition("\n")
        if _paths.found(view, script, item.path) in scripts:
            targets.add(target)
    needs: dict[str, set[str]] = {}
    for item in view.every(_tasks.NEEDS):
        task, _, other = item.symbol.partition("\n")
        needs.setdefault(task, set()).add(other)
    targets |= {
        f"task {task}"
        for task in {*needs}
        if any(f"task {other}" in targets for other in _tasks.closure({task}, needs))
    }
    through = [e for e in view.every(_gates.CI_TARGET) if e.symbol in targets or _is_script(view, e.symbol, scripts)]
    found = (*view.live(_gates.CI), *(item._replace(symbol="<module>") for item in through))
    return Verdict(PRESENT, found[:8]) if found else Verdict(ABSENT)


def _is_script(view: View, symbol: str, scripts: set[str]) -> bool:
    return symbol.endswith("sh") and _paths.found(view, symbol) in scripts


CAPABILITY = Capability(
    name="ci_tests",
    title="Internal CI/Test",
    facets=(
        Facet(
            "pytest_targets",
            core=True,
            title="tests",
            gap="no test that a runner collects and that can fail",
            risk="a change that breaks {trainer} is seen after hours of training, or never",
            patch="add tests/test_smoke.py with one real assertion: {model} on a batch of two gives its shape, "
            "one training step lowers the loss",
            rollback="delete the test file",
            decide=_pytest_targets,
        ),
        Facet(
            "local_gates",
            core=True,
            title="local gates",
            gap="no single local command runs the gates",
            risk="what is checked depends on who commits",
            patch="add a .pre-commit-config.yaml with ruff and a Makefile target `test: ; pytest -q`; "
            "test: `pre-commit run --all-files` and `make test` are green on a fresh clone",
            rollback="delete the two files",
        ),
        Facet(
            "coverage",
            core=True,
            title="coverage floor",
            gap="coverage may fall to nothing without a failing run",
            risk="new code paths reach production with no test having run them",
            patch="measure once, set fail_under a point below that in [tool.coverage.report] and run {runner} "
            "with --cov; test: removing a test file makes the run fail",
            rollback="remove fail_under",
        ),
        Facet(
            "ci",
            core=False,
            title="tests in CI",
            gap="no CI workflow runs the tests",
            risk="a broken commit is found by the next person who pulls",
            patch="add .github/workflows/test.yml: check out, install, {runner}; "
            "test: a failing assertion turns it red",
            rollback="delete the workflow",
            decide=_ci,
        ),
    ),
    detectors=(
        Finds((b"def test",), _assertions.of_tests, quick=True),
        Finds((b"run",), _gates.of_sessions, quick=True),
        Files(_gates.of_runner, languages=_runners.LANGUAGES),
        Files(_gates.of_shell, languages=("Shell",)),
        Files(_gates.of_pre_commit, names=(".pre-commit-config.yaml", ".pre-commit-config.yml")),
        Files(
            _gates.of_settings,
            names=(
                *("*codecov.yml", "*codecov.yaml", "*pyproject.toml", "*setup.cfg", "*tox.ini", "*tox.toml"),
                *("*.coveragerc", "*.coveragerc.toml", "*pytest.ini"),
            ),
        ),
    ),
)
