"""From one file to its record: signals, and what its tests call."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._handed import handed
from ml_audit_hooks.capabilities._runs import runs
from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.matcher import Matcher
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.capabilities.view import Source
from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.context import Context

_MATCHERS: dict[bool, Matcher] = {}


def matcher(in_tests: bool = False) -> Matcher:
    """The matcher of all detectors, and that of those for test code, built once a process."""
    if in_tests not in _MATCHERS:
        detectors = (d for capability in CAPABILITIES for d in capability.detectors)
        _MATCHERS[in_tests] = Matcher(detectors, in_tests)
    return _MATCHERS[in_tests]


def examine(file: File) -> Record:
    """A file's signals, the calls of its tests and its classes as the record's facts, see `Source`."""
    contexts = file.contexts
    in_test = places.is_test(file.path)
    signals = matcher(in_test).signals(file, contexts)
    uses = tuple(sorted(_uses(contexts))) if in_test else ()
    classes = () if in_test else tuple(_classes(contexts))
    return Record(facts=(tuple(tuple(s) for s in signals), uses, classes), unread=file.unparsed)


def source(record: Record) -> Source:
    """What `examine` put into a record."""
    if not record.facts:
        return Source(())
    signals, uses, classes = record.facts
    return Source(tuple(Signal(*row) for row in signals), uses, classes)


def _classes(contexts: Iterable[Context]) -> Iterator[tuple[str, int, int | None, tuple[str, ...]]]:
    """The classes whose bases come from elsewhere, with the resolved names of these."""
    for context in contexts:
        module = context.module
        for scope in module.scopes:
            node = scope.node
            if isinstance(node, ast.ClassDef) and node.bases:
                bases = tuple(filter(None, (module.dotted(base) for base in node.bases)))
                if any("." in base for base in bases):
                    yield scope.symbol, node.lineno, module.cell, bases


def _uses(contexts: Iterable[Context]) -> Iterator[tuple[str, int, int | None, str]]:
    """The first call of each imported name in each function of a test file."""
    for context in contexts:
        first: dict[tuple[str, str], tuple[int, int]] = {}
        for call in context.nodes(ast.Call):
            name = context.call_name(call)
            if name.startswith(".") or name.partition(".")[0] in context.roots:
                key = name, context.symbol(call)
                place = call.lineno, call.col_offset
                if key not in first or place < first[key]:
                    first[key] = place
        for name, handed_at, symbol in handed(context):
            first.setdefault((name, symbol), (getattr(handed_at, "lineno", 1), 0))
        yield from ((name, line, context.module.cell, symbol) for (name, symbol), (line, _) in first.items())
        yield from runs(context)
