"""The records of a tree, put together: which files lie beside each other, and what a project is."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.kinds import LOCKS
from ml_audit_hooks.checks.lockfiles.packages import Package
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ml_audit_hooks.core.finding import Record

PYTHON_LOCKS = LOCKS - {"package-lock.json"}
_SIDE_FOLDERS = frozenset(
    "benchmark benchmarks ci demo demos doc docs docker example examples notebooks recipes scripts tools tutorial"
    " tutorials".split()
)
_SIDE_WORDS = frozenset(
    "build ci dev develop doc docs example examples lint min oldest style test tests testing".split()
)


class Tree:
    """All files that the check reads, by path, folder and kind."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self.folders: dict[str, list[str]] = {}
        self.kinds: dict[str, list[str]] = {}
        self._packages: dict[str, tuple[Package, ...]] = {}
        for path in sorted(records):
            facts = records[path].facts
            if facts:
                own = self.facts[path] = dict(facts)
                self.folders.setdefault(path.rpartition("/")[0], []).append(path)
                self.kinds.setdefault(own["kind"], []).append(path)
        self.found: dict[str, list[Finding]] = {}

    def kind(self, path: str) -> str:
        """What the file at `path` is; "" for none."""
        facts = self.facts.get(path)
        return facts["kind"] if facts is not None else ""

    def packages(self, path: str) -> tuple[Package, ...]:
        """The packages of one file."""
        known = self._packages.get(path)
        if known is None:
            rows = self.facts.get(path, {}).get("packages", ())
            known = self._packages[path] = tuple(Package(*row) for row in rows)
        return known

    def value(self, path: str, name: str, default: Any = None) -> Any:
        """One fact of one file."""
        return self.facts.get(path, {}).get(name, default)

    def paths(self, *kinds: str) -> list[str]:
        """The files of some kinds, in order."""
        return sorted(path for kind in kinds for path in self.kinds.get(kind, ()))

    def beside(self, path: str, name: str) -> str:
        """The file `name` in the folder of `path`, "" where there is none; case counts for nothing."""
        for other in self.folders.get(folder(path), ()):
            if other.rpartition("/")[2].lower() == name.lower():
                return other
        return ""

    def above(self, path: str, kind: str) -> str:
        """The nearest file of a kind in the folder of `path` or above it; "" for none."""
        for place in ancestors(folder(path)):
            for other in self.folders.get(place, ()):
                if self.facts[other]["kind"] == kind:
                    return other
        return ""

    def includes(self, path: str) -> Iterator[tuple[int, str, str]]:
        """(line, -r or -c, the path in the tree; "" for a file outside of it) of each file that is taken in."""
        for line, flag, written in self.value(path, "includes", ()):
            target = joined(folder(path), written)
            yield line, flag, target if target in self.facts else ""

    def taken_in(self, path: str) -> list[tuple[str, str]]:
        """(path, -r or -c) of the file itself and all that it takes in, near or far, each once."""
        found, waiting, seen = [], [(path, "-r")], {path}
        while waiting:
            current, flag = waiting.pop(0)
            found.append((current, flag))
            for _, how, target in self.includes(current):
                if target and target not in seen:
                    seen.add(target)
                    waiting.append((target, "-c" if "-c" in (how, flag) else "-r"))
        return found

    def indexes(self, path: str) -> list[tuple[int, str, str, int | None]]:
        """The indexes of a file and of all that it takes in."""
        return [tuple(row) for part, _ in self.taken_in(path) for row in self.value(part, "indexes", ())]

    def add(
        self,
        path: str,
        code: str,
        at: int | tuple[int, int | None],
        symbol: str,
        kind: str,
        text: str,
        level: str = "",
        measure: int = 0,
    ) -> None:
        """Add a finding at a line, or a line of a cell. `symbol` and the code make it the same one in two revisions."""
        line, cell = at if isinstance(at, tuple) else (at, None)
        made = Finding(code, line, 1, cell, symbol, kind, text, level=level, measure=measure)
        self.found.setdefault(path, []).append(made)


def folder(path: str) -> str:
    """The folder of a path; "" for the root."""
    return path.rpartition("/")[0]


def ancestors(place: str) -> Iterator[str]:
    """A folder and those above it, the root last."""
    while place:
        yield place
        place = place.rpartition("/")[0]
    yield ""


def joined(place: str, written: str) -> str:
    """The path that `written` names in a file of folder `place`; "" for one outside the tree or an address."""
    if "://" in written or written.startswith(("/", "~")):
        return ""
    parts = place.split("/") if place else []
    for part in written.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def is_side(path: str) -> bool:
    """Whether a manifest is of tests, documents, examples or tools, not of what the repository is about."""
    parts = path.lower().split("/")
    if places.is_test(path) or places.is_vendored(path) or not _SIDE_FOLDERS.isdisjoint(parts[:-1]):
        return True
    stem = parts[-1].rpartition(".")[0].replace("_", "-").replace(".", "-")
    if len(parts) > 1 and parts[0].startswith("."):
        return True
    return not _SIDE_WORDS.isdisjoint(stem.split("-"))


def shown(names: list[str], limit: int = 3) -> str:
    """The first names and how many more there are: ``a, b, c and 4 more``."""
    if len(names) <= limit + 1:
        return ", ".join(names)
    return f"{', '.join(names[:limit])} and {len(names) - limit} more"
