"""Our numbers are radon's: on the samples, on our own code and on code by chance."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from ml_audit_hooks.checks.complexity import facts, raw_counts
from ml_audit_hooks.checks.complexity.index import maintainability
from ml_audit_hooks.checks.complexity.tables import grade
from ml_audit_hooks.checks.complexity.walk import Walk
from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.engines import radon_engine
from tests.checks.complexity.generated import MODULES
from tests.checks.complexity.support import notebook, record

ROOT = Path(__file__).parents[3]
SOURCES = (
    "tests/samples/CPX*/**/*.py",
    "hooks/ml_audit_hooks/checks/complexity/*.py",
    "hooks/ml_audit_hooks/core/*.py",
)
FILES = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))


def plain(block: Any) -> tuple[Any, ...]:
    """A block, ours or radon's, as tuples."""
    if hasattr(block, "closures"):
        row = block.name, block.lineno, block.col_offset, block.is_method, block.classname
        return (*row, tuple(map(plain, block.closures)), block.complexity)
    inner = tuple(map(plain, block.methods)), tuple(map(plain, block.inner_classes))
    return block.name, block.lineno, block.col_offset, *inner, block.real_complexity, block.complexity


def numbers(text: str) -> tuple[Any, ...]:
    """Blocks, complexity, volume, raw counts and index by our own count."""
    walk = Walk()
    walk.add(python.parse(text).tree)
    blocks = [function for _, function in walk.functions] + [item for _, item in walk.classes]
    raw = raw_counts.count(text)
    index = maintainability(walk.volume, walk.total, raw) if raw else None
    return sorted(map(plain, blocks), key=repr), walk.total, walk.volume, tuple(raw) if raw else None, index


def numbers_of_radon(text: str) -> tuple[Any, ...]:
    """The same by radon."""
    tree = ast.parse(text)
    blocks = sorted(map(plain, radon_engine.blocks(tree)), key=repr)
    rest = radon_engine.total(tree), radon_engine.volume(tree), radon_engine.raw(text)
    return blocks, *rest, radon_engine.maintainability(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_the_numbers_of_radon(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert numbers(text) == numbers_of_radon(text)


@settings(max_examples=150, deadline=None)
@given(MODULES)
def test_any_code_has_the_numbers_of_radon(text: str) -> None:
    try:
        python.parse(text)
    except Unreadable:
        assume(False)
    assert numbers(text) == numbers_of_radon(text)


def test_the_cells_of_a_notebook_have_the_numbers_of_their_text() -> None:
    cells = [path.read_text(encoding="utf-8").strip() for path in FILES[:6]]
    found = facts.of(record("a.ipynb", notebook(*cells)))
    text = "\n".join(cells)
    assert found.raw == radon_engine.raw(text)
    index = radon_engine.maintainability(text)
    assert index is not None
    assert found.maintainability == int(index * 100)
    blocks = Counter(row[2] for row in found.functions)
    assert blocks == Counter(b.complexity for b in _functions(radon_engine.blocks(ast.parse(text))))


def _functions(blocks: list[Any]) -> Iterator[Any]:
    for block in blocks:
        if hasattr(block, "closures"):
            yield block
            yield from _functions(block.closures)


@pytest.mark.parametrize("complexity", [1, 5, 6, 10, 11, 20, 21, 30, 31, 40, 41, 200])
def test_a_grade_is_the_rank_of_radon(complexity: int) -> None:
    from radon.complexity import cc_rank

    assert grade(complexity) == cc_rank(complexity)
