"""Security tools that a repository configures: in pre-commit, in CI, in a task runner or in a file of their own."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _programs, _runners
from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.file import File

SECRETS, LINT = "security.secrets_scanning", "security.security_lint"
TASK = "secrets.task"  # symbol: the task that scans for secrets
_SECRET_TOOLS = frozenset(
    ("detect-secrets", "detect-secrets-hook", "gitleaks", "trufflehog", "trufflehog3", "ggshield", "git-secrets")
    + ("talisman", "ripsecrets", "kingfisher", "noseyparker", "whispers", "secretlint", "detect-private-key")
    + ("detect-aws-credentials", "audit-secrets", "gitleaks-docker", "gitleaks-system", "ggshield-push")
)
_LINT_TOOLS = frozenset(
    ("bandit", "semgrep", "pip-audit", "safety", "osv-scanner", "snyk", "trivy", "python-safety-dependencies-check")
    + ("audit-security", "audit-lockfiles", "codeql", "semgrep-ci", "semgrep-docker", "opengrep", "grype", "dlint")
)
# `uses:` of a workflow, by a part of the action's name
_SECRET_ACTIONS = ("gitleaks", "trufflehog", "ggshield", "detect-secrets", "secret-scan", "secretlint", "talisman")
_LINT_ACTIONS = (
    *("codeql", "semgrep", "pip-audit", "bandit", "osv-scanner", "safety-action", "snyk", "trivy", "pyupio"),
    *("dependency-review", "renovate", "audit-python-dependencies"),
)
_SECRET_TEMPLATES, _LINT_TEMPLATES = ("Secret-Detection",), ("SAST", "Dependency-Scanning")  # of GitLab
_ALL_S = Pattern(r"[\"']S[\"']|^S$")
_SELECT_OPTION = Pattern(r"--(?:extend-)?select[= ,]+[^-]*\bS\d*\b")
_CODE = Pattern(r"\b(ALL|S\d*)\b")
_SELECTS = tuple(
    f"{lead}{part}{key}" for lead in ("tool.ruff.", "") for part in ("lint.", "") for key in ("select", "extend-select")
)
NAMES = (
    *(".pre-commit-config.yaml", ".pre-commit-config.yml", ".bandit", "*pyproject.toml", "*ruff.toml", "*.flake8"),
    *("*setup.cfg", "*tox.ini", "*renovate.json", "*renovate.json5", "*.renovaterc", "*.renovaterc.json", "*.snyk"),
    *(".github/dependabot.yml", ".github/dependabot.yaml", "*bandit.yml", "*bandit.yaml"),
)


def of_settings(file: File) -> Iterator[Signal]:
    """What one configuration file switches on."""
    name = file.path.rpartition("/")[2]
    if file.path in (".pre-commit-config.yaml", ".pre-commit-config.yml"):
        yield from _hooks(file)
    elif name == "pyproject.toml" or name.endswith("ruff.toml"):
        yield from _ruff(file)
    elif name in (".flake8", "setup.cfg", "tox.ini"):
        for key in keys.keys(file.text, "INI"):
            if key.name in ("flake8.select", "flake8.extend-select") and _CODE.search(key.value):
                yield Signal(LINT, key.line, None, "flake8", "flake8 selects the security rules")
            elif key.name.startswith("bandit"):
                yield Signal(LINT, key.line, None, "bandit", "configures bandit")
    elif file.path in (".github/dependabot.yml", ".github/dependabot.yaml"):
        for key in keys.keys(file.text, "YAML"):
            if key.name == "updates.package-ecosystem":
                yield Signal(LINT, key.line, None, "updates", f"dependabot watches {key.value}")
    elif name.startswith(("renovate.json", ".renovaterc")) and "/" not in file.path.removeprefix(".github/"):
        yield Signal(LINT, 1, None, "<module>", "configures renovate")
    elif name in (".bandit", ".snyk", "bandit.yaml", "bandit.yml"):
        yield Signal(LINT, 1, None, "<module>", f"configures {name.lstrip('.').partition('.')[0]}")


def _hooks(file: File) -> Iterator[Signal]:
    for key in keys.keys(file.text, "YAML"):
        value = key.value
        if key.name == "repos.hooks.id":
            if value in _SECRET_TOOLS:
                yield Signal(SECRETS, key.line, None, value, f"pre-commit runs {value}")
            if value in _LINT_TOOLS or value.startswith(("bandit", "semgrep", "pip-audit")):
                yield Signal(LINT, key.line, None, value, f"pre-commit runs {value}")
        elif key.name == "repos.hooks.entry":
            tool = _programs.tool(value.split())
            if tool in _SECRET_TOOLS or tool in _LINT_TOOLS:
                yield Signal(
                    SECRETS if tool in _SECRET_TOOLS else LINT, key.line, None, tool, f"pre-commit runs {tool}"
                )
        elif key.name == "repos.hooks.additional_dependencies" and "flake8-bandit" in value:
            yield Signal(LINT, key.line, None, "flake8-bandit", "flake8 runs with flake8-bandit")
        elif key.name == "repos.hooks.args" and _SELECT_OPTION.search(value):
            yield Signal(LINT, key.line, None, "args", "ruff runs with the security rules")


def _ruff(file: File) -> Iterator[Signal]:
    """The first selection of the security rules, unless they are ignored as a whole; settings of scanners."""
    rows = [*keys.keys(file.text, "TOML")]
    ignored = any(k.name.endswith("ignore") and "per-file" not in k.name and _ALL_S.search(k.value) for k in rows)
    selected = [k for k in rows if k.name in _SELECTS and _CODE.search(k.value)]
    for key in selected[: 0 if ignored else 1]:
        yield Signal(LINT, key.line, None, "select", "ruff selects the security rules")
    for tool in ("bandit", "pip-audit"):
        for key in [k for k in rows if f"{k.name}.".startswith(f"tool.{tool}.")][:1]:
            yield Signal(LINT, key.line, None, f"tool.{tool}", f"configures {tool}")


def of_commands(file: File) -> Iterator[Signal]:
    """Scanners that CI or a task runner starts."""
    in_ci = _runners.is_ci(file.path) or _runners.is_action(file.path)
    for step in _runners.ci_steps(file) if in_ci else _runners.steps(file):
        tool = _programs.tool(step.words)
        where = "CI" if in_ci else step.runner
        in_hook = step.runner == "lefthook"
        if tool in _SECRET_TOOLS and not (in_ci or in_hook):
            yield Signal(TASK, step.line, None, step.target, f"{where} runs {tool}")
        if tool in _SECRET_TOOLS and (in_ci or in_hook):
            yield Signal(SECRETS, step.line, None, step.target, f"{where} runs {tool}")
        elif tool in _LINT_TOOLS:
            yield Signal(LINT, step.line, None, step.target, f"{where} runs {tool}")
        elif tool == "ruff" and any(_selects(w, n) for w, n in zip(step.words, (*step.words[1:], ""), strict=True)):
            yield Signal(LINT, step.line, None, step.target, f"{where} runs ruff with the security rules")
        if tool == "trivy" and in_ci and any("secret" in word for word in step.words):
            yield Signal(SECRETS, step.line, None, step.target, f"{where} runs trivy for secrets")
    if in_ci:
        yield from _actions(file)


def _selects(word: str, after: str) -> bool:
    name, _, value = word.partition("=")
    return name in ("--select", "--extend-select") and bool(_CODE.search(value or after))


def _actions(file: File) -> Iterator[Signal]:
    for key in keys.keys(file.text, "YAML"):
        last = key.name.rpartition(".")[2]
        value = key.value.partition("@")[0].lower()
        if last in ("uses", "image"):
            for name, parts in ((SECRETS, _SECRET_ACTIONS), (LINT, _LINT_ACTIONS)):
                if any(part in value for part in parts) and not value.startswith("./"):
                    yield Signal(name, key.line, None, last, f"CI uses {value}")
        elif last == "template" and key.name.startswith("include"):
            for name, words in ((SECRETS, _SECRET_TEMPLATES), (LINT, _LINT_TEMPLATES)):
                if any(word in key.value for word in words):
                    yield Signal(name, key.line, None, last, f"CI includes {key.value}")
