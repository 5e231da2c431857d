"""What changed between two audit files is said in up to ten lines."""

from __future__ import annotations

import pytest

from ml_audit_hooks.report.changes import MAX_LINES, summary


def text(
    stubs: tuple[str, ...] = (),
    markers: tuple[str, ...] = (),
    directories: tuple[str, ...] = (),
    keys: tuple[str, ...] = (),
    deferred: tuple[str, ...] = (),
    errors: tuple[str, ...] = (),
    capabilities: tuple[str, ...] = (),
    facets: tuple[str, ...] = (),
) -> str:
    """An audit file with these rows."""
    parts = ["<!-- ml-audit-hooks 1 -->", "# Codebase audit", "", "## 1. Repo Map", ""]
    parts += table("Directory", 5, directories) + table("File | Role", 1, keys)
    parts += table("File | Symbol | Stub", 1, stubs) + table("File | Symbol | Comment", 1, markers)
    parts += ["## 2. Capability Audit Table", "", *table("Capability | Status", 1, capabilities)]
    parts += [*table("Facet | State | Evidence", 1, facets), "## 3. High-Signal Findings", "", "Not Audited", ""]
    parts += ["## 7. Deferred Items", "", *table("Item | Reason | Plan", 1, deferred)]
    parts += ["## 8. Error Capture Blocks", ""]
    for error in errors:
        parts += [":::", "Question for ChatGPT-5 2026-01-01T00:00:00Z:", "While performing [1:x], …", error, ":::", ""]
    return "\n".join(parts)


def table(head: str, width: int, rows: tuple[str, ...]) -> list[str]:
    """The lines of a table; none for no rows."""
    columns = max(width, head.count("|") + 1)
    return [f"| {head} |", "|" + " --- |" * columns, *(f"| {row} |" for row in rows), ""] if rows else []


STUB = "[`src/a.py`](src/a.py) | `Trainer.resume` | `pass`"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(text(), text(), id="nothing"),
        pytest.param(text(stubs=(STUB,)), text(stubs=(STUB,)), id="the same stub"),
        pytest.param(text(), text() + "<!-- audit:notes x -->\n| a | b |\n<!-- /audit:notes -->\n", id="a note"),
        pytest.param(text(capabilities=("Tokenization | Missing, 0 of 5",)), text(), id="a section that is gone"),
        pytest.param(text(), text(capabilities=("Tokenization | Missing, 0 of 5",)), id="a section that is new"),
        pytest.param(
            text(capabilities=("Tokenization | Partially Implemented, 1 of 5",)),
            text(capabilities=("Tokenization | Partially Implemented, 2 of 5",)),
            id="the same status",
        ),
        pytest.param(text(errors=("a",)), text(errors=("a",)).replace("2026", "2027"), id="a time"),
    ],
)
def test_nothing_is_said_of_what_stands(old: str, new: str) -> None:
    assert summary(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        pytest.param(text(), text(stubs=(STUB,)), ["+ stub src/a.py: Trainer.resume"], id="first stub"),
        pytest.param(text(stubs=(STUB,)), text(), ["- stub src/a.py: Trainer.resume"], id="last stub"),
        pytest.param(
            text(stubs=(STUB,)), text(stubs=(STUB, STUB)), ["+ stub src/a.py: Trainer.resume"], id="an equal one more"
        ),
        pytest.param(
            text(),
            text(stubs=("[`a.py`](a.py) |  | `pass`",)),
            ["+ stub a.py: pass"],
            id="a stub without a symbol",
        ),
        pytest.param(
            text(),
            text(stubs=("[`n.ipynb`](n.ipynb) cell 3 | `f` | pretends",)),
            ["+ stub n.ipynb cell 3: f"],
            id="a stub in a notebook",
        ),
        pytest.param(
            text(),
            text(stubs=("[`a\\|b &lt;.py`](a%7Cb.py) | `f` | `pass`",)),
            ["+ stub a|b <.py: f"],
            id="a name with escapes",
        ),
        pytest.param(
            text(), text(markers=("[`a.py`](a.py) | `f` | TODO\\: x",)), ["+ marker a.py: TODO: x"], id="marker"
        ),
        pytest.param(
            text(),
            text(keys=("[`setup.py`](setup.py) | packaging",)),
            ["+ key file setup.py: packaging"],
            id="key file",
        ),
        pytest.param(
            text(directories=("[`src/`](src/) | source | 1 | ~10 | Python",)),
            text(directories=("[`src/`](src/) | source | 2 | 1 | Python",)),
            ["- directory src/: source, 1 file, ~10 lines", "+ directory src/: source, 2 files, 1 line"],
            id="directory",
        ),
        pytest.param(
            text(),
            text(deferred=("STB001 [`a.py`](a.py) `save` | not yet | no date",)),
            ["+ deferred STB001 a.py save: not yet"],
            id="deferred",
        ),
        pytest.param(text(), text(errors=("a.py: is broken",)), ["+ error a.py: is broken"], id="error"),
        pytest.param(
            text(capabilities=("Checkpointing & Resume | Implemented, 4 of 4 | x",)),
            text(capabilities=("Checkpointing & Resume | Partially Implemented, 3 of 4 | y",)),
            ["checkpointing: Implemented -> Partially Implemented"],
            id="status",
        ),
        pytest.param(
            text(capabilities=("Tokenization | Missing, 0 of 5",)),
            text(capabilities=("Tokenization | Not Applicable",)),
            ["tokenization: Missing -> Not Applicable"],
            id="status by configuration",
        ),
        pytest.param(
            text(facets=("data.split`*` | present | x", "data.tests | absent |")),
            text(facets=("data.split`*` | stubbed (a note) | x", "data.tests | absent |")),
            ["data.split: present -> stubbed"],
            id="facet",
        ),
    ],
)
def test_a_change_is_one_line(old: str, new: str, lines: list[str]) -> None:
    assert summary(old, new) == lines


def test_the_lines_come_by_weight() -> None:
    new = text(
        stubs=(STUB,),
        errors=("b.py: is broken",),
        keys=("[`x`](x) | y",),
        directories=("[`d/`](d/) | source | 1 | 1 |",),
        markers=("[`a`](a) |  | TODO x",),
        deferred=("X1 a | y | z",),
        capabilities=("Modeling | Implemented, 4 of 4",),
        facets=("modeling.dtype | present |",),
    )
    old = text(capabilities=("Modeling | Stubbed, 0 of 4",), facets=("modeling.dtype | stubbed |",))
    assert summary(old, new) == [
        "modeling: Stubbed -> Implemented",
        "modeling.dtype: stubbed -> present",
        "+ error b.py: is broken",
        "+ stub src/a.py: Trainer.resume",
        "+ marker a: TODO x",
        "+ deferred X1 a: y",
        "+ key file x: y",
        "+ directory d/: source, 1 file, 1 line",
    ]


@pytest.mark.parametrize("count", [MAX_LINES - 1, MAX_LINES, MAX_LINES + 1, 500])
def test_there_are_ten_lines_at_most_and_the_last_counts_the_rest(count: int) -> None:
    found = summary(text(), text(errors=tuple(f"{n:03}.py: is broken" for n in range(count))))
    assert len(found) == min(count, MAX_LINES)
    if count > MAX_LINES:
        assert found[-1] == f"… and {count - MAX_LINES + 1} more changes"
    assert found[0] == "+ error 000.py: is broken"


def test_the_headings_of_tables_are_no_rows() -> None:
    assert all("---" not in line for line in summary(text(), text(stubs=(STUB,), keys=("[`x`](x) | y",))))
