"""Checks that judge the tree as a whole, findings that move, grow or are set: all against the base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from ml_audit_hooks.cli import hook
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record
from ml_audit_hooks.core.settings import SETTINGS, Setting
from tests.cli.conftest import Console

if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Folded
    from ml_audit_hooks.core.settings import Settings


def found(code: str, line: int, text: str, measure: int = 0) -> Finding:
    return Finding(code, line, 1, None, "<module>", "mark", text, measure=measure)


def words(file: File) -> Record:
    """``def NAME`` and ``use NAME`` lines as facts, each ``bad`` line as a finding."""
    lines = [(i, line.partition("  #")[0]) for i, line in enumerate(file.text.split("\n"), 1)]
    facts = tuple((i, line) for i, line in lines if line.startswith(("def ", "use ")))
    return Record(tuple(found("TOY001", i, line) for i, line in lines if line.startswith("bad")), facts)


def missing(records: Mapping[str, Record], settings: Settings) -> Folded:
    """A finding where a name is used that no file defines."""
    defined = {line[4:] for record in records.values() for _, line in record.facts if line.startswith("def ")}
    return {
        path: tuple(
            found("TOY002", i, line) for i, line in record.facts if line[:4] == "use " and line[4:] not in defined
        )
        for path, record in records.items()
    }


CODES = frozenset(("TOY001", "TOY002"))
TREE = Check(
    "audit-toys", 1, "TOY", None, words, CODES, fold=missing, gist=lambda r: sorted(line for _, line in r.facts)
)
LINES = frozenset(("TOY003",))
MOVING = Check(
    "audit-tokens",
    1,
    "TOY",
    None,
    lambda f: Record(tuple(found("TOY003", i, x) for i, x in enumerate(f.text.split("\n"), 1) if "key" in x)),
    LINES,
    moves=True,
)
GROWING = Check(
    "audit-sizes",
    1,
    "TOY",
    None,
    lambda f: Record((found("TOY003", 1, "size", len(f.text)),)),
    LINES,
    counted=lambda records, settings: (
        lambda path, record: tuple(f for f in record.findings if f.measure > int(str(settings["most"])))
    ),
    area="toys",
)


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toys have a setting, and no rule pages: the text form prints codes alone."""
    monkeypatch.setattr("ml_audit_hooks.cli.catalog.rules", dict)
    monkeypatch.setitem(SETTINGS, "toys", (Setting("most", 20, "the most words"),))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"b.txt": "\nuse seed\nuse data\n"}, id="lines-moved"),
        pytest.param({"other.txt": "def more"}, id="a-file-came"),
        pytest.param({"a.txt": "def seed\ndef more\nuse more"}, id="defined-and-used"),
    ],
)
def test_a_change_that_takes_nothing_away_is_silent(console: Console, change: dict[str, str]) -> None:
    console.commit({"a.txt": "def seed", "b.txt": "use seed\nuse data\n"})
    console.add(change)
    assert hook.main(TREE, "", []) == 0
    assert "TOY002" not in console.capture.readouterr().out


def test_what_another_file_lost_fails_the_file_that_did_not_change(console: Console) -> None:
    console.commit({"a.txt": "def seed", "b.txt": "use seed\nuse data"})
    console.add({"a.txt": "def nothing"})
    assert hook.main(TREE, "", []) == 1
    assert console.capture.readouterr().out.splitlines() == [
        "b.txt:1:1: TOY002 use seed",
        "audit-toys: 1 new finding in 1 of 2 files (1 known)",
    ]


def test_a_deleted_file_is_missed(console: Console) -> None:
    console.commit({"a.txt": "def seed", "b.txt": "use seed"})
    console.git("rm", "-q", "a.txt")
    assert hook.main(TREE, "", []) == 1
    assert console.capture.readouterr().out.splitlines()[0] == "b.txt:1:1: TOY002 use seed"


def test_a_renamed_file_takes_its_findings_along(console: Console) -> None:
    console.commit({"b.txt": "use seed\n" + "word\n" * 20})
    console.git("mv", "b.txt", "c.txt")
    assert hook.main(TREE, "", []) == 0


def test_a_file_named_alone_is_judged_with_the_whole_tree(console: Console) -> None:
    console.commit({"a.txt": "def seed\nuse data"})
    console.add({"b.txt": "use seed\nuse more"})
    assert hook.main(TREE, "", ["b.txt"]) == 1
    assert console.capture.readouterr().out.splitlines() == [
        "b.txt:2:1: TOY002 use more",
        "audit-toys: 1 new finding in 1 of 1 file",
    ]


def test_a_finding_of_the_tree_is_suppressed_where_it_stands(console: Console) -> None:
    console.add({"b.txt": "use seed  # audit: ignore[TOY002] comes with the container\n\nuse data"})
    assert hook.main(TREE, "", []) == 1
    assert console.capture.readouterr().out.splitlines() == [
        "b.txt:3:1: TOY002 use data",
        "audit-toys: 1 new finding in 1 of 1 file (1 suppressed)",
    ]


def test_both_sides_of_a_merge_account_for_what_they_miss(console: Console) -> None:
    console.commit({"a.txt": "def seed", "b.txt": "use seed", "c.txt": "use more"})
    console.branch("side")
    console.commit({"a.txt": "def none"})
    console.switch("main")
    console.commit({"d.txt": "def more"})
    console.merge("side", commit=False)
    assert hook.main(TREE, "", []) == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"a.txt": "\n\nkey 1\n"}, [], id="moved-within-the-file"),
        pytest.param({"a.txt": "", "b.txt": "key 1"}, [], id="moved-to-another-file"),
        pytest.param({"a.txt": "", "b.txt": "key 2\nkey 1"}, ["b.txt:1:1: TOY003 key 2"], id="moved-beside-a-new-one"),
        pytest.param({"b.txt": "key 1"}, ["b.txt:1:1: TOY003 key 1"], id="pasted-again"),
        pytest.param(
            {"a.txt": "", "b.txt": "key 1", "c.txt": "key 1"}, ["c.txt:1:1: TOY003 key 1"], id="moved-and-pasted"
        ),
    ],
)
def test_what_moves_is_not_new_and_what_is_pasted_is(
    console: Console, change: dict[str, str], expected: list[str]
) -> None:
    console.commit({"a.txt": "key 1", "z.txt": "key 9"})
    console.add(change)
    assert hook.main(MOVING, "", [*change]) == int(bool(expected))
    lines = console.capture.readouterr().out.splitlines()
    assert [line for line in lines if "TOY003" in line] == expected


def test_batches_agree_on_which_of_two_is_the_moved_one(console: Console) -> None:
    console.commit({"a.txt": "key 1"})
    console.add({"a.txt": "", "b.txt": "key 1", "c.txt": "key 1"})
    assert [hook.main(MOVING, "", [name]) for name in ("a.txt", "b.txt", "c.txt")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("after", "code"),
    [
        pytest.param("x" * 30, 0, id="as-large"),
        pytest.param("x" * 29, 0, id="smaller"),
        pytest.param("x" * 31, 1, id="larger"),
    ],
)
def test_what_grows_beyond_the_threshold_is_new(console: Console, after: str, code: int) -> None:
    console.commit({"a.txt": "x" * 30})
    console.add({"a.txt": after, "b.txt": ""})
    assert hook.main(GROWING, "", ["--most=20", "a.txt"]) == code


@pytest.mark.parametrize(
    ("configured", "given", "code"),
    [
        pytest.param("", [], 0, id="default"),
        pytest.param("[toys]\nmost = 5\n", [], 1, id="configured"),
        pytest.param("[toys]\nmost = 5\n", ["--most", "40"], 0, id="the-option-wins"),
    ],
)
def test_a_setting_comes_from_the_option_the_configuration_or_its_default(
    console: Console, configured: str, given: list[str], code: int
) -> None:
    console.add({"a.txt": "x" * 12, "ml-audit.toml": configured})
    assert hook.main(GROWING, "", [*given, "a.txt"]) == code


def test_a_setting_that_is_no_number_is_refused(console: Console) -> None:
    console.add({"a.txt": "x"})
    assert hook.main(GROWING, "", ["--most=many", "a.txt"]) == 2
    assert console.capture.readouterr().err == ("audit-sizes: --most is no whole number: many; write --most 10\n")
