"""random_state= goes to the calls that draw, with the seed that the repository uses."""

from __future__ import annotations

import pytest

from ml_audit_hooks.patches.random_state import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, ground, new_text

SPLIT = """\
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split

from data import load

X, y = load()
a, b, c, d = train_test_split(X, y, test_size=0.2)
model = Ridge().fit(a, c)
print(model.score(b, d))
"""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(SPLIT.replace("=0.2)", "=0.2, random_state=0)"), id="given"),
        pytest.param(SPLIT.replace("=0.2)", "=0.2, shuffle=False)"), id="draws-nothing"),
        pytest.param(SPLIT.replace("=0.2)", "=0.2, **options)"), id="options"),
        pytest.param(SPLIT.replace("X, y = load()", "import numpy\nnumpy.random.seed(0)\nX, y = load()"), id="seeded"),
        pytest.param(
            SPLIT.replace("from data import load", "from sklearn.datasets import make_moons as load").replace(
                "model =", "x, z = load()\nmodel ="
            ),
            id="data-made-twice",
        ),
    ],
)
def test_silent(repo: Repo, source: str) -> None:
    assert candidates(repo, {"train.py": source}, KIND) == []


@pytest.mark.parametrize(
    ("files", "value"),
    [
        pytest.param({}, "42", id="nothing-to-go-by"),
        pytest.param({"b.py": "f(random_state=7)\nf(random_state=7)\nf(random_state=1)\n"}, "7", id="the-usual-number"),
        pytest.param({"train.py": SPLIT.replace("X, y =", "SEED = 3\nX, y =")}, "SEED", id="a-constant"),
    ],
)
def test_exact(repo: Repo, files: dict[str, str], value: str) -> None:
    files = {"train.py": SPLIT} | files
    (patch,) = candidates(repo, files, KIND)
    assert new_text(patch, "train.py") == files["train.py"].replace("=0.2)", f"=0.2, random_state={value})")
    after = ground(repo, {"train.py": new_text(patch, "train.py")})
    assert "SEED001" not in after.findings
