"""Every entry point of a tree, followed to its end: what it draws from, what seeds it, what remains."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import calls, texts, values
from ml_audit_hooks.checks.seeds.effect import SOURCES
from ml_audit_hooks.checks.seeds.engine import Engine
from ml_audit_hooks.checks.seeds.knowing import Frame, Settings
from ml_audit_hooks.checks.seeds.outcome import Outcome, Source, finished, sources
from ml_audit_hooks.checks.seeds.summary import Summary
from ml_audit_hooks.checks.seeds.tree import Code, Tree
from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any


class Row(NamedTuple):
    """An entry point."""

    path: str
    line: int
    cell: int | None
    symbol: str
    sources: tuple[Source, ...]
    outcome: Outcome


class Programs:
    """The entry points of a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.engine = Engine(tree)
        self._imports = _imports(self.engine)
        self._imported = {
            p for path, found in self._imports.items() if not places.is_test(path) for p in found - {path}
        }
        self._wide = _wide(tree, self._imports)

    def rows(self) -> Iterator[Row]:
        """The entry points by path and line; then the configurations and commands that stand for one."""
        consoles = self._consoles()
        for path in sorted(self.tree.codes):
            if places.is_test(path) or places.is_generated(path) or places.is_vendored(path):
                continue
            code = self.tree.codes[path]
            started: set[str] = set()
            for symbol, at, kind, details in code.entries:
                if kind == "top" and (path in self._imported or path.endswith("__init__.py")):
                    continue
                config = self._config(path, details) if kind == "hydra" else ""
                started.add(symbol)
                yield self._row(path, symbol, config or self._hydra(code), {}, *place(code, at))
            for symbol in sorted(consoles.get(path, set()) - started):
                yield self._row(path, symbol, self._hydra(code), {}, *place(code, code.units[symbol].at))
        yield from self._wrappers()

    def run(self, path: str, symbol: str, config: str, overrides: Mapping[str, Any]) -> Outcome:
        """What running a program would do: the module, then the function `symbol` of it (if it is one)."""
        code, engine = self.tree.codes[path], self.engine
        fixed = dict(overrides)
        for key, held in self.tree.configs[config][1] if config else ():
            fixed.setdefault(key, held)
        engine.begin(Settings(tuple(sorted((k, _known(v)) for k, v in fixed.items())), self._wide.get(path, ())))
        top = code.units["<module>"]
        out = Summary()
        is_function = symbol in code.units and symbol != "<module>"
        link = path, -1, "<module>"
        gen = out.add(engine.summary(top, {}, None, "" if is_function else "main"), 0, link)
        if is_function:
            unit = code.units[symbol]
            defaults = {name: default for name, default in unit.parameters if default is not None}
            defaults.update((name, ("c", held)) for name, held in overrides.items() if name in unit.refs)
            gen = out.add(engine.summary(unit, defaults, None), gen, (path, -1, symbol))
        return finished(engine, path, Frame(top, {}, None, True, False, False, out), gen)

    def _row(
        self, path: str, symbol: str, config: str, overrides: Mapping[str, Any], line: int, cell: int | None
    ) -> Row:
        outcome = self.run(path, symbol, config, overrides)
        return Row(path, line, cell, symbol, tuple(sources(outcome)), outcome)

    # -- configurations ---------------------------------------------------------------------------------------------

    def _hydra(self, code: Code) -> str:
        """The configuration of the file's Hydra program, whichever function bears the decorator."""
        for _, _, kind, details in code.entries:
            if kind == "hydra":
                return self._config(code.path, details)
        return ""

    def _config(self, path: str, details: tuple[str, ...]) -> str:
        if len(details) < 2 or not details[1]:
            return ""
        folder, name = details[0] or ".", details[1]
        parts = path.split("/")[:-1]
        for word in folder.split("/"):
            if word == "..":
                parts = parts[:-1]
            elif word not in ("", "."):
                parts.append(word)
        stems = ("/".join([*parts, name + ending]) for ending in ("", ".yaml", ".yml"))
        return next((found for found in stems if found in self.tree.configs), "")

    def _consoles(self) -> dict[str, set[str]]:
        """The functions that console scripts name, by file."""
        found: dict[str, set[str]] = {}
        for metadata, targets in self.tree.scripts:
            folder = metadata.rpartition("/")[0]
            beside = f"{folder}/setup.py" if folder else "setup.py"
            for target in targets:
                module, _, symbol = target.partition(":")
                path = self.tree.module(beside, module)
                if path is not None and symbol in self.tree.codes[path].units:
                    found.setdefault(path, set()).add(symbol)
        return found

    def _wrappers(self) -> Iterator[Row]:
        """Configurations that stand for an experiment, and commands in scripts: a program under other settings."""
        programs = {
            path: (entry[0], self._config(path, entry[3]))
            for path, code in self.tree.codes.items()
            for entry in code.entries
            if entry[2] == "hydra" and not places.is_test(path)
        }
        for path in sorted(self.tree.configs) if programs else ():
            yield from self._experiment(programs, path)
        for path in sorted(self.tree.commands):
            if not places.is_vendored(path):
                yield from self._started(programs, path)

    def _experiment(self, programs: dict[str, tuple[str, str]], path: str) -> Iterator[Row]:
        """A Hydra configuration that is laid over the whole (``@package _global_``): its program with its seed."""
        _, seeds, targets, is_global, *_, lines = self.tree.configs[path]
        for program, (symbol, config) in programs.items() if is_global else ():
            folder = config.rpartition("/")[0]
            if not config or not path.startswith(f"{folder}/") or path.count("/") == config.count("/"):
                continue
            outcome = self.run(program, symbol, config, {key: value for key, value in seeds if "." not in key})
            if not outcome.trains:
                continue
            found = {s.source: s._replace(line=None) for s in sources(outcome)}
            for (target, seed), line in zip(targets, lines, strict=False):
                for effect in calls.effects(target, {"seed": seed} if seed is not None else {}):
                    if effect.op == "use" and effect.value is not None:
                        source = effect.sources[0]
                        fine = effect.value != values.NOTHING and found.get(source, Source("", True, None)).seeded
                        found[source] = Source(source, fine, line)
            ordered = tuple(found[name] for name in SOURCES if name in found)
            yield Row(path, 1, None, path.rpartition("/")[2].partition(".")[0], ordered, outcome)
            return

    def _started(self, programs: dict[str, tuple[str, str]], path: str) -> Iterator[Row]:
        """The programs of the repository that a script or Makefile starts, with the seed that it gives them."""
        _, started, lines = self.tree.commands[path]
        rows: list[Row] = []
        for (target, words), line in zip(started, lines, strict=True):
            stem = target.removesuffix(".py")
            program = next((p for p in (f"{stem}.py", f"{stem}/__main__.py") if p in self.tree.codes), None)
            if program is None:
                continue
            symbol, config = programs.get(program) or (self._command(program, words), "")
            outcome = self.run(program, symbol, config, _given(words))
            chosen = any(w.startswith(("trainer=", "trainer.accelerator=", "experiment=")) for w in words)
            on_cpu = bool(config) and not chosen and self._is_cpu(config)
            found = tuple(s._replace(line=None) for s in sources(outcome, on_cpu, _drops_nothing(words)))
            rows.append(Row(path, line, None, target, found, outcome))
        trains = any(row.outcome.trains for row in rows)  # then what only loads its weights tells nothing of the script
        yield from (row for row in rows if not (trains and row.outcome.only_loads))

    def _command(self, program: str, words: tuple[str, ...]) -> str:
        """The function that a command line asks a program of several commands for; its top level without any."""
        commands = [symbol for symbol, _, kind, _ in self.tree.codes[program].entries if kind == "command"]
        asked = [symbol for symbol in commands if words[:1] and symbol.replace("_", "-") == words[0].replace("_", "-")]
        found: list[str] = asked or (commands if len(commands) == 1 else ["<module>"])
        return found[0]

    def _is_cpu(self, config: str) -> bool:
        """Whether the trainer that the primary configuration picks by default runs on the CPU."""
        folder, configs = config.rpartition("/")[0], self.tree.configs
        picked = [f"{folder}/{group}/{option}.yaml" for group, option in configs[config][5]]
        return any(configs[path][4] == "cpu" for path in picked if path in configs)


def _known(held: Any) -> Any:
    """What of a setting decides anything: which number a seed is does not."""
    kept = values.short(("c", held))
    return kept[1] if kept is not None and kept[0] == "c" else 1


def place(code: Code, at: int) -> tuple[int, int | None]:
    """(line, cell) of a position."""
    position = code.positions[at] if at >= 0 else 1
    cell, line = divmod(position, 1_000_000)
    return line, cell - 1 if cell else None


def _imports(engine: Engine) -> dict[str, frozenset[str]]:
    """File to the files that it imports, anywhere in it."""
    found: dict[str, frozenset[str]] = {}
    for path, code in engine.tree.codes.items():
        dotted: set[str] = set()
        stack = [unit.events for unit in code.units.values() if unit.events]
        while stack:
            for event in stack.pop():
                op = event[0]
                if op == "import":
                    dotted.add(event[1])
                elif op == "ways":
                    stack += [body for _, body, _ in event[1]]
                elif op in ("loop", "rare"):
                    stack.append(event[1])
        found[path] = frozenset(p for name in dotted for p in engine.targets.files(path, name))
    return found


def _wide(tree: Tree, imports: Mapping[str, frozenset[str]]) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Program to the seeds that may be off by default, in its own options and in those of the files it imports."""
    declares = {
        path: {row[0]: row[1] for row in code.options if row[1] not in (None, values.OPEN)}
        for path, code in tree.codes.items()
    }
    declares = {path: found for path, found in declares.items() if found}
    above: dict[str, list[str]] = {}
    for path, found in imports.items():
        for other in found:
            above.setdefault(other, []).append(path)
    reached: dict[str, dict[str, Any]] = {}
    for origin in sorted(declares):
        waiting, seen = [origin], {origin}
        for path in waiting:
            mine = reached.setdefault(path, {})
            for name, held in declares[origin].items():
                if path == origin or name not in mine:
                    mine[name] = held
            fresh = [p for p in above.get(path, ()) if p not in seen]
            seen.update(fresh)
            waiting += fresh
    return {path: tuple(sorted(found.items())) for path, found in reached.items()}


def _drops_nothing(words: Iterable[str]) -> bool:
    """Whether a command's arguments switch dropout off: ``--dropout 0``, ``--attn_dropout=0.0``, ``dropout=0``."""
    found: set[bool] = set()
    last = ""
    for word in words:
        name, equals, value = word.partition("=")
        bare = name.lstrip("-+").lower()
        if last or (equals and _is_rate(bare)):
            rate = value if equals else word
            found.add("0" in rate and not rate.strip("0."))
        last = bare if word.startswith("-") and not equals and _is_rate(bare) else ""
    return found == {True}


def _is_rate(name: str) -> bool:
    return "dropout" in name or name in ("drop", "drop_prob", "drop_rate", "p_drop")


def _given(words: Iterable[str]) -> dict[str, Any]:
    """The seeds among a command's arguments: ``--seed 3``, ``--seed=3``, ``seed=3``."""
    found: dict[str, Any] = {}
    last = ""
    for word in words:
        name, equals, value = word.lstrip("-").lstrip("+").partition("=")
        name = name.replace("-", "_")
        if equals and values.is_seed_name(name):
            found[name] = texts.scalar(value)
        elif last:
            found[last] = texts.scalar(word)
        last = name if word.startswith("-") and not equals and values.is_seed_name(name) else ""
    return found
