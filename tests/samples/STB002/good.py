"""Every form of an `...` that is right."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol, overload

from prompts import prompt
from kernels import intrinsic


class Tokenizer(Protocol):
    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: list[int]) -> str: ...


class Model(ABC):
    @abstractmethod
    def fit(self, x): ...

    def warm(self, x): ...


@overload
def pad(x: int) -> int: ...
@overload
def pad(x: str) -> str: ...
def pad(x):
    return x * 2


@prompt("Name three colours.")
def colours(n: int) -> list[str]: ...


@intrinsic
def fma(a, b, c): ...


if TYPE_CHECKING:

    def shape_of(x): ...


class Grid:
    def cell(self, row):
        return self.rows[..., row]


class EmptyPath:
    def reset(self, x): ...


class Marker(Exception): ...


def nothing(): ...
