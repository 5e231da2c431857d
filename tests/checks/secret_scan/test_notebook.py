"""Notebooks, by decoded cell: source and text outputs."""

from __future__ import annotations

from tests.checks.secret_scan.support import ALNUM, HEX, HF, PASSWORD, counted, made, notebook

IMAGE = {
    "output_type": "display_data",
    "data": {"image/png": made(ALNUM, 4000), "text/plain": ["<Figure>"]},
    "metadata": {},
}


def stream(*lines: str) -> dict[str, object]:
    """What a cell printed."""
    return {"output_type": "stream", "name": "stdout", "text": [f"{line}\n" for line in lines]}


def places(text: str) -> list[tuple[int | None, int, str]]:
    """(cell, line, code)."""
    return [(f.cell, f.line, f.code) for f in counted("a.ipynb", text)]


def test_images_kernels_and_ids_are_silent() -> None:
    assert places(notebook(("code", "plot()\n", [IMAGE]), ("markdown", "# Title", None))) == []


def test_the_place_is_the_cell_and_the_line_in_it() -> None:
    text = notebook(("markdown", "# Login", None), ("code", f"import os\nlogin(token='{HF}')\n", []))
    assert places(text) == [(1, 2, "SEC001")]


def test_what_a_cell_printed_is_looked_at_too() -> None:
    address = f"http://localhost:8888/?token={made(HEX, 48)}"
    [found] = counted("a.ipynb", notebook(("code", "!jupyter lab\n", [stream("start", address)])))
    assert (found.cell, found.line, found.code) == (0, 2, "SEC003")
    assert "Jupyter token in an output" in found.text
    assert found.first == 1


def test_an_error_and_a_table_are_text() -> None:
    error = {"output_type": "error", "ename": "E", "evalue": HF, "traceback": [f"\x1b[0;31mE\x1b[0m: {HF}"]}
    table = {
        "output_type": "execute_result",
        "data": {"text/html": [f"<td>{HF}</td>"]},
        "metadata": {},
        "execution_count": 1,
    }
    assert {code for _, _, code in places(notebook(("code", "f()\n", [error])))} == {"SEC001"}
    assert places(notebook(("code", "f()\n", [table]))) == [(0, 1, "SEC001")]


def test_markdown_is_looked_at() -> None:
    assert places(notebook(("markdown", f"Use `password = '{PASSWORD}'`", None))) == [(0, 1, "SEC005")]


def test_what_is_no_notebook_is_read_as_it_stands() -> None:
    assert places(f'{{"cells": 3, "x": "{HF}"') == [(None, 1, "SEC001")]


def test_version_3_has_its_outputs_elsewhere() -> None:
    cell = '{"cell_type": "code", "input": "f()", "outputs": [{"output_type": "pyout", "text": "' + HF + '"}]}'
    assert places('{"worksheets": [{"cells": [' + cell + ']}], "nbformat": 3}') == [(0, 1, "SEC001")]
