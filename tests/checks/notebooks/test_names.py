"""Which names are read before anything binds them, in a notebook run from top to bottom."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.notebooks.support import cell, document, failed, findings, names, printed, rows

SILENT = {
    "defined-above": ("x = 1", "print(x)"),
    "imports": ("import os.path\nimport numpy as np\nfrom a import b as c", "print(os, np, c)"),
    "imported-part-binds-the-package": ("import os.path", "os.getcwd()"),
    "function-reads-later-name": ("def f():\n    return later", "later = 1\nf()"),
    "function-never-called": ("def f():\n    return nothing",),
    "function-reads-it-in-a-branch": ("def f(a):\n    if a:\n        return later", "f(0)", "later = 1"),
    "function-may-return-first": ("def f(a):\n    if a:\n        return\n    later", "f(1)", "later = 1"),
    "function-tries": ("def f():\n    try:\n        later\n    except NameError:\n        pass", "f()"),
    "generator-runs-later": ("def f():\n    yield later", "g = f()", "later = 1"),
    "coroutine-runs-later": ("async def f():\n    return later", "g = f()", "later = 1"),
    "decorated-function": ("import functools", "@functools.cache\ndef f():\n    return later", "f()", "later = 1"),
    "function-with-its-own-names": (
        "def f(a, *b, c=1, **d):\n    import os\n    e = a\n    for g in b:\n        h = g\n    return os, c, d, e, g",
        "f(1)",
    ),
    "nested-function": ("def f():\n    def g():\n        return later\n    return g", "f()", "later = 1"),
    "lambda": ("f = lambda: later", "later = f"),
    "comprehensions": ("a = [i + j for i in [3] for j in [i] if j]", "b = {k: v for k, v in a}\nc = {i for i in a}"),
    "nested-comprehension": ("a = [[i * j for j in range(i)] for i in range(3)]",),
    "walrus": ("if (n := 3) > 2:\n    print(n)", "[(m := i) for i in range(n)]", "print(m)"),
    "class-scope": ("class A:\n    size = 3\n    both = size + 1\n    def f(self):\n        return later",),
    "class-method-name": ("class A:\n    def f(self): pass\n    g = f",),
    "match-sequence": ("match [1]:\n    case [a, *b]:\n        print(a, b)",),
    "match-mapping": ("match {}:\n    case {'k': c, **d}:\n        print(c, d)",),
    "match-class": ("match 1:\n    case int() as e:\n        print(e)",),
    "except-name": ("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)",),
    "with-and-for": ("with open('x') as f:\n    for i, (a, *b) in f:\n        print(i, a, b)", "print(a)"),
    "branch-binds": ("import sys\nif 'a' in sys.modules:\n    from a import drive", "drive.mount('/x')"),
    "guarded-by-handler": ("try:\n    model\nexcept NameError:\n    model = 1", "print(model)"),
    "global-statement": ("def f():\n    global made\n    made = 1", "f()\nprint(made)"),
    "annotation-only-in-function": ("def f():\n    x: Later = 1", "f()"),
    "loop-reads-what-it-bound": ("for i in range(3):\n    if i:\n        print(last)\n    last = i",),
    "deleted-in-a-branch": ("x = 1", "if x:\n    del x", "print(x)"),
    "deleted-and-bound-again": ("x = 1", "del x", "x = 2", "print(x)"),
    "ipython": ("_ , __, _1, _i2, In, Out, exit", "get_ipython()\ndisplay(_)", "files = !ls", "print(files)", "ls"),
    "hosts": ("spark.sql('x')", "dbutils.fs.ls('x')"),
    "time-magic": ("%time a = 1\nprint(a)", "%%time\nb = a", "print(b)"),
    "capture-magic": ("%%capture out\nx = 1", "print(out, x)"),
    "star-import": ("from a import *", "print(anything)"),
    "star-import-below": ("print(anything)", "from a import *"),
    "run-magic": ("%run other.ipynb", "print(anything)"),
    "pylab": ("%pylab inline", "plot(linspace(0, 1))"),
    "unknown-extension": ("%load_ext my.own", "print(anything)"),
    "exec": ("exec(open('x').read())", "print(anything)"),
    "globals": ("if 'model' not in globals():\n    model = 1", "globals()['x'] = 1", "print(x)"),
    "foreign-cell": ("%%R -o frame\nframe <- 1", "print(frame)"),
    "shell-cell": ("%%bash\necho $x", "y = 1"),
    "unparsed-cell": ("x = = 1", "print(x)"),
    "template": ("{{ cookiecutter.name }}", "print(anything)"),
    "blank-to-fill": ("x = ____",),
    "await": ("import asyncio\nr = await asyncio.sleep(1, 2)", "print(r)"),
    "type-alias-quoted": ("def f(x: 'Later') -> 'Later':\n    return x", "f(1)"),
    "future-annotations": ("from __future__ import annotations\ndef f(x: Later):\n    return x",),
}  # fmt: skip
LOUD = {
    "below": (("print(x)", "x = 1"), ["0:1 x"]),
    "same-cell": (("print(x)\nx = 1",), ["0:1 x"]),
    "own-value": (("x = x + 1",), ["0:1 x"]),
    "augmented": (("x += 1",), ["0:1 x"]),
    "nowhere": (("y = 1", "print(y,\n      x)"), ["1:2 x"]),
    "first-use-only": (("print(x)", "print(x)"), ["0:1 x"]),
    "two-names": (("print(a)\nprint(b)", "a = b = 1"), ["0:1 a", "0:2 b"]),
    "deleted": (("x = 1", "del x", "print(x)"), ["2:1 x"]),
    "through-a-call": (("def f():\n    return x", "f()", "x = 1"), ["1:1 x"]),
    "through-two-calls": (("def f():\n    return g()\ndef g():\n    return x", "f()", "x = 1"), ["1:1 x"]),
    "through-init": (("class A:\n    def __init__(self):\n        self.x = size", "a = A()", "size = 1"), ["1:1 size"]),
    "default": (("def f(a=size):\n    pass", "size = 1"), ["0:1 size"]),
    "decorator": (("@wraps\ndef f():\n    pass", "wraps = print"), ["0:1 wraps"]),
    "annotation": (("def f(a: Path) -> int:\n    pass", "from pathlib import Path"), ["0:1 Path"]),
    "base-class": (("class A(Base):\n    pass", "class Base:\n    pass"), ["0:1 Base"]),
    "class-body": (("class A:\n    n = size", "size = 1"), ["0:2 size"]),
    "comprehension-source": (("a = [i for i in later]", "later = []"), ["0:1 later"]),
    "comprehension-name-is-gone": (("a = [i for i in []]", "print(i)"), ["1:1 i"]),
    "class-name-is-not-outside": (("class A:\n    size = 1", "print(size)"), ["1:1 size"]),
    "function-name-is-not-outside": (("def f():\n    inner = 1", "print(inner)"), ["1:1 inner"]),
    "annotated-without-value": (("x: int", "print(x)"), ["1:1 x"]),
    "wrong-handler": (("try:\n    x\nexcept ValueError:\n    x = 1",), ["0:2 x"]),
    "before-the-star": (("print(x)", "from a import *", "x = 1"), ["0:1 x"]),
    "magic-does-not-hide": (("%matplotlib inline\n%load_ext autoreload\nprint(x)",), ["0:3 x"]),
    "python-2-name": (("xrange(3)",), ["0:1 xrange"]),
    "reading-a-builtin-first": (("len(x)", "x = 1"), ["0:1 x"]),
}  # fmt: skip


@pytest.mark.parametrize("sources", SILENT.values(), ids=SILENT.keys())
def test_silent(sources: tuple[str, ...]) -> None:
    assert names(*sources) == []


@pytest.mark.parametrize(("sources", "expected"), LOUD.values(), ids=LOUD.keys())
def test_loud(sources: tuple[str, ...], expected: list[str]) -> None:
    assert names(*sources) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            [cell("print(x)", 2), cell("x = 1", 1)],
            ["0:1 NBK004 `x` is defined only in cell 1 below, though this cell shows that it ran"],
            id="below",
        ),
        pytest.param(
            [cell("print(x)"), cell("x = 1")], ["0:1 NBK004 `x` is defined only in cell 1 below"], id="not-run"
        ),
        pytest.param(
            [cell("print(x)\nx = 1")], ["0:1 NBK004 `x` is defined only further down in this cell"], id="same"
        ),
        pytest.param([cell("print(x)")], [], id="nowhere-and-not-run"),
        pytest.param(
            [cell("y = x", None, printed("1\n"))],
            ["0:1 NBK005 `x` is defined in no cell, though this cell shows that it ran"],
            id="nowhere",
        ),
        pytest.param([cell("if 0:\n    y = x", 1)], ["0:2 NBK005 `x` is defined in no cell"], id="in-a-branch"),
        pytest.param([cell("y = x", 1, failed("NameError"))], [], id="the-error-is-shown"),
        pytest.param([cell("y = x", 1, tags=["raises-exception"])], [], id="meant-to-fail"),
        pytest.param([cell("y = x", 1), cell("a = 1", tags=["parameters"])], [], id="papermill-fills-it"),
        pytest.param(
            [cell("def f():\n    return x", 1), cell("f()", 2)],
            ["1:1 NBK005 `x`, which `f()` reads, is defined in no cell, though this cell shows that it ran"],
            id="through-a-call",
        ),
        pytest.param(
            [cell("x = 1\ndel x\nprint(x)", 1)],
            ["0:3 NBK004 `x` is used after this cell deleted it, though this cell shows that it ran"],
            id="deleted",
        ),
    ],
)
def test_the_text_says_where_the_name_comes_from(cells: list[dict[str, object]], expected: list[str]) -> None:
    assert rows(document(*cells), "NBK004", "NBK005") == expected


def test_a_cell_without_a_sign_of_a_run_gives_a_note() -> None:
    assert [f.level for f in findings(document(cell("print(x)"), cell("x = 1")))] == ["note"]
    assert [f.level for f in findings(document(cell("print(x)", 2), cell("x = 1", 1))) if f.code == "NBK004"] == [""]
    assert [f.level for f in findings(document(cell("if 0:\n    y = x", 1)))] == ["note"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.13.1", ["NBK005"]), ("3.14.0", []), ("3", [])],
)
def test_annotations_are_read_where_they_are_evaluated(version: str, expected: list[str]) -> None:
    made = document(cell("def f(a: Later):\n    pass", 1), language_info={"name": "python", "version": version})
    assert [f.code for f in findings(made)] == expected


def test_python_2_has_its_own_builtins() -> None:
    made = document(cell("xrange(3)", 1), language_info={"name": "python", "version": "2.7.15"})
    assert findings(made) == ()


def test_another_language_has_no_names_of_python() -> None:
    assert findings(document(cell("y <- x", 1), language_info={"name": "R"})) == ()


def test_an_expression_of_a_thousand_levels_is_survived() -> None:
    assert names("x = " + " + ".join(["1"] * 3000), "print(y)") == []


_NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@settings(max_examples=60, deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=6))
def test_moving_a_definition_below_its_use_gives_exactly_that_name(order: list[str]) -> None:
    used = list(dict.fromkeys(order))
    assert not any(keyword.iskeyword(name) for name in used)
    defined = [f"{name} = 1" for name in used]
    reads = [f"print({name})" for name in used]
    assert names(*defined, *reads) == []
    moved = [*defined[1:], *reads, defined[0]]
    assert names(*moved) == [f"{len(used) - 1}:1 {used[0]}"]


@settings(max_examples=60, deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=6), st.integers(0, 5))
def test_deleting_a_cell_hides_exactly_its_names(order: list[str], at: int) -> None:
    used = list(dict.fromkeys(order))
    gone = used[at % len(used)]
    sources = [f"{name} = 1" for name in used if name != gone]
    reads = " + ".join(used)
    assert names(*sources, f"total = {reads}") == [f"{len(sources)}:1 {gone}"]
