"""What the audit's tables show."""

from __future__ import annotations

from ml_audit_hooks.checks.complexity import heaviest, summary
from tests.checks.complexity.support import decisions, notebook, records

FILES = {
    "a.py": decisions("f", 7)
    + "class A:\n    def g(self):\n        def h(): return 1 if self else 2\n        return h\n",
    "b.ipynb": notebook("a = 1\n", decisions("cell", 12)),
    "broken.py": "",
    "tests/test_a.py": decisions("test_f", 30),
    "vendor/a.py": decisions("theirs", 30),
}


def test_the_heaviest_functions_come_first() -> None:
    rows = [tuple(row) for row in heaviest(records(FILES))]
    assert rows == [
        ("b.ipynb", "cell", 1, 12, 24),
        ("a.py", "f", None, 7, 14),
        ("a.py", "A.g.h", None, 2, 1),
        ("a.py", "A.g", None, 1, 3),
    ]
    assert [row.symbol for row in heaviest(records(FILES), 2)] == ["cell", "f"]


def test_a_summary_counts_functions_and_grades() -> None:
    found = summary(records(FILES))
    assert (found.files, found.functions, found.average, found.grade) == (3, 4, 5.5, "B")
    assert found.over == (2, 1, 1, 0, 0, 0)
    assert found.lines == 14 + 4 + 25


def test_nothing_has_a_summary_too() -> None:
    assert tuple(summary({})) == (0, 0, 0, 0.0, "A", (0, 0, 0, 0, 0, 0))
    assert heaviest({}) == ()
