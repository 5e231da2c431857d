"""The repository's own modules: what a dotted name in one of them stands for in another."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ml_audit_hooks.core.finding import Record


class Unit(NamedTuple):
    """A function, or a module's top level."""

    path: str
    symbol: str
    line: int
    cell: int | None
    parameters: tuple[tuple[str, Any], ...]
    events: tuple[Any, ...]


class Class(NamedTuple):
    """A class of the repository."""

    path: str
    symbol: str
    line: int
    cell: int | None
    bases: tuple[str, ...]


class Code(NamedTuple):
    """One file of code."""

    path: str
    units: dict[str, Unit]
    classes: dict[str, Class]
    aliases: dict[str, str]
    stars: tuple[str, ...]
    options: tuple[tuple[Any, ...], ...]
    entries: tuple[tuple[Any, ...], ...]
    pragmas: tuple[tuple[Any, ...], ...]
    marks: tuple[str, ...]  # what of `MARKS` its text has


def code_of(facts: tuple[Any, ...]) -> Code:
    """The facts of a file of code, by name."""
    _, path, units, classes, aliases, stars, options, entries, pragmas, marks = facts
    by_symbol = {row[0]: Unit(path, *row) for row in units}
    family = {row[0]: Class(path, *row) for row in classes}
    return Code(path, by_symbol, family, dict(aliases), stars, options, entries, pragmas, marks)


class Repository:
    """All files of code and configuration by path."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.codes: dict[str, Code] = {}
        self.configs: dict[str, tuple[Any, ...]] = {}
        self.commands: dict[str, tuple[Any, ...]] = {}
        self.scripts: list[tuple[str, tuple[Any, ...]]] = []
        for record in records:
            if record.facts:
                self.add(record.facts)
        self._by_tail: dict[str, list[str]] | None = None
        self._imported: dict[tuple[str, str], str | None] = {}
        self._found: dict[tuple[str, str], Unit | Class | str | None] = {}
        self._lineages: dict[tuple[str, str], tuple[list[Class], list[str]]] = {}
        self._methods: dict[tuple[str, str, str], Unit | None] = {}

    def add(self, facts: tuple[Any, ...]) -> None:
        """Take in the facts of one file."""
        kind, path = facts[0], facts[1]
        if kind == "code":
            self.codes[path] = code_of(facts)
        elif kind == "config":
            self.configs[path] = facts
        elif kind == "commands":
            self.commands[path] = facts
        elif kind == "scripts":
            self.scripts.append((path, facts[2]))

    def replaced(self, facts: tuple[Any, ...]) -> Repository:
        """The same repository with one file in another state."""
        other = Repository(())
        other.codes, other.configs = dict(self.codes), dict(self.configs)
        other.commands, other.scripts = dict(self.commands), list(self.scripts)
        other.add(facts)
        return other

    # -- modules ----------------------------------------------------------------------------------------------------

    def module(self, path: str, dotted: str) -> str | None:
        """The file of the module `dotted` as imported in the file at `path`; None for another's module."""
        key = path, dotted
        if key not in self._imported:
            self._imported[key] = self._module(path, dotted)
        return self._imported[key]

    def _module(self, path: str, dotted: str) -> str | None:
        folder = path.rpartition("/")[0]
        if dotted.startswith("."):
            bare = dotted.lstrip(".")
            for _ in range(len(dotted) - len(bare) - 1):
                folder = folder.rpartition("/")[0]
            return self._file("/".join(filter(None, (folder, bare.replace(".", "/")))))
        tail = dotted.replace(".", "/")
        here = folder
        while True:  # beside the file first, then in each folder above it, each with its src/
            for root in (here, f"{here}/src" if here else "src"):
                found = self._file(f"{root}/{tail}" if root else tail)
                if found is not None:
                    return found
            if not here:
                break
            here = here.rpartition("/")[0]
        if "/" not in tail:
            return None
        matches = [p for p in self._tails().get(tail.rpartition("/")[2], ()) if f"/{_stem(p)}".endswith(f"/{tail}")]
        return matches[0] if len(matches) == 1 else None

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
        if depth > 8 or not dotted or dotted.startswith("?"):
            return None
        key = path, dotted
        if key not in self._found:
            self._found[key] = self._find(path, dotted, depth)
        return self._found[key]

    def _find(self, path: str, dotted: str, depth: int) -> Unit | Class | str | None:
        code = self.codes[path]
        if dotted in code.units and dotted != "<module>":
            return code.units[dotted]
        if dotted in code.classes:
            return code.classes[dotted]
        words = dotted.split(".")
        level = len(dotted) - len(dotted.lstrip("."))
        start = level + 1 if level else 1
        for cut in range(len(words), start - 1, -1):
            head = ".".join(words[:cut])
            found = self.module(path, head) if head.strip(".") else None
            if found is None:
                continue
            rest = ".".join(words[cut:])
            if not rest:
                return found
            if found == path:
                continue
            return self._inside(found, rest, depth)
        if level:
            package = self.module(path, "." * level)  # from . import name, defined in __init__.py
            if package is not None and package != path:
                return self._inside(package, dotted.lstrip("."), depth)
        for star in code.stars:
            found = self.module(path, star)
            if found is not None and found != path:
                inside = self._inside(found, dotted, depth + 1)
                if inside is not None:
                    return inside
        return None

    def _inside(self, path: str, rest: str, depth: int) -> Unit | Class | str | None:
        """A name in a module: defined there, or imported into it."""
        code = self.codes[path]
        if rest in code.units:
            return code.units[rest]
        if rest in code.classes:
            return code.classes[rest]
        first, _, more = rest.partition(".")
        origin = code.aliases.get(first)
        if origin is not None:
            return self.find(path, f"{origin}.{more}" if more else origin, depth + 1)
        for star in code.stars:
            found = self.module(path, star)
            if found is not None and found != path and depth < 8:
                inside = self._inside(found, rest, depth + 1)
                if inside is not None:
                    return inside
        return None

    # -- classes ----------------------------------------------------------------------------------------------------

    def lineage(self, cls: Class) -> tuple[list[Class], list[str]]:
        """(the class and its bases in the repository, names of the bases outside it)."""
        key = cls.path, cls.symbol
        if key not in self._lineages:
            self._lineages[key] = self._lineage(cls)
        return self._lineages[key]

    def _lineage(self, cls: Class) -> tuple[list[Class], list[str]]:
        own: list[Class] = []
        outside: list[str] = []
        waiting, seen = [cls], set()
        while waiting:
            one = waiting.pop(0)
            if (one.path, one.symbol) in seen:
                continue
            seen.add((one.path, one.symbol))
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
        key = cls.path, cls.symbol, name
        if key not in self._methods:
            self._methods[key] = self._method(cls, name)
        return self._methods[key]

    def _method(self, cls: Class, name: str) -> Unit | None:
        for one in self.lineage(cls)[0]:
            found = self.codes[one.path].units.get(f"{one.symbol}.{name}")
            if found is not None:
                return found
        return None


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")
