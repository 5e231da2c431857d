"""What a value or a test is where the settings of a program are as they are by default."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import values
from ml_audit_hooks.checks.seeds.arguments import unpacked
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.checks.seeds.summary import Summary
    from ml_audit_hooks.checks.seeds.tree import Class, Tree, Unit
    from ml_audit_hooks.checks.seeds.values import Test, Value

_MAX_STEPS = 6  # settings that are each other's default


class Settings(NamedTuple):
    """The seeds among the settings of a program."""

    fixed: tuple[tuple[str, Any], ...] = ()  # by its configuration or the command that starts it
    wide: tuple[tuple[str, Any], ...] = ()  # options of its own file and of those that it imports


class Frame(NamedTuple):
    """A function at work."""

    unit: Unit
    bound: Mapping[str, Value]
    owner: Class | None
    main: bool  # whether the module is the program
    quiet: bool  # whether it runs as part of an import: what is handed on then is called later
    assumed: bool  # whether every seed counts as given, to see what a call would seed
    out: Summary


def known(tree: Tree, settings: Settings, value: Value | None, frame: Frame, steps: int = 0) -> Value:
    """A value as far as it is known: a constant, ``("t", …)``, ``("r", source)`` or ``("x",)``."""
    if value is None or steps > _MAX_STEPS:
        return values.OPEN
    kind = value[0]
    if kind in "ctrn":
        return value
    if kind == "#":
        counted = frame.bound.get(value[1], values.OPEN)
        return ("c", counted[1]) if counted[0] == "n" else values.OPEN
    if kind == "x" or (frame.assumed and values.is_seed_name(str(value[1]))):
        return values.OPEN
    if kind == "p":
        return frame.bound.get(value[1], values.OPEN)
    frame.out.touched = True
    found = _setting(tree, settings, str(value[1]), frame.unit.path)
    if found is None or found == value:
        return values.OPEN
    return known(tree, settings, found, frame, steps + 1)


def _setting(tree: Tree, settings: Settings, name: str, path: str) -> Value | None:
    """The default of an option: by the configuration, of the file, of the program."""
    for key, held in settings.fixed:
        if key == name:
            return "c", held
    found = [row[1] for row in tree.codes[path].options if row[0] == name]
    if found:
        return found[0] if all(v == found[0] for v in found) else None
    return next((held for key, held in settings.wide if key == name), None)


def bound(
    tree: Tree, settings: Settings, unit: Unit, packed: Any, is_method: bool, mode: str, frame: Frame
) -> dict[str, Value]:
    """The parameters of a call whose values are known."""
    found: dict[str, Value] = {}
    if unit.refs and unit.symbol.startswith(f"{frame.unit.symbol}.") and unit.path == frame.unit.path:
        found = {name: held for name, held in frame.bound.items() if name in unit.refs}  # a function inside this one
    if not unit.refs or mode in ("reference", "spawn"):
        return found
    arguments = unpacked(packed)
    names = [name for name, _ in unit.parameters]
    if is_method and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    defaults = dict(unit.parameters)
    for i, name in enumerate(names):
        if name not in unit.refs:
            continue
        value = arguments.get(name, arguments.get(i))
        if value is None and _stands(defaults.get(name), arguments):
            value = defaults[name]
        if value is not None:
            held = known(tree, settings, value, frame)
            if held[0] != "x":
                found[name] = held
    return found


def _stands(default: Value | None, arguments: Mapping[int | str, Value]) -> bool:
    """Whether a parameter that is not given keeps its default. Of what ``**options`` hold nothing is known, but that
    what is off by default mostly stays off."""
    if "*" in arguments:
        return False
    return "**" not in arguments or (default is not None and default[0] == "c" and default[1] is False)


def answer(tree: Tree, settings: Settings, asked: Test, frame: Frame) -> bool | None:
    """What a test answers; None where it cannot be known."""
    kind = asked[0]
    if kind == "main":
        return frame.main
    if kind == "not":
        inner = answer(tree, settings, asked[1], frame)
        return None if inner is None else not inner
    if kind in ("and", "or"):
        parts = [answer(tree, settings, part, frame) for part in asked[1]]
        decisive = kind == "or"
        return decisive if decisive in parts else None if None in parts else not decisive
    if kind in ("truthy", "none", "cmp"):
        value = asked[2] if kind == "cmp" else asked[1]
        held = known(tree, settings, value, frame)
        if held[0] == "c":
            return _compared(asked, held[1])
        if value[0] in "sp" and values.is_seed_name(str(value[1])):
            return bool(kind != "none")  # a seed that is given
    return None


def _compared(asked: Test, held: Any) -> bool | None:
    if asked[0] == "truthy":
        return bool(held)
    if asked[0] == "none":
        return held is None
    _, operator, _, limit = asked
    if operator == "==":
        return bool(held == limit)
    if operator == "!=":
        return bool(held != limit)
    if isinstance(held, (int, float)) and isinstance(limit, (int, float)):
        return {">": held > limit, ">=": held >= limit, "<": held < limit, "<=": held <= limit}[operator]
    return None


def asks_for_gpu(asked: Test | None) -> bool:
    """Whether a test is about the GPU: what it guards happens wherever that matters."""
    if asked is None:
        return False
    if asked[0] == "not":
        return asks_for_gpu(asked[1])
    return asked[0] == "gpu" or (asked[0] in ("and", "or") and any(asks_for_gpu(part) for part in asked[1]))
