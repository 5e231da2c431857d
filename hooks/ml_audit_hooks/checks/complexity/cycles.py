"""Import cycles: the strongly connected parts of the graph of imports that run at import."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.checks.complexity.graph import Edge


class Cycle(NamedTuple):
    """Modules that import each other."""

    members: tuple[str, ...]  # sorted
    way: tuple[str, ...]  # a shortest one through the first member, which stands at both ends


def cycles(edges: Mapping[str, Mapping[str, Edge]], by_name: bool) -> list[Cycle]:
    """The cycles among imports that run at import; with `by_name`, among those that take a name."""
    plain = {
        path: [to for to, edge in sorted(below.items()) if edge.at_import and _binds(path, to, edge, by_name)]
        for path, below in edges.items()
    }
    return [Cycle(tuple(part), _way(plain, part)) for part in _components(plain)]


def _binds(path: str, to: str, edge: Edge, by_name: bool) -> bool:
    """Whether an import needs the other module. The package around a module is there already."""
    if edge.by_name:
        return True
    return not by_name and not (to.endswith("__init__.py") and path.startswith(to.removesuffix("__init__.py")))


def _way(edges: Mapping[str, list[str]], part: list[str]) -> tuple[str, ...]:
    start, inside = part[0], set(part)
    came: dict[str, str] = {}
    waiting = [start]
    for at in waiting:
        for to in edges.get(at, ()):
            if to == start:
                way = [start]
                while at != start:
                    way.append(at)
                    at = came[at]
                return (start, *reversed(way))
            if to in inside and to not in came:
                came[to] = at
                waiting.append(to)
    raise AssertionError("a component has a way through each of its members")


def _components(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Those of more than one member, sorted (Tarjan's, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    held: list[str] = []
    on: set[str] = set()
    found: list[list[str]] = []
    for root in sorted(edges):
        if root in order:
            continue
        work = [(root, 0)]
        while work:
            node, i = work.pop()
            if node not in order:
                order[node] = low[node] = len(order)
                held.append(node)
                on.add(node)
            below = edges.get(node, [])
            while i < len(below) and below[i] in order:
                if below[i] in on:
                    low[node] = min(low[node], low[below[i]])
                i += 1
            if i < len(below):
                work += [(node, i), (below[i], 0)]
                continue
            if low[node] == order[node]:
                part = [held.pop()]
                while part[-1] != node:
                    part.append(held.pop())
                on.difference_update(part)
                if len(part) > 1:
                    found.append(sorted(part))
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[node])
    return sorted(found)
