"""A finding is new when no base has it: HEAD, both sides of a merge, a named revision."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ml_audit_hooks.core import base, fill
from ml_audit_hooks.core.base import Base
from ml_audit_hooks.core.config import Config
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record
from ml_audit_hooks.core.source import Reader
from ml_audit_hooks.core.store import Store
from ml_audit_hooks.core.tree import staged
from tests.conftest import Repo

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1\n"


def marked(file: File) -> Record:
    """A finding for each line that says ``stub``; its symbol stands before a colon."""
    rows = []
    for i, line in enumerate(file.text.split("\n"), 1):
        if "stub" in line:
            symbol, _, text = line.rpartition(":")
            rows.append(Finding("STB001", i, 1, None, symbol or "<module>", "stub", text))
    return Record(tuple(rows))


CHECK = Check("audit-marks", 1, "STB", None, marked)
LINES = Check("audit-lines", 1, "LIN", None, lambda file: Record(
    tuple(Finding("LIN001", i, 1, None, "f", "line", line) for i, line in enumerate(file.text.split("\n"), 1))
))  # fmt: skip


@pytest.fixture(autouse=True)
def no_process_is_left_behind() -> Iterator[None]:
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def standing(path: str, record: Record) -> tuple[Finding, ...]:
    """Findings, and what could not be read as one each."""
    unread = tuple(Finding("AUD001", 1, 1, cell, "<file>", "unread", reason) for cell, reason in record.unread)
    return record.findings + unread


@contextmanager
def compared(repo: Repo, commits: tuple[str, ...] | None = None) -> Iterator[Base]:
    repository = repo.find()
    against = Base(repository, base.revisions(repository, Config()) if commits is None else commits)
    try:
        yield against
    finally:
        against.close()


def flags(repo: Repo, against: Base, check: Check = CHECK) -> dict[str, tuple[bool, ...]]:
    """For each staged file with findings, which of them are new."""
    repository = repo.find()
    entries = {entry.path: entry for entry in staged(repository).entries}
    fresh = fill.fill([*entries.values()], (check,), lambda: Reader(repository.root, repository), Store(None), 1)
    records = fresh.records[check.name]
    return against.new(check, {path: (entries[path], standing(path, row)) for path, row in records.items()}, standing)


def new(repo: Repo) -> dict[str, tuple[bool, ...]]:
    with compared(repo) as against:
        return flags(repo, against)


# What the base is


def test_without_a_commit_under_way_there_is_no_base(repo: Repo) -> None:
    repo.commit({"a.py": "a\n"})
    repo.write("a.py", "changed but not staged\n")
    assert base.revisions(repo.find(), Config()) == ()


def test_without_any_commit_there_is_no_base(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"a.py": "a\n"})
    assert base.revisions(repo.find(), Config()) == ()
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert base.revisions(repo.find(), Config()) == ()


def test_something_staged_is_compared_with_head(repo: Repo) -> None:
    head = repo.commit({"a.py": "a\n"})
    repo.add({"a.py": "b\n"})
    assert base.revisions(repo.find(), Config()) == (head,)


def test_a_commit_under_way_is_compared_with_head(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    head = repo.commit({"a.py": "a\n"})
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert base.revisions(repo.find(), Config()) == (head,)


def test_a_merge_is_compared_with_both_sides(repo: Repo) -> None:
    repo.commit({"a.py": "a\n"})
    repo.branch("side")
    side = repo.commit({"b.py": "b\n"})
    repo.switch("main")
    head = repo.commit({"c.py": "c\n"})
    assert repo.merge("side", commit=False)
    assert base.revisions(repo.find(), Config()) == (head, side)


def test_a_merge_of_many_is_compared_with_all(repo: Repo) -> None:
    start = repo.commit({"a.py": "a\n"})
    sides = []
    for name in ("one", "two"):
        repo.branch(name, start)
        sides.append(repo.commit({f"{name}.py": "x\n"}))
    repo.switch("main")
    head = repo.commit({"main.py": "x\n"})
    repo.git("merge", "-q", "--no-commit", "one", "two")
    assert base.revisions(repo.find(), Config()) == (head, *sides)


def test_a_merge_that_touches_nothing_is_still_one(repo: Repo) -> None:
    repo.commit({"a.py": "a\n"})
    repo.branch("side")
    side = repo.commit()
    repo.switch("main")
    head = repo.commit(message="another")
    assert repo.merge("side", commit=False)
    assert base.revisions(repo.find(), Config()) == (head, side)


def test_a_merge_in_a_linked_worktree_is_seen_there_only(repo: Repo) -> None:
    repo.commit({"a.py": "a\n"})
    repo.branch("side")
    side = repo.commit({"b.py": "b\n"})
    repo.switch("main")
    repo.git("worktree", "add", "-q", "-b", "linked", "../linked")
    linked = Repo(repo.path.parent / "linked")
    head = linked.commit({"c.py": "c\n"})
    assert linked.merge("side", commit=False)
    assert base.revisions(linked.find(), Config()) == (head, side)
    assert base.revisions(repo.find(), Config()) == ()


@pytest.mark.parametrize("name", ["{first}", "{first}^0", "v1", "HEAD~1"])
def test_the_ref_of_pre_commit_comes_first(repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    first = repo.commit({"a.py": "a\n"})
    repo.git("tag", "-a", "-m", "v1", "v1")
    repo.commit({"a.py": "b\n"})
    repo.add({"a.py": "c\n"})
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", name.format(first=first))
    monkeypatch.setenv("PRE_COMMIT_SOURCE", "HEAD")
    assert base.revisions(repo.find(), Config(baseline="no-such-thing")) == (first,)


def test_the_configured_baseline_comes_last(repo: Repo) -> None:
    first = repo.commit({"a.py": "a\n"})
    second = repo.commit({"a.py": "b\n"})
    assert base.revisions(repo.find(), Config(baseline="HEAD~1")) == (first,)
    repo.add({"a.py": "c\n"})
    assert base.revisions(repo.find(), Config(baseline="HEAD~1")) == (second,)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("no-such-branch", "no-such-branch", id="unknown"),
        pytest.param("0" * 40, "0" * 40, id="no-commit"),
        pytest.param("HEAD:a.py", "HEAD:a.py", id="a-file"),
        pytest.param("--all", "--all", id="an-option"),
        pytest.param("a\x1b[31m", "a\\x1b[31m", id="control-character"),
    ],
)
@pytest.mark.parametrize("from_ref", [True, False])
def test_a_wrong_revision_is_refused_with_the_mend(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str, shown: str, from_ref: bool
) -> None:
    repo.commit({"a.py": "a\n"})
    if from_ref:
        monkeypatch.setenv("PRE_COMMIT_FROM_REF", name)
    with pytest.raises(AuditError) as caught:
        base.revisions(repo.find(), Config(baseline=name))
    origin = "PRE_COMMIT_FROM_REF" if from_ref else "the configured `baseline`"
    assert str(caught.value) == f"{shown}: no such commit, but {origin} names it; fetch it or correct the name"


# What is new


def test_without_a_base_everything_is_new(repo: Repo) -> None:
    repo.commit({"a.py": "stub\nstub\n", "b.py": "fine\n"})
    assert new(repo) == {"a.py": (True, True)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("stub\n", "stub\nx\n", (False,), id="another-line-added"),
        pytest.param("a\nstub\n", "b\n\n\nstub\n", (False,), id="moved"),
        pytest.param("stub 1\nstub 2\n", "stub 2\nstub 1\n#\n", (False, False), id="swapped"),
        pytest.param("stub\nstub\n", "stub\n", (False,), id="one-of-two-gone"),
        pytest.param("Old.f:stub\n", "New.f:stub\n", (False,), id="class-renamed"),
        pytest.param("x\n", "stub\n", (True,), id="added"),
        pytest.param("stub 1\n", "stub 2\n", (True,), id="changed"),
        pytest.param("f:stub\n", "g:stub\n", (True,), id="function-renamed"),
        pytest.param("stub\n", "stub\nstub\n", (False, True), id="a-second-equal-one"),
        pytest.param("stub\n", "stub 0\nstub\nstub\n", (True, False, True), id="among-others"),
    ],
)
def test_a_finding_of_head_is_known(repo: Repo, before: str, after: str, expected: tuple[bool, ...]) -> None:
    repo.commit({"a.py": before})
    repo.add({"a.py": after})
    assert new(repo) == {"a.py": expected}


def test_a_file_that_did_not_change_is_known_without_a_look(repo: Repo) -> None:
    repo.commit({"a.py": "stub\nstub\n"})
    repo.add({"b.py": "x\n"})
    blob = repo.blob("a.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert new(repo) == {"a.py": (False, False)}


def test_a_new_file_is_new(repo: Repo) -> None:
    repo.commit({"a.py": "x\n"})
    repo.add({"d/b.py": "stub\n"})
    assert new(repo) == {"d/b.py": (True,)}


LONG = "".join(f"line {i}\n" for i in range(30))


def test_a_rename_is_followed(repo: Repo) -> None:
    repo.commit({"old.py": LONG + "stub 1\n"})
    repo.git("mv", "old.py", "new name\n.py")
    repo.add({"new name\n.py": LONG + "stub 1\nstub 2\n"})
    assert new(repo) == {"new name\n.py": (False, True)}


def test_a_renamed_folder_is_followed(repo: Repo) -> None:
    repo.commit({"old/a.py": LONG + "stub a\n", "old/b.py": LONG + "stub b\n"})
    repo.git("mv", "old", "new")
    assert new(repo) == {"new/a.py": (False,), "new/b.py": (False,)}


def test_a_rename_is_followed_against_the_configuration(repo: Repo) -> None:
    repo.git("config", "diff.renames", "false")
    repo.commit({"old.py": LONG + "stub\n"})
    repo.git("mv", "old.py", "new.py")
    assert new(repo) == {"new.py": (False,)}


def test_a_copy_is_new(repo: Repo) -> None:
    repo.commit({"a.py": LONG + "stub\n"})
    repo.add({"b.py": LONG + "stub\n"})
    assert new(repo) == {"a.py": (False,), "b.py": (True,)}


@pytest.mark.parametrize("limit", [0, 200])
def test_many_files_are_compared_as_few_are(repo: Repo, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(base, "_MAX_PATHS", limit)
    repo.commit({"a.py": "stub\n", "[b]*.py": "stub\n", "old.py": LONG + "stub\n"})
    repo.git("mv", "old.py", "new.py")
    repo.add({"a.py": "stub\nstub\n", "[b]*.py": "\nstub\n", "c.py": "stub\n"})
    assert new(repo) == {"[b]*.py": (False,), "a.py": (False, True), "c.py": (True,), "new.py": (False,)}


def test_files_without_findings_are_not_asked_for(repo: Repo) -> None:
    repo.commit({"a.py": "stub\n"})
    repo.add({"a.py": "x\n"})
    assert new(repo) == {}


def test_one_base_serves_several_checks(repo: Repo) -> None:
    repo.commit({"a.py": "stub\nx"})
    repo.add({"a.py": "stub\ny"})
    with compared(repo) as against:
        assert flags(repo, against) == {"a.py": (False,)}
        assert flags(repo, against, LINES) == {"a.py": (False, True)}
        assert flags(repo, against) == {"a.py": (False,)}


def test_a_finding_that_does_not_count_in_the_base_makes_no_room(repo: Repo) -> None:
    head = repo.commit({"a.py": "stub\n"})
    repo.add({"a.py": "x\nstub\n"})
    entry = staged(repo.find()).entries[0]
    finding = Finding("STB001", 2, 1, None, "<module>", "stub", "stub")
    with compared(repo, (head,)) as against:
        assert against.new(CHECK, {"a.py": (entry, (finding,))}, lambda path, record: ()) == {"a.py": (True,)}


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        pytest.param("a.py", b"\xe4\n", b"\xe4\nx\n", (False,), id="still-not-utf-8"),
        pytest.param("a.py", LFS.format("1"), LFS.format("2"), (False,), id="still-a-pointer"),
        pytest.param("a.pt", b"1", b"2", (False,), id="still-binary"),
        pytest.param("a.py", b"x" * (8 << 20) + b"1", b"x" * (8 << 20) + b"2", (False,), id="still-too-large"),
        pytest.param("a.py", b"x\n", b"\xe4\n", (True,), id="no-longer-utf-8"),
    ],
)
def test_what_could_not_be_read_before_is_known(
    repo: Repo, path: str, before: bytes, after: bytes, expected: tuple[bool, ...]
) -> None:
    repo.commit({path: before})
    repo.add({path: after})
    assert new(repo) == {path: expected}


def test_a_base_whose_content_is_missing_has_no_findings(repo: Repo) -> None:
    repo.commit({"a.py": "stub\n"})
    blob = repo.blob("a.py")
    repo.add({"a.py": "stub\nx\n"})
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert new(repo) == {"a.py": (True,)}


# Merges


def merging(repo: Repo, start: str, ours: str, theirs: str) -> None:
    """A merge of two branches that changed one file, up to its commit or its conflict."""
    repo.commit({"a.py": start})
    repo.branch("side")
    repo.commit({"a.py": theirs})
    repo.switch("main")
    repo.commit({"a.py": ours})
    repo.merge("side", commit=False)


MIDDLE = "".join(f"line {i}\n" for i in range(12))


@pytest.mark.parametrize(
    ("start", "ours", "theirs", "merged", "expected"),
    [
        pytest.param("", "stub\n", "", "stub\n", (False,), id="from-us"),
        pytest.param("", "", "stub\n", "stub\n", (False,), id="from-them"),
        pytest.param("", "stub\n", "stub\n", "stub\nstub\n", (False, False), id="an-equal-one-from-each"),
        pytest.param("stub\n", "stub\n" * 2, "stub\n" * 2, "stub\n" * 3, (False,) * 3, id="one-more-from-each"),
        pytest.param("stub\n", "", "stub\n", "stub\n", (False,), id="gone-on-one-side"),
        pytest.param("", "stub 1\n", "stub 2\n", "stub 2\nstub 1\n", (False, False), id="different-ones"),
        pytest.param("", "stub\n", "stub\n", "stub\n" * 3, (False, False, True), id="a-third-added-by-the-merge"),
        pytest.param("", "", "", "stub\n", (True,), id="added-by-the-merge"),
        pytest.param("stub\n", "stub\n", "stub\n", "stub\n" * 2, (False, True), id="doubled-by-the-merge"),
        pytest.param("stub\n", "", "", "stub\n", (True,), id="gone-on-both-sides"),
    ],
)
def test_a_merge_adds_what_neither_side_accounts_for(
    repo: Repo, start: str, ours: str, theirs: str, merged: str, expected: tuple[bool, ...]
) -> None:
    merging(repo, f"{start}{MIDDLE}", f"{ours}{MIDDLE}# ours\n", f"# theirs\n{theirs}{MIDDLE}")
    repo.add({"a.py": merged + MIDDLE + "# both\n"})
    assert new(repo) == {"a.py": expected}


def test_a_clean_merge_of_equal_stubs_is_silent(repo: Repo) -> None:
    merging(repo, MIDDLE, "stub\n" + MIDDLE, MIDDLE + "stub\n")
    assert (repo.path / "a.py").read_text() == "stub\n" + MIDDLE + "stub\n"
    assert new(repo) == {"a.py": (False, False)}


def test_a_file_that_the_other_side_adds_or_renames_is_known(repo: Repo) -> None:
    repo.commit({"old.py": LONG + "stub\n", "kept.py": "stub\n"})
    repo.branch("side")
    repo.git("mv", "old.py", "new.py")
    repo.commit({"added.py": "stub\n"})
    repo.switch("main")
    repo.commit({"other.py": "x\n"})
    assert repo.merge("side", commit=False)
    assert new(repo) == {"added.py": (False,), "kept.py": (False,), "new.py": (False,)}


def test_a_merge_of_unrelated_histories_knows_both(repo: Repo) -> None:
    repo.commit({"a.py": "stub\n"})
    repo.git("switch", "-q", "--orphan", "side")
    repo.commit({"b.py": "stub\n"})
    repo.switch("main")
    repo.git("merge", "-q", "--no-commit", "--allow-unrelated-histories", "side")
    repo.add({"a.py": "stub\nstub\n"})
    assert new(repo) == {"a.py": (False, True), "b.py": (False,)}


def test_a_merge_of_three_sides_is_silent(repo: Repo) -> None:
    start = repo.commit({"a.py": f"{MIDDLE}x\n{MIDDLE}"})
    for name, text in (("one", f"{MIDDLE}x\nstub\n{MIDDLE}"), ("two", f"{MIDDLE}x\n{MIDDLE}stub\n")):
        repo.branch(name, start)
        repo.commit({"a.py": text})
    repo.switch("main")
    repo.commit({"a.py": f"stub\n{MIDDLE}x\n{MIDDLE}"})
    repo.git("merge", "-q", "--no-commit", "one", "two")
    assert (repo.path / "a.py").read_text().count("stub") == 3
    assert new(repo) == {"a.py": (False, False, False)}
