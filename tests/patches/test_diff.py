"""A diff is what git would take: it applies, and taken back it gives the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ml_audit_hooks.patches.diff import unified
from ml_audit_hooks.patches.model import Change
from ml_audit_hooks.patches.trees import refused

OLD = b"".join(b"line %d\n" % i for i in range(1, 11))


def body(change: Change) -> list[str]:
    """The lines of a diff after its head."""
    lines = unified([change]).decode().split("\n")
    return lines[next(i for i, line in enumerate(lines) if line.startswith("@@")) :]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(b"a\n", b"b\n", ["@@ -1 +1 @@", "-a", "+b", ""], id="one-line"),
        pytest.param(b"", b"b\n", ["@@ -0,0 +1 @@", "+b", ""], id="into-an-empty-file"),
        pytest.param(b"a\n", b"", ["@@ -1 +0,0 @@", "-a", ""], id="emptied"),
        pytest.param(
            b"a", b"a\n", ["@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+a", ""], id="an-end-to-the-last-line"
        ),
        pytest.param(b"a\r\nb\r\n", b"a\r\nc\r\n", ["@@ -1,2 +1,2 @@", " a\r", "-b\r", "+c\r", ""], id="crlf"),
        pytest.param(
            OLD,
            OLD.replace(b"line 9", b"line nine"),
            ["@@ -6,5 +6,5 @@", " line 6", " line 7", " line 8", "-line 9", "+line nine", " line 10", ""],
            id="three-lines-around",
        ),
    ],
)
def test_a_hunk_has_lines_and_numbers(old: bytes, new: bytes, expected: list[str]) -> None:
    assert body(Change("a.py", old, new)) == expected


def test_the_head_names_mode_and_blobs() -> None:
    assert unified([Change("a.py", b"a\n", b"b\n"), Change("bin/x", None, b"#!\n", "100755")]).decode() == (
        "diff --git a/a.py b/a.py\n"
        "index 78981922613b..61780798228d 100644\n"
        "--- a/a.py\n"
        "+++ b/a.py\n"
        "@@ -1 +1 @@\n"
        "-a\n"
        "+b\n"
        "diff --git a/bin/x b/bin/x\n"
        "new file mode 100755\n"
        "index 000000000000..7218afe77e9b\n"
        "--- /dev/null\n"
        "+++ b/bin/x\n"
        "@@ -0,0 +1 @@\n"
        "+#!\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("a.py", id="plain"),
        pytest.param("a b.py", id="blank"),
        pytest.param("ü/ñ.py", id="not-ascii"),
        pytest.param('a"b\\c.py', id="quotes"),
        pytest.param("a\tb\nc.py", id="control-characters"),
    ],
)
def test_any_file_name_applies(path: str) -> None:
    for change in (Change(path, b"a\n", b"b\n"), Change(path, None, b"b\n")):
        assert refused(unified([change]), [change]) == ""


def test_a_diff_for_another_file_is_refused() -> None:
    change = Change("a.py", b"a\nb\nc\n", b"a\nx\nc\n")
    other = change._replace(old=b"q\nr\ns\n")
    assert refused(unified([change]), [other]) == "error: patch failed: a.py:1"


def test_a_diff_that_gives_something_else_is_refused() -> None:
    change = Change("a.py", b"a\n", b"b\n")
    assert refused(unified([change]), [change._replace(new=b"c\n")]) == "a.py is not what the diff promised"


LINES = st.lists(st.sampled_from([b"a", b"b", b"", b"\r", b"\\ No newline", b"+", b"-- x", b"\xff\x00"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES, st.booleans(), st.booleans())
def test_what_is_made_applies_and_goes_back(old: list[bytes], new: list[bytes], ends: bool, news: bool) -> None:
    before, after = b"\n".join(old) + b"\n" * ends, b"\n".join(new) + b"\n" * news
    assume(before != after)
    assume(b"\x00" not in before + after)  # git wants binary patches for these, and none is made
    change = Change("a.txt", before, after)
    assert refused(unified([change]), [change]) == ""
