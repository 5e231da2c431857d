"""The Repo Map says of every top-level directory what it is for, and which files a newcomer opens first."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core import places
from ml_audit_hooks.report.outline import TEXT, Outline
from ml_audit_hooks.report.repo_map import MAX_PROGRAMS, Directory, KeyFile, directories, key_files


def outlines(*paths: str, lines: int = 10, programs: tuple[str, ...] = ()) -> dict[str, Outline]:
    """The outlines of files with these names."""
    return {p: Outline(TEXT, places.language(p) or "", lines, p in programs) for p in (*paths, *programs)}


@pytest.mark.parametrize(
    ("paths", "role"),
    [
        pytest.param("src/train.py", "source", id="python"),
        pytest.param("nanogpt/model.py nanogpt/README.md", "source", id="package"),
        pytest.param("csrc/op.cu csrc/op.cpp", "source", id="native code"),
        pytest.param("kernels/a.rs", "source", id="rust"),
        pytest.param("data/prepare.py data/README.md", "data preparation", id="scripts that make data"),
        pytest.param("data/train.csv data/val.jsonl", "data", id="data"),
        pytest.param("corpus/a.parquet corpus/b.arrow", "data", id="data by format"),
        pytest.param("dataset/a.py", "data preparation", id="data code"),
        pytest.param("datasets/a.py datasets/b.py", "source", id="a package of data sets"),
        pytest.param("tests/test_train.py", "tests", id="tests"),
        pytest.param("test/data.json", "tests", id="data of tests"),
        pytest.param("checks/test_a.py checks/test_b.py checks/c.py", "tests", id="mostly tests"),
        pytest.param("checks/test_a.py checks/b.py checks/c.py", "source", id="few tests"),
        pytest.param("docs/index.md docs/conf.py", "docs", id="docs with code"),
        pytest.param("wiki/a.md wiki/b.rst", "docs", id="texts"),
        pytest.param("conf/a.yaml", "configs", id="configs"),
        pytest.param("config/__init__.py config/a.yaml", "configs", id="configs in python"),
        pytest.param("experiments/a.yaml experiments/b.json", "configs", id="configs by content"),
        pytest.param("notebooks/a.ipynb", "notebooks", id="notebooks"),
        pytest.param("lectures/a.ipynb lectures/b.ipynb lectures/util.py", "notebooks", id="mostly notebooks"),
        pytest.param("scripts/run.sh", "scripts", id="scripts"),
        pytest.param("jobs/a.sh jobs/b.sh", "scripts", id="shell"),
        pytest.param("bin/tool", "scripts", id="programs without an ending"),
        pytest.param("tools/a.py", "scripts", id="tools"),
        pytest.param(".github/workflows/ci.yml .github/CODEOWNERS", "CI", id="workflows"),
        pytest.param(".github/ISSUE_TEMPLATE.md", "project settings", id="github without ci"),
        pytest.param(".circleci/config.yml", "CI", id="circle"),
        pytest.param(".vscode/settings.json", "project settings", id="editor"),
        pytest.param(".dvc/config", "project settings", id="dvc"),
        pytest.param("third_party/lib/a.py", "vendored code", id="third party"),
        pytest.param("vendor/a.py", "vendored code", id="vendor"),
        pytest.param("assets/a.png", "assets", id="assets"),
        pytest.param("figures2/a.png figures2/b.jpg", "assets", id="images"),
        pytest.param("weights/a.pt weights/b.safetensors", "models", id="models"),
        pytest.param("docker/Dockerfile", "deployment", id="docker"),
        pytest.param("infra/main.tf", "deployment", id="terraform"),
        pytest.param("benchmarks/a.py", "benchmarks", id="benchmarks"),
        pytest.param("examples/a.py", "examples", id="examples"),
        pytest.param("requirements/base.txt", "dependencies", id="requirements"),
        pytest.param("misc/a.txt misc/b", "text", id="text"),
    ],
)
def test_a_directory_has_the_role_of_what_is_in_it(paths: str, role: str) -> None:
    names = paths.split()
    (found,) = directories(outlines(*names))
    assert (found.path, found.role, found.files) == (names[0].partition("/")[0], role, len(names))


def test_the_role_does_not_depend_on_the_order() -> None:
    names = "mix/a.py mix/test_b.py mix/c.ipynb mix/d.yaml mix/e.md".split()
    assert directories(outlines(*names)) == directories(outlines(*reversed(names)))


def test_the_root_comes_first_and_the_rest_by_name() -> None:
    found = directories(outlines("z/a.py", "a/b.py", "setup.py", "README.md", ".x/c.json"))
    assert [(item.path, item.role) for item in found] == [
        (".", "root files"),
        (".x", "project settings"),
        ("a", "source"),
        ("z", "source"),
    ]


def test_no_files_have_no_directories() -> None:
    assert directories({}) == ()


def test_lines_and_languages_are_counted_code_first() -> None:
    files = {
        "src/a.py": Outline(TEXT, "Python", 30, False),
        "src/b.cu": Outline(TEXT, "CUDA", 50, False),
        "src/c.md": Outline(TEXT, "Markdown", 900, False),
        "src/d.yaml": Outline(TEXT, "YAML", 40, False),
        "src/deep/e.py": Outline(TEXT, "Python", 5, False),
        "src/empty.rs": Outline(TEXT, "Rust", 0, False),
        "src/f.bin": Outline("binary", "", 0, False),
    }
    assert directories(files) == (Directory("src", "source", 7, 1025, ("CUDA", "Python", "Markdown")),)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("src/setup.py", id="below the root"),
        pytest.param("docs/README.md", id="another introduction"),
        pytest.param("a/b/c/poetry.lock", id="a lock far below"),
        pytest.param("tests/Dockerfile", id="of tests"),
        pytest.param("vendor/uv.lock", id="of others"),
        pytest.param("readmore.py", id="a name that begins alike"),
        pytest.param("train.py", id="a module that is no program"),
    ],
)
def test_other_files_are_no_key_files(path: str) -> None:
    assert key_files(outlines(path)) == ()


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("README.md", "introduction"),
        ("readme.rst", "introduction"),
        ("LICENSE", "licence"),
        ("LICENSE.txt", "licence"),
        ("setup.py", "packaging"),
        ("pyproject.toml", "packaging and tool settings"),
        ("requirements.txt", "dependencies"),
        ("requirements-dev.txt", "dependencies"),
        ("requirements.in", "dependencies"),
        ("environment.yml", "dependencies"),
        ("uv.lock", "lock file"),
        ("backend/poetry.lock", "lock file"),
        ("Dockerfile", "container"),
        ("serve/Dockerfile", "container"),
        ("docker-compose.yml", "container"),
        ("Makefile", "local gates"),
        ("noxfile.py", "local gates"),
        (".pre-commit-config.yaml", "local gates"),
        (".github/workflows/ci.yml", "CI workflow"),
        (".gitlab-ci.yml", "CI workflow"),
        (".circleci/config.yml", "CI workflow"),
        ("dvc.yaml", "data pipeline"),
        ("AGENTS.md", "instructions for coding agents"),
        ("CITATION.cff", "citation"),
    ],
)
def test_a_key_file_has_its_role(path: str, role: str) -> None:
    assert key_files(outlines(path)) == (KeyFile(path, role),)


def test_programs_are_key_files_unless_they_belong_to_tests_docs_or_others() -> None:
    programs = ("train.py", "src/eval.py", "tests/run.py", "docs/conf.py", "vendor/x.py", ".hidden/x.py", "setup.py")
    assert key_files(outlines("pkg/__main__.py", programs=programs)) == (
        KeyFile("pkg/__main__.py", "entry point"),
        KeyFile("setup.py", "packaging"),
        KeyFile("src/eval.py", "entry point"),
        KeyFile("train.py", "entry point"),
    )


def test_of_many_programs_those_nearest_to_the_root_are_named() -> None:
    near = tuple(f"run_{n:02}.py" for n in range(MAX_PROGRAMS))
    found = key_files(outlines(programs=(*(f"a/b/{n}.py" for n in range(30)), *near)))
    assert tuple(item.path for item in found) == near
