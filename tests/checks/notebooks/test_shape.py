"""The format: what nbformat's schemas ask for, told by our own tests of the structure."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.notebooks import shape
from tests.checks.notebooks.support import cell, document, failed, findings, printed, rows

FULL = document(
    {"cell_type": "markdown", "metadata": {}, "source": "# t", "attachments": {}},
    cell("f()", 1, printed("a\n"), failed("ValueError")),
    cell(
        "g()", 2, {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 2}
    ),
    {"cell_type": "raw", "metadata": {}, "source": []},
)
RESULT = ("cells", 2, "outputs", 0)
WIDGETS = {"application/vnd.jupyter.widget-state+json": {"a": {}}}
THREE = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 1, "source": "t"},
                {
                    "cell_type": "code",
                    "input": "f()",
                    "language": "python",
                    "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "1"}],
                    "prompt_number": 1,
                },
            ]
        }
    ],
}


def texts(made: dict[str, Any]) -> list[str]:
    return [fault.text for fault in shape.faults(made)]


def changed(path: tuple[Any, ...], value: Any, base: dict[str, Any] = FULL) -> dict[str, Any]:
    """`base` with another value at a path; without the key where the value is `...`."""
    made = copy.deepcopy(base)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return made


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(FULL, id="four"),
        pytest.param(THREE, id="three"),
        pytest.param(document(), id="empty"),
        pytest.param(changed(("metadata",), {}), id="no-metadata-in-it"),
        pytest.param(changed(("cells", 1, "metadata", "tags"), ["a", "b"]), id="tags"),
        pytest.param(changed(("cells", 1, "execution_count"), 0), id="count-0"),
        pytest.param(changed(("cells", 1, "outputs"), []), id="no-outputs"),
        pytest.param({"nbformat": 2, "nbformat_minor": 0, "metadata": {}, "worksheets": []}, id="format-2"),
    ],
)
def test_a_valid_notebook_has_no_fault(made: dict[str, Any]) -> None:
    assert texts(made) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("nbformat",), ..., "the notebook has no `nbformat`"),
        (("nbformat",), "4", "`nbformat` is no whole number"),
        (("nbformat",), 5, "`nbformat` is 5, which no version of the schema describes"),
        (("nbformat_minor",), ..., "the notebook has no `nbformat_minor`"),
        (("metadata",), None, "the notebook has no `metadata` object"),
        (("metadata", "kernelspec"), {"name": "x"}, "the notebook's `kernelspec` has no `display_name`"),
        (("metadata", "language_info"), {}, "the notebook's `language_info` has no `name`"),
        (("extra",), 1, "the notebook has the unknown key `extra`"),
        (("cells", 0, "cell_type"), "heading", "a cell is of no known `cell_type`"),
        (("cells", 0, "cell_type"), ..., "a cell is of no known `cell_type`"),
        (("cells", 0, "metadata"), ..., "a markdown cell has no `metadata`"),
        (("cells", 0, "outputs"), [], "a markdown cell has the unknown key `outputs`"),
        (("cells", 0, "id"), "a", "cells have an `id`, which the notebook's version does not know (4.5 does)"),
        (("cells", 1, "execution_count"), ..., "a code cell has no `execution_count`"),
        (("cells", 1, "execution_count"), "1", "an `execution_count` is neither a whole number nor null"),
        (("cells", 1, "execution_count"), True, "an `execution_count` is neither a whole number nor null"),
        (("cells", 1, "outputs"), ..., "a code cell has no `outputs`"),
        (("cells", 1, "outputs"), {}, "a cell's `outputs` is no list"),
        (("cells", 1, "outputs", 0), "a", "an output is no object"),
        (("cells", 1, "outputs", 0, "output_type"), "pyout", "an output is of no known `output_type`"),
        (("cells", 1, "outputs", 0, "name"), ..., "an output of type stream has no `name`"),
        (("cells", 1, "outputs", 0, "text"), [1], "an output of type stream is no text"),
        (("cells", 1, "outputs", 0, "metadata"), {}, "an output of type stream has the unknown key `metadata`"),
        (("cells", 1, "outputs", 1, "traceback"), "a", "an error's `traceback` is no list of lines"),
        (RESULT + ("data",), [], "an output's `data` is no object"),
        (RESULT + ("data", "text/plain"), {}, "an output's `data` is neither text nor JSON by its type"),
        (RESULT + ("execution_count",), ..., "an output of type execute_result has no `execution_count`"),
        (("cells", 1, "metadata", "tags"), ["a", "a"], "a cell's `tags` is no list of distinct words"),
        (("cells", 1, "metadata", "tags"), "a", "a cell's `tags` is no list of distinct words"),
        (("cells", 1, "metadata"), [], "a cell's `metadata` is no object"),
    ],
)  # fmt: skip
def test_one_change_gives_one_fault(path: tuple[Any, ...], value: Any, expected: str) -> None:
    assert texts(changed(path, value)) == [expected]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("worksheets", 0, "cells", 1, "input"), ..., "a code cell has no `input`"),
        (("worksheets", 0, "cells", 1, "outputs", 0, "prompt_number"), ...,
         "an output of type pyout has no `prompt_number`"),
        (("worksheets", 0, "cells", 0, "cell_type"), "title", "a cell is of no known `cell_type`"),
    ],
)  # fmt: skip
def test_format_3_is_known_too(path: tuple[Any, ...], value: Any, expected: str) -> None:
    assert texts(changed(path, value, THREE)) == [expected]


def with_ids(*ids: Any) -> dict[str, Any]:
    return document(*({**cell("x = 1"), "id": name} for name in ids), minor=5)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(with_ids("a", "b-2", "_c"), [], id="good"),
        pytest.param(with_ids("a" * 64), [], id="longest"),
        pytest.param(with_ids("a", "a"), ["two cells have the same `id`"], id="twice"),
        pytest.param(with_ids("a b"), ["a cell's `id` is not of 1 to 64 letters, digits, - and _"], id="blank"),
        pytest.param(with_ids(""), ["a cell's `id` is not of 1 to 64 letters, digits, - and _"], id="empty"),
        pytest.param(with_ids("a" * 65), ["a cell's `id` is not of 1 to 64 letters, digits, - and _"], id="too-long"),
        pytest.param(with_ids(7), ["a cell's `id` is not of 1 to 64 letters, digits, - and _"], id="number"),
        pytest.param(document(cell("x"), minor=5), ["a cell has no `id`, which version 4.5 asks for"], id="missing"),
    ],
)
def test_ids_are_asked_for_from_4_5(made: dict[str, Any], expected: list[str]) -> None:
    assert texts(made) == expected


def test_a_fault_is_told_once_with_its_number() -> None:
    bare = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}
    expected = "0:1 NBK010 a code cell has no `execution_count` (2 times)"
    assert rows(document(bare, bare)) == [expected]


@pytest.mark.parametrize(
    ("made", "level"),
    [
        pytest.param(changed(("cells", 1, "outputs"), ...), "", id="missing-key"),
        pytest.param(changed(("cells", 1, "extra"), 1), "warning", id="unknown-key"),
        pytest.param(document(cell("x = 1"), minor=5), "warning", id="no-id"),
        pytest.param(document(widgets=WIDGETS), "warning", id="widgets-without-state"),
    ],
)  # fmt: skip
def test_only_what_breaks_readers_is_an_error(made: dict[str, Any], level: str) -> None:
    assert [f.level for f in findings(made) if f.code == "NBK010"] == [level]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
_PLACES = [
    ("cells", 0, "cell_type"),
    ("cells", 1, "execution_count"),
    ("cells", 1, "id"),
    ("cells", 1, "metadata"),
    ("cells", 1, "metadata", "tags"),
    ("cells", 1, "outputs"),
    ("cells", 1, "outputs", 0),
    ("cells", 1, "outputs", 0, "text"),
    ("cells", 1, "outputs", 1, "traceback"),
    ("cells", 2, "outputs", 0, "data"),
    ("cells", 2, "outputs", 0, "output_type"),
    ("metadata",),
    ("metadata", "widgets"),
    ("nbformat",),
    ("nbformat_minor",),
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["worksheets", "metadata", "nbformat"]), _JSON, _JSON)
def test_nothing_breaks_on_a_cell_of_format_3(key: str, outputs: Any, value: Any) -> None:
    made = changed((key,), value, changed(("worksheets", 0, "cells", 1, "outputs"), outputs, THREE))
    assert findings(made) is not None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_PLACES), _JSON)
def test_our_word_is_that_of_the_public_schema(path: tuple[Any, ...], value: Any) -> None:
    validator = pytest.importorskip("nbformat.validator").get_validator(4, 4, relax_add_props=False)
    made = changed(path, value)
    found = [fault for fault in shape.faults(made) if "metadata.widgets" not in fault.text]
    findings(made)  # breaks on nothing
    if made["nbformat"] == 4 and made["nbformat"].__class__ is int and made["nbformat_minor"] == 4:
        assert bool(found) == bool([*validator.iter_errors(made)]), texts(made)
