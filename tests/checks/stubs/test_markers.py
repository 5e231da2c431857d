"""Markers in comments are what a tokenizer says they are, and the quick test before it never loses one."""

from __future__ import annotations

import io
import random
import sysconfig
import tokenize
import warnings
from pathlib import Path

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.stubs import markers, words
from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable

Row = tuple[int, int, str]  # line and column from 1, the text after the sign


def by_tokenizer(text: str) -> list[Row]:
    """The comments with a marker, by the standard library's tokenizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in the compared text
        tokens = [*tokenize.generate_tokens(io.StringIO(text, newline=None).readline)]
    comments = [(t.start[0], t.start[1] + 1, t.string[1:]) for t in tokens if t.type == tokenize.COMMENT]
    return [row for row in comments if markers.marker(row[2])]


def ours(text: str) -> list[Row]:
    """The same by the check."""
    return [(c.line, c.column, c.text) for c in markers.in_python(python.parse(text))]


def library_files(count: int) -> list[Path]:
    """Files of the standard library: those that may hold a marker first, then others, evenly taken."""
    root = Path(sysconfig.get_path("stdlib"))
    files = sorted(p for p in root.rglob("*.py") if "site-packages" not in p.parts and "lib2to3" not in p.parts)
    rich = [p for p in files if markers.may_hold(p.read_bytes())]
    rest = [p for p in files if p not in set(rich)]
    taken = rich[:: max(1, len(rich) // (count * 2 // 3))][: count * 2 // 3]
    return taken + rest[:: max(1, len(rest) // (count - len(taken)))][: count - len(taken)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('x = "# TODO"\n', id="string"),
        pytest.param('"""\n# TODO\n"""\n', id="docstring"),
        pytest.param('x = """a\n# TODO: b\n"""\n', id="string of several lines"),
        pytest.param("x = '''# FIXME'''  # fine\n", id="comment without a marker behind a string"),
        pytest.param('x = f"# TODO {1}"\n', id="f-string"),
        pytest.param('x = rb"# TODO"\n', id="bytes"),
        pytest.param("# counts the TODO/FIXME comments\n", id="a list of markers"),
        pytest.param("# finds TODO comments\n", id="markers as a noun"),
        pytest.param("# see TODO.md\n", id="a file"),
        pytest.param('# the word "TODO" alone\n', id="in quotes"),
        pytest.param("# hardcoded, see TODO above\n", id="a reference"),
        pytest.param("# XXXL, TODOs, TODO_LIST, TODO-list, a/TODO, %TODO\n", id="parts of words"),
        pytest.param("# an ugly hack, a todo in prose\n", id="small letters in prose"),
    ],
)
def test_what_is_no_marker_is_silent(text: str) -> None:
    assert ours(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("# TODO: a\n", [(1, 1, " TODO: a")], id="own line"),
        pytest.param("#TODO\n", [(1, 1, "TODO")], id="without a space"),
        pytest.param("x = 1  # later: TODO\n", [(1, 8, " later: TODO")], id="in the middle"),
        pytest.param("# todo lower case\n", [(1, 1, " todo lower case")], id="small letters that open"),
        pytest.param("# tOdO\n", [(1, 1, " tOdO")], id="mixed letters that open"),
        pytest.param("# FixMe!\n", [(1, 1, " FixMe!")], id="FixMe"),
        pytest.param("# TODO(ada)\n", [(1, 1, " TODO(ada)")], id="with an owner"),
        pytest.param("# [XXX] [HACK]\n", [(1, 1, " [XXX] [HACK]")], id="in brackets"),
        pytest.param('x = "é#"  # TBD\n', [(1, 11, " TBD")], id="columns are characters"),
        pytest.param('x = ("a"  # TODO\n  "b")\n', [(1, 11, " TODO")], id="between the parts of a string"),
        pytest.param('x = """\n"""  # TODO\n', [(2, 6, " TODO")], id="behind a string of several lines"),
        pytest.param("x = [\n  1,  # TODO\n]\n", [(2, 7, " TODO")], id="in brackets of code"),
        pytest.param('if x: pass\n# TODO\nelse: y = "#"\n', [(2, 1, " TODO")], id="between branches"),
        pytest.param("x = 1\r\n# TODO\r\n", [(2, 1, " TODO")], id="carriage returns"),
        pytest.param("@a(\n  '#'  # TODO\n)\ndef f(): ...\n", [(2, 8, " TODO")], id="in a decorator"),
        pytest.param("def f(\n  x='#',  # TODO\n): ...\n", [(2, 11, " TODO")], id="in a signature"),
    ],
)
def test_a_marker_is_found_at_its_place(text: str, found: list[Row]) -> None:
    assert ours(text) == found


PIECES = (
    "TODO",
    "FIXME",
    "XXX",
    "HACK",
    "TBD",
    "todo",
    "Fixme",
    "hack",
    "#",
    "'",
    '"',
    "\\",
    " ",
    ":",
    "é",
    "x",
    "{1}",
)


def content(chance: random.Random) -> str:
    """A part of a comment or string."""
    return "".join(chance.choices(PIECES, k=chance.randint(0, 5)))


def literal(chance: random.Random) -> str:
    """A string of any form; most of them parse."""
    quotes = chance.choice(("'", '"', '"""', "'''"))
    prefix = chance.choice(("", "", "r", "b", "f", "Rb", "F", "u"))
    parts = [content(chance) for _ in range(chance.randint(1, 3))]
    inside = ("\n" if len(quotes) == 3 else "").join(parts).replace(quotes[0], chance.choice(("", "|")))
    return f"{prefix}{quotes}{inside}{quotes}"


def statement(chance: random.Random) -> list[str]:
    """Lines of code with strings and comments in one of the places where they may stand."""
    text, other, note, end = literal(chance), literal(chance), content(chance), content(chance)
    forms = (
        [f"# {note}"],
        [f"x = {text}  # {note}"],
        [f"x = ({text}  # {note}", f"  {other})  # {end}"],
        [f"def f(a={text}):  # {note}", f"    {other}", f"    # {end}", "    return a"],
        [f"x = [{text},  # {note}", f"     {other}, 1 \\", "  ]"],
        ["class C:", f"    {text}", f"    # {note}", "    y = 1"],
        [f"@d({text})  # {note}", "def g(): pass"],
        [f"x = f'{{y!r:>{{1}}}}' + {text}#{note}"],
        [f"if {text}:  # {note}", "  pass", f"# {end}", f"else: x = {other}"],
    )
    return chance.choice(forms)


@settings(max_examples=4000)
@given(st.integers(0, 2**48))
def test_comments_are_those_of_the_tokenizer_on_generated_code(seed: int) -> None:
    chance = random.Random(seed)
    lines = [line for _ in range(chance.randint(1, 6)) for line in statement(chance)]
    text = chance.choice(("\n", "\r\n", "\n\x0c")).join(lines) + chance.choice(("", "\n"))
    try:
        python.parse(text)
        want = by_tokenizer(text)
    except (Unreadable, tokenize.TokenError, SyntaxError):
        assume(False)
    event("with a marker" if want else "without one")
    assert ours(text) == want


def test_comments_are_those_of_the_tokenizer_on_the_standard_library() -> None:
    compared = held = 0
    for path in library_files(150):
        try:
            with tokenize.open(path) as stream:
                text = stream.read()
            python.parse(text)
        except (Unreadable, SyntaxError, UnicodeDecodeError):
            continue
        want = by_tokenizer(text)
        assert ours(text) == want, path
        compared += 1
        held += bool(want)
    assert compared >= 100
    assert held >= 20  # otherwise the comparison shows nothing


LETTERS = st.sampled_from([*"tTdDoOfFiIxXmMeEhHaAcCkKbB", "TODO", "todo", "XXX", "İ", "ſ", "K", " ", ":", "/", "."])


@settings(max_examples=2000)
@given(st.lists(LETTERS, max_size=12).map("".join))
def test_a_text_with_a_marker_passes_the_quick_test(text: str) -> None:
    if markers.marker(text):
        assert markers.may_hold(text.encode())


@pytest.mark.parametrize("word", [*words.MARKERS, *words.LOOSE_MARKERS, "Todo", "fIXME"])
def test_every_marker_passes_the_quick_test(word: str) -> None:
    assert markers.marker(f" {word}: x")
    assert markers.may_hold(f"# {word}: x".encode())
    assert not markers.may_hold(f"# {word[:-1]}".encode())


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        pytest.param("Shell", 'echo "# TODO"\n', [], id="shell, string"),
        pytest.param("Shell", "echo $#TODO\n", [], id="shell, no white space before"),
        pytest.param("TypeScript", 'x = "// TODO";\n', [], id="ts, string"),
        pytest.param("TypeScript", "http://TODO\n", [], id="ts, address"),
        pytest.param("YAML", "a: b#TODO\n", [], id="yaml, anchor"),
        pytest.param("Shell", "make # TODO\n", [(1, 6, "# TODO")], id="shell"),
        pytest.param("TypeScript", "f();// TODO\n", [(1, 5, "// TODO")], id="ts, right behind code"),
        pytest.param("Java", "/*\n * FIXME\n */\n", [(2, 2, "* FIXME")], id="java, block"),
        pytest.param("INI", "; XXX\n", [(1, 1, "; XXX")], id="ini, semicolon"),
        pytest.param("Rust", "let x = 'a'; // HACK\r\n", [(1, 14, "// HACK")], id="rust, carriage return"),
        pytest.param("Makefile", "all: # TBD\n", [(1, 6, "# TBD")], id="makefile"),
    ],
)
def test_other_languages_are_read_line_by_line(language: str, text: str, found: list[Row]) -> None:
    assert [(c.line, c.column, c.text) for c in markers.in_text(text, language)] == found
