"""What is put off is told in few lines: why it can wait, who knows the file, and the smallest plan."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks.core.git import find_repository
from ml_audit_hooks.report.deferred import MAX_ITEMS, as_rows, asked, history, items, lines
from tests.report.audits import audit, place, rows, stub

NONE = "None: no facet is open, no stub stands, no finding is suppressed, and no marker names an owner or date."
PAST = {"a.py": ("2024-05-01", ("Ann", "Bo")), "train.py": ("2023-07-01", ("Ann",))}


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(audit(), id="nothing"),
        pytest.param(audit(stubs=(stub("tests/test_a.py"), stub("vendor/a.py"), stub("a_pb2.py"))), id="aside"),
        pytest.param(audit(stubs=(stub("a.py", kind="todo-comment", text="TODO: later"),)), id="nobodys-marker"),
        pytest.param(audit(stubs=(stub("a.py", kind="todo-comment", text="TODO(): later"),)), id="empty-parentheses"),
        pytest.param(audit(stubs=(stub("a.yaml", kind="placeholder-value", text="changeme"),)), id="a-value"),
        pytest.param(audit(capabilities=rows(hint="nothing here trains")), id="may-not-apply"),
    ],
)
def test_what_nobody_put_off_is_silent(made: Any) -> None:
    assert lines(items(made)) == [NONE]


@pytest.mark.parametrize(
    ("made", "dependants", "expected"),
    [
        pytest.param(
            audit(stubs=(stub("a.py"),), paths=("a.py",)),
            {},
            "| [`a.py`](a.py) `f` | risk: a caller gets nothing, or an exception; a medium file, last changed "
            "2024-05-01 by Ann and 1 more | write it, or remove it and its callers |",
            id="a-stub",
        ),
        pytest.param(
            audit(stubs=(stub("a.py"),), paths=("a.py",)),
            {"a.py": 0},
            "| [`a.py`](a.py) `f` | risk: a caller gets nothing, or an exception; a medium file that no file imports, "
            "last changed 2024-05-01 by Ann and 1 more | remove what nothing imports |",
            id="a-stub-that-nothing-imports",
        ),
        pytest.param(
            audit(stubs=tuple(stub("train.py", name, "placeholder-body") for name in "hgf"), paths=("train.py",)),
            {"train.py": 3},
            "| [`train.py`](train.py) `f`, `g` and 1 more | risk: what they return is taken for real; a medium file "
            "that 3 files import, last changed 2023-07-01 by Ann, its only author | raise NotImplementedError until it "
            "is written |",
            id="stubs-of-a-file",
        ),
        pytest.param(
            audit(suppressed=(stub("a.py", ignored="a test | double", until="2027-01-31"),)),
            {},
            r"| STB001 [`a.py`](a.py) `f` | a test \| double | due 2027-01-31 |",
            id="a-suppression-with-an-end",
        ),
        pytest.param(
            audit(suppressed=(stub("a.py", "<module>", ignored="why"), stub("a.py", "<module>", ignored="why"))),
            {},
            "| STB001 [`a.py`](a.py) ×2 | why | no date |",
            id="equal-suppressions",
        ),
        pytest.param(
            audit(stubs=(stub("a.py", kind="todo-comment", text="TODO(ann, 2027-01-31): drop `x`"),)),
            {},
            "| [`a.py`](a.py) `f` | TODO(ann, 2027-01-31): drop 'x' | ann, due 2027-01-31 |",
            id="a-marker-with-owner-and-date",
        ),
        pytest.param(
            audit(stubs=(stub("a.py", kind="todo-comment", text="FIXME(2027-01): later"),)),
            {},
            "| [`a.py`](a.py) `f` | FIXME(2027-01): later | due 2027-01 |",
            id="a-marker-with-a-date",
        ),
    ],
)
def test_an_item_is_one_line(made: Any, dependants: dict[str, int], expected: str) -> None:
    told = lines(items(made, past=PAST, dependants=dependants))
    assert told == ["| Item | Reason | Plan |", "| --- | --- | --- |", expected]


def test_an_open_facet_has_its_risk_and_the_file_that_its_plan_touches() -> None:
    from ml_audit_hooks.core.rubric import FACETS

    made = audit(
        capabilities=rows(*(f for f in FACETS if f not in ("modeling.peft", "data.caching"))), paths=("train.py",)
    )
    assert lines(items(made, past=PAST))[2:] == [
        (
            "| `modeling.peft` (absent, core): peft | complexity: pays once variants of one base model are kept; "
            "`train.py` is a medium file, last changed 2023-07-01 by Ann, its only author | plan modeling.peft in "
            "train.py |"
        ),
        (
            "| `data.caching` (absent): caching | risk: risk data.caching; `train.py` is a medium file, last changed "
            "2023-07-01 by Ann, its only author | plan data.caching in train.py |"
        ),
    ]
    assert lines(items(made, frozenset(("modeling.peft", "data.caching")))) == [NONE]


def test_a_stubbed_facet_comes_first_and_names_its_stub() -> None:
    evidence = {"data.caching": (place("cache.py", "save"),)}
    made = audit(capabilities=rows(stubbed=("data.caching",), evidence=evidence), paths=("cache.py",))
    assert lines(items(made))[2].startswith(
        "| `data.caching` (stubbed): caching | risk: risk data.caching; `cache.py` is"
    )


def test_the_section_stays_short() -> None:
    every = tuple(stub(f"{n}.py") for n in range(40))
    suppressed = tuple(stub(f"{n}.py", ignored="why") for n in range(40))
    todos = tuple(stub(f"{n}.py", kind="todo-comment", text="TODO(ann): x") for n in range(40))
    assert len(items(audit(capabilities=rows(), stubs=every + todos, suppressed=suppressed))) <= MAX_ITEMS


def test_the_rows_are_plain() -> None:
    made = as_rows(items(audit(suppressed=(stub("a.py", ignored="why", until="2027-01-31"),))))
    assert made == [{"item": "STB001 a.py: f", "rationale": "why", "plan": "due 2027-01-31"}]


def test_git_is_asked_about_what_is_told_only() -> None:
    made = audit(capabilities=rows("modeling.peft"), stubs=(stub("a.py"), stub("tests/test_a.py")), paths=("train.py",))
    assert asked(made) == ("a.py", "train.py")
    assert asked(audit()) == ()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two files, one by two authors."""

    def git(*args: str, who: str = "Ann", day: int = 1) -> None:
        moment = f"2024-05-0{day}T12:00:00Z"
        env = {
            **os.environ,
            **{f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in
               (("NAME", who), ("EMAIL", "a@example.org"), ("DATE", moment))},
            "GIT_CONFIG_GLOBAL": os.devnull,
        }  # fmt: skip
        subprocess.run(["git", *args], cwd=tmp_path, env=env, check=True, capture_output=True)

    git("init", "-q")
    for day, who, name in ((1, "Ann", "a.py"), (2, "Ann", "ü b.py"), (3, "Bo", "a.py")):
        (tmp_path / name).write_text(f"x = {day}\n", encoding="utf-8")
        git("add", ".")
        git("commit", "-qm", "x", who=who, day=day)
    return tmp_path


def test_history_is_the_last_date_and_all_authors(repository: Path) -> None:
    found = find_repository(str(repository))
    assert history(found, ("a.py", "ü b.py", "missing.py")) == {
        "a.py": ("2024-05-03", ("Bo", "Ann")),
        "ü b.py": ("2024-05-02", ("Ann",)),
    }


def test_history_is_empty_where_there_is_none(tmp_path: Path, repository: Path) -> None:
    assert history(None, ("a.py",)) == {}
    assert history(find_repository(str(repository)), ()) == {}
    fresh = tmp_path / "fresh"
    subprocess.run(["git", "init", "-q", str(fresh)], check=True, capture_output=True)
    assert history(find_repository(str(fresh)), ("a.py",)) == {}
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", repository.as_uri(), str(clone)], check=True, capture_output=True
    )
    assert history(find_repository(str(clone)), ("a.py",)) == {}
