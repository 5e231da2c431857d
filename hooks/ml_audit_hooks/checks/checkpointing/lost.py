"""Findings that take the whole tree: state that no checkpoint holds, that is saved and never restored."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.facts import API, ATOMIC, FLAGS, SYMBOL, site_finding
from ml_audit_hooks.checks.checkpointing.joining import Tree
from ml_audit_hooks.checks.checkpointing.onesided import Sides, is_dictionary, is_handed_on, is_open, one_sided
from ml_audit_hooks.core.finding import PRODUCT, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Held: TypeAlias = tuple[str, Any, frozenset[str]]  # path, site, words

_LACKS = (
    ("CKP006", "optimizer", "the optimizer's state is not in the checkpoint: a resumed run starts it anew"),
    ("CKP007", "scheduler", "the scheduler's state is not in the checkpoint: a resumed run restarts the schedule"),
    ("CKP008", "scaler", "the gradient scaler's state is not in the checkpoint: a resumed run starts it anew"),
)
_BY_CODE = {"CKP009": "rng", **{code: word for code, word, _ in _LACKS}}
_SITES, _FUNCTIONS, _CALLS, _HAS, _CLASSES, _FLAGS, _READS, _MARKS, _PICKS = range(9)


def findings(tree: Tree) -> Iterator[tuple[str, Finding]]:
    """(path, finding), in no order."""
    held = [(path, site, frozenset(found)) for path, site, found in tree.sites()]
    sides, loops = Sides(tree, held), _Loops(tree)
    lacking = [*_lacking(loops, sides)]
    yield from lacking
    yield from one_sided(sides, frozenset(_BY_CODE.get(f.code, "") for _, f in lacking))
    yield from _written(tree, loops, sides.saves)
    yield from _partial(tree, sides.loads)
    yield from _best(tree, held)
    yield from _unread(tree)


# -- what the loop has ----------------------------------------------------------------------------------------------


class _Loops:
    """What the training loops have that a site serves."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self.by_class: dict[tuple[str, str], set[str]] = {}  # (path, class)
        self.by_function: dict[tuple[str, str], set[str]] = {}  # (path, symbol)
        self.by_file: dict[str, set[str]] = {}
        for path, facts in tree.facts.items():
            for owner, word, symbol in facts[_HAS]:
                if owner:
                    self.by_class.setdefault((path, owner.rpartition(".")[2]), set()).add(word)
                self.by_function.setdefault((path, symbol), set()).add(word)
                self.by_file.setdefault(path, set()).add(word)
        self.below: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self.above: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for name, rows in tree.classes.items():
            for path, bases in rows:
                for base in bases:
                    place = self._defined(path, base)
                    if place is not None:
                        self.below.setdefault(place, set()).add((path, name))
                        self.above.setdefault((path, name), set()).add(place)

    def _defined(self, path: str, name: str) -> tuple[str, str] | None:
        """Where the class of a name that a file uses is defined: in the file, else in the one that has it."""
        rows = self.tree.classes.get(name, ())
        paths = [own for own, _ in rows]
        return (path, name) if path in paths else (paths[0], name) if len(paths) == 1 else None

    def of(self, path: str, site: Any) -> frozenset[str]:
        """The kinds of state that are stepped where a site's program trains."""
        key = path, site[SYMBOL]
        if key not in self._known:
            self._known[key] = self._of(path, site)
        return self._known[key]

    def _of(self, path: str, site: Any) -> frozenset[str]:
        found = set(self.by_file.get(path, ()))
        for place in self._family((path, site[SYMBOL].split(".")[0])):
            found |= self.by_class.get(place, set())
        if "optimizer" not in found:
            for caller, _ in self.tree.calls.get(site[SYMBOL].rpartition(".")[2], ()):
                found |= self.by_file.get(caller, set())
        return frozenset(found)

    def around(self, path: str, site: Any) -> frozenset[str]:
        """The kinds of state that are stepped in the function that saves, in one that calls it, or in its class."""
        found = set(self.by_function.get((path, site[SYMBOL]), ()))
        for place in self._family((path, site[SYMBOL].split(".")[0])):
            found |= self.by_class.get(place, set())
        for caller, call in self.tree.calls.get(site[SYMBOL].rpartition(".")[2], ()):
            found |= self.by_function.get((caller, call[1]), set())
        return frozenset(found)

    def _family(self, place: tuple[str, str]) -> set[tuple[str, str]]:
        """A class with those that it inherits from and that inherit from it."""
        found = {place}
        for links in (self.above, self.below):
            stack = [place]
            while stack:
                for other in links.get(stack.pop(), ()):
                    if other not in found:
                        found.add(other)
                        stack.append(other)
        return found


def _is_checkpoint(site: Any, held: frozenset[str]) -> bool:
    """Whether a saved dictionary is one to go on from: weights, and where the run stands or what it steps."""
    return is_dictionary(site) and "weights" in held and bool(held & words.TRAINING)


def _lacking(loops: _Loops, sides: Sides) -> Iterator[tuple[str, Finding]]:
    """Checkpoints without a kind of state that their loop has."""
    tree, saves = sides.tree, sides.saves
    full = {path for path, site, held in saves if "optimizer" in held and is_dictionary(site)}
    apart: dict[str, set[str]] = {}  # what is saved by itself
    for path, site, held in saves:
        if not is_dictionary(site):
            apart.setdefault(path, set()).update(held)
    seen: set[tuple[str, str, str]] = set()
    rebuilt = "last_epoch" in tree.marks or any("rebuilt" in has for has in loops.by_file.values())
    for (path, site, held), keys in sides.keys:
        bare = not _is_checkpoint(site, held) and _is_reduced(loops, sides, (path, site, held), keys)
        if not (bare or _is_checkpoint(site, held)) or is_open(tree, path, site):
            continue
        has = loops.of(path, site)
        if "optimizer" not in has or ("export" in site[FLAGS] and path in full and "optimizer" not in held):
            continue
        for code, word, text in _LACKS[:1] if bare else _LACKS:
            if word == "scheduler" and rebuilt and held & {"step", "epoch"}:
                continue
            key = code, path, site[SYMBOL]
            if word in has and word not in held and word not in apart.get(path, ()) and key not in seen:
                seen.add(key)
                yield path, site_finding(code, site, f"no-{word}", text)
        key = "CKP009", path, site[SYMBOL]
        if {"optimizer"} <= held and "rng" not in held and held & {"step", "epoch"} and key not in seen:
            seen.add(key)
            text = "the states of the random generators are not in the checkpoint: a resumed run draws other numbers"
            yield path, site_finding("CKP009", site, "no-rng", text)


def _is_reduced(loops: _Loops, sides: Sides, row: Held, keys: frozenset[str]) -> bool:
    """Whether a dictionary of weights is a checkpoint that lost its optimizer: a load still reads the optimizer, or the
    function trains, keeps nothing else anywhere, and calls it no export. A dictionary with settings is an export."""
    path, site, held = row
    if "weights" not in held or not is_dictionary(site) or "optimizer" in sides.written or not keys:
        return False
    if "optimizer" in sides.read:
        return not sides.is_open
    if held != {"weights"} or "export" in site[FLAGS] or any(words.word(key) != "weights" for key in keys):
        return False
    return "optimizer" in loops.around(path, site)


# -- how it is written ----------------------------------------------------------------------------------------------


def _written(tree: Tree, loops: _Loops, saves: list[Held]) -> Iterator[tuple[str, Finding]]:
    """Checkpoints overwritten in place, written by every rank, or piled up."""
    distributed, prunes = tree.marks.get("distributed", set()), tree.marks.get("prunes", set())
    seen: set[tuple[str, str, str]] = set()
    for path, site, held in saves:
        flags, symbol = site[FLAGS], site[SYMBOL]
        rows = []
        trained = _is_checkpoint(site, held) and "optimizer" in held
        if trained and "fixed" in flags and not site[ATOMIC] and "optimizer" in loops.of(path, site):
            text = "the checkpoint is overwritten in place: a crash while it is written leaves none"
            rows.append(("CKP012", "in-place", text))
        if site[API] == "torch" and path in distributed and not _is_guarded(tree, site):
            text = "every rank writes this file: the save is not behind a test of the rank"
            rows.append(("CKP013", "every-rank", text))
        if trained and "numbered" in flags and path not in prunes:
            rows.append(("CKP014", "never-pruned", "a new file each time, and old ones are never removed"))
        for code, kind, text in rows:
            if (code, path, symbol) not in seen:
                seen.add((code, path, symbol))
                yield path, site_finding(code, site, kind, text)


def _is_guarded(tree: Tree, site: Any) -> bool:
    """Whether a save, or every call of its function, is behind a test of the rank; nothing known of calls is enough."""
    if "guarded" in site[FLAGS] or "unnumbered" in site[FLAGS]:
        return True
    name = site[SYMBOL].rpartition(".")[2]
    calls = tree.calls.get(name, ())
    return site[SYMBOL] != "<module>" and (
        all(call[5] for _, call in calls) if calls else name not in ("main", "train", "fit")
    )


# -- resuming -------------------------------------------------------------------------------------------------------


def _partial(tree: Tree, loads: list[Held]) -> Iterator[tuple[str, Finding]]:
    """Resumes that take up weights and optimizer, and not where the run stood."""
    placed = {path for path, _, held in loads if held & {"step", "epoch", "scheduler"}}
    for path, site, held in loads:
        if path in placed:
            continue
        if (
            {"weights", "optimizer"} <= held
            and not held & {"step", "epoch", "scheduler"}
            and not is_handed_on(tree, path, site)
        ):
            text = "weights and optimizer are restored, but neither step nor epoch: schedule and data start anew"
            yield path, site_finding("CKP016", site, "partial-resume", text)


def _best(tree: Tree, held: list[Held]) -> Iterator[tuple[str, Finding]]:
    for path, site, found in held:
        if "top" in site[FLAGS] and "metric" not in found:
            text = "save_top_k keeps several, but monitor names no metric by which"
            yield path, site_finding("CKP015", site, "no-metric", text)


def _unread(tree: Tree) -> Iterator[tuple[str, Finding]]:
    """Resume options that nothing reads."""
    reads = frozenset().union(*(facts[_READS] for facts in tree.facts.values()))
    whole = tree.marks.get("whole", set())
    for path, facts in tree.facts.items():
        for name, line, column, cell, symbol in facts[_FLAGS]:
            if name not in reads and path not in whole:
                text = f"the option {name} is declared, and nothing reads it"
                yield path, Finding("CKP017", line, column, cell, symbol, "unread-flag", text, line, line, PRODUCT)
