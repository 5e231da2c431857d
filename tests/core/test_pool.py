"""Work on all cores gives what a loop gives, and survives a task that kills its process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks.core import pool

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
MANY = pool.MIN_TASKS + 8


def ignored(done: int) -> None:
    """Show no progress."""


def dead(task: int) -> tuple[str, int]:
    return "died", task


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = len(os.listdir("/dev/fd"))
    yield
    assert len(os.listdir("/dev/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_there_is_a_core() -> None:
    assert pool.cores() >= 1


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(lambda task: task * task, id="numbers"),
        pytest.param(lambda task: None, id="nothing"),
        pytest.param(lambda task: ([task], {"a": (1.5, b"x", "ä", True)}), id="nested"),
        pytest.param(lambda task: "x" * (100_000 * (task % 5)), id="more-than-a-pipe-holds"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, pool.MIN_TASKS - 1, pool.MIN_TASKS, MANY])
def test_the_results_are_those_of_a_loop(work: Callable[[int], Any], count: int, jobs: int) -> None:
    assert pool.run(work, count, jobs, ignored, dead) == [work(task) for task in range(count)]


def test_more_processes_than_tasks_are_not_started() -> None:
    assert pool.run(lambda task: os.getppid(), MANY, 10 * MANY, ignored, dead) == [os.getpid()] * MANY


def test_every_task_is_done_once_and_not_by_this_process(tmp_path: Path) -> None:
    def work(task: int) -> int:
        with open(tmp_path / str(task), "x", encoding="ascii"):
            return os.getpid()

    workers = pool.run(work, MANY, 2, ignored, dead)
    assert sorted(map(int, os.listdir(tmp_path))) == list(range(MANY))
    assert os.getpid() not in workers
    assert 1 <= len({*workers}) <= 2


@pytest.mark.parametrize("count", [5, MANY])
def test_progress_counts_every_task(count: int) -> None:
    seen: list[int] = []
    pool.run(lambda task: task, count, 2, seen.append, dead)
    assert seen == list(range(1, count + 1))


def kill(task: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave(task: int) -> None:
    os._exit(0)


def fail(task: int) -> None:
    raise ValueError(task)


def answer_what_cannot_be_sent(task: int) -> object:
    return object()


@pytest.mark.parametrize("way", [kill, leave, fail, answer_what_cannot_be_sent])
@pytest.mark.parametrize(
    "deadly", [{0}, {MANY - 1}, {0, 1}, {3, 4, 5, 20}, {*range(MANY)}], ids=["first", "last", "both", "some", "all"]
)
def test_a_task_that_kills_its_process_is_named_and_the_rest_is_done(
    way: Callable[[int], object], deadly: set[int]
) -> None:
    seen: list[int] = []
    results = pool.run(lambda task: way(task) if task in deadly else task, MANY, 2, seen.append, dead)
    assert results == [dead(task) if task in deadly else task for task in range(MANY)]
    assert seen == list(range(1, MANY + 1))


def test_in_a_loop_an_error_goes_through() -> None:
    with pytest.raises(ValueError, match=r"^0$"):
        pool.run(fail, 3, 2, ignored, dead)


def test_an_interrupt_ends_the_workers() -> None:
    def interrupt(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pool.run(lambda task: "x" * 200_000, MANY, 2, interrupt, dead)


def test_what_is_printed_before_is_printed_once(capfd: pytest.CaptureFixture[str]) -> None:
    print("before", end="")
    pool.run(lambda task: task, MANY, 2, ignored, dead)
    assert capfd.readouterr().out == "before"
