"""Records come from the store or are computed, each file read once; what breaks is captured."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from ml_audit_hooks.core import fill, pool, python
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.fill import Crash, Filled
from ml_audit_hooks.core.finding import Check, Finding, Record
from ml_audit_hooks.core.source import Content, Reader
from ml_audit_hooks.core.store import MAX_SHARDS, Store
from ml_audit_hooks.core.tree import Entry, staged
from tests.conftest import Repo

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
PYTHON = frozenset(("Python",))
ABSENT = "has no staged content in the object store (a partial clone)"


@pytest.fixture(autouse=True)
def no_process_is_left_behind() -> Iterator[None]:
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def marked(file: File) -> Record:
    """A finding for each line with ``stub`` in it, and the number of lines as a fact."""
    lines = file.text.split("\n")
    rows = [
        Finding("STB001", i, line.index("stub") + 1, None, "f", "stub", line)
        for i, line in enumerate(lines, 1)
        if "stub" in line
    ]
    return Record(tuple(rows), (len(lines),))


def parsed(file: File) -> Record:
    """The cells of a file, and those that do not parse."""
    cells = tuple(module.cell for module in file.modules)
    return Record((), cells, file.unparsed)


def broken(file: File) -> NoReturn:
    raise ZeroDivisionError("by zero")


def never_asked(file: File) -> NoReturn:
    pytest.fail(f"{file.path} was examined again")


def check(
    examine: Callable[[File], Record] = marked,
    name: str = "audit-marks",
    languages: frozenset[str] | None = None,
    version: int = 1,
    by_path: bool = False,
) -> Check:
    return Check(name, version, "STB", languages, examine, by_path=by_path)


class Counting(Reader):
    """A reader that notes what it was asked for."""

    def __init__(self, root: str, repo: Repo, asked: list[str]) -> None:
        super().__init__(root, repo.find())
        self._asked = asked

    def read(self, entry: Entry) -> Content:
        self._asked.append(entry.path)
        return super().read(entry)


def filled(repo: Repo, *checks: Check, jobs: int = 1, store: Store | None = None, remembered: bool = True) -> Filled:
    repository = repo.find()
    entries = staged(repository).entries
    return fill.fill(
        entries,
        checks,
        lambda: Reader(repository.root, repository),
        store or Store(None),
        jobs,
        remembered=remembered,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


# Which files


@pytest.mark.parametrize(
    ("languages", "path", "wanted"),
    [
        pytest.param(PYTHON, "a.md", False, id="another-language"),
        pytest.param(PYTHON, "a.xyz", False, id="an-unknown-ending"),
        pytest.param(PYTHON, "Makefile", False, id="a-known-name"),
        pytest.param(PYTHON, "a.png", False, id="binary"),
        pytest.param(PYTHON, "a.py", True, id="its-language"),
        pytest.param(PYTHON, "bin/train", True, id="a-script-perhaps"),
        pytest.param(PYTHON, ".hidden", True, id="a-hidden-one-perhaps"),
        pytest.param(None, "a.png", True, id="every-file"),
    ],
)
def test_a_check_wants_the_files_of_its_languages(languages: frozenset[str] | None, path: str, wanted: bool) -> None:
    language = {"a.md": "Markdown", "Makefile": "Makefile", "a.py": "Python"}.get(path)
    assert fill.wants(check(languages=languages), path, language) is wanted


def test_a_script_is_examined_by_what_it_says(repo: Repo) -> None:
    repo.add({"train": "#!/usr/bin/python\n# stub\n", "notes": "stub\n", "run": "#!/bin/sh\n# stub\n"})
    records = filled(repo, check(languages=PYTHON)).records["audit-marks"]
    assert {path: [f.text for f in record.findings] for path, record in records.items()} == {
        "notes": [],
        "run": [],
        "train": ["# stub"],
    }


@pytest.mark.parametrize(
    ("path", "by_path", "key"),
    [
        pytest.param("a.py", False, "1234:Python", id="language"),
        pytest.param("b/c.PY", False, "1234:Python", id="same-language"),
        pytest.param("a.xyz", False, "1234:xyz", id="ending"),
        pytest.param("train", False, "1234:", id="none"),
        pytest.param("b/c.py", True, "1234:b/c.py", id="path"),
    ],
)
def test_a_record_is_kept_by_content_and_what_the_path_says(path: str, by_path: bool, key: str) -> None:
    assert fill.key(check(by_path=by_path), Entry(path, "100644", "1234")) == key


# Computing


def test_a_file_is_read_and_parsed_once_for_all_checks(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"a.py": "x = 1\n", "b.py": "y = 2\n"})
    texts: list[str] = []
    parse = python.parse

    def counted(text: str) -> python.Module:
        texts.append(text)
        return parse(text)

    monkeypatch.setattr(python, "parse", counted)
    asked: list[str] = []
    checks = [check(parsed, name) for name in ("one", "two", "three")]
    fill.fill(staged(repo.find()).entries, checks, lambda: Counting(str(repo.path), repo, asked), Store(None), 1)
    assert (asked, texts) == (["a.py", "b.py"], ["x = 1\n", "y = 2\n"])


def test_a_file_that_no_check_wants_is_not_read(repo: Repo) -> None:
    repo.add({"a.py": "stub\n", "b.md": "stub\n", "c.png": "stub\n"})
    asked: list[str] = []
    python_only = check(languages=PYTHON)
    done = fill.fill(
        staged(repo.find()).entries, (python_only,), lambda: Counting(str(repo.path), repo, asked), Store(None), 1
    )
    assert (asked, [*done.records["audit-marks"]]) == (["a.py"], ["a.py"])


def test_without_files_there_is_nothing_to_do(repo: Repo, store: Store) -> None:
    assert filled(repo, check(), store=store) == Filled({"audit-marks": {}}, ())


def test_what_cannot_be_read_is_recorded_with_its_reason(repo: Repo) -> None:
    repo.add({"latin.py": b"\xe4\n", "open.py": "(\n", "weights.pt": b"x"})
    checks = (check(), check(parsed, "audit-parsed"))
    assert {
        name: {path: r.unread for path, r in rows.items()} for name, rows in filled(repo, *checks).records.items()
    } == {
        "audit-marks": {
            "latin.py": ((None, "is not UTF-8: line 1"),),
            "open.py": (),
            "weights.pt": ((None, "is a binary file"),),
        },
        "audit-parsed": {
            "latin.py": ((None, "is not UTF-8: line 1"),),
            "open.py": ((None, "does not parse as Python 3: line 1"),),
            "weights.pt": (),
        },
    }


def test_a_cell_that_cannot_be_read_is_recorded(repo: Repo) -> None:
    cells = [{"cell_type": "code", "source": source} for source in ("x = 1", "(")]
    repo.add({"a.ipynb": json.dumps({"cells": cells})})
    assert filled(repo, check(parsed)).records["audit-marks"]["a.ipynb"] == Record(
        (), (0,), ((1, "does not parse as Python 3: line 1"),)
    )


def test_a_crash_is_captured_and_the_rest_stands(repo: Repo) -> None:
    repo.add({"a.py": "stub\n", "b.py": "x\n"})

    def breaks_on_a(file: File) -> Record:
        return broken(file) if file.path == "a.py" else Record()

    done = filled(repo, check(), check(breaks_on_a, "audit-breaks"))
    assert done.crashes == (Crash("a.py", "audit-breaks", "ZeroDivisionError: by zero in broken"),)
    assert {name: sorted(rows) for name, rows in done.records.items()} == {
        "audit-breaks": ["b.py"],
        "audit-marks": ["a.py", "b.py"],
    }


def test_an_endless_recursion_is_a_crash_too(repo: Repo) -> None:
    def deeper(file: File) -> Record:
        return deeper(file)

    repo.add({"a.py": ""})
    (crash,) = filled(repo, check(deeper)).crashes
    assert crash.error.startswith("RecursionError: maximum recursion depth exceeded")


def test_progress_counts_files(repo: Repo) -> None:
    repo.add({f"{i}.py": f"{i}\n" for i in range(3)})
    seen: list[tuple[int, int]] = []
    repository = repo.find()
    entries = staged(repository).entries
    fill.fill(
        entries,
        [check(), check(parsed, "other")],
        lambda: Reader(repository.root, repository),
        Store(None),
        1,
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


# On several cores


def many(repo: Repo) -> None:
    repo.add({f"f{i:02}.py": "\n" * (i % 7) + f"stub {i}\n" for i in range(pool.MIN_TASKS + 8)} | {"z.py": "("})


def test_several_processes_give_what_one_gives(repo: Repo, tmp_path: Path) -> None:
    many(repo)
    checks = (check(), check(parsed, "audit-parsed"))
    stores = [Store(str(tmp_path / name)) for name in ("one", "two")]
    one, two = (filled(repo, *checks, jobs=jobs, store=kept) for jobs, kept in zip((1, 2), stores, strict=True))
    assert one == two
    assert stores[0].load("audit-marks-1") == stores[1].load("audit-marks-1")


def test_a_file_that_kills_its_process_is_a_crash_and_the_rest_stands(repo: Repo, store: Store) -> None:
    many(repo)

    def deadly(file: File) -> Record:
        if file.path in ("f00.py", "f06.py"):  # the larger one comes first
            os.kill(os.getpid(), signal.SIGKILL)
        return marked(file)

    done = filled(repo, check(deadly), check(parsed, "audit-parsed"), jobs=2, store=store)
    assert done.crashes == tuple(
        Crash(path, name, "the process that read the file was killed")
        for path in ("f00.py", "f06.py")
        for name in ("audit-marks", "audit-parsed")
    )
    assert len(done.records["audit-marks"]) == pool.MIN_TASKS + 7
    assert len(store.load("audit-marks-1")) == pool.MIN_TASKS + 7


def test_the_longest_files_are_read_first(repo: Repo) -> None:
    many(repo)
    repository, entries = repo.find(), staged(repo.find()).entries
    order: list[str] = []

    def noted(work: Callable[[int], object], count: int, *_: object) -> list[object]:
        return [work(task) for task in range(count)]

    def examine(file: File) -> Record:
        order.append(file.path)
        return Record()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "run", noted)
        fill.fill(entries, (check(examine),), lambda: Reader(repository.root, repository), Store(None), 2)
    assert order == sorted(order, key=lambda path: (-(repo.path / path).stat().st_size, path))
    assert order != sorted(order)


# The store


def test_a_record_from_the_store_equals_a_fresh_one(repo: Repo, store: Store) -> None:
    cells = [{"cell_type": "code", "source": source} for source in ("x = 1", "(")]
    repo.add({"a.py": "# stub\nstub\n", "b.ipynb": json.dumps({"cells": cells}), "c.py": b"\xe4", "train": "stub"})
    fresh = filled(repo, check(), check(parsed, "audit-parsed"), store=store)
    again = filled(repo, check(never_asked), check(never_asked, "audit-parsed"), store=store)
    assert fresh == again
    assert type(again.records["audit-marks"]["a.py"].findings[0]) is Finding


def test_only_what_changed_is_read_again(repo: Repo, store: Store) -> None:
    repo.add({"a.py": "a\n", "b.py": "b\n"})
    filled(repo, check(), store=store)
    repo.add({"b.py": "stub\n", "c.py": "a\n"})
    asked: list[str] = []
    entries = staged(repo.find()).entries
    done = fill.fill(entries, (check(),), lambda: Counting(str(repo.path), repo, asked), store, 1)
    assert (asked, sorted(done.records["audit-marks"])) == (["b.py"], ["a.py", "b.py", "c.py"])


@pytest.mark.parametrize(
    ("later", "asked"),
    [
        pytest.param(check(), [], id="same"),
        pytest.param(check(version=2), ["a.py"], id="another-version"),
        pytest.param(check(name="other"), ["a.py"], id="another-check"),
    ],
)
def test_records_belong_to_a_check_and_its_version(repo: Repo, store: Store, later: Check, asked: list[str]) -> None:
    repo.add({"a.py": "a\n"})
    filled(repo, check(), store=store)
    seen: list[str] = []
    fill.fill(staged(repo.find()).entries, (later,), lambda: Counting(str(repo.path), repo, seen), store, 1)
    assert seen == asked


def test_equal_files_of_a_check_by_path_are_examined_each(repo: Repo, store: Store) -> None:
    repo.add({"a.py": "x\n", "test_a.py": "x\n"})

    def named(file: File) -> Record:
        return Record((), (file.path,))

    for _ in range(2):
        rows = filled(repo, check(named, by_path=True), store=store).records["audit-marks"]
        assert {path: record.facts for path, record in rows.items()} == {
            "a.py": ("a.py",),
            "test_a.py": ("test_a.py",),
        }


def test_a_crash_is_never_kept(repo: Repo, store: Store) -> None:
    repo.add({"a.py": "stub\n"})
    assert filled(repo, check(broken), store=store).crashes != ()
    done = filled(repo, check(), store=store)
    assert (done.crashes, len(done.records["audit-marks"]["a.py"].findings)) == ((), 1)


def test_content_that_is_missing_is_not_kept_as_unreadable(repo: Repo, store: Store) -> None:
    repo.add({"a.py": "stub\n"})
    repo.write("a.py", "changed\n")
    blob = repo.blob("a.py")
    loose = repo.path / ".git/objects" / blob[:2] / blob[2:]
    loose.rename(repo.path / "hidden")
    assert filled(repo, check(), store=store).records["audit-marks"]["a.py"] == Record(unread=((None, ABSENT),))
    (repo.path / "hidden").rename(loose)
    (finding,) = filled(repo, check(), store=store).records["audit-marks"]["a.py"].findings
    assert finding.text == "stub"


def test_files_outside_git_are_not_kept(tmp_path: Path, store: Store) -> None:
    (tmp_path / "a.py").write_text("stub\n")
    entries = (Entry("a.py", "100644", ""),)
    done = fill.fill(entries, (check(),), lambda: Reader(str(tmp_path), None), store, 1)
    assert (len(done.records["audit-marks"]["a.py"].findings), store.load("audit-marks-1")) == (1, {})


def test_a_few_files_are_kept_without_reading_the_store(repo: Repo, store: Store) -> None:
    repo.add({"a.py": "stub\n"})
    store.add("audit-marks-1", {f"{repo.blob('a.py')}:Python": Record().plain()})
    done = filled(repo, check(), store=store, remembered=False)
    assert len(done.records["audit-marks"]["a.py"].findings) == 1
    assert store.load("audit-marks-1") == {f"{repo.blob('a.py')}:Python": done.records["audit-marks"]["a.py"].plain()}


@pytest.mark.parametrize("remembered", [True, False])
def test_many_shards_are_joined_by_whoever_reads_them(
    repo: Repo, store: Store, tmp_path: Path, remembered: bool
) -> None:
    repo.add({"a.py": "a\n"})
    before = {f"{i:040}:Python": Record((), (i,)).plain() for i in range(MAX_SHARDS + 1)}
    for name, plain in before.items():
        store.add("audit-marks-1", {name: plain})
    filled(repo, check(), store=store, remembered=remembered)
    assert len(os.listdir(tmp_path / "store/audit-marks-1")) == (1 if remembered else MAX_SHARDS + 2)
    assert store.load("audit-marks-1").keys() == {*before, f"{repo.blob('a.py')}:Python"}


# Suppressions


@pytest.mark.parametrize(
    ("path", "text", "reasons"),
    [
        pytest.param("a.py", "stub\n", [""], id="none"),
        pytest.param("a.py", "x = 'audit: ignore[STB] no'; stub\n", [""], id="in-a-string"),
        pytest.param("a.py", "'''\n# audit: ignore[STB] no\n'''\nstub\n", [""], id="in-a-docstring"),
        pytest.param("a.py", "stub  # audit: ignore[SEC] why\n", [""], id="another-code"),
        pytest.param("a.py", "stub  # audit: ignore[STB] why\n", ["why"], id="python"),
        pytest.param("a.py", "# audit: ignore[STB001] why\nstub\nstub\n", ["why", ""], id="line-above"),
        pytest.param("a.py", "stub (  # audit: ignore[STB] why\n", ["why"], id="python-that-does-not-parse"),
        pytest.param("train", "#!/usr/bin/python\nstub  # audit: ignore[STB] why\n", ["why"], id="script"),
        pytest.param("a.yml", "x: stub  # audit: ignore[STB] why\n", ["why"], id="yaml"),
        pytest.param("a.yml", "x: stub  # audit: ignore[STB] why\r\n", ["why"], id="yaml-windows"),
        pytest.param("a.md", "<!-- audit: ignore[STB] why -->\nstub\n", ["why"], id="markdown"),
    ],
)
def test_a_suppression_is_read_with_the_file(repo: Repo, path: str, text: str, reasons: list[str]) -> None:
    repo.add({path: text})
    assert [f.ignored for f in filled(repo, check()).records["audit-marks"][path].findings] == reasons


def test_a_suppression_in_a_cell_counts_there_only(repo: Repo) -> None:
    sources = ["x = 1  # audit: ignore[STB] why", "y = 2"]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    repo.add({"a.ipynb": json.dumps({"cells": cells})})

    def each(file: File) -> Record:
        return Record(tuple(Finding("STB001", 1, 1, m.cell, "<module>", "stub", "x") for m in file.modules))

    assert [f.ignored for f in filled(repo, check(each)).records["audit-marks"]["a.ipynb"].findings] == ["why", ""]


def test_a_notebook_that_is_none_keeps_its_findings(repo: Repo) -> None:
    repo.add({"a.ipynb": "stub audit: ignore[STB] why"})
    assert [f.ignored for f in filled(repo, check()).records["audit-marks"]["a.ipynb"].findings] == [""]


def test_a_check_without_codes_has_no_suppressions(repo: Repo) -> None:
    repo.add({"a.py": "stub  # audit: ignore[STB] why\n"})
    facts = check()._replace(prefix="")
    assert [f.ignored for f in filled(repo, facts).records["audit-marks"]["a.py"].findings] == [""]
