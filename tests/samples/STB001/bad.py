"""Bodies that are only `pass`."""

import functools


def save_checkpoint(model, path):  # expect: STB001
    """Save the weights."""
    pass


async def stream_metrics(queue):  # expect: STB001
    pass


def evaluate(model, loader):  # expect: STB001
    """Measure the model on the loader."""


@functools.lru_cache(maxsize=None)
def vocabulary(path):  # expect: STB001
    pass


def plan_of_the_run(config):  # expect: STB001
    # 1. read the data
    # 2. fit the model
    # 3. write the report
    pass


def not_used_yet(batch):  # expect: STB001
    # not used yet, TODO: fill in  # expect: STB005
    pass


def train(*args, **kwargs):  # expect: STB001
    pass


def outer(batches):
    def collate(rows):  # expect: STB001
        pass

    return [collate(b) for b in batches]


class Trainer:
    def __init__(self, model, lr):  # expect: STB001
        """Keep the model and the rate."""
        pass

    def fit(self, data):  # expect: STB001
        pass

    @property
    def best_score(self):  # expect: STB001
        """The best score so far."""

    @staticmethod
    def resume(path):  # expect: STB001
        pass

    class Schedule:
        def step(self):  # expect: STB001
            pass


class Half(Trainer):
    def evaluate(self, data):  # expect: STB001
        """Measure on the data."""
        pass


if __debug__:

    def warm_up(cache):  # expect: STB001
        pass


def test_of_the_loader():  # expect: STB001
    pass


class TestLoader:
    def test_shuffles(self):  # expect: STB001
        """It shuffles."""
