"""Every form of a `pass` that is right."""

import abc
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol, overload

import click
import pytest
from typing_extensions import override

try:
    import wandb
except ImportError:

    def log_metrics(step, values):
        pass


try:
    from fastlib import seed_worker
except Exception:

    def seed_worker(worker_id):
        pass


if TYPE_CHECKING:

    def reveal(value):
        pass


if not TYPE_CHECKING:
    LIMIT = 3
else:

    def hidden_from_the_run(value):
        pass


class DataError(Exception):
    pass


class Marker:
    pass


class Store(ABC):
    @abstractmethod
    def put(self, key):
        pass

    def close(self):
        pass


class Meta(metaclass=abc.ABCMeta):
    def flush(self, stream):
        """Every store has its own way."""


class Reader(Protocol):
    def read(self, path):
        pass


@overload
def head(rows: list):
    pass


@overload
def head(rows: tuple):
    pass


def head(rows):
    return rows[0]


class Callback:
    def on_train_begin(self, logs=None):
        pass

    def on_epoch_end(self, epoch, logs=None):
        pass

    def before_save(self, state):
        pass

    def batch_hook(self, batch):
        pass


class Module(Framework):
    def teardown(self, stage):
        pass

    def reset_parameters(self):
        pass

    @override
    def place(self, device):
        pass


class BasePolicy:
    def adapt_to(self, task):
        pass


class LoggingMixin:
    def flush_all(self):
        pass


class Loop:
    def __init__(self):
        """Nothing is kept."""
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class NullWriter:
    def write(self, row):
        pass


class MockModel:
    def fit(self, x, y):
        pass


class FakeOptimizer:
    def step(self):
        pass


class IdentityScaler:
    def update(self, x):
        pass


def noop(batch):
    pass


def fake_barrier(group):
    pass


def do_nothing(batch):
    pass


def swallow(*args, **kwargs):
    pass


def unlock(handle):
    """Does nothing by design: the handle is shared."""


def tear_down_pool(pool):
    # no cleanup is needed: the pool is a daemon
    pass


def zero_grad(optimizer):
    pass  # the engine does that automatically


def resize(image):
    """Subclasses and plug-ins override this."""
    pass


def legacy_seed(seed):
    """Kept for backward compatibility."""


def old_name(value):
    """Writes nothing."""


@click.group()
def main():
    """The program."""
    pass


@registry.register("tiny", "tiny_base")
def tiny_base(args):
    pass


@pytest.fixture
def quiet(monkeypatch):
    pass


def pytest_configure(config):
    pass


def setup(app):
    pass


if sys.platform == "linux":

    def pin(process, cores):
        process.affinity(cores)

else:

    def pin(process, cores):
        pass


def read(paths):
    for path in paths:
        try:
            yield open(path)
        except OSError:
            pass
    if not paths:
        pass
    else:
        print(len(paths))


class Shape:
    def area(self, unit):
        pass


class Square(Shape):
    def area(self, unit):
        return self.side**2 * unit


class Engine:
    def wake(self, at):
        self.awake = at


class Sleeper(Engine):
    def wake(self, at):
        pass


class Sized(ABC):
    @abstractmethod
    def set_size(self, n):
        """The size."""


class Unsized(Sized):
    def set_size(self, n):
        pass


if sys.version_info > (3,):

    class export(namex.export):
        def __init__(self, path):
            super().__init__(package="x", path=path)

else:

    class export:
        def __init__(self, path):
            pass
