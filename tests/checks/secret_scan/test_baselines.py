"""What other scanners were told to accept."""

from __future__ import annotations

import hashlib
import json

import pytest

from ml_audit_hooks.checks.secret_scan import baselines
from ml_audit_hooks.checks.secret_scan.baselines import Accepted, BaselineError
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
from tests.checks.secret_scan.support import COHERE, HF

DIGEST = hashlib.sha1(COHERE.encode()).hexdigest()
ENTRY = {"type": "Secret Keyword", "filename": "a.py", "hashed_secret": DIGEST, "is_verified": False, "line_number": 3}
SLIM = {key: value for key, value in ENTRY.items() if key != "line_number"}


def document(*entries: object, **more: object) -> str:
    """A baseline of one file."""
    plugins = [{"name": "Evil", "path": "file://./evil.py"}]
    return json.dumps({"version": "1.5.0", "plugins_used": plugins, "results": {"a.py": entries}, **more})


def test_both_forms_of_a_baseline_are_read() -> None:
    assert baselines.from_baseline(document(ENTRY)) == (Accepted("a.py", 3, DIGEST, "Secret Keyword"),)
    assert baselines.from_baseline(document(SLIM)) == (Accepted("a.py", None, DIGEST, "Secret Keyword"),)


def test_what_a_person_marked_as_a_real_secret_is_not_accepted() -> None:
    assert baselines.from_baseline(document({**ENTRY, "is_secret": True})) == ()
    assert len(baselines.from_baseline(document({**ENTRY, "is_secret": False}))) == 1


@pytest.mark.parametrize("entry", ["x", {}, {"hashed_secret": 3}, {"hashed_secret": "zz"}, None])
def test_entries_of_another_form_are_left_out(entry: object) -> None:
    assert baselines.from_baseline(document(entry)) == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"results": []}'])
def test_what_is_no_baseline_is_an_error(text: str) -> None:
    with pytest.raises(BaselineError, match="make it again"):
        baselines.from_baseline(text)


def test_a_gitleaksignore_is_read_with_and_without_commits() -> None:
    text = f"# known\n\n{'0a' * 20}:src/a.py:generic-api-key:12\nb/c:d.py:jwt:3\nbroken\nx:y:z\n"
    assert baselines.from_gitleaksignore(text) == (
        Accepted("src/a.py", 12, "", "generic-api-key"),
        Accepted("b/c:d.py", 3, "", "jwt"),
    )


def test_a_hash_finds_its_secret_though_it_moved_and_a_line_only_there() -> None:
    file = File("a.py", Content(f'x = 1\n\n\n\nkey = 2\napi_key = "{COHERE}"\nlogin(token="{HF}")\n'.encode(), "blob"))
    by_hash = baselines.accepted(file, (Accepted("a.py", 3, DIGEST, ""),))
    by_line = baselines.accepted(file, (Accepted("a.py", 7, "", ""),))
    elsewhere = baselines.accepted(file, (Accepted("b.py", 7, "", ""), Accepted("b.py", None, DIGEST, "")))
    assert [f.line for f in by_hash] == [6]
    assert [f.line for f in by_line] == [7]
    assert elsewhere == ()
