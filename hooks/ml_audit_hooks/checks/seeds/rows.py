"""The rows of the report: every entry point with its sources of randomness."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds import libraries, texts, values
from ml_audit_hooks.checks.seeds.program import Repository
from ml_audit_hooks.checks.seeds.run import Run, Use
from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any


class Source(NamedTuple):
    """A source of randomness that an entry point reaches."""

    source: str
    seeded: bool
    line: int | None  # from 1, of the first draw where it stands in the entry point's own file


class Row(NamedTuple):
    """An entry point."""

    path: str
    line: int
    cell: int | None
    symbol: str
    sources: tuple[Source, ...]
    run: Run


def rows(repository: Repository, paths: Iterable[str] | None = None) -> Iterator[Row]:
    """The entry points of the files at `paths` (default: all), by path and line."""
    wanted = None if paths is None else set(paths)
    imported = _imported(repository)
    consoles = _consoles(repository)
    for path in sorted(repository.codes):
        if wanted is not None and path not in wanted:
            continue
        if places.is_test(path) or places.is_vendored(path) or places.is_generated(path):
            continue
        code = repository.codes[path]
        started: set[str] = set()
        for symbol, line, cell, kind, details in code.entries:
            if kind == "top" and (path in imported or path.endswith("__init__.py")):
                continue
            config = _config(repository, path, details) if kind == "hydra" else ""
            started.add(symbol)
            yield _row(Run(repository, path, config or _hydra(repository, path)).start(symbol), line, cell, symbol)
        for symbol in sorted(consoles.get(path, set()) - started):
            unit = code.units[symbol]
            yield _row(Run(repository, path, _hydra(repository, path)).start(symbol), unit.line, unit.cell, symbol)
    yield from _wrappers(repository, wanted)


def _hydra(repository: Repository, path: str) -> str:
    """The configuration of the file's Hydra program, whichever function bears the decorator."""
    for _, _, _, kind, details in repository.codes[path].entries:
        if kind == "hydra":
            return _config(repository, path, details)
    return ""


def _config(repository: Repository, path: str, details: tuple[str, ...]) -> str:
    if len(details) < 2 or not details[1]:
        return ""
    folder, name = details[0] or ".", details[1]
    parts = path.split("/")[:-1]
    for word in folder.split("/"):
        if word == "..":
            parts = parts[:-1]
        elif word not in ("", "."):
            parts.append(word)
    for ending in ("", ".yaml", ".yml"):
        found = "/".join([*parts, name + ending])
        if found in repository.configs:
            return found
    return ""


def _imported(repository: Repository) -> set[str]:
    """The files that another file imports."""
    found = set()
    for path, code in repository.codes.items():
        if places.is_test(path):
            continue
        for event in _imports(code.units):
            words = event.split(".")
            for cut in range(len(words), 0, -1):
                head = ".".join(words[:cut])
                other = repository.module(path, head) if head.strip(".") else None
                if other is not None:
                    if other != path:
                        found.add(other)
                    break
    return found


def _imports(units: Any) -> set[str]:
    found: set[str] = set()
    stack = [unit.events for unit in units.values()]
    while stack:
        for event in stack.pop():
            if event[0] == "import":
                found.add(event[3])
            elif event[0] == "if":
                stack += event[4:6]
            elif event[0] == "loop":
                stack.append(event[3])
    return found


def _consoles(repository: Repository) -> dict[str, set[str]]:
    """The functions that console scripts name, by file."""
    found: dict[str, set[str]] = {}
    for metadata, targets in repository.scripts:
        folder = metadata.rpartition("/")[0]
        beside = f"{folder}/setup.py" if folder else "setup.py"
        for target, _ in targets:
            module, _, symbol = target.partition(":")
            path = repository.module(beside, module)
            if path is not None and symbol in repository.codes[path].units:
                found.setdefault(path, set()).add(symbol)
    return found


def _row(run: Run, line: int, cell: int | None, symbol: str) -> Row:
    return Row(run.path, line, cell, symbol, tuple(sources(run)), run)


def unseeded(run: Run, source: str) -> list[Use]:
    """The draws of a source that count and that nothing had seeded."""
    training = "train" in run.flags
    found = [use for use in run.uses if use.source == source and (use.kind != "drop" or training)]
    if source in run.seeds:  # what is drawn later, or does not last, counts where nothing ever seeds the source
        found = [use for use in found if use.kind not in ("weak", "late", "drop")]
    return found


def sources(run: Run, on_cpu: bool = False) -> Iterator[Source]:
    """The sources that a run reaches, in the order of the contract."""
    training = "train" in run.flags
    for name in libraries.SOURCES:
        if name == "torch.cuda":
            explicit = any("cuda" in place.text for place in run.seeds.get(name, ()))
            torch = "torch" in run.reached or (training and ("torch", "drop") in run.kinds)
            drawn = training or ("torch", "run") in run.kinds
            if torch and not on_cpu and drawn and ("gpu" in run.flags or explicit):
                yield Source(name, all(run.cuda) if run.cuda else explicit, None)
            continue
        if name not in run.reached and not (name == "torch" and ("torch", "drop") in run.kinds and training):
            continue
        place = run.reached.get(name)
        line = place.line if place is not None and place.path == run.path else None
        yield Source(name, not unseeded(run, name), line)


def _wrappers(repository: Repository, wanted: set[str] | None) -> Iterator[Row]:
    """Configurations that stand for an experiment, and commands in scripts: a program under other settings."""
    programs = {
        path: (entry[0], _config(repository, path, entry[4]))
        for path, code in repository.codes.items()
        for entry in code.entries
        if entry[3] == "hydra" and not places.is_test(path)
    }
    for path in sorted(repository.configs):
        if wanted is None or path in wanted:
            yield from _experiment(repository, programs, path)
    for path in sorted(repository.commands):
        if (wanted is None or path in wanted) and not places.is_vendored(path):
            yield from _started(repository, programs, path)


def _experiment(repository: Repository, programs: dict[str, tuple[str, str]], path: str) -> Iterator[Row]:
    """A Hydra configuration that is laid over the whole (``@package _global_``): its program with its seed."""
    _, _, seeds, targets, is_global, *_ = repository.configs[path]
    if not is_global:
        return
    for program, (symbol, config) in programs.items():
        folder = config.rpartition("/")[0]
        if not config or not path.startswith(f"{folder}/") or path.count("/") == config.count("/"):
            continue
        overrides = {key: value for key, value, _ in seeds if "." not in key}
        run = Run(repository, program, config, overrides).start(symbol)
        if "train" not in run.flags:
            continue
        found = {s.source: s._replace(line=None) for s in sources(run)}
        for target, seed, line in targets:
            for effect in libraries.effects(target, {"seed": seed} if seed is not None else {}):
                if effect.op == "use" and effect.value is not None:
                    fine = effect.value != ("c", None) and found.get(effect.sources[0], Source("", True, None)).seeded
                    found[effect.sources[0]] = Source(effect.sources[0], fine, line)
        ordered = tuple(found[name] for name in libraries.SOURCES if name in found)
        yield Row(path, 1, None, path.rpartition("/")[2].partition(".")[0], ordered, run)
        return


def _started(repository: Repository, programs: dict[str, tuple[str, str]], path: str) -> Iterator[Row]:
    """The programs of the repository that a script or Makefile starts, with the seed that it gives them."""
    for line, target, words in repository.commands[path][2]:
        stem = target.removesuffix(".py")
        program = next((p for p in (f"{stem}.py", f"{stem}/__main__.py") if p in repository.codes), None)
        if program is None:
            continue
        symbol, config = programs.get(program, ("<module>", ""))
        run = Run(repository, program, config, _settings(words)).start(symbol)
        chosen = any(w.startswith(("trainer=", "trainer.accelerator=", "experiment=")) for w in words)
        on_cpu = bool(config) and not chosen
        found = tuple(s._replace(line=None) for s in sources(run, on_cpu and _is_cpu(repository, config)))
        yield Row(path, line, None, target, found, run)


def _settings(words: Iterable[str]) -> dict[str, Any]:
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
        last = name if word.startswith("--") and not equals and values.is_seed_name(name) else ""
    return found


def _is_cpu(repository: Repository, config: str) -> bool:
    """Whether the trainer that the primary configuration picks by default runs on the CPU."""
    folder = config.rpartition("/")[0]
    picked = [f"{folder}/{group}/{option}.yaml" for group, option in repository.configs[config][6]]
    return any(repository.configs[path][5] == "cpu" for path in picked if path in repository.configs)


def plain(found: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows as the contract's JSON has them."""
    return [
        {
            "path": row.path,
            "cell": row.cell,
            "symbol": row.symbol,
            "sources": [source._asdict() for source in row.sources],
        }
        for row in found
    ]
