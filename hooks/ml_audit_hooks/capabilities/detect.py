"""From one file to its record: signals, and what its tests call."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.context import Context
from ml_audit_hooks.capabilities._handed import handed
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
    """A file's signals, the calls of its tests and its classes as the record's facts, see `Source`."""
    signals = matcher().signals(file)
    in_test = places.is_test(file.path)
    uses = tuple(sorted(_uses(file))) if in_test else ()
    classes = () if in_test else tuple(_classes(file))
    return Record(facts=(tuple(tuple(s) for s in signals), uses, classes), unread=file.unparsed)


def source(record: Record) -> Source:
    """What `examine` put into a record."""
    if not record.facts:
        return Source(())
    signals, uses, classes = record.facts
    return Source(tuple(Signal(*row) for row in signals), uses, classes)


def _classes(file: File) -> Iterator[tuple[str, int, int | None, tuple[str, ...]]]:
    """The classes whose bases come from elsewhere, with the resolved names of these."""
    if file.language not in ("Python", "Notebook"):
        return
    for module in file.modules:
        for scope in module.scopes:
            node = scope.node
            if isinstance(node, ast.ClassDef) and node.bases:
                bases = tuple(filter(None, (module.dotted(base) for base in node.bases)))
                if any("." in base for base in bases):
                    yield scope.symbol, node.lineno, module.cell, bases


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
        for name, place, symbol in handed(context):
            if (name, symbol) not in seen:
                seen.add((name, symbol))
                yield name, getattr(place, "lineno", 1), module.cell, symbol
        yield from runs(context)
