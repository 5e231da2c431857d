"""What the classes of a repository tell of its stubs, whatever file they stand in and whatever order they come."""

from __future__ import annotations

import itertools

import pytest

from ml_audit_hooks.checks.stubs import CHECK
from ml_audit_hooks.checks.stubs.fold import heirs
from tests.checks.stubs.support import counted, record

REFUSES = "class A:\n    def fit(self, x):\n        raise NotImplementedError\n"
EMPTY = "class A:\n    def wake(self, x): pass\n"
REAL = "class A:\n    def wake(self, x):\n        open(x)\n"


def symbols(files: dict[str, str]) -> list[str]:
    """The symbols of all that counts."""
    return [f"{path}:{f.symbol}" for path, found in counted(dict(files)).items() for f in found]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"a.py": REFUSES, "b.py": "class B(A):\n    def fit(self, x): return x\n"}, id="a subclass writes it"
        ),
        pytest.param(
            {"a.py": REFUSES, "b.py": "class B(m.A):\n    def fit(self, x): return x\n"}, id="by a dotted base"
        ),
        pytest.param(
            {"a.py": REFUSES, "b.py": "class B(A[T]):\n    def fit(self, x): return x\n"}, id="with parameters"
        ),
        pytest.param(
            {"a.py": REFUSES, "b.py": "class B(A): x = 1\n", "c.py": "class C(B):\n    def fit(self, x): return x\n"},
            id="two files away",
        ),
        pytest.param({"a.py": REAL, "b.py": "class B(A):\n    def wake(self, x): pass\n"}, id="switched off"),
        pytest.param({"a.py": REAL, "b.py": "class B(A): pass\nclass C(B):\n    def wake(self, x): ...\n"}, id="far"),
        pytest.param(
            {
                "a.py": "class A(ABC):\n    @abstractmethod\n    def size(self): ...\n",
                "b.py": "class B(A):\n    def size(self): pass\n",
            },
            id="had to be defined, promises no work",
        ),
        pytest.param(
            {
                "tests/base.py": "class A:\n    def test_x(self): assert 1\n",
                "tests/test_b.py": "class TestB(A):\n    def test_x(self): pass\n",
            },
            id="a test switched off",
        ),
        pytest.param({"a.py": EMPTY, "b.py": "class B(A):\n    def wake(self, x): open(x)\n"}, id="default of a base"),
    ],
)
def test_what_another_class_explains_is_silent(files: dict[str, str]) -> None:
    assert symbols(files) == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({"a.py": REFUSES}, ["a.py:A.fit"], id="alone"),
        pytest.param({"a.py": REFUSES, "b.py": "class B(A):\n    x = 1\n"}, ["a.py:A.fit"], id="nobody writes it"),
        pytest.param(
            {"a.py": REFUSES, "b.py": "class A:\n    def fit(self, x): return x\n"}, ["a.py:A.fit"], id="namesake"
        ),
        pytest.param(
            {"a.py": REFUSES, "b.py": "class A(A):\n    x = 1\n"}, ["a.py:A.fit"], id="a class of its own name"
        ),
        pytest.param(
            {
                "a.py": "class A(ABC):\n    @abstractmethod\n    def save(self): ...\n",
                "b.py": "class B(A):\n    def save(self): pass\n",
            },
            ["b.py:B.save"],
            id="had to be defined, promises work",
        ),
        pytest.param(
            {"a.py": REAL, "b.py": "class B(A):\n    def wake(self, x): raise NotImplementedError\n"},
            ["b.py:B.wake"],
            id="refusal of what works above",
        ),
        pytest.param(
            {"b.py": "class B(Elsewhere):\n    def wake(self, x): pass\n"}, ["b.py:B.wake"], id="foreign base"
        ),
        pytest.param(
            {"a.py": "class A(B):\n    def wake(self, x): pass\n", "b.py": "class B(A):\n    x = 1\n"},
            ["a.py:A.wake"],
            id="bases in a circle",
        ),
    ],
)
def test_what_no_class_explains_is_found(files: dict[str, str], found: list[str]) -> None:
    assert symbols(files) == found


def test_the_order_of_the_records_does_not_matter() -> None:
    files = {
        "a.py": REFUSES,
        "b.py": "class B(A): x = 1\n",
        "c.py": "class C(B):\n    def fit(self, x): return x\n",
        "d.py": "class D(Other):\n    def wake(self, x): pass\n",
    }
    records = {path: record(path, text) for path, text in files.items()}
    orders = itertools.permutations(records)
    seen = {tuple(CHECK.counted([records[p] for p in order], {})("d.py", records["d.py"])) for order in orders}
    assert len(seen) == 1
    for order in itertools.permutations(records):
        assert CHECK.counted([records[p] for p in order], {})("a.py", records["a.py"]) == ()


def test_all_records_are_needed_only_for_a_method() -> None:
    assert CHECK.needs_all({"a.py": record("a.py", REFUSES)})
    assert not CHECK.needs_all({"a.py": record("a.py", "def f(x): pass\n# TODO\n")})


def test_facts_survive_the_store() -> None:
    import marshal

    from ml_audit_hooks.core.finding import Record

    one = record("a.py", REFUSES + "class B(A): x = 1\n")
    assert Record.of(marshal.loads(marshal.dumps(one.plain()))) == one
    assert heirs([one]).heirs == {"A": [("B", ("A",), (), ())]}
