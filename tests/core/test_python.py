"""A module's tree, scopes, names and comments."""

from __future__ import annotations

import _ast
import ast
import inspect
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks import core
from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable

EVERYTHING = Path(__file__).with_name("syntax.txt").read_text(encoding="utf-8")
OWN_CODE = [
    pytest.param(path.read_text(encoding="utf-8"), id=path.name) for path in sorted(Path(core.__path__[0]).glob("*.py"))
]


SAMPLES = [pytest.param(EVERYTHING, id="every-syntax"), *OWN_CODE]
if sys.version_info >= (3, 12):
    PARAMETERS = "type X[T: a] = b[T]\ndef f[T: c, *Ts, **P](x: d) -> e: ...\nclass C[T](g): ...\n"
    SAMPLES.append(pytest.param(PARAMETERS, id="type-parameters"))


def parse(text: str) -> python.Module:
    return python.parse(textwrap.dedent(text))


# Parsing


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("x = 1", id="no-line-break"),
        pytest.param("await f()\n", id="await-at-the-top"),
        pytest.param("# coding: klingon\nx = 1\n", id="cookie-already-obeyed"),
        pytest.param("x = '\\d'\n", id="a-warning-is-none-of-ours"),
        pytest.param("assert (1, 'x')\n", id="another-warning"),
        pytest.param("x = 1\r\nif x:\r\n    y = 2\r\n", id="windows"),
        pytest.param("return 1\n", id="return-outside"),
        pytest.param("from __future__ import annotations, nested_scopes\n", id="future"),
        pytest.param("\f\nx = 1\n", id="form-feed"),
    ],
)
def test_what_python_reads_is_read(text: str) -> None:
    assert python.parse(text).text == text


def indented(depth: int) -> str:
    return "".join(" " * i + "if x:\n" for i in range(depth)) + " " * depth + "pass\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("x = 1\nprint 'x'\n", "does not parse as Python 3: line 2", id="python-2"),
        pytest.param("x = 1\n\ndef f(:\n", "does not parse as Python 3: line 3", id="syntax"),
        pytest.param("if x:\npass\n", "does not parse as Python 3: line 2", id="indentation"),
        pytest.param("if x:\n\ty\n        z\n", "does not parse as Python 3: line 3", id="tabs"),
        pytest.param("x = '''\n\n", "does not parse as Python 3: line 1", id="open-string"),
        pytest.param("x = 1\nf(\n", "does not parse as Python 3: line 2", id="open-bracket"),
        pytest.param("<<<<<<< HEAD\nx = 1\n", "does not parse as Python 3: line 1", id="conflict"),
        pytest.param("(" * 500, "does not parse as Python 3: line 1", id="brackets"),
        pytest.param(indented(120), "does not parse as Python 3: line 101", id="deep-blocks"),
        pytest.param("-" * 200_000 + "1", "is nested too deeply to be parsed", id="deep-operators"),
        pytest.param("x" + ".a" * 200_000, "is nested too deeply to be parsed", id="deep-attributes"),
        pytest.param("x = '\ud800'", "does not parse as Python 3: it holds a NUL byte or a lone surrogate", id="lone"),
    ],
)
def test_what_does_not_parse_has_a_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        python.parse(text)
    assert str(caught.value) == reason


def test_a_nul_character_is_no_crash() -> None:
    with pytest.raises(Unreadable, match=r"^does not parse as Python 3: "):
        python.parse("x = 1\0")


def test_what_is_nested_as_deeply_as_python_allows_is_walked() -> None:
    module = python.parse(indented(98) + "def f(): pass\n" + "x = " + "(" * 150 + ")" * 150 + "\n")
    assert [scope.symbol for scope in module.scopes] == ["f"]
    assert len(module.nodes[ast.If]) == 98


def test_reading_a_module_runs_nothing() -> None:
    python.parse("raise SystemExit(1)\nimport sys\nsys.modules.clear()\n")
    assert "sys" in sys.modules


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("a\nb\n", ["a", "b", ""], id="unix"),
        pytest.param("a\r\nb\rc", ["a", "b", "c"], id="others"),
        pytest.param("a = '\u2028\x0b\x0c'\nb", ["a = '\u2028\x0b\x0c'", "b"], id="only-what-ends-a-line"),
    ],
)
def test_lines_are_those_of_the_parser(text: str, lines: list[str]) -> None:
    module = python.parse(text)
    assert module.lines == lines
    last: Any = module.tree.body[-1]
    assert module.lines[last.lineno - 1].startswith(text.strip()[-1])


# Names


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        pytest.param("x = 1", {}, id="none"),
        pytest.param("'import os'", {}, id="in-a-string"),
        pytest.param("from os import *", {}, id="star"),
        pytest.param("import torch", {"torch": "torch"}, id="plain"),
        pytest.param("import torch.nn", {"torch": "torch"}, id="dotted"),
        pytest.param("import torch.nn as nn", {"nn": "torch.nn"}, id="as"),
        pytest.param("import os, sys as s", {"os": "os", "s": "sys"}, id="several"),
        pytest.param("from torch import nn", {"nn": "torch.nn"}, id="from"),
        pytest.param("from torch.nn import Module as M, Linear", {"M": "torch.nn.Module", "Linear": "torch.nn.Linear"},
                     id="from-as"),
        pytest.param("from . import model", {"model": ".model"}, id="relative"),
        pytest.param("from .. import model as m", {"m": "..model"}, id="relative-above"),
        pytest.param("from .model import GPT", {"GPT": ".model.GPT"}, id="relative-module"),
        pytest.param("from ...a.b import c", {"c": "...a.b.c"}, id="relative-far"),
        pytest.param("def f():\n  import os\nclass C:\n  import sys\n", {"os": "os", "sys": "sys"}, id="in-scopes"),
        pytest.param("if x:\n  import a\nelif y:\n  import b\nelse:\n  import c", {"a": "a", "b": "b", "c": "c"},
                     id="in-branches"),
        pytest.param("with x:\n  import a\nfor y in z:\n  import b\nelse:\n  import c", {"a": "a", "b": "b", "c": "c"},
                     id="in-loops"),
        pytest.param("match x:\n  case 1:\n    import a\n", {"a": "a"}, id="in-a-case"),
        pytest.param("try:\n  import a\nexcept* E:\n  import b\nfinally:\n  import c", {"a": "a", "b": "b", "c": "c"},
                     id="in-a-try"),
        pytest.param("try:\n  import cPickle as pickle\nexcept E:\n  import pickle\n", {"pickle": "cPickle"},
                     id="the-first-counts"),
        pytest.param("import numpy as np\ndef f():\n  import jax.numpy as np\n", {"np": "numpy"}, id="the-upper-one"),
    ],
)  # fmt: skip
def test_aliases_are_those_of_the_imports(text: str, aliases: dict[str, str]) -> None:
    assert python.parse(text).aliases == aliases


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        pytest.param("f().g", "", id="of-a-call"),
        pytest.param("x[0].g", "", id="of-an-item"),
        pytest.param("'a'.join", "", id="of-a-string"),
        pytest.param("1", "", id="a-number"),
        pytest.param("other", "other", id="unknown"),
        pytest.param("self.model.fit", "self.model.fit", id="attributes"),
        pytest.param("torch.save", "torch.save", id="module"),
        pytest.param("nn.init.normal_", "torch.nn.init.normal_", id="alias"),
        pytest.param("GPT.load", ".model.GPT.load", id="relative"),
    ],
)
def test_a_dotted_name_is_resolved(expression: str, name: str) -> None:
    module = python.parse(f"import torch, torch.nn as nn\nfrom .model import GPT\n{expression}\n")
    statement: Any = module.tree.body[-1]
    assert module.dotted(statement.value) == name


def test_a_long_dotted_name_is_no_crash() -> None:
    module = python.parse("x" + ".a" * 2000)
    (statement,) = module.tree.body
    assert isinstance(statement, ast.Expr)
    assert module.dotted(statement.value) == "x" + ".a" * 2000


def test_names_within_a_name_are_the_same_in_any_order() -> None:
    module = python.parse("import torch as t\nt.nn.init.normal_\n(f().a.b)\n")
    inner = [node for node in python.walk(module.tree) if isinstance(node, ast.Attribute)]
    expected = ["torch.nn.init.normal_", "torch.nn.init", "torch.nn", "", ""]
    assert [module.dotted(node) for node in inner] == expected
    again = python.parse(module.text)
    nodes = [node for node in python.walk(again.tree) if isinstance(node, ast.Attribute)]
    assert [again.dotted(node) for node in reversed(nodes)] == expected[::-1]


def test_nothing_has_no_dotted_name() -> None:
    assert python.parse("").dotted(None) == ""


# Scopes


def test_scopes_are_all_functions_and_classes_in_order() -> None:
    module = parse(
        """
        @wrap
        def first():
            class Inner:
                async def run(self):
                    def deep(): ...
            if x:
                def maybe(): ...
            else:
                def otherwise(): ...

        class Trainer(Base):
            def fit(self):
                try:
                    def tried(): ...
                except E:
                    def failed(): ...
                finally:
                    def always(): ...
            class Config: ...

        match x:
            case 1:
                def matched(): ...
        with y:
            class Held: ...
        f = lambda: 0
        """
    )
    assert [scope.symbol for scope in module.scopes] == [
        "first",
        "first.Inner",
        "first.Inner.run",
        "first.Inner.run.deep",
        "first.maybe",
        "first.otherwise",
        "Trainer",
        "Trainer.fit",
        "Trainer.fit.tried",
        "Trainer.fit.failed",
        "Trainer.fit.always",
        "Trainer.Config",
        "matched",
        "Held",
    ]


def test_a_scope_knows_what_encloses_it() -> None:
    module = parse(
        """
        class Trainer:
            def fit(self):
                if x:
                    def inner(): ...
        """
    )
    inner = module.scopes[-1]
    assert [type(node).__name__ for node in inner.parents] == ["Module", "ClassDef", "FunctionDef", "If"]
    assert [type(node).__name__ for node in module.scopes[0].parents] == ["Module"]
    assert inner.parents[1] is module.scopes[0].node


def test_scopes_are_looked_for_down_to_the_limit_of_nesting() -> None:
    module = python.parse("if x: pass\n" + "elif y:\n  def f(): ...\n" * (python.MAX_NESTING + 50))
    assert len(module.scopes) == python.MAX_NESTING - 2


# Comments


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        pytest.param("x = 1\n", [], id="none"),
        pytest.param("x = '# no'\ny = '''\n# no\n'''\nz = f'{x}# no'\n", [], id="strings"),
        pytest.param("def f():\n    '''# no'''\n", [], id="docstring"),
        pytest.param("# yes", [(1, 1, " yes")], id="no-line-break"),
        pytest.param("#!/usr/bin/python\n#: doc\n", [(1, 1, "!/usr/bin/python"), (2, 1, ": doc")], id="forms"),
        pytest.param("x = '#'  # yes '#'\n", [(1, 10, " yes '#'")], id="after-a-string"),
        pytest.param("ä = 'ü'  # yes\n", [(1, 10, " yes")], id="columns-in-characters"),
        pytest.param("f(  # one\n    # two\n)\n", [(1, 5, " one"), (2, 5, " two")], id="in-brackets"),
        pytest.param("if x:\n        # deep\n    y\n# out\n", [(2, 9, " deep"), (4, 1, " out")], id="indentation"),
        pytest.param("x\r\n# a\r\ny  # b\r\n", [(2, 1, " a"), (3, 4, " b")], id="windows"),
        pytest.param("x\r# a\ry  # b\r", [(2, 1, " a"), (3, 4, " b")], id="old-mac"),
        pytest.param("x = '\u2028'\n# a\n", [(2, 1, " a")], id="other-separators"),
        pytest.param("x \\\n  + 1  # a\n", [(2, 8, " a")], id="continued-line"),
    ],
)
def test_comments_are_told_from_strings(text: str, comments: list[tuple[int, int, str]]) -> None:
    assert list(python.parse(text).comments) == comments


# Walking


def left_out(node: ast.AST) -> bool:
    """Contexts and operators, which stand for nothing that a check looks at."""
    return isinstance(node, (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop))


@pytest.mark.parametrize("text", SAMPLES)
def test_walking_meets_every_node_once(text: str) -> None:
    tree = python.parse(text).tree
    known = [id(node) for node in ast.walk(tree) if not left_out(node)]
    assert sorted(id(node) for node in python.walk(tree)) == sorted(known)


@pytest.mark.parametrize("text", SAMPLES)
def test_walking_goes_through_the_source_in_order(text: str) -> None:
    tree = python.parse(text).tree
    strings = {id(below) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for below in ast.walk(node)}
    places = [
        (node.lineno, node.col_offset)
        for node in python.walk(tree)
        if isinstance(node, (ast.expr, ast.arg, ast.alias, ast.keyword)) and id(node) not in strings
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("text", SAMPLES)
def test_nodes_are_those_of_the_walk_by_type(text: str) -> None:
    module = python.parse(text)
    assert sorted(map(id, python.walk(module.tree))) == sorted(id(n) for nodes in module.nodes.values() for n in nodes)
    assert [kind for kind, nodes in module.nodes.items() if {type(node) for node in nodes} != {kind}] == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("@a()\ndef f(b: c = d) -> e:\n  g\n", "a c d e g", id="function"),
        pytest.param("@a\nclass C(b, m=c):\n  d\n", "a b c d", id="class"),
        pytest.param("lambda x=a, *y, z=b: c", "a b c", id="lambda"),
        pytest.param("def f(x: a = b, /, y: c = d, *z: e, w: g = h, **v: i): ...", "a b c d e g h i", id="arguments"),
        pytest.param("{a: b, **c, d: e}", "a b c d e", id="dict"),
        pytest.param("a(b, k=c, *d, **e)", "a b c d e", id="call"),
        pytest.param("a if b else c", "a b c", id="ternary"),
        pytest.param("[a for b in c if d]", "a b c d", id="comprehension"),
        pytest.param("match a:\n  case {b.x: 1, c.x: 2}:\n    d\n", "a b c d", id="mapping-pattern"),
        pytest.param("try:\n  a\nexcept b:\n  c\nelse:\n  d\nfinally:\n  e\n", "a b c d e", id="try"),
    ],
)
def test_names_are_met_as_they_are_read(text: str, names: str) -> None:
    assert [node.id for node in python.walk(python.parse(text).tree) if isinstance(node, ast.Name)] == names.split()


def test_the_sample_has_every_syntax() -> None:
    newer = {"TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple", "TemplateStr", "Interpolation"}
    other = {"Expression", "Interactive", "FunctionType", "TypeIgnore"}  # of other modes
    concrete = {
        name
        for name, kind in inspect.getmembers(_ast, inspect.isclass)
        if issubclass(kind, ast.AST) and not kind.__subclasses__()
    }
    met = {type(node).__name__ for node in ast.walk(ast.parse(EVERYTHING))}
    assert sorted(concrete - met - newer - other) == []
