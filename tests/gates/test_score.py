"""The category of a test and the 28 items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.gates import facts
from ml_audit_hooks.gates.categories import CATEGORIES, categorised, category
from ml_audit_hooks.gates.items import ITEMS
from ml_audit_hooks.gates.score import NOT_SHOWN, SHOWN, UNDECIDABLE, score
from tests.gates.trees import records

_SAMPLES = {
    "data": """
        from shop.data import collate
        def test_collate_pads_to_the_longest():
            batch = collate([{"tokens": [1]}, {"tokens": [1, 2]}])
            assert batch["tokens"].shape == (2, 2)
    """,
    "model": """
        import torch
        from shop.model import Net
        def test_forward_gives_logits():
            assert Net()(torch.randn(2, 3)).shape == (2, 10)
    """,
    "infrastructure": """
        from shop.train import main
        def test_training_writes_a_checkpoint(tmp_path, monkeypatch):
            monkeypatch.setattr("sys.argv", ["train", str(tmp_path)])
            main()
            assert (tmp_path / "last.ckpt").exists()
    """,
    "regression": """
        import torch
        from shop.model import Net
        def test_forward():
            torch.testing.assert_close(Net()(torch.ones(2)).mean(), torch.tensor(0.48213))
    """,
    "performance": """
        import time
        from shop.model import Net
        def test_forward_is_fast():
            start = time.perf_counter()
            Net()(1)
            elapsed = time.perf_counter() - start
            assert elapsed < 1.0
    """,
}
_CI = "jobs:\n  a:\n    steps:\n      - run: pytest\n"


@pytest.mark.parametrize("wanted", [pytest.param(name, id=name) for name in CATEGORIES])
def test_the_category_of(wanted: str) -> None:
    assert [row[2] for row in categorised(records({"tests/test_it.py": _SAMPLES[wanted]}))] == [wanted]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        pytest.param("assert torch.allclose(model(x), model(x))", "model", id="a model with itself"),
        pytest.param("assert torch.allclose(model(x), x * 2.5)", "model", id="a figure by hand"),
        pytest.param("assert torch.allclose(model(x), theirs_model(x))", "regression", id="another implementation"),
        pytest.param(
            "expected = torch.tensor(0.1234)\n    assert torch.allclose(model(x), expected)", "regression", id="stored"
        ),
        pytest.param("assert model.size_mb == 3", "model", id="a size that is set"),
        pytest.param("assert peak_memory(model) < 3", "performance", id="memory under a bound"),
    ],
)
def test_what_an_assertion_tells(body: str, wanted: str) -> None:
    text = f"import torch\ndef test_model_output(model, theirs_model, x, peak_memory):\n    {body}\n"
    ((_, _, found),) = categorised(records({"tests/test_it.py": text}))
    assert found == wanted


def test_the_paper_has_28_items_in_four_sections_of_seven() -> None:
    assert [item.id for item in ITEMS] == [
        f"{section}.{number}" for section in ("data", "model", "infrastructure", "monitoring") for number in range(1, 8)
    ]


def test_an_empty_repository_scores_nothing() -> None:
    found = score({}, {})
    assert {row.state for row in found.rows} == {NOT_SHOWN, UNDECIDABLE}
    assert found.total == 0.0
    assert found.sections == (("data", 0.0), ("model", 0.0), ("infrastructure", 0.0), ("monitoring", 0.0))
    assert found.meaning == "more of a research project than a productionized system"


def test_what_leaves_no_trace_says_why() -> None:
    rows = {row.id: row for row in score({}, {}).rows}
    assert rows["model.4"].state == UNDECIDABLE
    assert rows["model.4"].note == "needs older models on newer data"
    assert rows["monitoring.5"].state == NOT_SHOWN


@pytest.mark.parametrize(
    ("item", "tree"),
    [
        pytest.param("infrastructure.2", {"tests/test_a.py": _SAMPLES["data"]}, id="a data test is none of a model"),
        pytest.param(
            "data.7",
            {"tests/test_a.py": "import pytest\n@pytest.mark.skip\n" + "def test_dataset():\n    assert dataset\n"},
            id="skipped",
        ),
        pytest.param(
            "infrastructure.4",
            {"tests/test_a.py": "def test_a(model):\n    model.fit()\n    assert model.score() >= 0\n"},
            id="a bound that always holds",
        ),
        pytest.param(
            "infrastructure.1",
            {"tests/test_a.py": "def test_deterministic_sampling(s):\n    assert s.draw() == s.draw()\n"},
            id="deterministic, but no training",
        ),
    ],
)
def test_an_item_is_not_shown_by(item: str, tree: dict[str, str]) -> None:
    rows = {row.id: row for row in score(records(tree), {}).rows}
    assert rows[item].state == NOT_SHOWN


@pytest.mark.parametrize(
    ("item", "text"),
    [
        pytest.param("data.7", _SAMPLES["data"], id="input code"),
        pytest.param("infrastructure.2", _SAMPLES["model"], id="model"),
        pytest.param("infrastructure.3", _SAMPLES["infrastructure"], id="pipeline"),
        pytest.param("monitoring.6", _SAMPLES["performance"], id="performance"),
        pytest.param(
            "infrastructure.4",
            "def test_quality(model):\n    model.fit()\n    accuracy = model.evaluate()\n    assert accuracy > 0.9\n",
            id="a bound on quality",
        ),
        pytest.param(
            "infrastructure.1",
            "from t import train\ndef test_training_is_reproducible():\n    assert train(seed=1) == train(seed=1)\n",
            id="reproducible training",
        ),
        pytest.param(
            "monitoring.5",
            "import torch\ndef test_model_is_stable(net, x):\n    assert torch.isfinite(net(x)).all()\n",
            id="finite",
        ),
    ],
)
def test_an_item_is_shown_by_a_test_with_half_a_point_by_hand_and_a_full_one_in_ci(item: str, text: str) -> None:
    tree = {"tests/test_it.py": text}
    by_hand = {row.id: row for row in score(records(tree), {}).rows}[item]
    in_ci = {row.id: row for row in score(records({**tree, ".github/workflows/ci.yml": _CI}), {}).rows}[item]
    assert (by_hand.state, by_hand.points) == (SHOWN, 0.5)
    assert by_hand.evidence.startswith("tests/test_it.py::test_")
    assert (in_ci.state, in_ci.points) == (SHOWN, 1.0)


def test_facets_and_update_notices_show_items_too() -> None:
    tree = {".github/dependabot.yml": "version: 2\n", "src/check.py": "import evidently\nevidently.run()\n"}
    rows = {row.id: row for row in score(records(tree), {"configuration.sweeps": "present"}).rows}
    assert (rows["model.3"].evidence, rows["model.3"].points) == ("configuration.sweeps", 0.5)
    assert (rows["monitoring.1"].evidence, rows["monitoring.1"].points) == (".github/dependabot.yml", 1.0)
    assert rows["monitoring.2"].evidence == "src/check.py uses evidently"


def test_the_score_is_the_smallest_section() -> None:
    tree = {f"tests/test_{name}.py": text for name, text in _SAMPLES.items()}
    found = score(records(tree), {"configuration.sweeps": "present"})
    assert found.sections == (("data", 0.5), ("model", 0.5), ("infrastructure", 1.0), ("monitoring", 0.5))
    assert found.total == 0.5
    assert found.meaning == "not totally untested, but consider the possibility of serious holes in reliability"


_NAMES = st.lists(st.text("abc._XY", max_size=12), max_size=4).map(tuple)


@given(_NAMES, _NAMES, _NAMES, st.text("test_abc", max_size=9))
def test_every_test_has_one_category(
    calls: tuple[str, ...], asserts: tuple[str, ...], marks: tuple[str, ...], name: str
) -> None:
    test = facts.Test(name, 1, (), calls, (), asserts, marks, (), ())
    assert category("tests/test_a.py", test) in CATEGORIES
