"""The repository's own modules and classes: what a dotted name in one file stands for in another."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ml_audit_hooks.core.finding import Record

_MAX_HOPS = 8  # re-exports that are followed


class Unit(NamedTuple):
    """A function, or a module's top level."""

    path: str
    symbol: str
    at: int  # index into the positions of its file
    parameters: tuple[tuple[str, Any], ...]  # with their defaults; () where no event speaks of one
    refs: frozenset[str]  # the parameters that events speak of
    events: tuple[Any, ...]


class Class(NamedTuple):
    """A class of the repository."""

    path: str
    symbol: str
    at: int
    bases: tuple[str, ...]
    number: int


class Code(NamedTuple):
    """One file of code."""

    path: str
    units: dict[str, Unit]
    classes: dict[str, Class]
    aliases: dict[str, str]
    stars: tuple[str, ...]
    options: tuple[tuple[str, Any, int], ...]
    entries: tuple[tuple[Any, ...], ...]
    marks: tuple[str, ...]
    positions: tuple[int, ...]


class Tree:
    """All files of code and configuration by path."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.codes: dict[str, Code] = {}
        self.configs: dict[str, tuple[Any, ...]] = {}
        self.commands: dict[str, tuple[Any, ...]] = {}
        self.scripts: list[tuple[str, tuple[Any, ...]]] = []
        self.every: list[Class] = []  # by their numbers
        self.methods: dict[str, list[Unit]] = {}  # by the last part of their symbol; of classes only
        for path, record in records.items():
            if record.facts:
                self._add(path, record.facts)
        self._by_tail: dict[str, list[str]] | None = None
        self._imported: dict[tuple[str, str], str | None] = {}
        self._found: dict[tuple[str, str], Unit | Class | str | None] = {}
        self._lineages: dict[int, tuple[list[Class], list[str]]] = {}
        self._methods: dict[tuple[int, str], Unit | None] = {}

    def _add(self, path: str, facts: tuple[Any, ...]) -> None:
        kind = facts[0]
        if kind == "config":
            self.configs[path] = facts
        elif kind == "commands":
            self.commands[path] = facts
        elif kind == "scripts":
            self.scripts.append((path, facts[1]))
        else:
            self._add_code(path, facts)

    def _add_code(self, path: str, facts: tuple[Any, ...]) -> None:
        units, empty, family, aliases, stars, options, entries, marks = facts[1]
        by_symbol = {row[0]: Unit(path, row[0], row[1], row[2], frozenset(row[3]), row[4]) for row in units}
        for symbol in empty:
            by_symbol.setdefault(symbol, Unit(path, symbol, -1, (), frozenset(), ()))
        classes: dict[str, Class] = {}
        for symbol, at, bases in family:
            classes[symbol] = Class(path, symbol, at, bases, len(self.every))
            self.every.append(classes[symbol])
        for symbol, unit in by_symbol.items():
            owner, _, name = symbol.rpartition(".")
            if owner in classes:
                self.methods.setdefault(name, []).append(unit)
        self.codes[path] = Code(path, by_symbol, classes, dict(aliases), stars, options, entries, marks, facts[2])

    # -- modules ----------------------------------------------------------------------------------------------------

    def module(self, path: str, dotted: str) -> str | None:
        """The file of the module `dotted` as imported in the file at `path`; None for another's module."""
        folder = path.rpartition("/")[0]
        key = folder, dotted
        if key not in self._imported:
            self._imported[key] = self._module(folder, dotted)
        return self._imported[key]

    def _module(self, folder: str, dotted: str) -> str | None:
        if dotted.startswith("."):
            bare = dotted.lstrip(".")
            for _ in range(len(dotted) - len(bare) - 1):
                folder = folder.rpartition("/")[0]
            return self._file("/".join(filter(None, (folder, bare.replace(".", "/")))))
        tail = dotted.replace(".", "/")
        matches = [p for p in self._tails().get(tail.rpartition("/")[2], ()) if f"/{_stem(p)}".endswith(f"/{tail}")]
        if not matches:
            return None
        here = folder
        while True:  # beside the file first, then in each folder above it, each with its src/
            for root in (here, f"{here}/src" if here else "src"):
                found = self._file(f"{root}/{tail}" if root else tail)
                if found is not None:
                    return found
            if not here:
                break
            here = here.rpartition("/")[0]
        return matches[0] if len(matches) == 1 and "/" in tail else None

    def _file(self, stem: str) -> str | None:
        for path in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
            if path in self.codes:
                return path
        return None

    def _tails(self) -> dict[str, list[str]]:
        if self._by_tail is None:
            self._by_tail = {}
            for path in self.codes:
                self._by_tail.setdefault(_stem(path).rpartition("/")[2], []).append(path)
        return self._by_tail

    # -- names ------------------------------------------------------------------------------------------------------

    def find(self, path: str, dotted: str, depth: int = 0) -> Unit | Class | str | None:
        """What a dotted name in a file stands for: a function, a class, the path of a module, or None."""
        if depth > _MAX_HOPS or not dotted or dotted.startswith("?"):
            return None
        key = path, dotted
        if key not in self._found:
            self._found[key] = self._find(path, dotted, depth)
        return self._found[key]

    def _find(self, path: str, dotted: str, depth: int) -> Unit | Class | str | None:
        code = self.codes[path]
        own = code.classes.get(dotted) or (code.units.get(dotted) if dotted != "<module>" else None)
        if own is not None:
            return own
        words = dotted.split(".")
        level = len(dotted) - len(dotted.lstrip("."))
        for cut in range(len(words), level if level else 0, -1):
            head = ".".join(words[:cut])
            found = self.module(path, head) if head.strip(".") else None
            if found is None:
                continue
            rest = ".".join(words[cut:])
            if not rest:
                return found
            if found != path:
                return self._inside(found, rest, depth)
        if level:
            package = self.module(path, "." * level)  # from . import name, defined in __init__.py
            if package is not None and package != path:
                return self._inside(package, dotted.lstrip("."), depth)
        return self._by_star(code, dotted, depth)

    def _inside(self, path: str, rest: str, depth: int) -> Unit | Class | str | None:
        """A name in a module: defined there, or imported into it."""
        code = self.codes[path]
        own = code.classes.get(rest) or code.units.get(rest)
        if own is not None:
            return own
        first, _, more = rest.partition(".")
        origin = code.aliases.get(first)
        if origin is not None:
            return self.find(path, f"{origin}.{more}" if more else origin, depth + 1)
        return self._by_star(code, rest, depth)

    def _by_star(self, code: Code, name: str, depth: int) -> Unit | Class | str | None:
        for star in code.stars if depth < _MAX_HOPS else ():
            found = self.module(code.path, star)
            if found is not None and found != code.path:
                inside = self._inside(found, name, depth + 1)
                if inside is not None:
                    return inside
        return None

    # -- classes ----------------------------------------------------------------------------------------------------

    def lineage(self, cls: Class) -> tuple[list[Class], list[str]]:
        """(the class and its bases in the repository, names of the bases outside it)."""
        known = self._lineages.get(cls.number)
        if known is None:
            known = self._lineages[cls.number] = self._lineage(cls)
        return known

    def _lineage(self, cls: Class) -> tuple[list[Class], list[str]]:
        own: list[Class] = []
        outside: list[str] = []
        waiting, seen = [cls], set()
        for one in waiting:
            if one.number in seen:
                continue
            seen.add(one.number)
            own.append(one)
            for base in one.bases:
                found = self.find(one.path, base)
                if isinstance(found, Class):
                    waiting.append(found)
                elif base not in ("object", "ABC", "abc.ABC"):
                    outside.append(base)
        return own, outside

    def method(self, cls: Class, name: str) -> Unit | None:
        """A method by the class's lineage."""
        key = cls.number, name
        if key not in self._methods:
            self._methods[key] = None
            if name in self.methods:
                every = (self.codes[one.path].units.get(f"{one.symbol}.{name}") for one in self.lineage(cls)[0])
                self._methods[key] = next((unit for unit in every if unit is not None), None)
        return self._methods[key]


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")
