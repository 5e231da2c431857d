"""All signals of a repository together, as facets read them."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import Evidence, Signal
from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_EVIDENCE = 8  # a facet
_SIDE_FOLDERS = frozenset(
    ("examples", "example", "tutorials", "tutorial", "benchmarks", "benchmark", "docs", "demo", "demos", "scripts")
)


TESTED = frozenset(  # the signals that facets read of test code; there no others are looked for
    (
        *("ci_tests.pytest_targets", "gates.tests_target"),
        *("checkpointing.optimizer_state", "checkpointing.resume", "checkpointing.weights"),
        *("data.caching", "data.deterministic_shuffling", "data.splits", "datasets.code"),
        *("evaluation.computed", "evaluation.held_out_call", "evaluation.metrics_api", "evaluation.named"),
        *("evaluation.own_metric", "evaluation.validation_loop"),
        *("extensibility.base_class", "extensibility.plugin_points", "extensibility.registry", "extensibility.table"),
        *("extensibility.target_call", "lightning.step", "loop.backward", "loop.step"),
        *("modeling.model_init", "modeling.peft", "models.built", "text.own_tokenizer"),
        *("tokenization.decode", "tokenization.encode", "tokenization.fast_tokenizer"),
        *("tokenization.padding_truncation", "tokenization.vocab", "trainer.started", "training.train_loop"),
        *("weights.chosen", "weights.loaded"),
    )
)
PROGRAM = "runs.program|"  # in front of the name of a program that a test runs


class TestUse(NamedTuple):
    """A name from outside a test file that a test in it calls."""

    path: str
    line: int
    cell: int | None
    symbol: str  # of the test
    name: str  # resolved: litgpt.model.GPT; relative imports keep their dots


class Source(NamedTuple):
    """One file's part: its signals and, of test code, what its tests call."""

    signals: tuple[Signal, ...]
    uses: tuple[tuple[str, int, int | None, str], ...] = ()  # (name, line, cell, symbol)
    classes: tuple[tuple[str, int, int | None, tuple[str, ...]], ...] = ()  # (symbol, line, cell, resolved bases)


def in_test(symbol: str) -> bool:
    """Whether a symbol is in a test function or a test class."""
    if symbol.startswith(("test", "Test")) or ".test" in symbol or ".Test" in symbol:
        return True
    return symbol == "<module>"


class View:
    """The live signals by name; those of test code; the places that are stubs."""

    def __init__(
        self,
        paths: Iterable[str],
        sources: Mapping[str, Source],
        stubs: frozenset[tuple[str, str]],
    ) -> None:
        """`paths`: every audited file; `stubs`: (path, symbol) of the functions that are stubs."""
        self.paths = tuple(sorted(paths))
        self.files = frozenset(self.paths)
        self._live: dict[str, list[Evidence]] = {}
        self._tested: dict[str, list[Evidence]] = {}
        self._hollow: dict[str, list[Evidence]] = {}
        self._by_name: dict[str, list[str]] = {}
        self.test_uses: list[TestUse] = []
        for path in sorted(sources, key=_rank):
            if not (places.is_vendored(path) or places.is_generated(path)):
                self._take(path, sources[path], stubs)
        self.calls_in_tests = [
            (use, use.name.replace("()", "").rpartition(".")[2]) for use in self.test_uses if in_test(use.symbol)
        ]  # with the last part of what is called
        self._inherit(sources)

    def _inherit(self, sources: Mapping[str, Source]) -> None:
        """Classes that extend a class of another file show what that one shows by its own bases."""
        own = {part for path in self.paths for part in path.removesuffix(".py").split("/")}
        shown: dict[str, set[str]] = {}  # class -> the signals of its bases
        for name, found in self._live.items():
            for item in found:
                if item.why.startswith(f"class {item.symbol.rpartition('.')[2]} extends "):
                    shown.setdefault(item.symbol.rpartition(".")[2], set()).add(name)
        waiting = [
            (path, row)
            for path in sorted(sources, key=_rank)
            if not (places.is_vendored(path) or places.is_generated(path))
            for row in sources[path].classes
        ]
        grew = True
        while grew:
            grew, left = False, []
            for path, (symbol, line, cell, bases) in waiting:
                near = [b for b in bases if b[:1] == "." or b.partition(".")[0] in own]
                base = next((b for b in near if b.rpartition(".")[2] in shown), "")
                if not base:
                    left.append((path, (symbol, line, cell, bases)))
                    continue
                grew = True
                name = symbol.rpartition(".")[2]
                inherited = shown[base.rpartition(".")[2]] - shown.get(name, set())
                shown.setdefault(name, set()).update(inherited)
                evidence = Evidence(path, line, cell, symbol, f"class {name} extends {base.lstrip('.')}")
                for signal in sorted(inherited):
                    self._live[signal].append(evidence)
            waiting = left

    def _take(self, path: str, source: Source, stubs: frozenset[tuple[str, str]]) -> None:
        in_test = places.is_test(path)
        self.test_uses += [TestUse(path, line, cell, symbol, name) for name, line, cell, symbol in source.uses]
        for signal in source.signals:
            evidence = Evidence(path, signal.line, signal.cell, signal.symbol, signal.why)
            hollow = _inside(path, signal.symbol, stubs)
            if in_test and signal.place and signal.symbol.rpartition(".")[2].startswith("test"):
                continue  # the name of a test says what it is about, not that it does it
            if in_test:
                self._tested.setdefault(signal.name, []).append(evidence)
            elif not hollow:
                self._live.setdefault(signal.name, []).append(evidence)
            elif signal.place:
                self._hollow.setdefault(signal.name, []).append(evidence)

    def live(self, *names: str) -> tuple[Evidence, ...]:
        """The evidence of live code, configuration and documents for one of several signals, the best first."""
        return _picked([e for name in names for e in self._live.get(name, ())])

    def every(self, *names: str) -> tuple[Evidence, ...]:
        """As `live`, but all of it."""
        return tuple(e for name in names for e in self._live.get(name, ()))

    def hollow(self, *names: str) -> tuple[Evidence, ...]:
        """The places for one of several signals whose bodies are stubs."""
        return _picked([e for name in names for e in self._hollow.get(name, ())])

    def tested(self, *names: str) -> tuple[Evidence, ...]:
        """The evidence of test code for one of several signals."""
        assert all(name in TESTED or name.startswith(PROGRAM) for name in names), names
        return _picked([e for name in names for e in self._tested.get(name, ())])

    def names(self, prefix: str) -> tuple[str, ...]:
        """The live signals whose names start with `prefix`."""
        return tuple(sorted(name for name in self._live if name.startswith(prefix)))

    def alike(self, path: str) -> tuple[str, ...]:
        """The files that a path given from any folder can mean: those of its name."""
        if not self._by_name:
            for known in self.paths:
                self._by_name.setdefault(known.rpartition("/")[2], []).append(known)
        return tuple(self._by_name.get(path.rpartition("/")[2], ()))

    def has(self, *paths: str) -> bool:
        """Whether one of `paths` is a file of the repository."""
        return not self.files.isdisjoint(paths)

    def named(self, *names: str) -> tuple[str, ...]:
        """The files of these names (case ignored), wherever they lie outside vendored code; the shallowest first."""
        wanted = {name.lower() for name in names}
        found = [p for p in self.paths if p.rpartition("/")[2].lower() in wanted and not places.is_vendored(p)]
        return tuple(sorted(found, key=lambda p: (p.count("/"), p)))


def _rank(path: str) -> tuple[bool, bool, int, str]:
    """Order of evidence: code of the package before examples and scripts, modules before notebooks, shallow first."""
    parts = path.lower().split("/")
    aside = not _SIDE_FOLDERS.isdisjoint(parts[:-1])
    return path.endswith(".ipynb"), aside, len(parts), path


def _picked(found: list[Evidence]) -> tuple[Evidence, ...]:
    """At most MAX_EVIDENCE pieces: one of every file first, then more of the same files."""
    seen: dict[str, int] = {}
    ranked = []
    for number, item in enumerate(dict.fromkeys(found)):
        turn = seen.get(item.path, 0)
        seen[item.path] = turn + 1
        ranked.append((turn, number, item))
    return tuple(item for _, _, item in sorted(ranked)[:MAX_EVIDENCE])


def _inside(path: str, symbol: str, stubs: frozenset[tuple[str, str]]) -> bool:
    """Whether a symbol is a stub or stands in one."""
    while symbol:
        if (path, symbol) in stubs:
            return True
        symbol = symbol.rpartition(".")[0]
    return False
