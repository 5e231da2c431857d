"""Indexes of advisories for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks.vulndb import building
from ml_audit_hooks.vulndb.index import Index, encoded


@pytest.fixture
def index_of(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Makes and opens the index of some records."""
    opened: list[Index] = []

    def made(*found: dict[str, Any]) -> Index:
        packages, about = building.gathered((item["id"], item) for item in found)
        path = tmp_path / f"{len(opened)}.index"
        path.write_bytes(encoded(packages, about))
        opened.append(Index(str(path)))
        return opened[-1]

    yield made
    for index in opened:
        index.close()
