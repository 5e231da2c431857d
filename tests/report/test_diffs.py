"""Section 4 shows proved diffs with what they close; mails that git am takes are made of them."""

from __future__ import annotations

import pytest

from ml_audit_hooks.patches.diff import unified
from ml_audit_hooks.patches.model import Change
from ml_audit_hooks.report.diffs import Diff, as_rows, by_code, lines, mail
from tests.conftest import Repo

TEXT = b"""\
diff --git a/a.py b/a.py
index 78981922613b..61780798228d 100644
--- a/a.py
+++ b/a.py
@@ -1 +1 @@
-a
+b
"""
ONE = Diff(
    id="safe-load-a",
    title="Load `a.py` safely",
    why="A pickle is a program.",
    risk="None: it holds tensors.",
    rollback="`git apply -R`",
    tests=("Run pytest.",),
    diff=TEXT,
    findings=(("CKP001", "a.py", "load"), ("CKP001", "a.py", "load"), ("B614", "a.py", "<module>")),
    facets=("security.safe_loading",),
    excludes=(),
)


def test_without_a_proved_change_the_section_says_so() -> None:
    assert lines([]) == ["None: no change was found that closes a gap and stands the proof."]


def test_a_diff_is_shown_with_why_risk_and_what_it_closes() -> None:
    assert lines([ONE])[3:] == [
        "### 1. Load `a.py` safely (`safe-load-a`)",
        "",
        "- Why: A pickle is a program.",
        "- Risk: None: it holds tensors.",
        "- Rollback: `git apply -R`",
        "- Tests: Run pytest.",
        "- Closes: `CKP001 a.py: load`, `B614 a.py`, `security.safe_loading`",
        "",
        "```diff",
        *TEXT.decode().splitlines(),
        "```",
    ]


def test_diffs_that_exclude_each_other_are_named() -> None:
    assert "- Not together with: `seeding-a`" in lines([ONE._replace(excludes=("seeding-a",))])


@pytest.mark.parametrize(
    ("added", "shown"),
    [
        pytest.param(b"+```\n", ["+```", "````"], id="fence-in-the-diff"),
        pytest.param(b"+\x1b[31m\tx\n", ["+\ufffd[31m\tx", "```"], id="control-characters"),
        pytest.param("+<script>|é\n".encode(), ["+<script>|é", "```"], id="markup"),
        pytest.param(b"+\xff\r\n", ["+\ufffd", "```"], id="no-utf-8"),
    ],
)
def test_what_stands_in_a_diff_is_harmless(added: bytes, shown: list[str]) -> None:
    assert lines([ONE._replace(diff=TEXT + added)])[-2:] == shown


def test_a_long_diff_is_cut() -> None:
    shown = lines([ONE._replace(diff=TEXT + b"+x\n" * 200)])
    assert "- Cut: 147 lines more; `ml-audit patches --write DIR` writes the whole diff" in shown
    assert len(shown) < 80


def test_a_finding_knows_the_diff_that_closes_it() -> None:
    assert by_code([ONE, ONE._replace(id="other")]) == {
        "B614": "safe-load-a",
        "CKP001": "safe-load-a",
        "security.safe_loading": "safe-load-a",
    }


def test_the_row_has_the_whole_diff() -> None:
    assert as_rows([ONE])[0]["diff"] == TEXT.decode()
    assert as_rows([ONE])[0]["closes"] == ["CKP001 a.py: load", "B614 a.py", "security.safe_loading"]


@pytest.mark.parametrize(("old", "new"), [("a\n", "b\n"), ("a\r\n", "b\r\n"), ("a", "b\n"), ("é\n", "=3D \n")])
def test_git_takes_the_mail(repo: Repo, old: str, new: str) -> None:
    repo.commit({"a.py": old})
    text = unified([Change("a.py", old.encode(), new.encode())])
    (repo.path.parent / "0001.patch").write_bytes(mail(ONE._replace(diff=text), 1, 1))
    repo.git("am", "-q", "../0001.patch")
    assert repo.git("log", "-1", "--format=%s%n%b").splitlines()[:2] == [
        "Load `a.py` safely",
        "A pickle is a program.",
    ]
    assert (repo.path / "a.py").read_bytes() == new.encode()
