"""The commands that judge the repository, as they are typed, the foremost first."""

from __future__ import annotations

import re

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.gates import facts, network, runners
from ml_audit_hooks.gates import words as wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ml_audit_hooks.gates.facts import FileFacts, Records, Test

_RUNNERS = ("make", "just", "task", "nox", "tox", "poe", "hatch", "pdm", "pixi", "rye", "bash")  # the foremost first
_INSTALLS = {"nox": "nox installs packages", "tox": "tox installs packages"}
_HOOKS = "hook environments are fetched on the first run"
_NOT_MARK = re.compile(r"not\s+(\w+)")
_AS_WORDS = {wording.TESTS: "unit tests", wording.HOOKS: "pre-commit hooks"}
_SHOWN = 3  # examples of what needs a network


class Gate(NamedTuple):
    """One command."""

    command: str  # the line to type at the root
    purpose: str  # what it covers: "unit tests: 34 functions in tests/"
    where: str  # path of the file that defines it
    network: str  # what in it needs a network; "" for nothing seen
    offline: bool  # whether it sets a switch that keeps libraries off the network


def commands(records: Records) -> tuple[Gate, ...]:
    """The gates that a person can run here, each once. A command that only CI has is there by itself."""
    files = facts.all_of(records)
    kinds, where = _tasks(files)
    found = [_gate(task, kinds[task], where[task], files) for task in _ranked(kinds)]
    covered = {kind for task in kinds for kind in kinds[task]}
    if wording.TESTS not in covered and _tests(files):
        found.insert(0, _plain_tests(files))
    covered.add(wording.TESTS)
    hooks = [(path, value) for path, file in files.items() for name, value in file.settings if name == "hook"]
    if hooks and not any(gate.command.startswith("pre-commit run") for gate in found):
        found.append(_pre_commit(hooks))
    found += _only_in_ci(files, covered)
    return tuple({(gate.command.split()[0], *gate[1:]): gate for gate in reversed(found)}.values())[::-1]


def run_by(files: Mapping[str, FileFacts], words: tuple[str, ...] = ()) -> dict[str, tuple[Test, ...]]:
    """The test functions that a command with these words runs, by path: those below the paths that it names."""
    chosen = [word.rstrip("/").partition("::")[0].removeprefix("./") for word in words[1:]]
    roots = [word for word in chosen if any(path == word or path.startswith(f"{word}/") for path in files)]
    inside = tuple(f"{root}/" for root in roots)
    return {p: f.tests for p, f in files.items() if f.tests and (not roots or p in roots or p.startswith(inside))}


def _tests(files: Mapping[str, FileFacts]) -> bool:
    return any(file.tests for file in files.values())


# -- tasks of runners -----------------------------------------------------------------------------------------------


def _tasks(files: Mapping[str, FileFacts]) -> tuple[dict[str, set[str]], dict[str, str]]:
    """The tasks that judge something: what each does, by itself or by those that it needs; and where it stands."""
    kinds: dict[str, set[str]] = {}
    where: dict[str, str] = {}
    needs: dict[str, set[str]] = {}
    for path, file in files.items():
        for step in file.steps:
            if step.task and wording.kind(step.words):
                kinds.setdefault(step.task, set()).add(wording.kind(step.words))
                where.setdefault(step.task, path)
        for task, other in file.needs:
            needs.setdefault(task, set()).add(other)
            where.setdefault(task, path)
    unsafe = {s.task for f in files.values() for s in f.steps if wording.acts(s.words)}
    for task in needs:
        if _closure(task, needs) & unsafe:
            unsafe.add(task)
        gained = {kind for other in _closure(task, needs) for kind in kinds.get(other, ())}
        if gained:
            kinds.setdefault(task, set()).update(gained)
    safe = {task: does for task, does in kinds.items() if task not in unsafe and wording.is_safe_name(task)}
    return safe, where


def _closure(task: str, needs: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    left = [task]
    while left:
        for other in needs.get(left.pop(), ()):
            if other not in seen:
                seen.add(other)
                left.append(other)
    return seen


def _ranked(kinds: Mapping[str, set[str]]) -> list[str]:
    """Tests first, then by what is judged; of one kind the runner that people know best; the wider one first."""

    def rank(task: str) -> tuple[int, int, int, str]:
        runner = task.partition(" ")[0]
        kind = min(wording.KINDS.index(kind) for kind in kinds[task])
        return kind, -len(kinds[task]), _RUNNERS.index(runner) if runner in _RUNNERS else len(_RUNNERS), task

    return sorted(kinds, key=rank)


def _gate(task: str, kinds: set[str], path: str, files: Mapping[str, FileFacts]) -> Gate:
    steps = [step for file in files.values() for step in file.steps if step.task == task]
    words = next((wording.bare(step.words) for step in steps if wording.kind(step.words) == wording.TESTS), ())
    runner = task.partition(" ")[0]
    needs = [_INSTALLS[runner]] if runner in _INSTALLS else []
    if wording.TESTS in kinds:
        needs += _of_tests(files, words)
    if wording.HOOKS in kinds:
        needs.append(_HOOKS)
    offline = any(by in (task, "") for _, by in files[path].switches) or (wording.TESTS in kinds and _is_offline(files))
    return Gate(task, _purpose(kinds, words, files), path, "; ".join(needs), offline)


def _purpose(kinds: set[str], words: tuple[str, ...], files: Mapping[str, FileFacts]) -> str:
    named = [_AS_WORDS.get(kind, kind) for kind in wording.KINDS if kind in kinds]
    text = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{text}: {_counted(run_by(files, words))}{_chosen(words)}" if wording.TESTS in kinds else text


def _chosen(words: tuple[str, ...]) -> str:
    """The choice among them: `` (-m "not slow")``."""
    given = [(flag, value) for flag, value in zip(words, words[1:], strict=False) if flag in ("-m", "-k")]
    given += [(word[:2], word[2:].lstrip("=")) for word in words if word.startswith(("-m=", "-k="))]
    return "".join(f' ({flag} "{value}")' for flag, value in given)


def _counted(tests: Mapping[str, tuple[Test, ...]]) -> str:
    number = sum(len(found) for found in tests.values())
    if not number:
        return "no test functions seen"
    noun = "function" if number == 1 else "functions"
    return f"{number} {noun} in {_common(tests)}"


def _common(paths: Iterable[str]) -> str:
    """The folder that holds all of them, with its slash; the file itself where it is one; up to three folders."""
    known = sorted(paths)
    if len(known) == 1:
        return known[0]
    shared = known[0].split("/")[:-1]
    for path in known:
        parts = path.split("/")[:-1]
        shared = shared[: next((i for i, (a, b) in enumerate(zip(shared, parts, strict=False)) if a != b), len(parts))]
    if shared:
        return "/".join(shared) + "/"
    tops = sorted({path.partition("/")[0] + "/" if "/" in path else "./" for path in known})
    return ", ".join(tops[:3]) + (f" and {len(tops) - 3} more" if len(tops) > 3 else "")


# -- tests without a runner, hooks, CI ------------------------------------------------------------------------------


def bare_line(files: Mapping[str, FileFacts]) -> str:
    """The bare line that runs the tests: pytest, or unittest where nothing speaks of pytest."""
    settings = any(name == "pytest" for file in files.values() for name, _ in file.settings)
    tests = [test for file in files.values() for test in file.tests]
    steps = [step.words for file in files.values() for step in file.steps]
    uses = settings or any(test.marks or "pytest" in test.imports or "." not in test.name for test in tests)
    if uses or any(wording.tool(words) == "pytest" for words in steps):
        return "pytest"
    return "python -m unittest discover"


def _plain_tests(files: Mapping[str, FileFacts]) -> Gate:
    path = next((p for p, file in files.items() if ("pytest", "") in file.settings), "")
    path = path or next(p for p, file in files.items() if file.tests)
    needs = "; ".join(_of_tests(files, ()))
    return Gate(bare_line(files), _purpose({wording.TESTS}, (), files), path, needs, _is_offline(files))


def _pre_commit(hooks: list[tuple[str, str]]) -> Gate:
    names = [*dict.fromkeys(value for _, value in hooks)]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return Gate("pre-commit run --all-files", f"pre-commit hooks: {shown}", hooks[0][0], _HOOKS, False)


def _only_in_ci(files: Mapping[str, FileFacts], covered: set[str]) -> Iterator[Gate]:
    seen: set[str] = set()
    for path, file in files.items():
        for step in file.steps if runners.is_ci(path) else ():
            kind = wording.kind(step.words)
            line = " ".join(step.words)
            if kind and kind not in covered | seen and kind != wording.HOOKS and "$" not in line:
                seen.add(kind)
                yield Gate(line, f"{_AS_WORDS.get(kind, kind)}, as CI runs it", path, "", False)


# -- network --------------------------------------------------------------------------------------------------------


def _is_offline(files: Mapping[str, FileFacts]) -> bool:
    """Whether what every test run reads sets a switch: a conftest, pytest's own settings."""
    own = ("conftest.py", "pytest.ini")
    return any(file.switches for path, file in files.items() if path.rpartition("/")[2] in own) or any(
        name == "pytest.env" and runners.switches(value.encode()) for f in files.values() for name, value in f.settings
    )


def _of_tests(files: Mapping[str, FileFacts], words: tuple[str, ...]) -> list[str]:
    """What in the tests of a command needs a network, those left out by ``-m "not slow"`` not counted."""
    added = [value for file in files.values() for name, value in file.settings if name == "pytest.addopts"]
    left_out = set(_NOT_MARK.findall(" ".join((*words, *added))))
    reaching = [
        (path, test)
        for path, tests in run_by(files, words).items()
        for test in tests
        if (test.network or network.MARKS & {*test.marks}) and not left_out & {*test.marks}
    ]
    if not reaching:
        return []
    calls = [*dict.fromkeys(call for _, test in reaching for call in test.network)][:_SHOWN]
    verb = "test needs" if len(reaching) == 1 else "tests need"
    shown = f": {', '.join(calls)}" if calls else ""
    return [f"{len(reaching)} {verb} a network (first {reaching[0][0]}::{reaching[0][1].name}){shown}"]
