"""The arguments of a call: as values when they are asked for, packed for a record, unpacked again."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ml_audit_hooks.checks.seeds.naming import Names
    from ml_audit_hooks.checks.seeds.values import Value

_MAX_SHOWN = 3  # elements of a list of which the number may choose a branch


class Arguments:
    """The arguments of a call as values, made when they are asked for; ``*`` and ``**`` stand for uncounted ones."""

    def __init__(self, names: Names, node: ast.Call) -> None:
        self.names = names
        self.node = node
        self._held: dict[int | str, Value] | None = None

    @property
    def held(self) -> dict[int | str, Value]:
        """Position or name to value."""
        if self._held is None:
            self._held = {}
            for i, arg in enumerate(self.node.args):
                if isinstance(arg, ast.Starred):
                    self._held["*"] = values.OPEN
                    break
                self._held[i] = displayed(arg) if arg.__class__ is ast.List else self.names.value(arg)
            for keyword in self.node.keywords:
                value = keyword.value
                found = displayed(value) if value.__class__ is ast.List else self.names.value(value)
                self._held[keyword.arg or "**"] = found if keyword.arg else values.OPEN
        return self._held

    def __contains__(self, key: object) -> bool:
        return key in self.held

    def __getitem__(self, key: int | str) -> Value:
        return self.held[key]

    def __iter__(self) -> Iterator[int | str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.node.args) + len(self.node.keywords)


def displayed(node: Any) -> Value:
    """How many elements a list has that is written out."""
    count = len(node.elts)
    starred = any(item.__class__ is ast.Starred for item in node.elts)
    return values.OPEN if starred or not 0 < count <= _MAX_SHOWN else ("n", count)


def packed(arguments: Arguments, short: Callable[[Value], Value | None]) -> tuple[Any, ...]:
    """The arguments of a call into the repository: () for none, else (positional, ((name, value)…), what stands for
    uncounted ones)."""
    if not len(arguments):
        return ()
    held = {key: short(value) for key, value in arguments.held.items()}
    rest = "*" if "*" in held else "**" if "**" in held else ""
    found = [value for key, value in held.items() if key.__class__ is int]
    positional: Any = len(found) if all(v == values.OPEN for v in found) else tuple(found)
    return positional, tuple((k, v) for k, v in held.items() if k.__class__ is str and k not in ("*", "**")), rest


def unpacked(held: Any) -> dict[int | str, Value]:
    """The arguments of a call as the tables of the libraries read them."""
    if not held:
        return {}
    positional, named, rest = held
    found: dict[int | str, Value] = dict(named)
    found.update(enumerate((values.OPEN,) * positional if isinstance(positional, int) else positional))
    if rest:
        found[rest] = values.OPEN
    return found
