"""From one file to bandit's issues.

The facts of code are ``("code", mark of each finding)``, see `marks`; those of a requirement or lock file
``("torch", (major, minor))``, see `locked`.
"""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.security import gates, marks
from ml_audit_hooks.checks.security.ancestry import Ancestry
from ml_audit_hooks.checks.security.tables import BIDI
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import EVERYWHERE, Finding, Record
from ml_audit_hooks.core.python import Module
from ml_audit_hooks.engines.bandit_engine import Broken, Engine, Issue, Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.checks.security.pragmas import Waved

CODE = "code"
LEVELS = {"HIGH": "error", "LOW": "note", "MEDIUM": "warning"}
_PASSWORDS = frozenset(("B105", "B106", "B107"))
_BY_PARENTS = "B703"  # the one test of calls that climbs
_ENGINES: list[Engine] = []  # at most one a process: bandit is imported once


def examined(file: File) -> Record:
    """bandit's issues in a file of code, the torch in a file of requirements. Raises Unreadable."""
    if file.language not in ("Python", "Notebook"):
        from ml_audit_hooks.checks.security import locked

        floor = locked.lowest(file.text) if b"torch" in file.data else None
        return Record(facts=(locked.MARK, floor) if floor is not None else ())
    names = Names()
    found: list[tuple[Finding, str]] = []
    unread: list[tuple[int | None, str]] = []
    for module in file.modules:
        data = file.data if module.cell is None else None
        for finding, mark in _of_module(module, names, data, unread):
            found.append((finding, mark))
    found.sort(key=lambda row: (row[0].cell or 0, row[0].line, row[0].column, row[0].code))
    findings = tuple(finding for finding, _ in found)
    return Record(findings, (CODE, tuple(mark for _, mark in found)) if found else (), (*unread, *file.unparsed))


def issues(module: Module, names: Names, data: bytes | None) -> Iterator[tuple[Issue | Broken, Any]]:
    """(issue, node) of every test that a gate lets through; `data` are the bytes of a file with a ``coding`` line."""
    ancestry = Ancestry(module.tree)
    try:
        for node, tests, known in gates.candidates(module, names):
            if node.__class__ is ast.Constant or _BY_PARENTS in tests:
                ancestry.lead_up(node, known)
                if isinstance(getattr(node, "_bandit_parent", None), ast.Expr) and node.__class__ is ast.Constant:
                    continue  # a docstring
            for found in _engine().of_node(node, tests, names):
                yield found, node
    finally:
        ancestry.cut()
    if not module.text.isascii() and any(char in module.text for char in BIDI):
        for found in _engine().of_file(module.text.encode() if data is None else data):
            yield found, None


def _engine() -> Engine:
    if not _ENGINES:
        _ENGINES.append(Engine())
    return _ENGINES[0]


# -- from issues to findings --------------------------------------------------------------------------------------


def _of_module(
    module: Module, names: Names, data: bytes | None, unread: list[tuple[int | None, str]]
) -> Iterator[tuple[Finding, str]]:
    waved: tuple[Waved, Waved] | None = None
    for issue, node in issues(module, names, data):
        if isinstance(issue, Broken):
            unread.append((module.cell, f"bandit's {issue.test} broke on it ({issue.error}): line {issue.line}"))
            continue
        if waved is None:
            waved = _waved(module)
        finding = _finding(module, issue, node, waved)
        mark = marks.mark(issue.test, node, module, issue.text) if node is not None else ""
        yield finding, mark


def _waved(module: Module) -> tuple[Waved, Waved]:
    """(the lines with a ``# nosec``, those with a ``# noqa``), tokenised only where the words occur."""
    has_nosec, has_noqa = "nosec" in module.text, "noqa" in module.text
    if not has_nosec and not has_noqa:
        return {}, {}
    from ml_audit_hooks.checks.security import pragmas

    return (pragmas.nosec(module) if has_nosec else {}), (pragmas.noqa(module) if has_noqa else {})


def _finding(module: Module, issue: Issue, node: Any, waved: tuple[Waved, Waved]) -> Finding:
    first, last = _span(issue, node)
    column = issue.column + (1 if node is not None else 0) if issue.line == getattr(node, "lineno", issue.line) else 1
    return Finding(
        issue.test,
        issue.line,
        column,
        module.cell,
        module.symbol_at(issue.line),
        issue.confidence.lower(),
        _text(issue, node),
        first,
        last,
        EVERYWHERE,
        _ignored(issue, (first, last), waved),
        "",
        LEVELS[issue.severity],
    )


def _span(issue: Issue, node: Any) -> tuple[int, int]:
    """The lines of a finding: of a definition those of its head."""
    if node is None:
        return issue.line, issue.line
    last = node.end_lineno
    if node.__class__ is ast.FunctionDef:
        last = max(node.lineno, node.body[0].lineno - 1)
    return min(node.lineno, issue.line), max(last, issue.line)


def _ignored(issue: Issue, span: tuple[int, int], waved: tuple[Waved, Waved]) -> str:
    nosec, noqa = waved
    if not nosec and not noqa:
        return ""
    from ml_audit_hooks.checks.security import pragmas

    if pragmas.is_nosec(issue, nosec):
        return "# nosec"
    return "# noqa" if pragmas.is_noqa(issue.test, (span[0], issue.line, span[1]), noqa) else ""


def _text(issue: Issue, node: Any) -> str:
    """bandit's text without the password."""
    if issue.test in _PASSWORDS:
        name = marks.named(issue.test, node, getattr(node, "_bandit_parent", None))
        return f"Possible hardcoded password in {name}" if name else "Possible hardcoded password"
    return issue.text.strip()
