"""A file derives each thing once, and says each time why it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ml_audit_hooks.core import python
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content, Unreadable


def file(path: str, data: bytes | str) -> File:
    return File(path, Content(data.encode() if isinstance(data, str) else data, "0" * 40))


def notebook(*sources: str, language: str = "python") -> str:
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {"kernelspec": {"language": language}}, "nbformat": 4})


@pytest.mark.parametrize(
    ("path", "data", "language"),
    [
        pytest.param("train", "print(1)\n", None, id="no-line"),
        pytest.param("train", "#!\n", None, id="empty-line"),
        pytest.param("train", "# !/usr/bin/python\n", None, id="a-comment"),
        pytest.param("train", "\n#!/usr/bin/python\n", None, id="line-2"),
        pytest.param("train", "#!/usr/bin/env ruby\n", None, id="another-language"),
        pytest.param("train", "#!/usr/bin/env\n", None, id="env-of-nothing"),
        pytest.param("train", "#!/opt/python/run\n", None, id="only-the-folder"),
        pytest.param("train", "#!/bin/uv pip\n", None, id="uv-of-another-use"),
        pytest.param("train.xyz", "#!/usr/bin/python\n", None, id="an-unknown-ending"),
        pytest.param("notes.md", "#!/usr/bin/python\n", "Markdown", id="the-ending-counts"),
        pytest.param("Makefile", "#!/usr/bin/python\n", "Makefile", id="the-name-counts"),
        pytest.param("train", "#!/usr/bin/python\n", "Python", id="python"),
        pytest.param("bin/train", "#!/usr/bin/env python3.12 -u\r\n", "Python", id="env"),
        pytest.param("train", "#! /usr/bin/env   python3\n", "Python", id="blanks"),
        pytest.param("train", "#!/usr/bin/env -S python3 -O\n", "Python", id="env-with-option"),
        pytest.param("train", "#!/usr/bin/env -S uv run --script --python 3.12\n", "Python", id="uv-script"),
        pytest.param("train", "#!/usr/bin/pypython", None, id="another-program"),
        pytest.param("run", "#!/bin/sh\n", "Shell", id="sh"),
        pytest.param("run", "#!/usr/bin/env bash\n", "Shell", id="bash"),
        pytest.param("run", "#!/bin/bash x\n", "Shell", id="argument"),
        pytest.param(".profile", "#!/bin/zsh\n", "Shell", id="hidden"),
        pytest.param("run", b"#!/bin/sh\xff\n", None, id="bytes"),
    ],
)
def test_the_language_is_that_of_the_path_or_the_first_line(path: str, data: bytes | str, language: str | None) -> None:
    assert file(path, data).language == language


@pytest.mark.parametrize(
    ("path", "data", "text"),
    [
        pytest.param("a.md", "# coding: latin-1\nä".encode(), "# coding: latin-1\nä", id="text"),
        pytest.param("a.py", b"# coding: latin-1\n\xe4", "# coding: latin-1\nä", id="python"),
        pytest.param(
            "a", b"#!/usr/bin/python\n# coding: latin-1\n\xe4", "#!/usr/bin/python\n# coding: latin-1\nä", id="script"
        ),
    ],
)
def test_only_python_names_its_encoding(path: str, data: bytes, text: str) -> None:
    assert file(path, data).text == text


def test_a_script_without_content_has_no_language() -> None:
    assert File("train", Content(None, "", "cannot be read")).language is None


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("a.md", "# text\n", id="text"),
        pytest.param("a.pyi", "def f(): ...\n", id="python-stub"),
        pytest.param("train", "def f(): ...\n", id="no-ending"),
        pytest.param("a.ipynb", notebook("x <- 1", language="R"), id="another-kernel"),
        pytest.param("a.ipynb", notebook("", " \n"), id="empty-cells"),
    ],
)
def test_what_is_no_python_has_no_modules(path: str, data: str) -> None:
    found = file(path, data)
    assert (found.modules, found.unparsed) == ((), ())


@pytest.mark.parametrize(
    ("path", "data", "cells"),
    [
        pytest.param("a.py", "x = 1\n", [None], id="file"),
        pytest.param("a.py", "", [None], id="empty-file"),
        pytest.param("train", "#!/usr/bin/python\nx = 1\n", [None], id="script"),
        pytest.param("a.ipynb", notebook("x = 1", "", "y = 2"), [0, 2], id="notebook"),
        pytest.param("a.ipynb", notebook("x = 1", language="IPython"), [0], id="ipython"),
    ],
)
def test_python_has_a_module_for_each_file_or_cell(path: str, data: str, cells: list[int | None]) -> None:
    assert [module.cell for module in file(path, data).modules] == cells


def test_cells_that_do_not_parse_are_named_and_the_others_stand() -> None:
    found = file("a.ipynb", notebook("x = (", "y = 2"))
    assert [module.cell for module in found.modules] == [1]
    assert found.unparsed == ((0, "does not parse as Python 3: line 1"),)


@pytest.mark.parametrize(
    ("content", "ask", "reason"),
    [
        pytest.param(Content(None, "", "cannot be read"), lambda f: f.data, "cannot be read", id="data"),
        pytest.param(Content(None, "", "cannot be read"), lambda f: f.text, "cannot be read", id="text"),
        pytest.param(Content(None, "", "cannot be read"), lambda f: f.modules, "cannot be read", id="modules"),
        pytest.param(Content(b"\xff", ""), lambda f: f.text, "is not UTF-8: line 1", id="decoding"),
        pytest.param(Content(b"\n(\n", ""), lambda f: f.modules, "does not parse as Python 3: line 2", id="parsing"),
    ],
)
def test_the_reason_is_given_each_time(content: Content, ask: Callable[[File], object], reason: str) -> None:
    found = File("a.py", content)
    for _ in range(2):
        with pytest.raises(Unreadable) as caught:
            ask(found)
        assert str(caught.value) == reason


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda f: f.text, id="text"),
        pytest.param(lambda f: f.modules, id="modules"),
        pytest.param(lambda f: f.modules[0].nodes, id="nodes"),
        pytest.param(lambda f: f.modules[0].comments, id="comments"),
    ],
)
def test_everything_is_derived_once(ask: Callable[[File], object]) -> None:
    found = file("a.py", "# ä\nx = 1\n")
    assert ask(found) is ask(found)


def test_a_file_that_does_not_parse_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    parse = python.parse

    def counted(text: str) -> python.Module:
        asked.append(text)
        return parse(text)

    monkeypatch.setattr(python, "parse", counted)
    found = file("a.py", "(")
    for _ in range(3):
        with pytest.raises(Unreadable):
            _ = found.modules
    assert asked == ["("]
