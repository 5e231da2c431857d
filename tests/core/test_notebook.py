"""Notebooks: cells of both formats, IPython's syntax masked in place."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.core import notebook, python
from ml_audit_hooks.core.notebook import Cell, Notebook
from ml_audit_hooks.core.source import Unreadable


def code(*sources: str) -> Notebook:
    return Notebook("python", tuple(Cell(i, "code", source) for i, source in enumerate(sources)), {})


def four(*cells: Any, **metadata: Any) -> dict[str, Any]:
    return {"cells": [*cells], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


# Reading


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(four(), Notebook("python", (), {}), id="empty"),
        pytest.param(
            four({"cell_type": "code", "source": ["x = 1\n", "y"]}, {"cell_type": "markdown", "source": "# t\n"}),
            Notebook("python", (Cell(0, "code", "x = 1\ny"), Cell(1, "markdown", "# t\n")), {}),
            id="source-as-list-or-text",
        ),
        pytest.param(
            four({"cell_type": "code"}, {"source": "x"}, {"cell_type": "raw", "source": []}),
            Notebook("python", (Cell(0, "code", ""), Cell(1, "", "x"), Cell(2, "raw", "")), {}),
            id="parts-left-out",
        ),
        pytest.param({"cells": [], "metadata": None}, Notebook("python", (), {}), id="no-metadata"),
        pytest.param(
            {
                "metadata": {"name": ""},
                "nbformat": 3,
                "worksheets": [
                    {"cells": [{"cell_type": "heading", "source": "t", "level": 1}]},
                    {"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"], "language": "python"}]},
                ],
            },
            Notebook("python", (Cell(0, "heading", "t"), Cell(1, "code", "x = 1\ny")), {}),
            id="format-3-numbers-cells-over-all-sheets",
        ),
        pytest.param({"worksheets": []}, Notebook("python", (), {}), id="format-3-empty"),
    ],
)
def test_the_cells_of_both_formats_are_read(document: Any, expected: Notebook) -> None:
    assert notebook.read(json.dumps(document)) == expected._replace(document=document)


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        pytest.param({}, "python", id="unsaid"),
        pytest.param({"kernelspec": {"name": "python3"}}, "python", id="kernel-without-language"),
        pytest.param({"language_info": "R"}, "python", id="no-table"),
        pytest.param({"kernelspec": {"language": "R"}}, "r", id="kernel"),
        pytest.param({"language_info": {"name": "Julia"}}, "julia", id="info"),
        pytest.param({"language_info": {"name": "r"}, "kernelspec": {"language": "python"}}, "r", id="info-first"),
        pytest.param({"language_info": {"name": 3}, "kernelspec": {"language": "scala"}}, "scala", id="no-text"),
    ],
)
def test_the_language_is_that_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    assert notebook.read(json.dumps(four(**metadata))).language == language


NO_JSON = "is not a valid notebook: its JSON does not parse"
NO_CELLS = "is not a valid notebook: it has no cells"
NO_TEXT = "is not a valid notebook: a cell's source is no text"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", NO_JSON, id="empty"),
        pytest.param("{", NO_JSON, id="truncated"),
        pytest.param("<<<<<<< HEAD\n{}", NO_JSON, id="conflict"),
        pytest.param("[" * 100_000, NO_JSON, id="deep"),
        pytest.param('{"cells": [' + "1" * 5000 + "]}", NO_JSON, id="long-number"),
        pytest.param("[]", "is not a valid notebook: no object at the top", id="list"),
        pytest.param("null", "is not a valid notebook: no object at the top", id="null"),
        pytest.param("{}", NO_CELLS, id="no-cells"),
        pytest.param('{"cells": {}}', NO_CELLS, id="cells-as-object"),
        pytest.param('{"cells": null, "worksheets": {}}', NO_CELLS, id="sheets-as-object"),
        pytest.param('{"worksheets": [{"cells": 5}]}', NO_CELLS, id="sheet-with-a-number"),
        pytest.param('{"worksheets": [{}]}', NO_CELLS, id="sheet-without-cells"),
        pytest.param('{"cells": [{}, 1]}', "is not a valid notebook: cell 1 is no object", id="cell-as-number"),
        pytest.param('{"cells": [{"source": null}]}', NO_TEXT, id="source-null"),
        pytest.param('{"cells": [{"source": ["a", 1]}]}', NO_TEXT, id="source-of-numbers"),
    ],
)
def test_what_is_no_notebook_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        notebook.read(text)
    assert str(caught.value) == reason


# Masking


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("x = a % b\n", "x = a % b\n", id="modulo"),
        pytest.param("x %= 3", "x %= 3", id="modulo-in-place"),
        pytest.param("x = y != z", "x = y != z", id="not-equal"),
        pytest.param("x == '%s'", "x == '%s'", id="comparison"),
        pytest.param("print('x=%d' % x)", "print('x=%d' % x)", id="format"),
        pytest.param("f(\"a=!b\", end='')", "f(\"a=!b\", end='')", id="call"),
        pytest.param("assert x, 'a=!b'", "assert x, 'a=!b'", id="assertion"),
        pytest.param("f(x, k=%d)", "f(x, k=%d)", id="argument"),
        pytest.param("# why?", "# why?", id="comment"),
        pytest.param("x = 'why?'", "x = 'why?'", id="string"),
        pytest.param("%matplotlib inline", "pass", id="line-magic"),
        pytest.param("!pip install x\ny = 1", "pass\ny = 1", id="shell"),
        pytest.param("!!ls", "pass", id="shell-twice"),
        pytest.param("if x:\n    !ls\n\t%cd y", "if x:\n    pass\n\tpass", id="indented"),
        pytest.param("files = !ls *.py", "files = None", id="assigned-shell"),
        pytest.param("a, b = %magic", "a, b = None", id="assigned-magic"),
        pytest.param("d['k=']= !ls", "d['k=']= !ls", id="an-equals-sign-in-a-string-is-not-seen-through"),
        pytest.param("d['k'] =!ls", "d['k'] = None", id="assigned-item"),
        pytest.param("model?", "pass", id="help"),
        pytest.param("model.fit??  \nx", "pass\nx", id="source"),
        pytest.param("?model", "pass", id="help-first"),
        pytest.param("!pip install \\\n  a \\\n  b\nx = 1", "pass\n\n\nx = 1", id="continued"),
        pytest.param("x = !ls \\\n  -l\ny", "x = None\n\ny", id="continued-assignment"),
        pytest.param("!ls \\", "pass", id="continued-into-nothing"),
        pytest.param("!a \\\n  !b\nx", "pass\n\nx", id="continued-into-what-looks-like-another"),
        pytest.param("%%time\nfit()", "pass\nfit()", id="cell-magic"),
        pytest.param("\n%%capture out\n!ls", "\npass\npass", id="cell-magic-after-a-blank"),
        pytest.param("%%timeit -n 3 x = 1\nx", "pass\nx", id="cell-magic-with-code"),
        pytest.param("!ls\r\nx = 1\r\n", "pass\nx = 1\n", id="windows"),
        pytest.param("%%bash\nls", None, id="bash"),
        pytest.param("%%writefile a.py\nx = 1", None, id="a-file"),
        pytest.param("%%", None, id="nothing-named"),
        pytest.param("%%html\n<b>", None, id="html"),
    ],
)
def test_ipython_is_masked_line_by_line(source: str, expected: str | None) -> None:
    assert notebook.masked(source) == expected


FRAGMENTS = ["%", "%%", "!", "?", "=", "\\", "\n", "\r", "\r\n", " ", "\t", "x", "'", '"', "(", ")", "#", "time", "\f"]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text())
def test_masking_never_moves_a_line(source: str) -> None:
    masked = notebook.masked(source)
    if masked is not None:
        empty = ast.Module([], [])
        assert len(python.Module(masked, empty).lines) == len(python.Module(source, empty).lines)


PYTHON = ["x = 1", "if x: y", "def f(): return a % b", "print('a=%d' % x)", "# why?", "s = '!'", "x = [1,\n 2]", ""]
MAGIC = ["%matplotlib inline", "!pip install it's", "y = !ls", "f?", "?f", "%cd \\\n  there", "!echo (", "  "]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=12))
def test_python_between_magics_is_judged_where_it_stands(rows: list[tuple[bool, int]]) -> None:
    lines = [(PYTHON if python_ else MAGIC)[which] for python_, which in rows]
    without = "\n".join(
        line if python_ else "\n" * line.count("\n") for (python_, _), line in zip(rows, lines, strict=True)
    )
    modules, failed = notebook.modules(code("\n".join(lines)))
    assert failed == ()
    expected = [(type(n), n.lineno, n.col_offset) for n in ast.walk(ast.parse(without)) if isinstance(n, ast.expr)]
    met = {(type(n), n.lineno, n.col_offset) for m in modules for n in ast.walk(m.tree) if isinstance(n, ast.expr)}
    assert {*expected} <= met


# Modules


@pytest.mark.parametrize(
    ("cell", "modules", "failed"),
    [
        pytest.param(Cell(0, "markdown", "x ="), 0, (), id="markdown"),
        pytest.param(Cell(0, "raw", "x ="), 0, (), id="raw"),
        pytest.param(Cell(0, "code", " \n"), 0, (), id="blank"),
        pytest.param(Cell(0, "code", "%%bash\nx ="), 0, (), id="another-language"),
        pytest.param(Cell(0, "code", "%%javascript\nx ="), 0, (), id="javascript"),
        pytest.param(Cell(0, "code", "x = 1"), 1, (), id="python"),
        pytest.param(Cell(0, "code", "await x"), 1, (), id="await"),
        pytest.param(Cell(0, "code", "%%time\nx = 1"), 1, (), id="timed"),
        pytest.param(Cell(0, "code", "!ls\nprint('a=%d' % x)"), 1, (), id="format-beside-a-magic"),
        pytest.param(Cell(4, "code", "x = 1\ny ="), 0, ((4, "does not parse as Python 3: line 2"),), id="broken"),
        pytest.param(Cell(4, "code", "%%time\n!ls\ny ="), 0, ((4, "does not parse as Python 3: line 3"),), id="magic"),
        pytest.param(Cell(4, "code", "print 'x'"), 0, ((4, "does not parse as Python 3: line 1"),), id="python-2"),
    ],
)
def test_code_cells_are_parsed(cell: Cell, modules: int, failed: tuple[tuple[int, str], ...]) -> None:
    found = notebook.modules(Notebook("python", (cell,), {}))
    assert ([module.cell for module in found[0]], found[1]) == ([cell.number] * modules, failed)


def test_python_that_looks_like_a_magic_is_left_alone() -> None:
    source = "text = '''\n%time is money\nreally?\n!'''\n"
    modules, _ = notebook.modules(code(source))
    assert modules[0].text == source


def test_imports_of_earlier_cells_are_known_in_later_ones() -> None:
    modules, _ = notebook.modules(code("import torch as t", "x = 1", "(", "import numpy as t, os"))
    assert [module.aliases for module in modules] == [{"t": "torch"}, {"t": "torch"}, {"t": "numpy", "os": "os"}]
    modules, _ = notebook.modules(code("import torch as t", "x = 1", "(", "import numpy as t, os"))
    assert modules[2].aliases == {"t": "numpy", "os": "os"}
    assert modules[0].aliases == {"t": "torch"}


def test_a_notebook_of_many_cells_is_no_crash() -> None:
    modules, _ = notebook.modules(code("import torch", *["x = 1"] * 3000))
    assert modules[-1].aliases == {"torch": "torch"}


def test_one_broken_cell_leaves_the_others() -> None:
    modules, failed = notebook.modules(code("x = 1", "(", "y = 2"))
    assert ([module.cell for module in modules], [cell for cell, _ in failed]) == ([0, 2], [1])
