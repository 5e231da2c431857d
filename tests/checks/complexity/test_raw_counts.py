"""Counts of lines, where a scanner could lose its way: each text is counted without radon, and as radon does."""

from __future__ import annotations

import sys

import pytest

from ml_audit_hooks.checks.complexity import raw_counts
from ml_audit_hooks.engines import radon_engine

NEW = pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings may nest their quotes from Python 3.12 on")
TEXTS = [
    pytest.param("", id="nothing"),
    pytest.param("\n\n  \n", id="blank"),
    pytest.param("# a\n#b", id="remarks"),
    pytest.param("'a'", id="string alone"),
    pytest.param("'''a\n\nb'''", id="string of three lines"),
    pytest.param("rb'a'", id="bytes alone"),
    pytest.param("f'a'", id="f-string alone"),
    pytest.param("'a' # b", id="string and remark"),
    pytest.param("'a' 'b'", id="two strings"),
    pytest.param("('a'\n\n'b')", id="strings in brackets"),
    pytest.param("x = '#'", id="no remark"),
    pytest.param("x = 'a\\'b' # c", id="escaped quote"),
    pytest.param("x = '\\\\' # c", id="escaped backslash"),
    pytest.param("x = r'\\d'", id="raw string"),
    pytest.param("x = 'abc\\\ndef'", id="string over a backslash"),
    pytest.param("x = 1 + \\\n  2", id="backslash"),
    pytest.param("x = 1 \\\n\ny = 2", id="empty line behind a backslash"),
    pytest.param("x = 1 \\\n\n\ny = 2", id="empty lines behind a backslash"),
    pytest.param("x = '''a'b\"c''' + \"'''\" # '''", id="quotes in quotes"),
    pytest.param("x = ( # c\n 1, # d\n\n 2)", id="remarks in brackets"),
    pytest.param('x = f("a", "b")', id="quotes of two strings on end"),
    pytest.param('x = "" "(" ("" "")', id="empty strings on end"),
    pytest.param("x = ('a#b', {1: 2}) # c", id="sign of a remark in a string"),
    pytest.param("x: int # a:", id="colon at the end of a remark"),
    pytest.param("x = [\n  (a := 1), # b\n]", id="walrus in brackets"),
    pytest.param("x = {\n  'a': 1,\n} # b:", id="remark behind brackets"),
    pytest.param("if f(\n  a,\n): # b\n  c", id="colon and remark behind brackets"),
    pytest.param("x[1:2]", id="slice"),
    pytest.param("{1: 2}", id="dictionary"),
    pytest.param("class A: pass", id="two on a line"),
    pytest.param("class A: # why\n  pass", id="remark behind a colon"),
    pytest.param("(a := 1)", id="walrus"),
    pytest.param("a; b", id="semicolon"),
    pytest.param("a;", id="semicolon at the end"),
    pytest.param("if a: b; c", id="colon before a semicolon"),
    pytest.param("if a: b(); c", id="colon, then tokens, before a semicolon"),
    pytest.param("x: int; y = 1", id="annotation before a semicolon"),
    pytest.param("x[1:]; y", id="slice before a semicolon"),
    pytest.param("a = {1: 2}; b", id="dictionary before a semicolon"),
    pytest.param("x: 1.5e-3; y", id="number behind a colon"),
    pytest.param("x: 'a'; y", id="string behind a colon"),
    pytest.param("x: 1 if a else b; y", id="tokens behind a colon"),
    pytest.param("x = f'{a:>3}'", id="format"),
    pytest.param("x = f'{a!r:{w}.{p}}'", id="nested format"),
    pytest.param("x = f'{{a:b}}'", id="no field"),
    pytest.param("x = f'{(y:=3)}'", id="walrus in a field"),
    pytest.param("x = f'{a[1:2]}'", id="slice in a field"),
    pytest.param("x = f'\\N{DIGIT ONE}'", id="named sign"),
    pytest.param("x = rf'\\{a:b}'", id="raw f-string"),
    pytest.param("x = f'''a\nb{c}\n\n'''", id="f-string of lines"),
    pytest.param("x = f'''{\na:\n>3}'''", id="field of lines"),
    pytest.param("x = f'{a}' f'{b:c}'", id="two f-strings"),
    pytest.param('x = f"{d["a"]:x}"', id="quotes in a field", marks=NEW),
    pytest.param("x = 'é'\ny = 2", id="letters in a string"),
    pytest.param("é = 1\nñ = {\n'ß': 1}", id="letters in a name"),
    pytest.param("a = 1\n\x0c\nb = 2", id="form feed"),
    pytest.param("# a\x0cb = 'c'", id="form feed in a remark"),
    pytest.param("a = 1\r\nb = '''\r\n'''\r\n", id="carriage returns"),
    pytest.param('def f():\n    """A.\n\n    B."""\n    return 1\n', id="docstring"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_counted_as_by_radon_and_without_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of_radon = radon_engine.raw(text)
    monkeypatch.setattr(radon_engine, "raw", lambda text: pytest.fail("radon was asked"))
    found = raw_counts.count(text)
    assert (tuple(found) if found else None) == of_radon


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a℘ = 1\n", id="a sign in a name"),
        pytest.param("x = 'a\x0cb'\n", id="a line's end in a string"),
    ],
)
def test_what_is_too_odd_is_asked_of_radon(text: str) -> None:
    found = raw_counts.count(text)
    assert (tuple(found) if found else None) == radon_engine.raw(text)


def test_what_is_odd_and_long_is_not_counted() -> None:
    # radon's time grows with the square of a long statement
    text = "a℘ = [\n" + "1,\n" * raw_counts.MAX_ODD_LINES + "]\n"
    assert raw_counts.count(text) is None


def test_a_long_statement_takes_no_longer_than_its_lines() -> None:
    text = "a = [\n" + "1,\n" * 50_000 + "]\n"
    assert raw_counts.count(text) == raw_counts.Raw(50_002, 1, 50_002, 0, 0, 0, 0)
