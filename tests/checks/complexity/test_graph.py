"""Which file an import means, and which imports make a cycle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.checks.complexity import facts
from ml_audit_hooks.checks.complexity.cycles import cycles
from ml_audit_hooks.checks.complexity.graph import Edge, graph
from tests.checks.complexity.support import notebook, records


def imported(files: dict[str, str], path: str) -> list[str]:
    """The own files that the file at `path` imports."""
    found = graph({p: facts.of(r) for p, r in records(files).items()})
    return sorted(found.edges.get(path, {}))


@pytest.mark.parametrize(
    ("paths", "path", "text", "found"),
    [
        pytest.param(["a.py", "b.py"], "a.py", "import b", ["b.py"], id="beside"),
        pytest.param(["a.py", "s/b.py", "s/c.py"], "s/c.py", "import b", ["s/b.py"], id="beside a script"),
        pytest.param(["b.py", "s/c.py"], "s/c.py", "import b", ["b.py"], id="above a script"),
        pytest.param(["p/__init__.py", "p/a.py"], "p/__init__.py", "from .a import f", ["p/a.py"], id="relative"),
        pytest.param(
            ["p/__init__.py", "p/q/__init__.py", "p/q/a.py", "p/b.py"],
            "p/q/a.py",
            "from ..b import f",
            ["p/b.py"],
            id="up",
        ),
        pytest.param(["p/__init__.py", "p/a.py"], "p/__init__.py", "from . import a", ["p/a.py"], id="module by name"),
        pytest.param(
            ["p/__init__.py", "p/a.py"], "p/a.py", "from p import f", ["p/__init__.py"], id="name of a package"
        ),
        pytest.param(["src/p/__init__.py", "tests/t.py"], "tests/t.py", "import p", ["src/p/__init__.py"], id="src"),
        pytest.param(
            ["lib/p/__init__.py", "lib/p/a.py", "t.py"],
            "t.py",
            "import p.a",
            ["lib/p/a.py"],
            id="the one package so named",
        ),
        pytest.param(["a/b.py", "t.py"], "t.py", "import a.b", ["a/b.py"], id="folder without __init__"),
        pytest.param(["a.ipynb", "b.py"], "b.py", "import a", [], id="a notebook is no module"),
        pytest.param(["p/__init__.py", "p/torch.py", "p/a.py"], "p/a.py", "import torch", [], id="another's package"),
        pytest.param(["wandb.py"], "wandb.py", "import wandb", [], id="itself"),
        pytest.param(["a.py", "b.py"], "a.py", "import os, numpy.b", [], id="others"),
        pytest.param(["a.py", "b.py"], "a.py", "if TYPE_CHECKING:\n    import b", [], id="for types"),
        pytest.param(["a.py", "b.py"], "a.py", "if __name__ == '__main__':\n    import b", [], id="as a script"),
        pytest.param(["a.py", "b.py"], "a.py", "def f():\n    import b", ["b.py"], id="in a function"),
        pytest.param(
            ["a.py", "b.py"], "a.py", "try:\n    import b\nexcept ImportError:\n    b = 0", ["b.py"], id="in a try"
        ),
    ],
)
def test_an_import_means_a_file(paths: list[str], path: str, text: str, found: list[str]) -> None:
    empty = {p: notebook() if p.endswith(".ipynb") else "" for p in paths}
    assert imported({**empty, path: text}, path) == found


EDGES = st.dictionaries(
    st.sampled_from("abcdef"), st.dictionaries(st.sampled_from("abcdef"), st.booleans(), max_size=4), max_size=6
)


def reached(edges: dict[str, list[str]], start: str) -> set[str]:
    """All that can be reached from `start` in one step or more."""
    found: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += edges.get(at, ())
    return found


@given(EDGES)
def test_a_cycle_is_all_that_reach_each_other(drawn: dict[str, dict[str, bool]]) -> None:
    own = {a: {b: Edge(1, True, named) for b, named in below.items() if b != a} for a, below in drawn.items()}
    for by_name in (False, True):
        plain = {a: [b for b, edge in below.items() if edge.by_name or not by_name] for a, below in own.items()}
        wanted = {
            tuple(sorted(b for b in reached(plain, a) if a in reached(plain, b)))
            for a in plain
            if a in reached(plain, a)
        }
        found = cycles(own, by_name)
        assert {cycle.members for cycle in found} == wanted
        assert len(found) == len(wanted)
        for cycle in found:
            assert cycle.way[0] == cycle.way[-1] == cycle.members[0]
            assert all(b in plain[a] for a, b in zip(cycle.way, cycle.way[1:], strict=False))


def test_a_long_chain_is_no_depth() -> None:
    names = [f"m{i}" for i in range(5_000)]
    own = {a: {b: Edge(1, True, True)} for a, b in zip(names, [*names[1:], names[0]], strict=True)}
    (cycle,) = cycles(own, by_name=True)
    assert len(cycle.members) == 5_000
