"""From one file to its signals: one look at each node, the detectors found by the last part of a name."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.model import (
    Bases,
    Calls,
    Defines,
    Files,
    Finds,
    Keywords,
    Signal,
    Strings,
    Uses,
)
from ml_audit_hooks.capabilities.view import TESTED
from ml_audit_hooks.core.context import Context
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeVar

    from ml_audit_hooks.capabilities.model import Detector

    _K = TypeVar("_K")
    _V = TypeVar("_V")

_MAX_KNOWN = 20_000  # answers that are remembered: the same names come again in every file
_DEFINITIONS = (*FUNCTION_TYPES, ast.ClassDef)


def fits(name: str, pattern: str) -> bool:
    """Whether a resolved name fits a pattern of the detectors: ``a.b``, ``a.*``, ``*.b``, ``a.*.b``."""
    head, star, tail = pattern.partition("*")
    if not star:
        return name == pattern
    return len(name) >= len(head) + len(tail) and name.startswith(head) and name.endswith(tail)


def fits_any(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name fits one of several patterns."""
    return any(fits(name, pattern) for pattern in patterns)


class Matcher:
    """All detectors, indexed."""

    def __init__(self, detectors: Iterable[Detector], in_tests: bool = False) -> None:
        """`in_tests`: for test code, with only those detectors whose signals are read there."""
        self._calls: dict[str, list[Calls]] = {}
        self._calls_below: dict[str, list[Calls]] = {}  # by first part, for names like torchmetrics.*
        self._keywords: dict[str, list[Keywords]] = {}
        self._uses: dict[str, list[Uses]] = {}
        self._uses_below: dict[str, list[Uses]] = {}
        self._bases: list[Bases] = []
        self._defines: list[Defines] = []
        self._promised: dict[str, list[Defines]] = {}  # by each of their words
        self._strings: dict[str, list[Strings]] = {}
        self._finds: list[Finds] = []
        self._files: list[tuple[Files, tuple[str, ...], tuple[str, ...]]] = []  # with endings and other patterns
        self._fitting: dict[tuple[str, str], tuple[Calls, ...]] = {}  # what was asked before, by (resolved, written)
        self._extending: dict[str, tuple[Bases, ...]] = {}  # by base
        for detector in detectors:
            if not in_tests or _is_read(detector):
                self._add(detector)

    def _add(self, detector: Detector) -> None:
        for pattern in dead_patterns(detector):
            raise ValueError(f"{type(detector).__name__}: the pattern {pattern!r} can never match")
        if isinstance(detector, Calls):
            _index(detector, self._calls, self._calls_below)
        elif isinstance(detector, Uses):
            _index(detector, self._uses, self._uses_below)
        elif isinstance(detector, Keywords):
            for name in detector.names:
                self._keywords.setdefault(name, []).append(detector)
        elif isinstance(detector, Strings):
            for text in detector.texts:
                self._strings.setdefault(text, []).append(detector)
        elif isinstance(detector, Bases):
            self._bases.append(detector)
        elif isinstance(detector, Defines):
            for word in detector.words:
                self._promised.setdefault(word, []).append(detector)
            if not detector.words:
                self._defines.append(detector)
        elif isinstance(detector, Finds):
            self._finds.append(detector)
        else:
            endings = tuple(name[1:] for name in detector.names if name[:1] == "*")
            self._files.append((detector, endings, tuple(name for name in detector.names if name[:1] != "*")))

    def signals(self, file: File, contexts: Iterable[Context]) -> tuple[Signal, ...]:
        """All signals of a file, each once, by place. `contexts`: of its modules. Raises Unreadable."""
        found: set[Signal] = set()
        for context in contexts:
            found.update(self._of_module(context))
        language, path = file.language, file.path
        for detector, endings, patterns in self._files:
            if language in detector.languages or path.endswith(endings) or fits_any(path, patterns):
                found.update(detector.find(file))
        return tuple(sorted(found, key=lambda s: (s.cell or 0, s.line, s.name, s.why, s.symbol)))

    def _of_module(self, context: Context) -> Iterator[Signal]:
        yield from self._of_calls(context)
        yield from self._of_options(context)
        yield from self._of_uses(context)
        texts = self._strings
        for node in [n for n in context.nodes(ast.Constant) if n.value.__class__ is str and n.value in texts]:
            text = str(node.value)
            for strings in texts[text]:
                if strings.test is None or strings.test(context, node):
                    why = strings.why or f"names {text}"
                    yield from (context.signal(name, node, why) for name in strings.signals)
        for scope in context.module.scopes:
            assert isinstance(scope.node, _DEFINITIONS)
            yield from self._of_definition(context, scope.node, scope.symbol)
        yield from self._found(context)

    def _of_uses(self, context: Context) -> Iterator[Signal]:
        """The uses of names. Only what starts with an import can be a name that a detector gives in full."""
        wanted = self._uses
        below = not context.roots.isdisjoint(self._uses_below)
        for attribute in [n for n in context.nodes(ast.Attribute) if n.attr in wanted or below]:
            yield from self._of_use(context, attribute, attribute.attr)
        names = {*wanted}
        for alias, origin in context.module.aliases.items():
            if origin.rpartition(".")[2] in wanted or origin.partition(".")[0] in self._uses_below:
                names.add(alias)
        if not context.names.isdisjoint(names):
            for name in [n for n in context.nodes(ast.Name) if n.id in names]:
                yield from self._of_use(context, name, name.id)

    def _found(self, context: Context) -> Iterator[Signal]:
        is_cell = context.module.cell is not None  # a notebook's bytes hold its outputs too, and every other cell
        data = context.module.text.encode("utf-8", "replace") if is_cell else context.file.content.data or b""
        held: dict[bytes, bool] = {}
        for find in self._finds:
            if find.quick or not find.needs or _holds(data, find.needs, held):
                found = [*find.find(context)]
                if found and (not find.quick or not find.needs or _holds(data, find.needs, held)):
                    yield from found

    def _of_calls(self, context: Context) -> Iterator[Signal]:
        below = not context.roots.isdisjoint(self._calls_below)
        for last, calls in context.calls.items():
            wanted = last in self._calls
            if wanted or below:
                for call in calls:
                    if wanted or context.dotted(call.func).partition(".")[0] in self._calls_below:
                        yield from self._of_call(context, call, last)

    def _of_call(self, context: Context, call: ast.Call, last: str) -> Iterator[Signal]:
        name = context.call_name(call)
        written = context.dotted(call.func)
        plain = written or name
        fitting = self._fitting.get((name, written))
        if fitting is None:
            root = written.partition(".")[0]
            candidates = [*self._calls.get(last, ()), *self._calls_below.get(root, ())]
            found = (c for c in dict.fromkeys(candidates) if fits_any(name, c.names) or fits_any(plain, c.names))
            fitting = _remember(self._fitting, (name, written), tuple(found))
        for calls in fitting:
            if calls.needs and context.roots.isdisjoint(calls.needs):
                continue
            if calls.test is None or calls.test(context, call):
                why = calls.why or f"calls {plain}"
                yield from (context.signal(signal, call, why) for signal in calls.signals)

    def _of_options(self, context: Context) -> Iterator[Signal]:
        for option in context.options.keys() & self._keywords.keys():
            for call in context.options[option]:
                value = context.keywords(call)[option]
                if not context.is_on(value):
                    continue
                name = context.call_name(call)
                plain = context.dotted(call.func) or name
                for wanted in self._keywords[option]:
                    if wanted.of and not (fits_any(name, wanted.of) or fits_any(plain, wanted.of)):
                        continue
                    if wanted.test is None or wanted.test(context, call):
                        yield from (context.signal(s, value, f"sets {option}= of {plain}") for s in wanted.signals)

    def _of_use(self, context: Context, node: ast.AST, last: str) -> Iterator[Signal]:
        name = context.dotted(node)
        if not name:
            return
        candidates = self._uses.get(last, []) + self._uses_below.get(name.partition(".")[0], [])
        if isinstance(node, ast.Name):
            candidates = candidates + self._uses.get(name.rpartition(".")[2], [])
        for uses in candidates:
            if fits_any(name, uses.names):
                yield from (context.signal(signal, node, f"uses {name}") for signal in uses.signals)

    def _of_definition(self, context: Context, node: ast.AST, symbol: str) -> Iterator[Signal]:
        assert isinstance(node, _DEFINITIONS)
        cell = context.module.cell
        if isinstance(node, ast.ClassDef) and node.bases:
            seen: set[int] = set()
            for base in _bases(context, node):
                for wanted in self._bases_of(base):
                    if id(wanted) not in seen:
                        seen.add(id(wanted))
                        why = f"class {node.name} extends {base}"
                        yield from (Signal(s, node.lineno, cell, symbol, why, True) for s in wanted.signals)
        parts = name_parts(node.name)
        promised = self._promised
        for defines in (*self._defines, *(d for part in {*parts} if part in promised for d in promised[part])):
            if defines.test(context, parts, node):
                why = defines.why or f"defines {node.name}"
                yield from (Signal(s, node.lineno, cell, symbol, why, True) for s in defines.signals)

    def _bases_of(self, base: str) -> tuple[Bases, ...]:
        found = self._extending.get(base)
        if found is None:
            found = _remember(self._extending, base, tuple(b for b in self._bases if fits_any(base, b.names)))
        return found


def _remember(known: dict[_K, _V], key: _K, value: _V) -> _V:
    if len(known) >= _MAX_KNOWN:
        known.clear()
    known[key] = value
    return value


def _holds(data: bytes, needs: tuple[bytes, ...], held: dict[bytes, bool]) -> bool:
    for need in needs:
        found = held.get(need)
        if found is None:
            found = held[need] = need in data
        if found:
            return True
    return False


def dead_patterns(detector: Detector) -> Iterator[str]:
    """The patterns of a detector that no name can fit: empty, or with two stars; those of calls and uses, too, that end
    as a call's result or have stars in their first and last part, by neither of which they could be found."""
    found = detector.of if isinstance(detector, Keywords) else getattr(detector, "names", ())
    for pattern in found:
        starred = pattern.count("*") > 1
        if isinstance(detector, (Calls, Uses)):
            unfound = "*" in pattern.rpartition(".")[2] and "*" in pattern.partition(".")[0]
            starred = starred or unfound or pattern.endswith("()")
        if starred or not pattern:
            yield pattern
    if isinstance(detector, Keywords):
        yield from (name for name in detector.names if not name.isidentifier())


def _is_read(detector: Detector) -> bool:
    """Whether a facet reads the signals of a detector off test code."""
    if isinstance(detector, Finds):
        return detector.in_tests
    return isinstance(detector, Files) or not TESTED.isdisjoint(detector.signals)


def _index(detector: Calls | Uses, exact: dict[str, list], below: dict[str, list]) -> None:  # type: ignore[type-arg]
    keys: set[tuple[bool, str]] = set()
    for name in detector.names:
        last = name.rpartition(".")[2]
        keys.add((True, last) if "*" not in last else (False, name.partition(".")[0]))
    for is_exact, key in keys:
        (exact if is_exact else below).setdefault(key, []).append(detector)


def _bases(context: Context, node: ast.ClassDef, depth: int = 0) -> list[str]:
    """The resolved names of a class's bases; those defined in the same module are followed."""
    if not node.bases:
        return []
    local = context.classes
    found = []
    for base in node.bases:
        name = context.dotted(base.value if isinstance(base, ast.Subscript) else base)
        if name:
            found.append(name)
        if name in local and local[name] is not node and depth < 8:
            found += _bases(context, local[name], depth + 1)
    return found
