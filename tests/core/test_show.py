"""Whatever the repository names things, the output stays one harmless line."""

from __future__ import annotations

import html
import os
import re
import unicodedata
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml_audit_hooks.core import show

BYTES = st.binary().map(os.fsdecode)  # as file names come
NASTY = st.text(st.sampled_from("`|<>&\\*_[]()!#~$@:/-+=. \n\r\t\x00\x1b\x7f\x85\u202e\u2066\u2028\ufeff\U000e0041aä"))
TEXT = st.text() | NASTY | BYTES


def controls(text: str) -> list[str]:
    """What a terminal would obey or hide, and what cannot be printed."""
    return [char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


# Plain


@pytest.mark.parametrize("text", ["", "a.py", "a b-c_d.py", "日本/ä.py", "`|<>&", "👍", "e\u0301"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert show.plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\nb\r\tc", "a\\nb\\r\\tc", id="line-ends"),
        pytest.param("\x1b[31mred\x07", "\\x1b[31mred\\x07", id="terminal"),
        pytest.param("\x9b31m", "\\x9b31m", id="c1"),
        pytest.param("a\u202eyp.exe", "a\\u202eyp.exe", id="right-to-left"),
        pytest.param("\u2066a\u2069", "\\u2066a\\u2069", id="isolates"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="invisible"),
        pytest.param("a\u2028b\x85c", "a\\u2028b\\x85c", id="line-separators"),
        pytest.param("a\xa0b", "a\\xa0b", id="no-break-space"),
        pytest.param("\U000e0041", "\\U000e0041", id="tag"),
        pytest.param(os.fsdecode(b"caf\xe9 \x80\xff"), "caf\\xe9 \\x80\\xff", id="bytes"),
        pytest.param("\ud800", "\\ud800", id="half-a-pair"),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert show.plain(text) == shown


@given(TEXT)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert controls(show.plain(text)) == []
    assert show.plain(text).encode().decode() == show.plain(text)


@given(TEXT)
def test_what_is_shown_is_shown_the_same_again(text: str) -> None:
    assert show.plain(show.plain(text)) == show.plain(text)


# Markdown


def rendered(markdown: str) -> str:
    """The text that CommonMark shows for inline text without markup: escapes and entities resolved."""
    return re.sub(r"\\([!-/:-@\[-`{-~])|(&[^;\s]+;)", lambda m: m[1] or html.unescape(m[2]), markdown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a.py", "a.py", id="plain"),
        pytest.param("snake_case_name", "snake_case_name", id="inside-a-word"),
        pytest.param("__init__", "\\_\\_init\\_\\_", id="around-a-word"),
        pytest.param("_a", "\\_a", id="before-a-word"),
        pytest.param("a_", "a\\_", id="after-a-word"),
        pytest.param("a_b", "a_b", id="between-letters"),
        pytest.param("a_ b _c", "a\\_ b \\_c", id="at-a-blank"),
        pytest.param("é_ü", "é_ü", id="between-other-letters"),
        pytest.param("a_*", "a\\_\\*", id="before-a-sign"),
        pytest.param("_", "\\_", id="alone"),
        pytest.param("a*b", "a\\*b", id="emphasis"),
        pytest.param("[x](y)", "\\[x\\](y)", id="link"),
        pytest.param("![x](y)", "!\\[x\\](y)", id="image"),
        pytest.param("<script>", "&lt;script&gt;", id="tag"),
        pytest.param("&lt;", "&amp;lt;", id="entity"),
        pytest.param("a|b", "a\\|b", id="cell"),
        pytest.param("`x`", "\\`x\\`", id="code"),
        pytest.param("$x$", "\\$x\\$", id="formula"),
        pytest.param("@ada #1", "&#64;ada \\#1", id="mention"),
        pytest.param("a\\b", "a\\\\b", id="backslash"),
        pytest.param("a\nb", "a\\\\nb", id="line-end"),
    ],
)
def test_markdown_means_what_it_says(text: str, shown: str) -> None:
    assert show.markdown(text) == shown


@given(TEXT)
@example("\\|")
@example("&lt;<")
def test_markdown_shows_the_text(text: str) -> None:
    assert rendered(show.markdown(text)) == show.plain(text)


@given(TEXT)
def test_no_markup_survives(text: str) -> None:
    shown = show.markdown(text)
    assert controls(shown) == []
    assert re.search(r"[<>@]", shown) is None
    bare = re.sub(r"\\[!-/:-@\[-`{-~]|&#?\w+;", " ", shown)
    assert re.search(r"[`|*\[\]#~$&\\]|(?<![^\W_])_|_(?![^\W_])", bare) is None


# Code spans and links


@given(TEXT)
@example("`")
@example("")
@example(" a ")
@example("a``b`")
def test_a_code_span_holds_the_text_and_ends_at_its_end(text: str) -> None:
    shown = show.code(text)
    fence = re.match("`+", shown)
    assert fence is not None
    inside = shown[fence.end() : -fence.end()]
    assert shown.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inside)
    assert not inside.startswith("`")
    assert not inside.endswith("`")
    if inside.startswith(" ") and inside.endswith(" ") and inside.strip(" "):
        inside = inside[1:-1]
    assert inside.replace("\\|", "|").strip(" ") == show.plain(text).strip(" ")


@given(TEXT)
def test_a_code_span_is_one_cell_of_a_table(text: str) -> None:
    shown = show.code(text)
    assert controls(shown) == []
    assert re.search(r"(?<!\\)\|", shown) is None


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param("a/b-c_d.~1.py", "a/b-c_d.~1.py", id="plain"),
        pytest.param("a b.py", "a%20b.py", id="blank"),
        pytest.param("a).py", "a%29.py", id="bracket"),
        pytest.param("javascript:x", "javascript%3Ax", id="scheme"),
        pytest.param("a?b#c%d", "a%3Fb%23c%25d", id="parts-of-an-address"),
        pytest.param("ä", "%C3%A4", id="utf-8"),
        pytest.param(os.fsdecode(b"\xe9"), "%E9", id="bytes"),
        pytest.param("a\nb", "a%0Ab", id="line-end"),
    ],
)
def test_a_link_goes_to_the_file(path: str, target: str) -> None:
    assert show.link(path) == f"[{show.code(path)}]({target})"


@given(BYTES | NASTY)
def test_a_link_goes_nowhere_else(path: str) -> None:
    _, _, target = show.link(path).rpartition("](")
    assert re.fullmatch(r"[\w\-.~/%]*\)", target, re.ASCII)
    assert unquote_to_bytes(target[:-1]) == os.fsencode(path)
