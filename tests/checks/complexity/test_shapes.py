"""Which functions are copies of each other."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.complexity import facts
from tests.checks.complexity.support import decisions, record

TEXT = '''def f(model, loader, limit=5):
    """Measure it."""
    total = 0.0
    for i, batch in enumerate(loader):
        if i > limit:
            break
        loss = model(batch["x"], mask=batch["m"]) / 0x10
        total += loss.item() if loss is not None else 0
    with open("log", "w") as file:
        file.write(f"{total:.2f}")
    return total / max(limit, 1)
'''


def digests(text: str) -> list[str]:
    """The hashes of the shapes in a module."""
    return [row[0] for row in facts.of(record("a.py", text)).copies]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("def f(", "def other(", id="own name"),
        pytest.param("total", "result", id="local"),
        pytest.param("loader", "data", id="parameter"),
        pytest.param("Measure it.", "Said in other words.", id="docstring"),
        pytest.param('    """Measure it."""\n', "", id="no docstring"),
        pytest.param("    total = 0.0\n", "    # remark\n\n    total = 0.0  # another\n", id="remarks"),
        pytest.param('batch["x"], mask', "batch[\n            'x'\n        ], mask", id="layout"),
        pytest.param("def f(", "@decorated\ndef f(", id="decorator"),
        pytest.param("loader, limit=5", "loader: list, limit: int = 5", id="annotations"),
    ],
)
def test_a_copy_has_the_same_shape(old: str, new: str) -> None:
    assert old in TEXT
    assert digests(TEXT.replace(old, new)) == digests(TEXT) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("> limit", ">= limit", id="operator"),
        pytest.param("0x10", "17", id="number"),
        pytest.param('"log"', '"txt"', id="string"),
        pytest.param(".item()", ".mean()", id="method"),
        pytest.param("mask=", "bias=", id="keyword"),
        pytest.param("max(", "min(", id="name from outside"),
        pytest.param("i > limit", "limit > i", id="order"),
        pytest.param("            break\n", "            break\n        print(i)\n", id="statement"),
        pytest.param("        total += loss", "    total += loss", id="block"),
    ],
)
def test_other_code_has_another_shape(old: str, new: str) -> None:
    assert old in TEXT
    assert digests(TEXT.replace(old, new)) != digests(TEXT)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(a):\n    return a\n", id="short"),
        pytest.param("def f(a):\n" + "    # why\n" * 20 + "    return a\n", id="remarks alone"),
        pytest.param("def f(\n" + "".join(f"    a{i},\n" for i in range(90)) + "): ...\n", id="parameters alone"),
        pytest.param("'''" + TEXT + "'''\n", id="in a string"),
    ],
)
def test_what_is_alike_by_chance_has_none(text: str) -> None:
    assert digests(text) == []


def test_a_closure_has_a_shape_of_its_own_and_one_within_its_function() -> None:
    inner = "".join(f"    {line}\n" if line else "\n" for line in TEXT.split("\n"))
    both = digests(f"def outer(a):\n{inner}    return f\n")
    assert len(both) == 2
    assert digests(TEXT)[0] in both


def test_a_deep_closure_is_walked_a_few_times_only() -> None:
    text = "".join("    " * i + f"def f{i}():\n" for i in range(60)) + "    " * 60 + "return 1\n"
    lines = "".join("    " * 60 + f"a{i} = b{i}\n" for i in range(60))
    text = text.replace("    " * 60 + "return 1\n", lines)
    assert len(digests(text)) == 5


def test_a_huge_number_has_a_shape() -> None:
    assert len(digests(decisions("f", 20) + TEXT.replace("0x10", "0x" + "f" * 9_000))) == 2
