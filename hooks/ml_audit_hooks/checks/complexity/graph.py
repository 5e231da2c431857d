"""Which of the repository's own modules import which, from the imports of every file and the paths alone."""

from __future__ import annotations

from ml_audit_hooks.checks.complexity.facts import AT_IMPORT, NEVER
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.checks.complexity.facts import Facts, Target

_EXTENSION = "_C"  # a compiled module of a package, by the convention of PyTorch's extensions


class Edge(NamedTuple):
    """An import of one own module by another."""

    line: int  # 0: none
    at_import: bool  # it runs when the module is imported
    by_name: bool  # it takes a name out of the module, which must be there by then


class Graph(NamedTuple):
    """Own modules by path."""

    edges: dict[str, dict[str, Edge]]  # importer -> imported -> the import
    importers: dict[str, set[str]]  # imported -> importers


class _Finder:
    """Finds the file that an import means."""

    def __init__(self, paths: set[str]) -> None:
        self.paths = paths
        self.packages = {p.rpartition("/")[0] for p in paths if p.rpartition("/")[2] == "__init__.py"}
        self._roots: dict[str, tuple[str, ...]] = {}
        tops: dict[str, set[str]] = {}
        for package in self.packages:
            parent, _, name = package.rpartition("/")
            if parent not in self.packages and package:
                tops.setdefault(name, set()).add(parent)
        self._tops = {name: next(iter(parents)) for name, parents in tops.items() if len(parents) == 1}

    def roots(self, folder: str) -> tuple[str, ...]:
        """The folders from which a file in `folder` imports: that above its package, or its own as a script's; those
        above; and ``src`` in each."""
        known = self._roots.get(folder)
        if known is None:
            at = folder
            while at in self.packages and at:
                at = at.rpartition("/")[0]
            found = [at]
            while at:
                at = at.rpartition("/")[0]
                found.append(at)
            found += [_below(one, "src") for one in found]
            known = self._roots[folder] = tuple(found)
        return known

    def module(self, root: str, dotted: str) -> str:
        """The file of a module below `root`; "" where there is none."""
        path = _below(root, dotted.replace(".", "/")) if dotted else root
        if f"{path}.py" in self.paths and dotted:
            return f"{path}.py"
        package = _below(path, "__init__.py")
        return package if package in self.paths else ""

    def named(self, root: str, dotted: str, names: tuple[str, ...]) -> dict[str, bool]:
        """The files that ``from dotted import names`` takes: file to whether a name is taken out of it."""
        found: dict[str, bool] = {}
        own = self.module(root, dotted)
        for name in names:
            inner = self.module(root, f"{dotted}.{name}" if dotted else name) if name != "*" else ""
            if inner:
                found.setdefault(inner, False)
            elif own:
                plain = (name.startswith("__") and name.endswith("__")) or name == _EXTENSION
                found[own] = found.get(own, False) or not plain
        return found

    def targets(self, path: str, target: Target) -> dict[str, bool]:
        """The files that an import in the file at `path` means."""
        level, dotted, names, _, _ = target
        folder = path.rpartition("/")[0]
        if level:
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self.named(folder, dotted, names)
        roots = self.roots(folder)
        top = self._tops.get(dotted.partition(".")[0])
        for root in roots if top is None or top in roots else (*roots, top):
            found = self.named(root, dotted, names) if names else {self.module(root, dotted): False}
            found.pop("", None)
            if found:
                return found
        return {}


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def graph(files: Mapping[str, Facts]) -> Graph:
    """The graph of the modules at these paths. A notebook imports, but is not imported."""
    finder = _Finder({path for path in files if path.endswith(".py")})
    edges: dict[str, dict[str, Edge]] = {}
    importers: dict[str, set[str]] = {}
    for path, facts in files.items():
        own: dict[str, Edge] = {}
        for target in facts.imports:
            if target[3] == NEVER:
                continue
            for found, by_name in finder.targets(path, target).items():
                if found != path:
                    at_import = target[3] == AT_IMPORT
                    before = own.get(found)
                    if before is None or (at_import, by_name) > (before.at_import, before.by_name):
                        own[found] = Edge(target[4], at_import, by_name)
        if own:
            edges[path] = own
            for found in own:
                importers.setdefault(found, set()).add(path)
    return Graph(edges, importers)
