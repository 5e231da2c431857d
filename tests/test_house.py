"""The house rules: metadata, hooks, README and rules agree; imports run down only; ruff and mypy are content."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ml_audit_hooks.cli.abouts import ABOUT
from ml_audit_hooks.cli.catalog import CHECKS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "hooks" / "ml_audit_hooks"
BELOW = {
    "cli": {"report", "patches", "gates", "checks", "engines", "vulndb", "capabilities", "core"},
    "report": {"core"},
    "checks": {"engines", "vulndb", "core"},
    "engines": {"core"},
    "vulndb": {"engines", "core"},
    "capabilities": {"core"},
    "gates": {"core"},
    "patches": {"core"},
    "core": set(),
}


def console_scripts() -> dict[str, str]:
    """Console script to ``module:function``, from setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = parser["options.entry_points"]["console_scripts"].strip().splitlines()
    return dict(re.split(r"\s*=\s*", line.strip(), maxsplit=1) for line in lines)


def hook_blocks() -> list[dict[str, str]]:
    """The blocks of .pre-commit-hooks.yaml: flat maps, one value a line."""
    blocks: list[dict[str, str]] = []
    for line in (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines():
        key, _, value = line.lstrip("- ").partition(":")
        if line.startswith("- "):
            blocks.append({})
        blocks[-1][key.strip()] = value.strip()
    return blocks


def part(module: str) -> str:
    """The part of the package that a dotted module belongs to; "" for the package itself."""
    words = module.split(".")
    return words[1] if len(words) > 1 and words[0] == "ml_audit_hooks" else ""


def imported_parts(path: Path) -> set[str]:
    """The parts of the package that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {part(name.name) for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(part(node.module) or next((part(f"{node.module}.{n.name}") for n in node.names), ""))
    return found - {"", "__version__"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_down_only(path: Path) -> None:
    home = path.relative_to(PACKAGE).parts[0]
    if home in BELOW:
        assert imported_parts(path) <= BELOW[home] | {home}


def test_a_check_never_imports_another_check() -> None:
    for path in (PACKAGE / "checks").rglob("*.py"):
        own = path.relative_to(PACKAGE / "checks").parts[0].removesuffix(".py")
        text = path.read_text(encoding="utf-8")
        others = set(re.findall(r"ml_audit_hooks\.checks\.(\w+)", text)) - {own}
        assert others == set(), path


def test_every_hook_is_a_console_script_of_its_own_name() -> None:
    scripts = console_scripts()
    for block in hook_blocks():
        assert block["entry"] == block["id"]
        assert block["language"] == "python"
        assert block["id"] in scripts
    assert {block["id"] for block in hook_blocks()} == set(scripts) - {"ml-audit"}


def test_a_hook_says_of_itself_what_its_block_says() -> None:
    described = {block["id"]: block["description"] for block in hook_blocks()}
    assert {name: described[name] for name in ABOUT} == ABOUT
    assert {check.name for check in CHECKS} == set(ABOUT)


def test_the_aggregator_stands_last() -> None:
    assert hook_blocks()[-1]["id"] == "audit-report"


def test_the_readme_lists_every_hook_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(audit-[a-z]+)` \|", readme, re.MULTILINE)
    assert sorted(listed) == sorted(block["id"] for block in hook_blocks())


def test_every_console_script_points_to_a_function() -> None:
    source = (PACKAGE / "cli" / "entry_points.py").read_text(encoding="utf-8")
    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    for target in console_scripts().values():
        module, _, function = target.partition(":")
        assert module == "ml_audit_hooks.cli.entry_points"
        assert function in defined


def test_no_module_bears_the_name_of_one_of_the_standard_library() -> None:
    # run as a script, such a module would find itself
    taken = {path.stem for path in PACKAGE.rglob("*.py")} & (sys.stdlib_module_names | {"git", "bandit", "radon"})
    assert taken - {"__init__", "git", "code"} == set()


def test_the_rule_pages_are_those_of_the_rules() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import make_rules
    finally:
        sys.path.pop(0)
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").iterdir()}
    assert on_disk == make_rules.pages(), "run python docs/make_rules.py"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "."], id="ruff check"),
        pytest.param(["ruff", "format", "--check", "."], id="ruff format"),
        pytest.param(["mypy"], id="mypy --strict"),
    ],
)
def test_the_code_passes(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
