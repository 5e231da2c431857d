"""What a call in a function leads to in the repository."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls
from ml_audit_hooks.checks.seeds.tree import Class, Tree, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from ml_audit_hooks.checks.seeds.knowing import Frame

    Target: TypeAlias = Class | str | tuple[Unit, Class | None] | None  # a class, a module's path, a function


class Targets:
    """Looks up the names of calls, each once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._numbers = {name: i for i, name in enumerate(tree.methods)}
        self._names = list(tree.methods)
        self._found: dict[tuple[str, str], Target] = {}
        self._files: dict[tuple[str, str], tuple[str, ...]] = {}
        self._masks: dict[int, int] = {}

    def number(self, name: str) -> int:
        """The bit of a method's name."""
        return self._numbers[name]

    def name(self, number: int) -> str:
        """The method's name of a bit."""
        return self._names[number]

    def methods_of(self, cls: Class) -> int:
        """The names of a class's methods, inherited ones among them, as bits."""
        known = self._masks.get(cls.number)
        if known is None:
            known = 0
            for one in self.tree.lineage(cls)[0]:
                prefix = one.symbol + "."
                for symbol in self.tree.codes[one.path].units:
                    if symbol.startswith(prefix) and "." not in symbol[len(prefix) :]:
                        known |= 1 << self._numbers[symbol[len(prefix) :]]
            self._masks[cls.number] = known
        return known

    def files(self, path: str, dotted: str) -> tuple[str, ...]:
        """The files that an import of `dotted` in the file at `path` runs, packages first."""
        folder = path.rpartition("/")[0]
        key = folder, dotted
        if key not in self._files:
            words = dotted.split(".")
            heads = [".".join(words[:cut]) for cut in range(1, len(words) + 1)]
            paths = [self.tree.module(path, head) for head in heads if head.strip(".")]
            self._files[key] = tuple(dict.fromkeys(p for p in paths if p is not None))
        return self._files[key]

    def find(self, target: str, frame: Frame) -> Target:
        """What is called; None where the repository does not define it."""
        root = target.partition(".")[0]
        if root in ("self", "cls", "super()"):
            return self._of_self(target, root, frame)
        key = frame.unit.path, target
        if key not in self._found:
            self._found[key] = self._of_tree(target, frame.unit.path)
        return self._found[key]

    def _of_self(self, target: str, root: str, frame: Frame) -> Target:
        if frame.owner is None:
            return None
        if target == "cls":
            return frame.owner
        name = target[len(root) + 1 :]
        if root == "super()":
            return self._above(name, frame)
        if "." in name:
            return None
        unit = self.tree.method(frame.owner, name)
        return (unit, frame.owner) if unit is not None else None

    def _above(self, name: str, frame: Frame) -> Target:
        """The method that ``super()`` names."""
        assert frame.owner is not None
        here = frame.unit.symbol.rpartition(".")[0]
        past = False
        for one in self.tree.lineage(frame.owner)[0]:
            if past:
                unit = self.tree.codes[one.path].units.get(f"{one.symbol}.{name}")
                if unit is not None:
                    return unit, frame.owner
            past = past or (one.symbol == here and one.path == frame.unit.path)
        return None

    def _of_tree(self, target: str, path: str) -> Target:
        head, dot, rest = target.partition("().")
        if dot:
            owner = self.tree.find(path, head)
            if isinstance(owner, Class) and "." not in rest and "(" not in rest:
                unit = self.tree.method(owner, rest)
                return (unit, owner) if unit is not None else None
            return None
        if target.endswith("()"):
            owner = self.tree.find(path, target.removesuffix("()"))
            if isinstance(owner, Class):
                unit = self.tree.method(owner, "forward") or self.tree.method(owner, "__call__")
                return (unit, owner) if unit is not None else None
            return None
        found = self.tree.find(path, target)
        if isinstance(found, Unit):
            return found, self.tree.codes[found.path].classes.get(found.symbol.rpartition(".")[0])
        return found


def is_of_library(target: str) -> bool:
    """Whether a name begins with a package whose calls are known."""
    return target.partition(".")[0].partition("(")[0] in calls.KNOWN_ROOTS
