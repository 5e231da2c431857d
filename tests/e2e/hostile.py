"""A repository of files that nobody should be able to stop an audit with."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import NamedTuple

from tests.e2e.support import POINTER, STUB, Checkout


class Hostile(NamedTuple):
    """A tracked file, and what the audit says of it."""

    name: bytes
    content: bytes
    error: str = ""  # "" where the file can be judged
    cell: int | None = None  # of a notebook, where only that cell cannot be judged
    shown: str = ""  # the name in output, where it is not the name itself
    varies: bool = False  # how much nesting a parser takes is a matter of its version

    @property
    def path(self) -> str:
        """The name as Python has it."""
        return os.fsdecode(self.name)

    @property
    def place(self) -> str:
        """The file, or the cell, as an error names it."""
        return self.label if self.cell is None else f"{self.label}, cell {self.cell}"

    @property
    def label(self) -> str:
        """The name as the audit shows it."""
        return self.shown or self.path


SYNTAX = "does not parse as Python 3: line {}"
DEEP = "is nested too deeply to be parsed"
JSON = "is not a valid notebook: its JSON does not parse"
CODEC = "names an encoding that does not exist or does not fit"


def cells(*sources: object, **top: object) -> bytes:
    """A notebook of nbformat 4 with these code cells."""
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **top}).encode()


FILES = (
    # encodings
    Hostile(b"enc/latin1.py", b"# caf\xe9\nx = 1\n", "is not UTF-8: line 1"),
    Hostile(b"enc/latin1_with_cookie.py", b"# -*- coding: latin-1 -*-\nx = 'caf\xe9'\n"),
    Hostile(b"enc/cut_utf8.py", b"x = 1\ny = 'caf\xc3", "is not UTF-8: line 2"),
    Hostile(b"enc/surrogate.py", b"x = '\xed\xa0\x80'\n", "is not UTF-8: line 1"),
    Hostile(b"enc/unknown_cookie.py", b"# coding: klingon\nx = 1\n", CODEC),
    Hostile(b"enc/rot13_cookie.py", b"# coding: rot13\nk = 1\n", CODEC),
    Hostile(b"enc/undefined_cookie.py", b"# coding: undefined\nx = 1\n", CODEC),
    Hostile(b"enc/punycode_cookie.py", b"# coding: punycode\nx = 1\n", CODEC),
    Hostile(b"enc/wrong_cookie.py", b"# coding: ascii\nx = '\xc3\xa9'\n", "is not ASCII: line 2"),
    Hostile(b"enc/bom_and_cookie.py", b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", CODEC),
    Hostile(b"enc/bom.py", b"\xef\xbb\xbf" + STUB.encode()),
    Hostile(b"enc/utf16.py", "x = 1\n".encode("utf-16"), "is UTF-16, which Python cannot read"),
    Hostile(b"enc/utf16.yaml", "token: changeme\n".encode("utf-16")),
    Hostile(b"enc/latin1.toml", b"token = 'changeme caf\xe9'\n", "is not UTF-8: line 1"),
    Hostile(b"enc/latin1.sh", b"# TODO caf\xe9\n", "is not UTF-8: line 1"),
    Hostile(b"enc/noise.py", bytes(range(1, 256)) * 4, "is not UTF-8: line 2"),
    # NUL bytes
    Hostile(b"nul/first.py", b"\0x = 1\n", "holds a NUL byte: line 1"),
    Hostile(b"nul/later.py", b"x = 1\ny = '\0'\n", "holds a NUL byte: line 2"),
    Hostile(b"nul/config.yaml", b"token: changeme\0\n", "holds a NUL byte: line 1"),
    Hostile(b"nul/notebook.ipynb", cells("x = 1").replace(b"x = 1", b"x = \0"), "holds a NUL byte: line 1"),
    # nesting
    Hostile(b"deep/brackets.py", b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n", SYNTAX.format(1)),
    Hostile(b"deep/ifs.py", b"".join(b" " * i + b"if x:\n" for i in range(3000)) + b" " * 3000 + b"pass\n",
            SYNTAX.format(101), varies=True),
    Hostile(b"deep/elifs.py", b"if x:\n    pass\n" + b"elif x:\n    pass\n" * 3000, DEEP, varies=True),
    Hostile(b"deep/unary.py", b"x = " + b"-" * 3000 + b"1\n", DEEP, varies=True),
    Hostile(b"deep/not.py", b"x = " + b"not " * 3000 + b"1\n", DEEP, varies=True),
    Hostile(b"deep/attributes.py", b"x = y" + b".a" * 3000 + b"\n", DEEP, varies=True),
    Hostile(b"deep/calls.py", b"x = y" + b"()" * 3000 + b"\n", DEEP, varies=True),
    Hostile(b"deep/sum.py", b"x = " + b"1 + " * 20000 + b"1\n", DEEP, varies=True),
    Hostile(b"deep/lambdas.py", b"x = " + b"lambda: " * 3000 + b"1\n", DEEP, varies=True),
    Hostile(b"deep/strings.py", b"x = (" + b"'a'\n" * 20000 + b")\n"),
    Hostile(b"deep/functions.py", b"".join(b" " * i + b"def f():\n" for i in range(99)) + b" " * 99 + b"pass\n"),
    Hostile(b"deep/config.json", b'{"token": ' + b'{"a": ' * 20000 + b'"changeme"' + b"}" * 20001),
    Hostile(b"deep/notebook.ipynb", b'{"cells": ' + b"[" * 100000 + b"]" * 100000 + b"}", JSON),
    Hostile(b"deep/metadata.ipynb", cells("x = 1", metadata=json.loads("[" * 500 + "]" * 500))),
    # Python of another kind
    Hostile(b"py/python2.py", b"print 'epoch', epoch\n", SYNTAX.format(1)),
    Hostile(b"py/exec2.py", b"x = 1\nexec 'y = 2' in {}\n", SYNTAX.format(2)),
    Hostile(b"py/backticks.py", b"x = `1`\n", SYNTAX.format(1)),
    Hostile(b"py/cut.py", b"def train(model,\n", SYNTAX.format(1)),
    Hostile(b"py/open_string.py", b"x = 1\ny = '''never closed\n", SYNTAX.format(2)),
    Hostile(b"py/tabs.py", b"if x:\n\ty = 1\n        z = 2\n", SYNTAX.format(3)),
    Hostile(b"py/conflict.py", b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n", SYNTAX.format(1)),
    Hostile(b"py/digits.py", b"x = " + b"9" * 10000 + b"\n", SYNTAX.format(1)),
    Hostile(b"py/template.py", b"{{ cookiecutter.name }} = 1\n", SYNTAX.format(1)),
    Hostile(b"py/escapes.py", b"x = '\\d \\ud800'\n"),
    Hostile(b"py/bad_escape.py", b"x = '\\N{no such name}'\n", SYNTAX.format(1)),
    Hostile(b"py/form_feed.py", b"\x0c\x0c" + STUB.encode()),
    Hostile(b"py/carriage_returns.py", STUB.replace("\n", "\r").encode()),
    Hostile(b"py/crlf.py", STUB.replace("\n", "\r\n").encode()),
    Hostile(b"py/mixed_ends.py", b"x = 1\r\ny = 2\rz = 3\n"),
    Hostile(b"py/unicode_lines.py", "x = 'a\u2028b\x85c'\n".encode()),
    Hostile(b"py/top_level_await.py", b"await x\n"),
    Hostile(b"py/empty.py", b""),
    Hostile(b"py/blank.py", b"\n \n\t\n"),
    Hostile(b"py/only_bom.py", b"\xef\xbb\xbf"),
    Hostile(b"py/no_last_line_end.py", STUB.strip().encode()),
    Hostile(b"py/huge_line.py", b"x = '" + b"a" * 3_000_000 + b"'\n"),
    Hostile(b"py/huge_comment.py", b"# TODO " + b"a" * 3_000_000 + b"\n"),
    Hostile(b"py/too_large.py", b"x = 1\n" * 1_500_000, "is larger than 8 MiB"),
    # notebooks
    Hostile(b"nb/cut.ipynb", cells("x = 1")[:-20], JSON),
    Hostile(b"nb/empty.ipynb", b"", JSON),
    Hostile(b"nb/list.ipynb", b"[]", "is not a valid notebook: no object at the top"),
    Hostile(b"nb/null.ipynb", b"null", "is not a valid notebook: no object at the top"),
    Hostile(b"nb/no_cells.ipynb", b'{"nbformat": 4}', "is not a valid notebook: it has no cells"),
    Hostile(b"nb/cells_object.ipynb", b'{"cells": {}}', "is not a valid notebook: it has no cells"),
    Hostile(b"nb/cell_text.ipynb", b'{"cells": ["x"]}', "is not a valid notebook: cell 0 is no object"),
    Hostile(b"nb/cell_null.ipynb", b'{"cells": [null]}', "is not a valid notebook: cell 0 is no object"),
    Hostile(b"nb/source_number.ipynb", cells(1), "is not a valid notebook: a cell's source is no text"),
    Hostile(b"nb/source_mixed.ipynb", cells(["x = 1\n", 2]), "is not a valid notebook: a cell's source is no text"),
    Hostile(b"nb/source_null.ipynb", cells(None), "is not a valid notebook: a cell's source is no text"),
    Hostile(b"nb/no_source.ipynb", b'{"cells": [{"cell_type": "code"}]}'),
    Hostile(b"nb/metadata_list.ipynb", cells(STUB, metadata=[])),
    Hostile(b"nb/kernel_number.ipynb", cells(STUB, metadata={"kernelspec": 3, "language_info": {"name": 4}})),
    Hostile(b"nb/worksheets_null.ipynb", b'{"worksheets": null}', "is not a valid notebook: it has no cells"),
    Hostile(b"nb/worksheets_text.ipynb", b'{"worksheets": ["x"]}'),
    Hostile(b"nb/worksheet.ipynb", b'{"worksheets": [{"cells": 5}]}', "is not a valid notebook: it has no cells"),
    Hostile(b"nb/bad_cell.ipynb", cells("x = 1", "def broken(:\n"), SYNTAX.format(1), cell=1),
    Hostile(b"nb/surrogate.ipynb", cells("x = '\ud800'"),
            "does not parse as Python 3: it holds a NUL byte or a lone surrogate", cell=0),
    Hostile(b"nb/nul_cell.ipynb", cells("x = 1\0"), SYNTAX.format(1), cell=0),
    Hostile(b"nb/deep_cell.ipynb", cells("x = " + "[" * 5000), SYNTAX.format(1), cell=0),
    Hostile(b"nb/magics.ipynb", cells("%%", "%", "!", "?", "%%bash\nls (", "x = !ls (", "%time x = (", "a?")),
    Hostile(b"nb/julia.ipynb", cells("x = [1 2]", metadata={"kernelspec": {"language": "julia"}})),
    Hostile(b"nb/nan.ipynb", cells("x = 1", extra=float("nan"))),
    Hostile(b"nb/duplicate_keys.ipynb", b'{"cells": 1, "cells": []}'),
    Hostile(b"nb/bom.ipynb", b"\xef\xbb\xbf" + cells(STUB)),
    Hostile(b"nb/huge_number.ipynb", cells("x = 1")[:-1] + b', "x": ' + b"9" * 5000 + b"}", JSON),
    # configuration
    Hostile(b"cfg/broken.yaml", b"a: [b: {c\n\t- token: changeme\n"),
    Hostile(b"cfg/billion.yaml", b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"),
    Hostile(b"cfg/broken.json", b'{"token": "changeme",, \n'),
    Hostile(b"cfg/broken.toml", b"token = = 'changeme'\n"),
    Hostile(b"cfg/huge_line.json", b'{"x": "' + b"changeme " * 300_000 + b'"}'),
    Hostile(b"cfg/too_large.json", b"[" + b"1," * 4_500_000 + b"1]"),
    Hostile(b"cfg/setup.cfg", b"]]]\x0c= : ;\n=\n"),
    Hostile(b"cfg/.env", b"=\n==\nTOKEN\nexport\n"),
    Hostile(b"cfg/Dockerfile", b"ENV\nARG =\nLABEL \\\n"),
    # programs without an ending
    Hostile(b"bin/tool", b"#!/usr/bin/env python\nprint 'two'\n", SYNTAX.format(2)),
    Hostile(b"bin/shebang_only", b"#!"),
    Hostile(b"bin/long_shebang", b"#!/" + b"a" * 5000),
    Hostile(b"bin/elf", b"\x7fELF\0\0" + bytes(range(256))),
    Hostile(b"lfs/pointer.py", POINTER.encode()),
    # names
    Hostile(b"names/two\nlines.py", b"x = (\n", SYNTAX.format(1), shown=r"names/two\nlines.py"),
    Hostile(b"names/\xff\xfe.py", b"x = (\n", SYNTAX.format(1), shown=r"names/\xff\xfe.py"),
    Hostile(b"names/a|b.py", b"x = (\n", SYNTAX.format(1)),
    Hostile(b"names/'q\".py", b"x = (\n", SYNTAX.format(1)),
    Hostile(b"names/<script>alert(1)</script>.py".replace(b"/script>", b"\\script>"), b"x = (\n", SYNTAX.format(1)),
    Hostile(b"names/:::\n:::.py", b"x = (\n", SYNTAX.format(1), shown=r"names/:::\n:::.py"),
    Hostile(b"names/" + b"n" * 240 + b".py", b"x = (\n", SYNTAX.format(1)),
    Hostile(b"/".join([b"d" * 50] * 30) + b"/deep.py", b"x = (\n", SYNTAX.format(1)),
    # what the work tree makes of them, see `damage`
    Hostile(b"tree/fifo.py", STUB.encode()),
    Hostile(b"tree/socket.py", STUB.encode()),
    Hostile(b"tree/gone.py", STUB.encode()),
    Hostile(b"tree/folder.py", STUB.encode()),
    Hostile(b"tree/link.py", STUB.encode()),
    Hostile(b"tree/loop.py", STUB.encode()),
    Hostile(b"tree/locked.py", STUB.encode()),
    Hostile(b"tree/device.py", STUB.encode()),
    Hostile(b"tree/endless.py", STUB.encode()),
    Hostile(b"tree/lost_object.py", b"lost = 1\n", "has no staged content in the object store (a partial clone)"),
)  # fmt: skip
BROKEN = tuple(file for file in FILES if file.error and not file.varies)
VARYING = tuple(file for file in FILES if file.varies)


def build(checkout: Checkout) -> None:
    """Commit all files, then do to the work tree what it can suffer."""
    root = os.fsencode(checkout.path)
    for file in FILES:
        path = os.path.join(root, file.name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(file.content)
    os.symlink("self", checkout.path / "self")
    os.symlink("..", checkout.path / "deep/up")
    checkout.git("-c", "core.autocrlf=false", "add", "-A")
    checkout.git("commit", "-q", "-m", "hostile")
    damage(checkout)


def damage(checkout: Checkout) -> None:
    """Replace tracked files by what is no file."""
    tree = checkout.path / "tree"
    lost = checkout.blob("tree/lost_object.py")
    for name in ("fifo", "socket", "gone", "folder", "link", "loop", "device", "endless", "lost_object"):
        (tree / f"{name}.py").unlink()
    os.mkfifo(tree / "fifo.py")
    here = os.getcwd()
    os.chdir(tree)  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("socket.py")
    os.chdir(here)
    (tree / "folder.py").mkdir()
    (tree / "folder.py/inside.py").write_text(STUB)
    os.symlink("/etc/passwd", tree / "link.py")
    os.symlink("loop.py", tree / "loop.py")
    os.symlink("/dev/tty", tree / "device.py")
    os.symlink("/dev/zero", tree / "endless.py")
    (tree / "locked.py").chmod(0)
    (checkout.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
