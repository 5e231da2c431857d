"""Where the index lives."""

from __future__ import annotations

import sys

import pytest

from ml_audit_hooks.vulndb import location

DATA = "Library/Application Support" if sys.platform == "darwin" else ".local/share"


@pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("setting", "environ", "expected"),
    [
        pytest.param("", {"HOME": "/h"}, f"/h/{DATA}/ml-audit-hooks/advisories.index", id="home"),
        pytest.param("", {"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/ml-audit-hooks/advisories.index", id="data"),
        pytest.param(
            "", {"HOME": "/h", "XDG_DATA_HOME": "d"}, f"/h/{DATA}/ml-audit-hooks/advisories.index", id="relative"
        ),
        pytest.param("db/x", {"HOME": "/h"}, "/repo/db/x", id="setting"),
        pytest.param("/srv/x", {"HOME": "/h"}, "/srv/x", id="absolute setting"),
        pytest.param("db/x", {"HOME": "/h", "ML_AUDIT_VULNDB": "/v"}, "/v", id="variable first"),
    ],
)
def test_where_the_index_is_looked_for(setting: str, environ: dict[str, str], expected: str) -> None:
    assert location.where(setting, "/repo", environ) == expected
