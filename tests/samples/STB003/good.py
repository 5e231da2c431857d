"""Every form of a NotImplementedError that is right."""

import abc
from abc import ABC, abstractmethod
from typing import Protocol


class Model(ABC):
    @abstractmethod
    def fit(self, x):
        raise NotImplementedError

    def predict(self, x):
        raise NotImplementedError


class Meta(metaclass=abc.ABCMeta):
    def score(self, x):
        raise NotImplementedError


class Source(Protocol):
    def read(self):
        raise NotImplementedError


class BaseLoader:
    def load(self, path):
        raise NotImplementedError


class SchedulerInterface:
    def step(self):
        raise NotImplementedError


class Policy:
    def act(self, state):
        """Must be implemented by subclasses."""
        raise NotImplementedError

    def learn(self, batch):
        raise NotImplementedError("subclasses have to write this")


class Augmentation:
    def apply(self, image):
        raise NotImplementedError


class Flip(Augmentation):
    def apply(self, image):
        return image[::-1]


class Geometry:
    def apply_to_boxes(self, boxes):
        message = f"{type(self).__name__} has no boxes"
        raise NotImplementedError(message)


class Crop(Geometry):
    def apply_to_boxes(self, boxes):
        return boxes[1:]


class Rows:
    def __iter__(self):
        raise NotImplementedError("rows are not iterable")

    def __iadd__(self, other):
        raise NotImplementedError("use `rows.extend(other)` instead")

    @property
    def size(self):
        return len(self.rows)

    @size.setter
    def size(self, value):
        raise NotImplementedError("the size can only be set by adding rows")


def parse(text, kind):
    if kind == "csv":
        return text.split(",")
    if kind == "tsv":
        return text.split("\t")
    raise NotImplementedError(kind)


try:
    import fast

    def hash_rows(rows):
        return fast.hash(rows)

except ImportError:

    def hash_rows(rows):
        raise NotImplementedError


def guard(value):
    raise ValueError(value)


class Node:
    def replace(self, **changes):
        # for pytype: the decorator writes it
        raise NotImplementedError
