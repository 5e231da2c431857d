"""Laws that hold for every program: what a seeding call is worth, and what does not matter."""

from __future__ import annotations

import marshal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.seeds import CHECK
from ml_audit_hooks.core.finding import Record
from tests.checks.seeds.support import findings, records, sources

IMPORTS = "import random\nimport numpy as np\nimport torch\nimport tensorflow as tf\n"
SEEDS = {
    "numpy": "np.random.seed(1)",
    "python": "random.seed(1)",
    "tensorflow": "tf.random.set_seed(1)",
    "torch": "torch.manual_seed(1)",
}
DRAWS = {
    "numpy": "np.random.rand()",
    "python": "random.random()",
    "tensorflow": "tf.random.normal([3])",
    "torch": "torch.rand(1)",
}
ALL = sorted(SEEDS)


def program(seeds: list[str], draws: list[str], shape: str) -> dict[str, str]:
    """A repository whose program seeds in a helper, in a function or at its top, then draws somewhere else."""
    seeding = [SEEDS[s] for s in seeds] or ["pass"]
    drawing = [DRAWS[s] for s in draws] or ["pass"]
    if shape == "flat":
        return {"train.py": IMPORTS + "\n".join([*seeding, *drawing]) + "\n"}
    body = "\n".join(f"    {line}" for line in seeding)
    inner = "\n".join(f"        {line}" for line in drawing)
    if shape == "functions":
        main = f"def fix():\n{body}\nclass Data:\n    def __init__(self):\n{inner}\nfix()\nData()\n"
        return {"train.py": IMPORTS + main}
    helper = f"{IMPORTS}def fix():\n{body}\n"
    data = f"{IMPORTS}class Data:\n    def load(self):\n{inner}\n"
    main = "from lib.fixing import fix\nfrom lib import data\ndef main():\n    fix()\n    data.Data().load()\n"
    main += "if __name__ == '__main__':\n    main()\n"
    return {"train.py": main, "lib/__init__.py": "", "lib/fixing.py": helper, "lib/data.py": data}


@settings(max_examples=60, deadline=None)
@given(
    seeds=st.permutations(ALL),
    gone=st.sets(st.sampled_from(ALL)),
    draws=st.sets(st.sampled_from(ALL), min_size=1),
    shape=st.sampled_from(["flat", "functions", "modules"]),
)
def test_deleting_a_seeding_call_makes_exactly_its_sources_unseeded(
    seeds: list[str], gone: set[str], draws: set[str], shape: str
) -> None:
    whole = sources(program(seeds, sorted(draws), shape))
    assert whole == dict.fromkeys(draws, True)
    without = sources(program([s for s in seeds if s not in gone], sorted(draws), shape))
    assert without == {source: source not in gone for source in draws}


@settings(max_examples=30, deadline=None)
@given(first=st.sets(st.sampled_from(ALL)), second=st.sets(st.sampled_from(ALL)))
def test_only_what_both_ways_seed_is_seeded(first: set[str], second: set[str]) -> None:
    ways = [[f"    {SEEDS[s]}" for s in sorted(way)] or ["    pass"] for way in (first, second)]
    text = [IMPORTS, "import sys", "if len(sys.argv) > 3:", *ways[0], "else:", *ways[1], *DRAWS.values()]
    assert sources({"train.py": "\n".join(text) + "\n"}) == {s: s in first & second for s in ALL}


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(["train.py", "lib/__init__.py", "lib/fixing.py", "lib/data.py"]))
def test_the_order_of_the_files_does_not_matter(order: list[str]) -> None:
    files = program(["numpy"], ALL, "modules")
    assert findings({path: files[path] for path in order}) == findings(files)


def test_an_edit_that_moves_lines_leaves_the_gist_as_it_is() -> None:
    assert CHECK.gist is not None
    files = program(["numpy"], ALL, "modules")
    moved = {path: f"# a comment\n\n{text}" for path, text in files.items()}
    for path, record in records(files).items():
        assert CHECK.gist(records(moved)[path]) == CHECK.gist(record)
    changed = records({"train.py": files["train.py"].replace("    fix()\n", "")})
    assert CHECK.gist(changed["train.py"]) != CHECK.gist(records(files)["train.py"])


def test_findings_of_the_tree_follow_moved_lines() -> None:
    files = program([], ["torch"], "flat")
    files["train.py"] += "loss.backward()\n"
    moved = {"train.py": f"# a comment\n{files['train.py']}"}
    (_, here), (_, there) = findings(files)[0], findings(moved)[0]
    assert (there.line, there.text, CHECK.identity(there)) == (here.line + 1, here.text, CHECK.identity(here))


def test_records_survive_the_store() -> None:
    files = program(ALL, ALL, "modules") | {"conf.yaml": "seed: 1\n", "run.sh": "python train.py --seed 3\n"}
    for record in records(files).values():
        assert Record.of(marshal.loads(marshal.dumps(record.plain()))) == record


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("".join(f"{'el' * (i > 0)}if x == {i}:\n    f({i})\n" for i in range(90)), id="elif"),
        pytest.param("import torch\nx = torch" + ".a" * 300 + "\n", id="attributes"),
        pytest.param("import torch\nx = torch" + ".f()" * 300 + "\n", id="calls-on-calls"),
        pytest.param("seed = " + "+".join(["a"] * 300) + "\nimport random\nrandom.seed(seed)\n", id="sum"),
        pytest.param("def f(x=None):\n    return g(f)\ndef g(x):\n    return f(g)\nf()\n", id="circle"),
        pytest.param("class A(A):\n    def m(self):\n        super().m()\nA().m()\n", id="own-base"),
        pytest.param("from train import *\nimport train\ntrain.x()\n", id="imports-itself"),
    ],
)
def test_odd_programs_come_to_an_end(text: str) -> None:
    assert findings({"train.py": text}) == []


def test_a_chain_of_calls_is_followed_to_its_end() -> None:
    links = "".join(f"def f{i}():\n    f{i + 1}()\n" for i in range(130))
    text = f"import random\n{links}def f130():\n    random.random()\nf0()\n"
    assert sources({"train.py": text}) == {"python": False}


def test_a_circle_of_calls_is_gone_round_until_nothing_changes() -> None:
    text = (
        "import random\nimport torch\ndef a(n):\n    b(n)\ndef b(n):\n    c(n)\n    torch.rand(1)\n"
        "def c(n):\n    a(n)\n    d()\ndef d():\n    random.random()\nc(3)\n"
    )
    assert sources({"train.py": text}) == {"python": False, "torch": False}


def test_a_seed_that_comes_late_is_no_new_finding_where_there_was_none() -> None:
    draw, step = "torch.nn.Linear(1, 1)\n", "loss.backward()\n"
    ((_, none),) = findings({"train.py": f"import torch\n{draw}{step}"})
    ((_, late),) = findings({"train.py": f"import torch\n{draw}torch.manual_seed(1)\n{step}"})
    assert (none.code, late.code) == ("SEED001", "SEED002")
    assert CHECK.identity(none) == CHECK.identity(late)


def test_another_source_is_a_new_finding() -> None:
    text = "import random\nimport torch\ntorch.nn.Linear(1, 1)\nrandom.random()\nloss.backward()\n"
    assert len({CHECK.identity(finding) for _, finding in findings({"train.py": text})}) == 2
