"""uv's locks against their manifests: what differs for uv, and what is only written otherwise."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.lockfiles.projects import Tree
from ml_audit_hooks.checks.lockfiles.stale import FRESH, STALE, UNKNOWN, states
from tests.checks.lockfiles.support import record

MANIFEST = """[project]
name = "Own_Name"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["torch>=2.1.0", "numpy[Extra] ; python_version < '3.13'", "peft", "triton ; sys_platform == 'linux'"]

[project.optional-dependencies]
gpu = ["flash-attn==2.5.0"]

[dependency-groups]
test = ["pytest"]
dev = [{include-group = "test"}, "ruff>=0.4"]

[build-system]
requires = ["hatchling"]

[tool.uv.sources]
peft = { git = "https://github.com/huggingface/peft.git", rev = "main" }
torch = [
    { index = "cpu", marker = "sys_platform == 'darwin'" },
]

[[tool.uv.index]]
name = "cpu"
url = "https://x.org/whl/cpu"
explicit = true
"""
LOCK = """version = 1
revision = 2
requires-python = ">=3.11"

[[package]]
name = "own-name"
version = "0.1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "flash-attn", marker = "extra == 'gpu'", specifier = "==2.5.0" },
    { name = "numpy", extras = ["extra"], marker = "python_full_version < '3.13'" },
    { name = "peft", git = "https://github.com/huggingface/peft.git?rev=main" },
    { name = "torch", marker = "sys_platform != 'darwin'", specifier = ">=2.1.0" },
    { name = "torch", marker = "sys_platform == 'darwin'", specifier = ">=2.1.0", index = "https://x.org/whl/cpu" },
    { name = "triton", marker = "sys_platform == 'linux'" },
]
provides-extras = ["gpu"]

[package.metadata.requires-dev]
dev = [
    { name = "pytest" },
    { name = "ruff", specifier = ">=0.4" },
]
test = [{ name = "pytest" }]
"""


def state(manifest: str, lock: str = LOCK) -> tuple[str, str]:
    """(fresh, stale or unknown; the reason)."""
    tree = Tree({"pyproject.toml": record("pyproject.toml", manifest), "uv.lock": record("uv.lock", lock)})
    said = states(tree)["uv.lock"]
    return said[0], said[2]


SAME = {
    "as locked": ("", ""),
    "trailing zeros": ('"torch>=2.1.0"', '"torch>=2.1"'),
    "spelling of a name": ('"peft"', '"PEFT"'),
    "blanks": ('"ruff>=0.4"', '"ruff >= 0.4"'),
    "another marker that says the same": ("sys_platform == 'linux'\"", "platform_system == 'Linux'\""),
    "range of Python in other words": ('requires-python = ">=3.11"', 'requires-python = ">=3.11.0"'),
    "description": ('version = "0.1.0"', 'version = "0.1.0"\ndescription = "x"'),
    "order": ('"torch>=2.1.0", ', '"peft", "torch>=2.1.0", '),
    "credentials of a repository": ("https://github.com/hugg", "https://u:p@github.com/hugg"),
    "git+ before an address": ('git = "https', 'git = "git+https'),
    "a group of nothing": ("[build-system]", "empty = []\n[build-system]"),
}
DIFFERENT = {
    "added": ('"peft", ', '"peft", "wandb", ', "wandb was added"),
    "taken out": ('"torch>=2.1.0", ', "", "torch is asked for no more"),
    "another range": ('"torch>=2.1.0"', '"torch>=2.2"', "torch changed"),
    "another marker": ("'3.13'", "'3.12'", "numpy changed"),
    "another extra of a package": ("[Extra]", "[other]", "numpy changed"),
    "another commit": ('rev = "main"', 'rev = "v1"', "peft changed"),
    "version": ('version = "0.1.0"', 'version = "0.2.0"', "the project's version is 0.2.0, locked as 0.1.0"),
    "name": ("Own_Name", "other", "the project's name is other"),
    "Python": (
        'requires-python = ">=3.11"',
        'requires-python = ">=3.12"',
        "requires-python is >=3.12, locked for >=3.11",
    ),
    "no package": ('[build-system]\nrequires = ["hatchling"]', "", "it is no package any more"),
    "extra": ("gpu = [", "none = []\ngpu = [", "the extras changed"),
    "in a group": ('"ruff>=0.4"', '"ruff>=0.5"', "ruff changed in group dev"),
    "in a group that is included": ('test = ["pytest"]', 'test = ["pytest", "mock"]', "mock was added in group"),
    "constraint": (
        "[tool.uv.sources]",
        '[tool.uv]\nconstraint-dependencies = ["a<2"]\n[tool.uv.sources]',
        "a was added",
    ),
    "override": ("[tool.uv.sources]", '[tool.uv]\noverride-dependencies = ["a<2"]\n[tool.uv.sources]', "a was added"),
    "environments": (
        *("[tool.uv.sources]", "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n[tool.uv.sources]"),
        "tool.uv.environments changed",
    ),
    "resolution": (
        "[tool.uv.sources]",
        '[tool.uv]\nresolution = "lowest"\n[tool.uv.sources]',
        "tool.uv.resolution is lowest",
    ),
}
UNDECIDED = {
    "dynamic dependencies": ('version = "0.1.0"', 'version = "0.1.0"\ndynamic = ["optional-dependencies"]'),
    "no range of Python": ('requires-python = ">=3.11"\n', ""),
    "what only uv reads": ('"torch>=2.1.0"', '"torch>=2.1.0<3"'),
    "an unknown index": ('name = "cpu"', 'name = "other"'),
    "not managed": ("[tool.uv.sources]", "[tool.uv]\nmanaged = false\n[tool.uv.sources]"),
    "another index": ("whl/cpu", "whl/nightly/cpu"),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_means_the_same_is_fresh(old: str, new: str) -> None:
    assert old in MANIFEST
    assert state(MANIFEST.replace(old, new)) == (FRESH, "")


@pytest.mark.parametrize(("old", "new", "reason"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_resolves_otherwise_is_stale(old: str, new: str, reason: str) -> None:
    assert old in MANIFEST
    said, why = state(MANIFEST.replace(old, new, 1))
    assert said == STALE
    assert why.startswith(reason)


@pytest.mark.parametrize(("old", "new"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_only_uv_can_know_is_unknown(old: str, new: str) -> None:
    assert old in MANIFEST
    assert state(MANIFEST.replace(old, new)) == (UNKNOWN, "")


def test_the_extras_of_the_project_itself_are_opened_where_the_lock_did() -> None:
    manifest = '[project]\nname = "x"\ndynamic = ["version"]\nrequires-python = ">=3.11"\ndependencies = []\n'
    manifest += '[project.optional-dependencies]\na = ["numpy"]\nall = ["x[a]"]\n[build-system]\n'
    lock = (
        'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n[[package]]\nname = "x"\nsource = { editable = "." }\n'
    )
    lock += '[package.metadata]\nprovides-extras = ["a", "all"]\n'
    lock += 'requires-dist = [{ name = "numpy", marker = "extra == \'a\'" },'
    assert state(manifest, lock + ' { name = "numpy", marker = "extra == \'all\'" }]\n') == (FRESH, "")
    own = ' { name = "x", extras = ["a"], marker = "extra == \'all\'" }]\n'
    assert state(manifest, lock + own) == (FRESH, "")
    assert state(manifest, lock + "]\n")[0] == STALE


def test_a_workspace_is_never_fresh_without_a_look_at_its_members() -> None:
    manifest = MANIFEST + '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    lock = LOCK + '[manifest]\nmembers = ["own-name", "other"]\n'
    assert state(manifest, lock) == (UNKNOWN, "")
    assert state(manifest.replace('"peft", ', '"peft", "wandb", '), lock)[0] == STALE
    assert state(MANIFEST, lock) == (STALE, "there is no workspace any more")


def test_a_script_has_a_lock_of_its_own() -> None:
    script = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["rich>=13"]\n# ///\n'
    lock = (
        'version = 1\nrequires-python = ">=3.11"\n[manifest]\nrequirements = [{ name = "rich", specifier = ">=13" }]\n'
    )
    for text, expected in ((script, FRESH), (script.replace("13", "14"), STALE)):
        tree = Tree({"run.py": record("run.py", text), "run.py.lock": record("run.py.lock", lock)})
        assert states(tree)["run.py.lock"][0] == expected
