"""Comments that tell a scanner to look away, ours and others'."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.secret_scan import CHECK
from ml_audit_hooks.core import fill
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
from tests.checks.secret_scan.support import HF, codes, notebook

LINE = f'login(token="{HF}")'


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE}  # pragma: allowlist secret",
        f"{LINE}  # pragma: whitelist secret",
        f"{LINE}  // pragma: allowlist secret",
        f"# pragma: allowlist nextline secret\n{LINE}",
        f"{LINE}  # gitleaks:allow",
    ],
)
def test_a_line_that_another_scanner_is_told_of_is_silent(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"x = 1  # pragma: allowlist secret\n{LINE}", 2),
        (f"# pragma: allowlist nextline secret\n\n{LINE}", 3),
        (f"{LINE}  # pragma: no cover", 1),
        (f"{LINE}  # allowlist secret", 1),
    ],
)
def test_other_lines_are_not(text: str, line: int) -> None:
    assert codes(text) == [(line, "SEC001")]


def suppressed(path: str, text: str) -> list[str]:
    """The reasons of the suppressions, as the rest of the program applies them."""
    found = fill.examined(CHECK, File(path, Content(text.encode(), "blob")))
    return [finding.ignored for finding in found.findings]


def test_our_own_comment_needs_a_reason() -> None:
    assert suppressed("a.py", f"{LINE}  # audit: ignore[SEC001] a revoked token of the course\n") == [
        "a revoked token of the course"
    ]


def test_our_own_comment_counts_for_what_the_cell_printed() -> None:
    outputs = [{"output_type": "stream", "text": ["a\n", "b\n", f"{HF}\n"]}]
    text = notebook(("code", "# audit: ignore[SEC001] revoked in May\nshow()\n", outputs))
    assert suppressed("a.ipynb", text) == ["revoked in May"]
