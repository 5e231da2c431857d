"""No value of a secret leaves the check, and what leaves it is the same on every machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.checks.secret_scan import CHECK, detect, identity
from ml_audit_hooks.checks.secret_scan.fingerprint import fingerprint
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.source import Content, Unreadable
from tests.checks.secret_scan.support import COHERE, HF, PASSWORD, PEM, WANDB, record

TEXT = f"""
login(token="{HF}")
wandb.login(key="{WANDB}")
password = "{PASSWORD}"
url = "postgresql://ada:{COHERE}@db.example/runs"
header = "{COHERE}"
{PEM}
"""


def test_no_value_is_in_a_record() -> None:
    shown = repr(record("a.py", TEXT).plain())
    for value in (HF, WANDB, PASSWORD, COHERE, PEM.splitlines()[1]):
        assert value not in shown
        assert value[4:16] not in shown


def test_no_value_is_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> object:
        raise ValueError(f"cannot judge {HF}")

    monkeypatch.setattr(detect, "spots", broken)
    with pytest.raises(detect.ScanError) as caught:
        record("a.py", TEXT)
    assert str(caught.value).startswith("ValueError in broken, line ")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_an_unreadable_file_says_why() -> None:
    with pytest.raises(Unreadable, match="Git LFS pointer"):
        CHECK.examine(
            File("a.txt", Content(None, "blob", "is a Git LFS pointer; its content is not in the repository"))
        )
    assert CHECK.examine(File("a.png", Content(None, "blob", "is a binary file"))).findings == ()


@given(st.text(min_size=1))
def test_a_fingerprint_is_short_for_a_short_value(value: str) -> None:
    assert len(fingerprint(value)) == (10 if len(value) >= 20 else 4)


def test_a_fingerprint_never_changes() -> None:
    # the base of a commit is compared by it, also across versions of this program
    assert fingerprint("correct horse battery staple") == "e48a0b1a0e"
    assert fingerprint("hunter22") == "16ca"


def place(line: int, text: str) -> Finding:
    """A finding."""
    return Finding("SEC005", line, 1, None, "<file>", "named", text)


def test_a_secret_is_the_same_one_wherever_and_under_whatever_name_it_stands() -> None:
    first, second = (
        record("a.py", f'api_key = "{COHERE}"').findings,
        record("b.yaml", f"\n\n  other_token: {COHERE}").findings,
    )
    assert [identity(f) for f in first] == [identity(f) for f in second]
    assert CHECK.moves


def test_another_secret_under_the_same_name_is_another_one() -> None:
    first, second = record("a.py", f'api_key = "{COHERE}"').findings, record("a.py", f'api_key = "{WANDB}"').findings
    assert [identity(f) for f in first] != [identity(f) for f in second]
