"""Edits are spliced into the text where the syntax tree says, in the file's own style."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content, Unreadable
from ml_audit_hooks.patches.splice import Splice, Text


def text(source: str | bytes) -> Text:
    data = source.encode() if isinstance(source, str) else source
    return Text(File("a.py", Content(data, "")))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import os\nimport torch\n\nx = 1\n", None, id="there"),
        pytest.param("x = 1\n", "import torch\nx = 1\n", id="no-imports"),
        pytest.param('"""Doc."""\n\nx = 1\n', '"""Doc."""\nimport torch\n\nx = 1\n', id="after-the-docstring"),
        pytest.param("import os\nimport sys\n", "import os\nimport sys\nimport torch\n", id="last"),
        pytest.param("import os\nimport wandb\n", "import os\nimport torch\nimport wandb\n", id="in-order"),
        pytest.param(
            "from __future__ import annotations\n\nfrom a import b\n",
            "from __future__ import annotations\nimport torch\n\nfrom a import b\n",
            id="after-the-future",
        ),
        pytest.param("from a import b\n", "import torch\nfrom a import b\n", id="before-from-imports"),
        pytest.param("import os\r\nx = 1\r\n", "import os\r\nimport torch\r\nx = 1\r\n", id="crlf"),
        pytest.param("import torch as t\n", "import torch as t\nimport torch\n", id="under-another-name"),
        pytest.param("import os; x = 1\n", "import torch\nimport os; x = 1\n", id="joined-lines"),
    ],
)
def test_an_import_stands_where_it_belongs(source: str, expected: str | None) -> None:
    here = text(source)
    splice = here.imported("torch")
    assert (splice and here.spliced([splice]).decode()) == expected


@pytest.mark.parametrize(
    ("source", "newline", "indent", "quote"),
    [
        pytest.param("", "\n", "    ", '"', id="empty"),
        pytest.param("def f():\r\n  return 'a'\r\n", "\r\n", "  ", "'", id="two-blanks"),
        pytest.param('def f():\n\treturn "a"\n', "\n", "\t", '"', id="tabs"),
        pytest.param("if x:\n        y = 'a' 'b'\n", "\n", "        ", "'", id="eight"),
        pytest.param("f(\n   1)\nif x:\n    y\n", "\n", "    ", '"', id="odd-continuation"),
    ],
)
def test_the_style_of_the_file_is_known(source: str, newline: str, indent: str, quote: str) -> None:
    here = text(source)
    assert (here.newline, here.indent, here.quote) == (newline, indent, quote)


def test_places_are_found_behind_wide_characters() -> None:
    here = text('x = "äöü€😀"; y = load(p)\n')
    call = here.module.tree.body[1].value  # type: ignore[attr-defined]
    assert here.source(call) == "load(p)"
    assert here.spliced([Splice(here.end(call) - 1, here.end(call) - 1, ", safe=True")]).decode() == (
        'x = "äöü€😀"; y = load(p, safe=True)\n'
    )


def test_lines_take_the_indentation_and_ends_of_the_file() -> None:
    here = text("def f():\r\n\tpass\r\n")
    node = here.module.tree.body[0].body[0]  # type: ignore[attr-defined]
    assert here.lines(here.lead(node), ["if a:", "    b()", "", "c()"]) == "\tif a:\r\n\t\tb()\r\n\r\n\tc()\r\n"


def test_a_byte_order_mark_stays() -> None:
    here = text(b"\xef\xbb\xbfx = 1\n")
    assert here.spliced([Splice(4, 5, "2")]) == b"\xef\xbb\xbfx = 2\n"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        text("x = 1\n").spliced([Splice(0, 3, ""), Splice(2, 4, "")])


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"# coding: latin-1\nx = '\xe4'\n", id="another-encoding"),
        pytest.param(b"x = (\n", id="does-not-parse"),
    ],
)
def test_a_file_that_cannot_be_spliced_says_so(source: bytes) -> None:
    with pytest.raises(Unreadable):
        text(source)
