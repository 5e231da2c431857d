"""The sites of a tree with their references resolved: linear in the number of facts."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.facts import API, FIELDS, FLAGS, NOTED, TOKENS, WHAT, keys
from ml_audit_hooks.checks.checkpointing.single import is_product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.core.finding import Record

MAX_DEPTH = 4  # of functions that hand a value on
_S, _F, _C, _H, _K, _G, _R, _M, _P = range(len(FIELDS))


class Tree:
    """The facts of all files."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.facts = {p: r.facts for p, r in sorted(records.items()) if r.facts and is_product(p)}
        self.functions: dict[str, list[tuple[str, Any]]] = {}
        self.calls: dict[str, list[tuple[str, Any]]] = {}
        self.classes: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self.marks: dict[str, set[str]] = {}
        for path, facts in self.facts.items():
            for function in facts[_F]:
                self.functions.setdefault(function[0], []).append((path, function))
            for call in facts[_C]:
                self.calls.setdefault(call[0], []).append((path, call))
            for name, bases in facts[_K]:
                self.classes.setdefault(name, []).append((path, bases))
            for mark in facts[_M]:
                self.marks.setdefault(mark, set()).add(path)
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def sites(self) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        """(path, site, words) of the sites that count."""
        for path, facts in self.facts.items():
            for site in facts[_S]:
                held = self.held(path, site)
                if held is not None:
                    yield path, site, held

    def held(self, path: str, site: tuple[Any, ...]) -> tuple[str, ...] | None:
        """The words of a site; None for one that is none: a class of the repository itself, data, or settings."""
        flags = site[FLAGS]
        if any(flag.startswith("class:") and flag[6:] in self.classes for flag in flags):
            return None
        if any(flag.startswith("function:") and self._is_own(flag[9:]) for flag in flags):
            return None
        if any(flag.startswith("trainer:") and not self._is_trainer(flag[8:]) for flag in flags):
            return None
        found = self.words(site[TOKENS], path)
        found -= keys(found)
        if site[API] == "lightning" and "lightning" in flags:
            found |= self._lightning(flags)
        if "graph" in flags:
            found |= self._graph(path, site[WHAT])
        if words.WEAK in found:
            found = found - {words.WEAK} if "data" in flags else (found - {words.WEAK}) | {"weights"}
        if not found & (words.TRAINING | {"weights"}) and "data" in flags:
            return None
        found = found or frozenset(("weights",))
        if site[WHAT] == "save" and found <= {"config", "metric"}:
            return None  # settings and figures alone are no state
        return words.ordered(found)

    def keys(self, path: str, site: tuple[Any, ...], kind: str) -> frozenset[str]:
        """The keys of a kind, see `facts`, that a site writes or reads."""
        return frozenset(t[len(kind) :] for t in self.words(site[TOKENS], path) if t.startswith(kind))

    def _is_own(self, name: str) -> bool:
        """Whether a function of the repository, no method, has a name."""
        return any(not function[1] for _, function in self.functions.get(name, ()))

    def _is_trainer(self, name: str) -> bool:
        """Whether a class is a trainer of transformers, or inherits from one: not one of the repository's making."""
        seen, stack = {name}, [name]
        while stack:
            name = stack.pop()
            if name not in self.classes:
                if name.endswith("rainer"):
                    return True
                continue
            fresh = {base for _, bases in self.classes[name] for base in bases} - seen
            seen |= fresh
            stack += fresh
        return False

    def _lightning(self, flags: tuple[str, ...]) -> frozenset[str]:
        found = {"config"} if "hyperparameters" in self.marks else set()
        if any(flag.startswith("monitor:") and flag in self.marks for flag in flags):
            found.add("metric")
        return frozenset(found)

    def _graph(self, path: str, what: str) -> frozenset[str]:
        """What all variables of a graph are beside weights: those that its optimizer made, and the step."""
        found = set()
        for mark, word in (("minimizes", "optimizer"), ("counts", "step")):
            files = self.marks.get(mark, set())
            if files if what == "save" else path in files:
                found.add(word)
        return frozenset(found)

    def words(self, tokens: tuple[str, ...], path: str, depth: int = 0) -> frozenset[str]:
        """Tokens of a file with the references among them resolved."""
        found: set[str] = set()
        for token in tokens:
            if token.startswith(NOTED):
                found.add(token)
            elif ":" in token:
                found |= self._referred(token, path, depth)
            else:
                found.add(token)
        return frozenset(found)

    def _referred(self, token: str, path: str, depth: int) -> frozenset[str]:
        key = token, path
        if key in self._known:
            return self._known[key]
        if depth >= MAX_DEPTH:
            return frozenset()
        self._known[key] = frozenset()  # ends circles
        kind, name, rest = (*token.split(":", 2), "")[:3]
        entry = rest.endswith("/")
        rest = rest.rstrip("/")
        found: set[str] = set()
        if kind == "p":
            for other, tokens in self._given(name, rest, path):
                found |= self.words(tokens, other, depth + 1)
        elif kind == "r":
            for other, function in _near(self.functions.get(name, ()), path):
                found |= self.words(function[4], other, depth + 1)
        elif kind == "c":
            for other, call in _near(self.calls.get(name, ()), path):
                found |= self.words(call[4], other, depth + 1)
        elif kind == "a":
            for other, function in _near(self.functions.get(name, ()), path):
                given = function[2]
                parameter = rest if not rest.isdigit() else given[int(rest)] if int(rest) < len(given) else ""
                for own, tokens in function[3]:
                    if own == parameter:
                        found |= self.words(tokens, other, depth + 1)
        self._known[key] = frozenset(found - keys(found) if entry else found)
        return self._known[key]

    def _given(self, name: str, parameter: str, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(path, tokens) of what callers hand to a parameter."""
        calls = _near(self.calls.get(name, ()), path)
        if parameter == "*":
            yield from ((other, call[2][0]) for other, call in calls if call[2])
            return
        for _, function in _near(self.functions.get(name, ()), path):
            if parameter not in function[2]:
                continue
            index = function[2].index(parameter)
            for other, call in calls:
                if index < len(call[2]):
                    yield other, call[2][index]
                for keyword, tokens in call[3]:
                    if keyword == parameter:
                        yield other, tokens


def _near(rows: Sequence[tuple[str, Any]], path: str) -> Sequence[tuple[str, Any]]:
    """Those of a file, where it has any: functions of one name in two files are two."""
    return [row for row in rows if row[0] == path] or rows
