"""What is kept of one file, as values that the store can write."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from ml_audit_hooks.core.finding import Record

    Records: TypeAlias = Mapping[str, Record]  # by path

SWITCHES = (  # what keeps a library off the network: name and the value that does it
    ("HF_DATASETS_OFFLINE", "1"),
    ("HF_HUB_OFFLINE", "1"),
    ("MLFLOW_TRACKING_URI", "file:./mlruns"),
    ("PIP_NO_INDEX", "1"),
    ("TRANSFORMERS_OFFLINE", "1"),
    ("WANDB_MODE", "offline"),
)


class Test(NamedTuple):
    """One test function."""

    name: str  # TestModel.test_forward
    line: int  # from 1
    imports: tuple[str, ...]  # dotted origins of the imported names that it uses, sorted
    calls: tuple[str, ...]  # dotted names of what it calls, each once, in order
    through: tuple[str, ...]  # what the fixtures and helpers of the same file call for it
    asserts: tuple[str, ...]  # see `functions.asserts`
    marks: tuple[str, ...]  # pytest marks: slow, skip, parametrize
    fixtures: tuple[str, ...]  # its parameters
    network: tuple[str, ...]  # what it does that needs a network: from_pretrained('gpt2')


class Step(NamedTuple):
    """A command and the line to type that runs it."""

    line: int  # from 1
    task: str  # "make test"; "" for CI
    words: tuple[str, ...]


class FileFacts(NamedTuple):
    """What one file says of the gates."""

    tests: tuple[Test, ...] = ()
    steps: tuple[Step, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()  # (task, task that it runs first)
    switches: tuple[tuple[str, str], ...] = ()  # (name of an offline switch, task that sets it or "" for all)
    settings: tuple[tuple[str, str], ...] = ()  # (pytest.testpaths, "tests"), (hook, "ruff"), (nox, "nox.session")
    signs: tuple[str, ...] = ()  # packages that watch data or models, used by code outside tests

    def plain(self) -> tuple[object, ...]:
        """As built-in tuples, for the store; nothing where there is nothing."""
        if not any(self):
            return ()
        return tuple(map(tuple, self.tests)), tuple(map(tuple, self.steps)), *self[2:]


def of(record: Record) -> FileFacts:
    """The facts in a record."""
    if not record.facts:
        return FileFacts()
    tests, steps, *rest = record.facts
    return FileFacts(tuple(Test(*row) for row in tests), tuple(Step(*row) for row in steps), *rest)


def all_of(records: Records) -> dict[str, FileFacts]:
    """The facts of every file that has some, sorted by path."""
    return {path: of(records[path]) for path in sorted(records) if records[path].facts}
