"""Section 6 names what each entry point leaves unseeded, and each place that saves or loads."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core.rows import EntryPoint, Site, Source
from ml_audit_hooks.report.reproducibility import checkpoints, lines, randomness

HEAD = ["### Randomness by entry point", ""]
NO_PROGRAM = "No program of the repository was seen to draw random numbers."
NO_SITE = "No place was found that saves or loads model or training state."
TRAIN = EntryPoint("train.py", None, "<module>", (Source("torch", True, 3), Source("numpy", False, 9)))
SAVE = Site("train.py", 40, None, "save", ("weights", "optimizer"), False, False)


@pytest.mark.parametrize(
    ("programs", "sites", "expected"),
    [
        pytest.param([], [], [*HEAD, NO_PROGRAM, "", "### Checkpoints", "", NO_SITE], id="nothing"),
        pytest.param(
            [EntryPoint("a.py", None, "main", ())],
            [],
            [*HEAD, NO_PROGRAM, "", "### Checkpoints", "", NO_SITE],
            id="a-program-without-randomness",
        ),
        pytest.param(
            [TRAIN, EntryPoint("n.ipynb", 2, "main", (Source("jax", True, 1),))],
            [SAVE, SAVE._replace(line=60), Site("n.ipynb", 1, 5, "load", ("weights",), True, False)],
            [
                *HEAD,
                "| Entry point | Unseeded | Seeded |",
                "| --- | --- | --- |",
                "| [`train.py`](train.py) | numpy | torch |",
                "",
                "<details>",
                "<summary>Wholly seeded: 1 entry point</summary>",
                "",
                "| Entry point | Seeded |",
                "| --- | --- |",
                "| [`n.ipynb`](n.ipynb) cell 2 `main` | jax |",
                "",
                "</details>",
                "",
                "### Checkpoints",
                "",
                "| File | What | Holds | How |",
                "| --- | --- | --- | --- |",
                "| [`train.py`](train.py) ×2 | save | weights, optimizer | not atomic |",
                "| [`n.ipynb`](n.ipynb) cell 5 | load | weights | **unsafe** |",
            ],
            id="both",
        ),
    ],
)
def test_the_section_lists_programs_and_places(
    programs: list[EntryPoint], sites: list[Site], expected: list[str]
) -> None:
    assert lines(programs, sites) == expected


def test_a_long_table_ends_in_a_line() -> None:
    shown = lines([], [SAVE._replace(path=f"{i:03}.py") for i in range(103)])
    assert shown[-2].startswith("| [`099.py`]")
    assert shown[-1] == "| … and 3 more; `ml-audit report --format json` has all |  |  |  |"


def test_the_json_rows_have_the_lines() -> None:
    assert randomness([TRAIN]) == [
        {
            "path": "train.py",
            "cell": None,
            "symbol": "<module>",
            "sources": [
                {"source": "torch", "seeded": True, "line": 3},
                {"source": "numpy", "seeded": False, "line": 9},
            ],
        }
    ]
    assert checkpoints([SAVE]) == [
        {
            "path": "train.py",
            "line": 40,
            "cell": None,
            "what": "save",
            "holds": ["weights", "optimizer"],
            "unsafe": False,
            "atomic": False,
        }
    ]
