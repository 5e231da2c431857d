"""The gates are necessary conditions: what they leave out, no test of bandit finds at any node."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.security import detect, tables
from ml_audit_hooks.core import python
from ml_audit_hooks.engines.bandit_engine import IMPORTED, PLUGINS, Engine, Issue, Names

ENGINE = Engine()
STRINGS = ("B104", "B105", "B108", "B608")
FUNCTIONS = ("B107", "B503")
HANDLERS = ("B110", "B112")
CALLS = (IMPORTED, *sorted(set(PLUGINS) - {*STRINGS, *FUNCTIONS, *HANDLERS, "B101", "B613"}))


def full(text: str) -> list[Issue]:
    """The issues of every test at every node of its type, in the order of bandit's visitor."""
    names = Names()
    return sorted(issue for node in visited(ast.parse(text)) for issue in at(node, names))


def visited(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        child._bandit_parent = tree  # type: ignore[attr-defined]
        yield child
        yield from visited(child)


def at(node: ast.AST, names: Names) -> list[Issue]:
    tests: tuple[str, ...] = ()
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names.take(node)
        tests = (IMPORTED,)
    elif isinstance(node, ast.Call):
        tests = CALLS
    elif isinstance(node, ast.FunctionDef):
        tests = FUNCTIONS
    elif isinstance(node, ast.ExceptHandler):
        tests = HANDLERS
    elif isinstance(node, ast.Assert):
        tests = ("B101",)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        tests = () if isinstance(node._bandit_parent, ast.Expr) else STRINGS  # type: ignore[attr-defined]
    if not tests:
        return []
    return [issue for issue in ENGINE.of_node(node, tests, names) if isinstance(issue, Issue)]


def gated(text: str) -> list[Issue]:
    """The issues that the check finds."""
    found = detect.issues(python.parse(text), Names(), None)
    return sorted(issue for issue, _ in found if isinstance(issue, Issue))


SPECIAL = [
    pytest.param("import subprocess as s\ns.run(c, shell=1)", id="a module under another name"),
    pytest.param("from subprocess import run as go\ngo(c, shell=True)", id="a function under another name"),
    pytest.param("run(c, shell=True)\nfrom subprocess import run", id="an import that comes too late"),
    pytest.param("@d(run(c))\ndef f():\n    from subprocess import run\n", id="a decorator is visited after the body"),
    pytest.param("def f() -> load(p):\n    from pickle import load\n", id="an annotation is visited after the body"),
    pytest.param("def f(a=load(p)):\n    from pickle import load\n", id="a default is visited before the body"),
    pytest.param("from . import pickle", id="a relative import counts by its name"),
    pytest.param("from .torch import load\nimport torch\nload(p)", id="a relative module loses its dots"),
    pytest.param("x = '0.0' '.0.0'", id="a literal in two pieces"),
    pytest.param("x = '\\x30.0.0.0'", id="a literal with an escape"),
    pytest.param("x = f'/tmp/{y}'", id="the head of an f-string"),
    pytest.param("'/tmp/doc'", id="a docstring is none"),
    pytest.param("q = f'sel{a}ect x from {t}'", id="a query cut in an f-string"),
    pytest.param("q = 'SELECT a ' + 'FROM ' + t", id="a query put together"),
    pytest.param("q = 'x' + ('from t ' + ('select a' + b))", id="a query in nested brackets"),
    pytest.param("q = 'update %s set a' % t", id="an update"),
    pytest.param("q = 'ſelect * from t'.format(1)", id="the long s is an s to bandit"),
    pytest.param("db_PaSsWoRd = 'x'\npaſs = 'y'", id="the case of a name"),
    pytest.param("d['token\\n'] = 'x'; d = {'a_secret_b': 1}", id="keys of a dict"),
    pytest.param("if a.token == 'x' or 'y' == token: pass", id="comparisons"),
    pytest.param("def f(a, /, pwd='x', b='y'): pass", id="positional-only parameters shift bandit's pairs"),
    pytest.param("def f(a='s', /, token=1, x=2): pass", id="bandit pairs a default with the wrong parameter"),
    pytest.param("import hashlib as h\nh.md4(x); h.md5(x); h.sha(x); h.sha1(x); h.new('md5')", id="weak hashes"),
    pytest.param("import crypt\ncrypt.crypt(x, crypt.METHOD_MD5); crypt.mksalt(crypt.METHOD_CRYPT)", id="crypt"),
    pytest.param("import requests as r\nr.get(u); r.options(u); r.head(u); r.post(u)", id="verbs"),
    pytest.param("import httpx\nhttpx.put(u, timeout=None); httpx.Client(verify=False)", id="httpx"),
    pytest.param("def f(a=1, b=2, /, token='x'): pass", id="more defaults than parameters"),
    pytest.param("__import__('pickle')\nimport importlib\nimportlib.import_module('telnetlib')", id="import by a call"),
    pytest.param("importlib.import_module(pickle)\nimportlib.import_module(name='dill')", id="import by a name"),
    pytest.param("f(method=PROTOCOL_SSLv3)\nf(ssl_version='SSLv2_METHOD')", id="a version of TLS anywhere"),
    pytest.param("x.y.os_lchmod(p, 0o777)", id="chmod in a name"),
    pytest.param("import tarfile\nmy_extractall(members=[1])", id="extractall in a name"),
    pytest.param("from flask import Flask\nx().run(debug=True)", id="run of what has no name"),
    pytest.param("x[f'''\n\n{subprocess.run(c)}'''] = 1", id="a call in an f-string of three lines"),
    pytest.param("from django.utils.safestring import mark_safe as m\ndef f(a):\n    return [m(a)]", id="B703 climbs"),
    pytest.param("import a.chmod as c; c(1, 511)", id="an alias whose last name counts"),
    pytest.param("import xmlrpc; from pickle5 import load", id="a listed beginning of a name"),
]


@pytest.mark.parametrize("text", SPECIAL)
def test_a_gate_lets_through_what_bandit_finds(text: str) -> None:
    assert gated(text) == full(text)


NAMES = sorted({name for name in tables.EXACT} | {f"{m[0]}.{n}" for n, r in tables.LAST.items() for _, m in r if m})
OTHER = [
    "f",
    "x.load",
    "requests.get",
    "d.get",
    "a.chmod",
    "t.extractall",
    "os.path.join",
    "m.eval",
    "x().exec_command",
]
VALUES = ["x", "'abc'", "True", "False", "0", "'SELECT a FROM b'", "'/tmp/x'", "f'select {x} from t'", "0o777", "[x]"]
KEYWORDS = "shell debug password auth_token method ssl_version verify timeout weights_only revision usedforsecurity"


@st.composite
def calls(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMES + OTHER))
    args = [draw(st.sampled_from(VALUES)) for _ in range(draw(st.integers(0, 3)))]
    keywords = draw(st.lists(st.sampled_from(KEYWORDS.split()), unique=True, max_size=2))
    return f"{name}({', '.join([*args, *(f'{k}={draw(st.sampled_from(VALUES))}' for k in keywords)])})"


@st.composite
def imported(draw: st.DrawFn) -> str:
    module, _, name = draw(st.sampled_from([n for n in NAMES if "." in n])).rpartition(".")
    alias = draw(st.sampled_from(["", " as f", " as x"]))
    return draw(st.sampled_from([f"import {module}{alias}", f"from {module} import {name}{alias}", f"import {module}"]))


SIMPLE = st.one_of(
    calls(),
    imported(),
    calls().map(lambda c: f"x = {c}"),
    st.sampled_from(VALUES).map(lambda v: f"self.api_token = {v}"),
    st.sampled_from(VALUES).map(lambda v: f"q = 'insert into ' + {v} + ' values (1)'"),
    st.sampled_from(VALUES).map(lambda v: f"assert {v}"),
)


@st.composite
def blocks(draw: st.DrawFn) -> str:
    body = "\n    ".join(draw(st.lists(SIMPLE, min_size=1, max_size=3)))
    value = draw(st.sampled_from(VALUES))
    heads = [
        f"@{draw(calls())}\ndef f(a, secret={value}) -> {draw(calls())}:\n    {body}",
        f"class A({draw(calls())}):\n    {body}",
        f"try:\n    {body}\nexcept Exception:\n    pass",
        f"for i in {value}:\n    {body}",
    ]
    return draw(st.sampled_from(heads))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.one_of(SIMPLE, blocks()), max_size=6))
def test_a_gated_scan_is_the_full_scan(statements: list[str]) -> None:
    text = "\n".join(statements)
    assert gated(text) == full(text)


def test_the_lists_are_bandits_own() -> None:
    from bandit.blacklists import calls as listed_calls  # type: ignore[import-untyped]
    from bandit.blacklists import imports as listed_imports

    rows = {row["id"]: row for row in listed_calls.gen_blacklist()["Call"]}
    assert {code: set(row["qualnames"]) for code, row in rows.items()} == {c: set(n) for c, n in tables.CALLS.items()}
    more = {row["id"]: row for row in listed_imports.gen_blacklist()["Import"]}
    assert {code: set(row["qualnames"]) for code, row in more.items()} == {
        code: set(names) for code, names in tables.IMPORTS.items()
    }
    assert {code: row["name"] for code, row in {**rows, **more}.items()} == tables.LIST_NAMES


def test_the_plugins_own_lists_are_those_of_the_gates() -> None:
    from bandit.plugins import (  # type: ignore[import-untyped]
        general_hardcoded_tmp,
        injection_shell,
        insecure_ssl_tls,
        trojansource,
    )

    shell = injection_shell.gen_config("shell_injection")
    assert set(shell["subprocess"]) == set(tables.SUBPROCESS)
    assert set(shell["shell"]) == set(tables.SHELL)
    assert set(shell["no_shell"]) == set(tables.NO_SHELL)
    assert set(general_hardcoded_tmp.gen_config("hardcoded_tmp_directory")["tmp_dirs"]) == set(tables.TMP)
    bad = insecure_ssl_tls.gen_config("ssl_with_bad_version")["bad_protocol_versions"]
    assert set(bad) == tables.BAD_SSL
    assert set(trojansource.BIDI_CHARACTERS) == set(tables.BIDI)
