"""From one file to its record: signals, and what its tests call."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.context import Context
from ml_audit_hooks.capabilities._runs import runs
from ml_audit_hooks.capabilities.matcher import Matcher
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.capabilities.view import Source
from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MATCHERS: list[Matcher] = []


def matcher() -> Matcher:
    """The matcher of all detectors, built once a process."""
    if not _MATCHERS:
        _MATCHERS.append(Matcher(d for capability in CAPABILITIES for d in capability.detectors))
    return _MATCHERS[0]


def examine(file: File) -> Record:
    """A file's signals and uses as the record's facts: ``((signal, …), ((name, line, cell, symbol), …))``."""
    signals = matcher().signals(file)
    uses = tuple(sorted(_uses(file))) if places.is_test(file.path) else ()
    return Record(facts=(tuple(tuple(s) for s in signals), uses), unread=file.unparsed)


def source(record: Record) -> Source:
    """What `examine` put into a record."""
    if not record.facts:
        return Source(())
    return Source(tuple(Signal(*row) for row in record.facts[0]), tuple(tuple(row) for row in record.facts[1]))


def _uses(file: File) -> Iterator[tuple[str, int, int | None, str]]:
    """The first call of each imported name in each function of a test file."""
    if file.language not in ("Python", "Notebook"):
        return
    for module in file.modules:
        context = Context(file, module)
        seen: set[tuple[str, str]] = set()
        calls = [n for n in module.nodes.get(ast.Call, ()) if isinstance(n, ast.Call)]
        calls.sort(key=lambda n: (n.lineno, n.col_offset))
        for call in calls:
            name = context.call_name(call)
            symbol = context.symbol(call)
            root = name.partition(".")[0]
            if (root in context.roots or name.startswith(".")) and (name, symbol) not in seen:
                seen.add((name, symbol))
                yield name, call.lineno, module.cell, symbol
        yield from runs(context)
