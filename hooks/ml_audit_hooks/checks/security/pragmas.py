"""Comments that wave a finding through: bandit's ``# nosec`` and the ``# noqa: S…`` of ruff and flake8-bandit."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.security.tables import LIST_NAMES
from ml_audit_hooks.core.python import Module
from ml_audit_hooks.engines.bandit_engine import IMPORTED, PLUGINS, Issue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Waved: TypeAlias = dict[int, frozenset[str]]  # line to ids; empty: all

# bandit's documentation, "Suppressing individual lines": `# nosec`, `# nosec: B602, assert_used`.
_NOSEC = re.compile(r"#\s*nosec:?\s*([^#]+)?")
_TESTS = re.compile(r"(?:(B\d+|[a-z\d_]+),?)+", re.IGNORECASE)
# ruff's documentation, "Error suppression": codes behind the word and a colon; "ruff:" before it holds for the file.
_NOQA = re.compile(r"#\s*(?P<file>(?:ruff|flake8)\s*:\s*)?noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)", re.I)
_RENAMED = {"hashlib_insecure_functions": "B324", "snmp_insecure_version": "B508", "snmp_weak_cryptography": "B509"}
_IDS = frozenset((*PLUGINS, *LIST_NAMES, IMPORTED))
BY_NAME = {
    **{name: test for test, (_, name) in PLUGINS.items() if test not in _RENAMED.values()},
    **{name: test for test, name in LIST_NAMES.items()},
    **_RENAMED,
}


def nosec(module: Module) -> Waved:
    """The lines with a ``# nosec``, read as bandit reads it: of ids joined by commas alone only the last counts."""
    found = {}
    for comment in module.comments:
        match = _NOSEC.search(f"#{comment.text}")
        if match:
            words = [word.group(1) for word in _TESTS.finditer(match.group(1) or "")]
            ids = (word if word in _IDS else BY_NAME.get(word, "") for word in words)
            found[comment.line] = frozenset(test for test in ids if test)
    return found


def noqa(module: Module) -> Waved:
    """The lines with a ``# noqa: S…`` and bandit's ids; under line 0 what holds for the file."""
    found: dict[int, frozenset[str]] = {}
    if not any("S" in match.group("codes").upper() for match in _NOQA.finditer(module.text)):
        return found  # most of them are about style
    for comment in module.comments:
        match = _NOQA.search(f"#{comment.text}")
        if match:
            words = match.group("codes").upper().replace(",", " ").split()
            ids = frozenset("B" + word[1:] for word in words if word[0] == "S" and word[1:].isdigit())
            line = 0 if match.group("file") else comment.line
            if ids:
                found[line] = found.get(line, frozenset()) | ids
    return found


def is_nosec(issue: Issue, waved: Waved) -> bool:
    """Whether bandit leaves an issue out: by the line that the test names, and the first comment in the node."""
    first, last = issue.lines
    around = next((waved[line] for line in range(first, last + 1) if line in waved), None)
    named = waved.get(issue.line) if issue.line_named else None
    if around is None and named is None:
        return False
    ids = (around or frozenset()) | (named or frozenset())
    return not ids or issue.test in ids


def is_noqa(test: str, lines: tuple[int, ...], waved: Waved) -> bool:
    """Whether a ``# noqa`` on one of `lines`, or for the file, names the test."""
    return any(test in waved.get(line, ()) for line in (0, *lines))
