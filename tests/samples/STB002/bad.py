"""Bodies that are only `...`."""

from contextlib import contextmanager


def evaluate(model, loader): ...  # expect: STB002


def load_model(path):  # expect: STB002
    """Load the weights."""
    ...


async def fetch(url):  # expect: STB002
    ...


@contextmanager
def timer(name):  # expect: STB002
    ...


class Sampler:
    def draw(self, n): ...  # expect: STB002

    @classmethod
    def of(cls, rows): ...  # expect: STB002


def outer():
    def inner(x): ...  # expect: STB002

    return inner(1)
