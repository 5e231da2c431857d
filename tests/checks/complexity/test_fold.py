"""What the modules of a repository show together."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.complexity import CHECK, folded, gist
from tests.checks.complexity.support import decisions, messages, notebook, plain, record, records
from tests.checks.complexity.test_shapes import TEXT

MODEL = "class Net(nn.Module):\n    pass\n"
DATA = "class Rows(Dataset):\n    pass\n"
LOOP = "def train(a):\n    a.loss.backward()\n"
MEMBERS = "".join(f"def f{i}(): pass\n" for i in range(30))


def hub(inwards: int, outwards: int, text: str) -> dict[str, str]:
    """A repository around `hub.py`."""
    imports = "".join(f"import out{i}\n" for i in range(outwards))
    files = {f"in{i}.py": "from hub import f1\n" for i in range(inwards)}
    return {**files, **{f"out{i}.py": "" for i in range(outwards)}, "hub.py": imports + text}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(hub(4, 5, MEMBERS + plain(1_000)), id="few importers"),
        pytest.param(hub(5, 4, MEMBERS + plain(1_000)), id="few imports"),
        pytest.param(hub(5, 5, MEMBERS + plain(900)), id="not large"),
        pytest.param(hub(5, 5, plain(1_000)), id="a table"),
        pytest.param({"a.py": MODEL + DATA + LOOP + plain(480)}, id="a program of moderate size"),
        pytest.param({"a.py": MODEL + LOOP + plain(2_000)}, id="no data"),
        pytest.param({"a.py": MODEL + DATA + plain(2_000)}, id="no training"),
        pytest.param({"a.py": DATA + LOOP + plain(2_000)}, id="no model"),
        pytest.param({"a.ipynb": notebook(MODEL + DATA + LOOP + plain(2_000))}, id="a notebook"),
        pytest.param({"a.py": TEXT + TEXT.replace("def f", "def g")}, id="copies in one file"),
        pytest.param({"a.py": TEXT, "tests/a.py": TEXT, "third_party/a.py": TEXT}, id="copies of others and tests"),
        pytest.param({"a.py": "model.fit(x)\n", "b.py": ""}, id="a script"),
        pytest.param({"a.py": "model.train()\ntrainer.step()\n", "b.py": "import a\n"}, id="a mode"),
        pytest.param({"a.py": "def main(): pass\nrun()\nother.main()\n", "b.py": "import a\n"}, id="others' programs"),
        pytest.param(
            {"p/__init__.py": "", "p/__main__.py": "def main(): pass\nmain()\n"}, id="the program of a package"
        ),
    ],
)
def test_what_is_a_style_is_silent(files: dict[str, str]) -> None:
    assert messages(files, min_maintainability=0) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param(
            hub(5, 5, MEMBERS + plain(1_000)),
            "hub.py:1 CPX004 a module of more than 1000 lines of code is large, imports much of the repository and is"
            " imported by much of it",
            id="god module",
        ),
        pytest.param(
            {"a.py": MODEL + DATA + LOOP + plain(500)},
            "a.py:1 CPX005 one file of more than 500 lines of code holds model in Net, data in Rows, training in train"
            " (note)",
            id="a long program",
        ),
        pytest.param(
            {"a.py": MODEL + LOOP + "rows = pd.read_csv('a')\n" + plain(1_000)},
            "a.py:1 CPX005 one file of more than 1000 lines of code holds model in Net, data in <module>, training in"
            " train",
            id="a very long program",
        ),
        pytest.param(
            {"a.py": "def main(): pass\nmain()\n", "b.py": "import a\n"},
            "a.py:2 CPX007 main() runs the whole program when b.py imports this file",
            id="a program without a guard",
        ),
        pytest.param(
            {
                "a.py": "args = p.parse_args()\nfor b in c:\n    loss.backward()\n",
                "tests/test_a.py": "from a import f\n",
            },
            "a.py:3 CPX007 loss.backward() trains when tests/test_a.py imports this file",
            id="the weightiest",
        ),
        pytest.param(
            {"p/__init__.py": "", "p/a.py": "trainer.train()\n"},
            "p/a.py:1 CPX007 trainer.train() trains when this module of a package is imported (note)",
            id="in a package",
        ),
        pytest.param(
            {"a.py": TEXT, "b.py": TEXT.replace("def f", "def g")},
            "b.py:1 CPX006 10 lines are copied: g is also in a.py (note)",
            id="a copied function",
        ),
        pytest.param(
            {"b.py": TEXT, "c.py": "import d\n", "d.py": TEXT},
            "b.py:1 CPX006 10 lines are copied: f is also in d.py (note)",
            id="the home is what is imported",
        ),
        pytest.param(
            {"a.ipynb": notebook(decisions("g", 14), TEXT), "b.py": decisions("g", 14), "c.py": TEXT},
            "a.ipynb:1 CPX006 38 lines are copied: g, f are also in b.py, c.py",
            id="a notebook",
        ),
        pytest.param(
            {"examples/a.py": decisions("g", 15), "b.py": decisions("g", 15)},
            "examples/a.py:1 CPX006 30 lines are copied: g is also in b.py (note)",
            id="an example",
        ),
    ],
)
def test_what_is_not_modular_is_told(files: dict[str, str], told: str) -> None:
    assert messages(files, min_maintainability=0) == [told]


def test_one_finding_tells_a_group_of_modules() -> None:
    files = {
        "p/__init__.py": "from .a import A\nfrom .b import B\n",
        "p/a.py": "from p import B\n",
        "p/b.py": "from p import A\n",
    }
    assert messages(files) == [
        "p/__init__.py:1 CPX003 3 modules import each other: p/__init__.py -> p/a.py -> p/__init__.py"
    ]


def test_an_edit_that_changes_no_relation_has_the_same_gist() -> None:
    text = f"import a\n\n{TEXT}"
    assert gist(record("a.py", text)) == gist(record("a.py", f"\n# remark\n{text}\nx = 1\n"))
    assert gist(record("a.py", text)) != gist(record("a.py", text.replace("import a", "import b")))
    assert gist(record("a.py", text)) != gist(record("a.py", text.replace("0x10", "17")))


def test_the_order_of_the_files_does_not_matter() -> None:
    files = {
        **hub(5, 5, MEMBERS + plain(1_000)),
        "b.py": TEXT,
        "c.py": TEXT,
        "d.py": TEXT,
        "e.py": "import f\n",
        "f.py": "import e\n",
    }
    found = records(files)
    backwards = dict(reversed(found.items()))
    assert folded(found, {}) == folded(backwards, {}) != {}


def test_a_file_that_was_not_read_is_left_out() -> None:
    from ml_audit_hooks.core.finding import Record

    assert folded({"a.py": Record(unread=((None, "does not parse"),))}, {}) == {}


def test_a_finding_of_the_tree_is_known_by_its_file() -> None:
    other = decisions("g", 15)
    before = folded(records({"a.py": TEXT, "b.py": TEXT}), {})["b.py"][0]
    after = folded(records({"a.py": other, "b.py": TEXT + other, "aa.py": TEXT}), {})["b.py"][0]
    assert CHECK.identity(before) == CHECK.identity(after)
    assert before.measure < after.measure
