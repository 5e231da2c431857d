"""A previous audit file hands on people's notes to the byte, and the times of errors that stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.report.audit import Audit
from ml_audit_hooks.report.markdown import render
from ml_audit_hooks.report.previous import CLOSE, Note, Previous, adopted, is_ours, known_by, parse

NAME = "CODEBASE_AUDIT.md"
EMPTY = Audit(
    outlines={},
    audited=0,
    excluded=0,
    symlinks=(),
    submodules=(),
    stubs=(),
    suppressed=(),
    failures=(),
    capabilities=(),
    stub_check=True,
)
X = "<!-- audit:notes x -->\nmine\n<!-- /audit:notes -->"
Y = "<!-- audit:notes y -->\nyours\n<!-- /audit:notes -->"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        pytest.param("", False, id="empty"),
        pytest.param("# Audit\n", False, id="by hand"),
        pytest.param("# Audit\n\nwith <!-- ml-audit-hooks 1 --> in a line\n", False, id="inside of a line"),
        pytest.param("x\n" * 12 + "<!-- ml-audit-hooks 1 -->\n", False, id="far below"),
        pytest.param("<!-- ml-audit-hooks 1 -->\n", True, id="first line"),
        pytest.param("<<<<<<< HEAD\n<!-- ml-audit-hooks 1 -->\n=======\n", True, id="below a conflict marker"),
        pytest.param("<!-- ml-audit-hooks 1 -->\r\n", True, id="other line ends"),
        pytest.param(render(EMPTY, (), {}), True, id="what we write"),
    ],
)
def test_our_files_are_told_from_those_of_others(text: str, ours: bool) -> None:
    assert is_ours(text) is ours


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("## 1. Repo Map\n\ntext\n", [], id="no note"),
        pytest.param("`<!-- audit:notes ID -->` and `<!-- /audit:notes -->`\n", [], id="our own instructions"),
        pytest.param(f"{X}\n## 1. A\n", [(0, X)], id="above the first section"),
        pytest.param(f"## 1. A\n{X}\n## 2. B\n", [(1, X)], id="in a section"),
        pytest.param(f"## 1. A\n{X}\n## 8. H\n{Y}\n", [(1, X), (8, Y)], id="in two"),
        pytest.param(f"## 3. C\n{X}\n{Y}\n", [(3, X), (3, Y)], id="two in one"),
        pytest.param(f"## 8. H\n## 9. Own\n{X}\n", [(8, X)], id="below a heading of their own"),
        pytest.param(f"## 2024 in numbers\n{X}\n", [(0, X)], id="a heading with a year"),
        pytest.param(f"### 3. C\n{X}\n", [(0, X)], id="a smaller heading"),
        pytest.param(f"  {X}\n", [(0, "  " + X)], id="indented"),
        pytest.param(X.replace("\n", "\r\n"), [(0, X.replace("\n", "\r\n").removesuffix("\r"))], id="crlf"),
        pytest.param(
            f"<!-- audit:notes a -->\n## 4. no section\n{X}\n:::\n<!-- /audit:notes -->\n## 5. E\n{Y}",
            [(0, f"<!-- audit:notes a -->\n## 4. no section\n{X}\n:::\n<!-- /audit:notes -->"), (5, Y)],
            id="nested",
        ),
        pytest.param(f":::\nQuestion for nobody\n{X}\n:::\n", [(0, X)], id="in a block"),
        pytest.param(f"<<<<<<< a\n{X}\n=======\n{Y}\n>>>>>>> b\n", [(0, X), (0, Y)], id="on both sides of a conflict"),
    ],
)
def test_notes_are_found_with_their_section(text: str, notes: list[tuple[int, str]]) -> None:
    assert parse(text, NAME).notes == tuple(Note(*note) for note in notes)


@pytest.mark.parametrize(
    ("middle", "notes"),
    [
        pytest.param(
            "<<<<<<< HEAD\n<!-- audit:notes x -->\nmine\n=======\n<!-- audit:notes y -->\nyours\n>>>>>>> b\n"
            "<!-- /audit:notes -->\n",
            [X, Y],
            id="the last line is common",
        ),
        pytest.param(
            "<!-- audit:notes x -->\n<<<<<<< HEAD\nmine\n<!-- /audit:notes -->\n=======\nother\n"
            "<!-- /audit:notes -->\n>>>>>>> b\n",
            [X, X.replace("mine", "other")],
            id="the first line is common",
        ),
        pytest.param(
            "<<<<<<< HEAD\n<!-- audit:notes x -->\nmine\n||||||| base\n<!-- audit:notes z -->\nold\n=======\n"
            "<!-- audit:notes y -->\nyours\n>>>>>>> b\n<!-- /audit:notes -->\n",
            [X, Y],
            id="with the base between them",
        ),
    ],
)
def test_a_conflict_that_cuts_through_notes_gives_those_of_both_sides(middle: str, notes: list[str]) -> None:
    assert parse(f"## 2. B\n{middle}## 3. C\n{X}\n", NAME).notes == (*(Note(2, note) for note in notes), Note(3, X))


def test_a_conflict_inside_of_a_note_is_its_owners() -> None:
    note = "<!-- audit:notes x -->\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> b\n<!-- /audit:notes -->"
    assert parse(note, NAME).notes == (Note(0, note),)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        pytest.param("a\n<!-- audit:notes x -->\nmine\n", ":2: a notes block is not closed; add", id="not closed"),
        pytest.param(f"{X}\n<!-- audit:notes y -->", ":4: a notes block is not closed; add", id="the second"),
        pytest.param(
            "a\nmine\n<!-- /audit:notes -->\n", ":3: closes a notes block that was not opened;", id="not opened"
        ),
        pytest.param(f"{X}\n{CLOSE}\n", ":4: closes a notes block that was not opened;", id="closed twice"),
    ],
)
def test_a_torn_note_stops_rather_than_being_lost(text: str, fact: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse(text, NAME)
    assert str(caught.value).startswith(NAME + fact)


def block(time: str, error: str = "a.py: does not parse as Python 3: line 3") -> str:
    """An error capture block."""
    return (
        f":::\nQuestion for ChatGPT-5 {time}:\nWhile performing [1:Read], encountered the following error:\n"
        f"{error}\nContext: c\nWhat are the possible causes?\n:::\n"
    )


BODY = "While performing [1:Read], encountered the following error:\n{}\nContext: c\nWhat are the possible causes?"
TIME = "2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "stamps"),
    [
        pytest.param(block("yesterday"), [], id="no time"),
        pytest.param(block("2026-01-31T12:00:00Z <b>"), [], id="more than a time"),
        pytest.param(block("２０２６-01-31T12:00:00Z"), [], id="digits of another script"),
        pytest.param(":::\nnote\n:::\n", [], id="somebody's own block"),
        pytest.param(f"<!-- audit:notes x -->\n{block(TIME)}<!-- /audit:notes -->\n", [], id="inside of a note"),
        pytest.param(block(TIME), [(BODY.format("a.py: does not parse as Python 3"), TIME)], id="one"),
        pytest.param(
            block(TIME) + "\n" + block("2025-01-01T00:00:00Z", "b.py: is not UTF-8"),
            [
                (BODY.format("a.py: does not parse as Python 3"), TIME),
                (BODY.format("b.py: is not UTF-8"), "2025-01-01T00:00:00Z"),
            ],
            id="two",
        ),
    ],
)
def test_the_times_of_errors_are_found(text: str, stamps: list[tuple[str, str]]) -> None:
    assert parse(text, NAME) == Previous(parse(text, NAME).notes, tuple(stamps))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("a.py: does not parse: line 3", "a.py: does not parse: line 4", True, id="the line moved"),
        pytest.param("a.py: does not parse: line 3", "a.py: is not UTF-8: line 3", False, id="another reason"),
        pytest.param("a.py: does not parse: line 3", "b.py: does not parse: line 3", False, id="another file"),
        pytest.param("a: line 3: b", "a: line 4: b", False, id="a line inside of the text"),
    ],
)
def test_an_error_is_known_again(one: str, other: str, same: bool) -> None:
    assert (known_by(one) == known_by(other)) is same


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        pytest.param("# Mine\n\nwords\n", "# Mine\n\nwords", id="text"),
        pytest.param("words", "words", id="no last line end"),
        pytest.param("words\n\n\n", "words", id="blank lines at the end"),
        pytest.param(f"# Mine\n{X}\n", f"# Mine\n{X}", id="with a note of its own"),
        pytest.param("caf\udce9\r\n", "caf\udce9\r", id="other bytes"),
    ],
)
def test_a_foreign_file_becomes_one_note_above_all_sections(text: str, inside: str) -> None:
    note = adopted(text, NAME)
    assert note == Note(0, f"<!-- audit:notes adopted -->\n{inside}\n<!-- /audit:notes -->")
    assert parse(render(EMPTY, (note,), {}), NAME).notes == (note,)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        pytest.param("a\n<!-- /audit:notes -->\nb\n", ":2: closes a notes block that was not opened;", id="closes"),
        pytest.param("<!-- audit:notes x -->\nb\n", ": a notes block is not closed;", id="opens"),
    ],
)
def test_a_foreign_file_that_would_tear_its_note_is_refused(text: str, fact: str) -> None:
    with pytest.raises(AuditError) as caught:
        adopted(text, NAME)
    assert str(caught.value).startswith(NAME + fact)


line = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=12)
free = line.filter(lambda text: not text.strip().startswith("<!--"))
note = st.builds(
    lambda section, name, body: Note(section, "\n".join((f"<!-- audit:notes {name} -->", *body, CLOSE))),
    st.integers(0, 8),
    st.text("abc-123", min_size=1, max_size=5),
    st.lists(free, max_size=5),
)


@given(st.lists(note, max_size=6))
def test_whatever_people_write_survives_the_renderer(notes: list[Note]) -> None:
    ordered = tuple(sorted(notes, key=lambda item: item.section))
    text = render(EMPTY, tuple(notes), {})
    assert parse(text, NAME).notes == ordered
    assert render(EMPTY, parse(text, NAME).notes, {}) == text


@given(
    st.lists(st.one_of(free, st.sampled_from([*X.split("\n"), ":::", "## 3. C", "<<<<<<< a", "=======", ">>>>>>> b"])))
)
def test_no_text_is_read_otherwise_than_as_notes_or_an_error(lines: list[str]) -> None:
    try:
        found = parse("\n".join(lines), NAME)
    except AuditError as error:
        fact = str(error)
    else:
        fact = f"{NAME}:"
        assert all(0 <= item.section <= 8 for item in found.notes)
        assert all(item.text.split("\n")[0].strip() == "<!-- audit:notes x -->" for item in found.notes)
    assert fact.startswith(f"{NAME}:")
