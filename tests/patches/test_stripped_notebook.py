"""A notebook without its outputs: the rest of its bytes stays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.patches import stripped_notebook
from ml_audit_hooks.patches.stripped_notebook import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

OUTPUT = {"name": "stdout", "output_type": "stream", "text": ["ünï ]}\\\\\\n", "é\\n"]}
CODE = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [OUTPUT], "source": ["print(1)"]}
TEXT = {"cell_type": "markdown", "metadata": {}, "source": ['"outputs": [1]']}
MODULE = {"main.py": "print(1)\n", "more.py": "print(2)\n"}


def _notebook(*cells: object, **more: object) -> dict[str, object]:
    return {"cells": [*cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


def _written(document: object, **style: object) -> str:
    return json.dumps(document, **({"indent": 1, "ensure_ascii": False} | style)) + "\n"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.ipynb": _written(_notebook(TEXT, CODE | {"outputs": []}))}, id="no-outputs"),
        pytest.param({"docs/a.ipynb": _written(_notebook(CODE))}, id="in-the-documentation"),
        pytest.param({"vendor/a.ipynb": _written(_notebook(CODE))}, id="vendored"),
        pytest.param({"a b.ipynb": _written(_notebook(CODE)), "README.md": "See [x](a%20b.ipynb).\n"}, id="linked"),
        pytest.param({f"{i}.ipynb": _written(_notebook(CODE)) for i in range(3)}, id="notebooks-are-the-work"),
        pytest.param(
            {"a.ipynb": _written({"worksheets": [{"cells": [CODE]}], "metadata": {}, "nbformat": 3})}, id="nbformat-3"
        ),
        pytest.param(
            {"a.ipynb": _written(_notebook(CODE | {"outputs": [OUTPUT | {"text": ["x" * 1_000_001]}]}))}, id="too-large"
        ),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, MODULE | files, KIND) == []


@pytest.mark.parametrize(
    "style",
    [
        pytest.param({}, id="as-jupyter-writes-it"),
        pytest.param({"indent": 4, "sort_keys": True}, id="four-blanks-and-sorted"),
        pytest.param({"indent": "\t"}, id="tabs"),
        pytest.param({"indent": None, "separators": (",", ":")}, id="one-line"),
        pytest.param({"ensure_ascii": True}, id="escaped"),
    ],
)
@pytest.mark.parametrize("end", [pytest.param("", id="no-last-line-end"), pytest.param("\n", id="last-line-end")])
def test_the_style_of_the_json_stays(repo: Repo, style: dict[str, object], end: str) -> None:
    old = _written(_notebook(TEXT, CODE), **style).rstrip("\n") + end
    (result,) = proved(repo, MODULE | {"a.ipynb": old}, KIND)
    assert isinstance(result, Proved), result
    bare = CODE | {"outputs": [], "execution_count": None}
    assert new_text(result.patch, "a.ipynb") == _written(_notebook(TEXT, bare), **style).rstrip("\n") + end
    assert [name[2] for name in result.findings] == ["NBK001"]


def test_the_line_ends_stay(repo: Repo) -> None:
    old = _written(_notebook(CODE)).replace("\n", "\r\n")
    (result,) = proved(repo, MODULE | {"a.ipynb": old}, KIND)
    assert isinstance(result, Proved), result
    bare = CODE | {"outputs": [], "execution_count": None}
    assert new_text(result.patch, "a.ipynb") == _written(_notebook(bare)).replace("\n", "\r\n")


def test_what_is_worse_comes_first(repo: Repo) -> None:
    uncounted = CODE | {"execution_count": None}
    larger = OUTPUT | {"text": ["x" * 2000]}
    files = {"a.ipynb": _written(_notebook(CODE)), "b/c.ipynb": _written(_notebook(uncounted | {"outputs": [larger]}))}
    patches = candidates(repo, MODULE | files, KIND)
    assert [patch.id for patch in patches] == ["stripped-notebook-c", "stripped-notebook-a"]
    assert [closed.code for closed in patches[0].findings] == ["NBK001", "NBK003"]


def test_the_same_name_in_two_folders(repo: Repo) -> None:
    files = {f"{folder}/x.ipynb": _written(_notebook(CODE)) for folder in ("a", "b")}
    assert {p.id for p in candidates(repo, MODULE | files, KIND)} == {"stripped-notebook-a-x", "stripped-notebook-b-x"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=3), VALUES, st.sampled_from([None, 1, 2]), st.booleans())
def test_only_outputs_and_counts_go(outputs: list[object], metadata: object, indent: int | None, ascii: bool) -> None:
    document = _notebook(TEXT, CODE | {"outputs": outputs, "id": metadata}, more=metadata)
    text = json.dumps(document, indent=indent, ensure_ascii=ascii)
    try:
        file = File("a.ipynb", Content(text.encode(), ""))
    except UnicodeEncodeError:
        return
    splices = [*stripped_notebook._splices(file.text)]
    new = text
    for start, end, put in reversed(splices):
        new = new[:start] + put + new[end:]
    bare = _notebook(TEXT, CODE | {"outputs": [], "id": metadata, "execution_count": None}, more=metadata)
    assert new == json.dumps(bare, indent=indent, ensure_ascii=ascii)
