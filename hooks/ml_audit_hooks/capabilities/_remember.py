"""Answers about names, given once: the same names come again in every call and every file."""

from __future__ import annotations

TYPE_CHECKING = False
_MAX_KNOWN = 20_000

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    _V = TypeVar("_V")

    class Remembered(dict[str, _V]):
        """``Remembered(function)[name]`` is ``function(name)``; the function must look at nothing but the name."""

        def __init__(self, answer: Callable[[str], _V]) -> None: ...

else:

    class Remembered(dict):
        """``Remembered(function)[name]`` is ``function(name)``; the function must look at nothing but the name."""

        __slots__ = ("_answer",)

        def __init__(self, answer):
            self._answer = answer

        def __missing__(self, name):
            if len(self) >= _MAX_KNOWN:
                self.clear()
            found = self[name] = self._answer(name)
            return found
