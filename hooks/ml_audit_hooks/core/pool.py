"""Work on all cores: forked workers that take tasks from a pipe, and survive a task that kills one of them.

``multiprocessing`` costs 1.3 interpreter starts to import and cannot say which task killed a worker.
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

MIN_TASKS = 32  # below, a second process costs more than it saves


def cores() -> int:
    """How many processes may run at once."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def run(
    work: Callable[[int], Any],
    count: int,
    jobs: int,
    progress: Callable[[int], None],
    died: Callable[[int], Any],
) -> list[Any]:
    """``[work(0), …, work(count - 1)]`` by up to `jobs` processes.

    `work` returns values of built-in types. `progress` gets the number of finished tasks. A task whose worker dies
    gives ``died(task)``. Tasks are best ordered with the longest first.
    """
    if jobs < 2 or count < MIN_TASKS or not hasattr(os, "fork"):
        results = []
        for task in range(count):
            results.append(work(task))
            progress(task + 1)
        return results
    return _forked(work, count, min(jobs, count), progress, died)


class _Worker:
    """A child process, the pipe on which it is told tasks and the pipe on which it answers."""

    def __init__(self, work: Callable[[int], Any], others: Sequence[_Worker]) -> None:
        tasks_read, self._tasks = os.pipe()
        self.answers, answers_write = os.pipe()
        self.task = -1  # in hand
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                for other in others:  # else a pipe whose owner has closed it would seem to be held
                    os.close(other._tasks)
                    os.close(other.answers)
                os.close(self._tasks)
                os.close(self.answers)
                _serve(work, tasks_read, answers_write)
                code = 0
            finally:
                os._exit(code)
        os.close(tasks_read)
        os.close(answers_write)

    def give(self, task: int) -> None:
        self.task = task
        try:
            os.write(self._tasks, task.to_bytes(4, "big"))
        except BrokenPipeError:  # it is gone; reading its answer will tell
            pass

    def answer(self) -> tuple[bool, Any]:
        """(alive, result) of the task in hand."""
        head = _exactly(self.answers, 4)
        body = _exactly(self.answers, int.from_bytes(head, "big")) if len(head) == 4 else b""
        if len(head) < 4 or len(body) < int.from_bytes(head, "big"):
            return False, None
        # audit: ignore[B302] written by our own worker, through a pipe of our own
        return True, marshal.loads(body)

    def end(self) -> None:
        os.close(self._tasks)
        os.close(self.answers)
        os.waitpid(self.pid, 0)


def _exactly(handle: int, size: int) -> bytes:
    parts, left = [], size
    while left:
        part = os.read(handle, left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _serve(work: Callable[[int], Any], tasks: int, answers: int) -> None:
    import gc

    gc.freeze()
    gc.disable()  # trees are freed by reference counts; the collector would walk each of them several times
    done = 0
    while len(number := _exactly(tasks, 4)) == 4:
        body = marshal.dumps(work(int.from_bytes(number, "big")))
        message = memoryview(len(body).to_bytes(4, "big") + body)
        while message:
            message = message[os.write(answers, message) :]
        done += 1
        if done % 64 == 0:
            gc.collect()


def _forked(
    work: Callable[[int], Any],
    count: int,
    jobs: int,
    progress: Callable[[int], None],
    died: Callable[[int], Any],
) -> list[Any]:
    import select

    results: list[Any] = [None] * count
    workers: list[_Worker] = []
    waiting, finished = iter(range(count)), 0
    try:
        for _ in range(jobs):
            worker = _Worker(work, workers)
            workers.append(worker)
            worker.give(next(waiting))
        while workers:
            ready, _, _ = select.select([w.answers for w in workers], [], [])
            for worker in [w for w in workers if w.answers in ready]:
                alive, result = worker.answer()
                results[worker.task] = result if alive else died(worker.task)
                finished += 1
                progress(finished)
                if not alive:
                    workers.remove(worker)
                    worker.end()
                    workers.append(_Worker(work, workers))
                task = next(waiting, None)
                current = worker if alive else workers[-1]
                if task is None:
                    workers.remove(current)
                    current.end()
                else:
                    current.give(task)
    finally:
        for worker in workers:
            worker.end()
    return results
