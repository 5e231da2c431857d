"""The audit file has eight sections, coarse counts, and error blocks in exactly the agreed form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks import __version__
from ml_audit_hooks.core import capture
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.report.audit import Audit, Failure, Stub
from ml_audit_hooks.report.markdown import MAX_ROWS, SECTIONS, about, render
from ml_audit_hooks.report.outline import LFS, TEXT, Outline
from ml_audit_hooks.report.previous import Note

PYTHON = Outline(TEXT, "Python", 30, False)
TIME = "2026-01-31T12:00:00Z"
BASE = Audit(
    outlines={"src/a.py": PYTHON},
    audited=1,
    excluded=0,
    symlinks=(),
    submodules=(),
    stubs=(),
    suppressed=(),
    failures=(),
    capabilities=(),
    stub_check=True,
)


def stub(path: str = "src/a.py", symbol: str = "f", kind: str = "pass-body", text: str = "pass") -> Stub:
    """A stub at line 3."""
    return Stub(path, Finding("STB001", 3, 1, None, symbol, kind, text))


def section(audit: Audit, number: int) -> str:
    """The body of one section."""
    text = render(audit, (), dict.fromkeys(audit.failures, TIME))
    return text.partition(f"\n## {number}. {SECTIONS[number - 1]}\n\n")[2].partition(f"\n\n## {number + 1}. ")[0]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (-1, "0"),
        (0, "0"),
        (1, "1"),
        (2, "2"),
        (9, "9"),
        (10, "~10"),
        (19, "~10"),
        (20, "~20"),
        (49, "~20"),
        (50, "~50"),
        (99, "~50"),
        (100, "~100"),
        (999, "~500"),
        (1000, "~1,000"),
        (12345, "~10,000"),
        (2_500_000, "~2,000,000"),
    ],
)
def test_a_count_of_lines_is_coarse(count: int, text: str) -> None:
    assert about(count) == text


@given(st.integers(10, 10**9))
def test_a_coarse_count_is_at_most_the_count_and_more_than_its_third(count: int) -> None:
    shown = int(about(count).strip("~").replace(",", ""))
    assert shown <= count < 2.5 * shown


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_lines_never_look_like_fewer(one: int, other: int) -> None:
    low, high = (int(about(n).strip("~").replace(",", "")) for n in sorted((one, other)))
    assert low <= high


def test_the_file_has_eight_sections_in_their_order_under_our_mark() -> None:
    lines = render(BASE, (), {}).split("\n")
    assert lines[:6] == [
        f"<!-- ml-audit-hooks {__version__} -->",
        "# Codebase audit",
        "",
        "Written by `ml-audit run` from the staged files, never by hand. Your own words are safe between",
        "`<!-- audit:notes ID -->` and `<!-- /audit:notes -->`; everything else is replaced.",
        "",
    ]
    assert [line for line in lines if line.startswith("## ")] == [
        "## 1. Repo Map",
        "## 2. Capability Audit Table",
        "## 3. High-Signal Findings",
        "## 4. Atomic Diffs",
        "## 5. Local Tests & Gates",
        "## 6. Reproducibility Checklist",
        "## 7. Deferred Items",
        "## 8. Error Capture Blocks",
    ]
    assert lines[-1] == ""
    assert lines[-2] != ""


@pytest.mark.parametrize("number", range(9))
def test_notes_stand_at_the_end_of_their_section(number: int) -> None:
    note = Note(number, "<!-- audit:notes x -->\nmine\n<!-- /audit:notes -->")
    text = render(BASE, (note,), {})
    following = f"\n\n## {number + 1}. " if number < 8 else "\n"
    assert f"\n\n{note.text}{following}" in text
    assert text.count(note.text) == 1


def test_an_empty_tree_says_so() -> None:
    assert section(BASE._replace(outlines={}), 1) == "No file is staged: there is nothing to audit."


def test_the_repo_map_has_directories_and_what_was_left_out() -> None:
    audit = BASE._replace(
        outlines={
            "src/a|b.py": PYTHON,
            "README.md": PYTHON._replace(language="Markdown"),
            "w.pt": Outline(LFS, "", 0, False),
        },
        excluded=3,
        symlinks=("link",),
        submodules=("libs/a|b",),
    )
    assert section(audit, 1) == (
        "| Directory | Role | Files | Lines | Languages |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| (root) | root files | 2 | ~20 | Markdown |\n"
        "| [`src/`](src/) | source | 1 | ~20 | Python |\n"
        "\n"
        "- Submodules, not audited (1): `libs/a|b`\n"
        "- Git LFS pointers, content not in the repository (1): `w.pt`\n"
        "- Symbolic links, not followed (1): `link`\n"
        "- Left out by the configuration: 3 files\n"
        "\n"
        "### Key files\n"
        "\n"
        "| File | Role |\n"
        "| --- | --- |\n"
        "| [`README.md`](README.md) | introduction |\n"
        "\n"
        "### Stubs and placeholders\n"
        "\n"
        "None found."
    )


def test_of_many_links_eight_are_named() -> None:
    text = section(BASE._replace(symlinks=tuple(f"l{n}" for n in range(11))), 1)
    assert "- Symbolic links, not followed (11): `l0`, `l1`, `l2`, `l3`, `l4`, `l5`, `l6`, `l7` and 3 more\n" in text


@pytest.mark.parametrize(
    ("one", "row"),
    [
        pytest.param(stub(), "| [`src/a.py`](src/a.py) | `f` | `pass` |", id="pass"),
        pytest.param(stub(kind="ellipsis-body"), "| [`src/a.py`](src/a.py) | `f` | `...` |", id="ellipsis"),
        pytest.param(
            stub(kind="not-implemented"), "| [`src/a.py`](src/a.py) | `f` | raises NotImplementedError |", id="raise"
        ),
        pytest.param(stub(kind="placeholder-body"), "| [`src/a.py`](src/a.py) | `f` | pretends |", id="pretends"),
        pytest.param(
            stub("a.yaml", "token", "placeholder-value", "a|b `c` <d>"),
            "| [`a.yaml`](a.yaml) | `token` | placeholder value ``a\\|b `c` <d>`` |",
            id="value",
        ),
        pytest.param(stub(symbol="<module>"), "| [`src/a.py`](src/a.py) |  | `pass` |", id="top level"),
        pytest.param(
            Stub("n.ipynb", Finding("STB001", 3, 1, 7, "f", "pass-body", "pass")),
            "| [`n.ipynb`](n.ipynb) cell 7 | `f` | `pass` |",
            id="cell",
        ),
    ],
)
def test_a_stub_is_one_row_without_a_line_number(one: Stub, row: str) -> None:
    assert section(BASE._replace(stubs=(one,)), 1).split("\n")[-3:] == [
        "| File | Symbol | Stub |",
        "| --- | --- | --- |",
        row,
    ]


def test_markers_are_folded_below_the_stubs() -> None:
    marker = stub(kind="todo-comment", text="TODO: <b>x</b> | @me #1 `y` [z](w)")
    assert section(BASE._replace(stubs=(marker, marker)), 1).partition("placeholders\n\n")[2] == (
        "No stub bodies and no placeholder values.\n"
        "\n"
        "<details>\n"
        "<summary>Markers in comments: 2</summary>\n"
        "\n"
        "| File | Symbol | Comment |\n"
        "| --- | --- | --- |\n"
        "| [`src/a.py`](src/a.py) | `f` "
        "| TODO: &lt;b&gt;x&lt;/b&gt; \\| &#64;me \\#1 \\`y\\` \\[z\\](w) ×2 |\n"
        "\n"
        "</details>"
    )


def test_a_table_ends_where_it_would_be_too_long() -> None:
    text = section(BASE._replace(stubs=tuple(stub(symbol=f"f{n}") for n in range(MAX_ROWS + 5))), 1)
    assert text.split("\n")[-1] == "| … and 5 more |  | `ml-audit report --format json` has all |"
    assert text.count("| [`src/a.py`](src/a.py) |") == MAX_ROWS


def test_deferred_items_have_reason_and_end() -> None:
    finding = Finding("STB001", 3, 1, None, "f", "pass-body", "pass", ignored="not | yet", until="2027-01-31")
    rows = (Stub("src/a.py", finding), Stub("src/a.py", finding._replace(symbol="<module>", until="")))
    assert section(BASE._replace(suppressed=rows), 7) == (
        "| Item | Reason | Plan |\n"
        "| --- | --- | --- |\n"
        "| STB001 [`src/a.py`](src/a.py) `f` | not \\| yet | due 2027-01-31 |\n"
        "| STB001 [`src/a.py`](src/a.py) | not \\| yet | no date |"
    )


def test_an_error_block_has_exactly_the_agreed_form() -> None:
    failures = (
        Failure(*capture.of_unread("src/a.py", None, "does not parse as Python 3: line 12")),
        Failure(*capture.of_unread("n.ipynb", 3, "does not parse as Python 3: line 1")),
    )
    assert section(BASE._replace(failures=failures), 8) == (
        ":::\n"
        "Question for ChatGPT-5 2026-01-31T12:00:00Z:\n"
        "While performing [1:Read the staged tree], encountered the following error:\n"
        "src/a.py: does not parse as Python 3: line 12\n"
        "Context: no check could judge this file; everything else was audited\n"
        "What are the possible causes, and how can this be resolved while preserving intended functionality?\n"
        ":::\n"
        "\n"
        ":::\n"
        "Question for ChatGPT-5 2026-01-31T12:00:00Z:\n"
        "While performing [1:Read the staged tree], encountered the following error:\n"
        "n.ipynb, cell 3: does not parse as Python 3: line 1\n"
        "Context: no check could judge this cell; everything else was audited\n"
        "What are the possible causes, and how can this be resolved while preserving intended functionality?\n"
        ":::\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(":::\n:::", id="frame"),
        pytest.param("x\nQuestion for ChatGPT-5 2020-01-01T00:00:00Z:", id="question"),
        pytest.param("<!-- audit:notes x -->", id="note"),
        pytest.param("<script>", id="script"),
        pytest.param("## 9. x", id="heading"),
    ],
)
def test_no_name_breaks_out_of_an_error_block(path: str) -> None:
    failure = Failure(*capture.of_unread(path, None, "is not UTF-8: line 1"))
    lines = section(BASE._replace(failures=(failure,)), 8).rstrip("\n").split("\n")
    assert len(lines) == 7
    assert [i for i, text in enumerate(lines) if text == ":::"] == [0, 6]
    assert "<" not in lines[3]
    assert "#" not in lines[3].replace("\\#", "")


def test_no_failure_is_said_in_words() -> None:
    assert section(BASE, 8) == "None: every file was read and every check ran to its end.\n"
    nothing = "None: no facet is open, no stub stands, no finding is suppressed, and no marker names an owner or date."
    assert section(BASE, 7) == nothing
