"""State that is saved and never restored, and what is restored and never saved."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.facts import (
    API,
    ASKED,
    FLAGS,
    KEY,
    LOOSE,
    NOTED,
    SYMBOL,
    TOKENS,
    WHAT,
    site_finding,
)
from ml_audit_hooks.checks.checkpointing.joining import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from ml_audit_hooks.core.finding import Finding

    Held: TypeAlias = tuple[str, Any, frozenset[str]]  # path, site, words

OWN = frozenset(("accelerate", "dcp", "fabric", "pickle", "tensorflow", "torch"))  # what is saved is chosen here
_STATE = ("optimizer", "scheduler", "scaler", "rng")  # in CKP010
_RESTORED = (*_STATE, "step", "epoch")  # in CKP011


class Sides:
    """The saves and loads of a tree whose contents the repository chooses."""

    def __init__(self, tree: Tree, held: list[Held]) -> None:
        self.tree = tree
        self.saves = [row for row in held if row[1][WHAT] == "save" and row[1][API] in OWN]
        self.loads = [row for row in held if row[1][WHAT] == "load" and row[1][API] in OWN]
        self.read = frozenset().union(*(row[2] for row in self.loads))
        self.written = frozenset().union(*(row[2] for row in self.saves))
        others = (row for row in held if row[1][API] not in OWN and row[1][WHAT] == "save")
        self.is_open = any(is_open(tree, row[0], row[1]) for row in self.saves) or any(
            row[2] & words.TRAINING for row in others
        )
        self.keys = [(row, tree.keys(row[0], row[1], KEY)) for row in self.saves]


def one_sided(sides: Sides, told: frozenset[str]) -> Iterator[tuple[str, Finding]]:
    """The findings of repositories that save and load themselves. `told`: words of which it is said that they are in no
    checkpoint."""
    found: set[str] = set()
    resumes = [row for row in sides.loads if "optimizer" in row[2] or ("weights" in row[2] and row[2] & words.TRAINING)]
    writes = [row for row in sides.saves if row[2] & words.TRAINING]
    if resumes and writes:
        loose = any(is_loose(sides.tree, row[0], row[1]) for row in sides.loads)
        for word in _RESTORED:
            if word in _STATE and word in sides.written - sides.read and not loose:
                path, site, _ = next(row for row in writes if word in row[2])
                yield path, site_finding("CKP010", site, "never-restored", f"{_name(word)} is saved and never restored")
            if word in sides.read - sides.written - told and not sides.is_open:
                path, site, _ = next(row for row in sides.loads if word in row[2])
                found.add(word)
                yield path, site_finding("CKP011", site, "never-saved", f"{_name(word)} is restored and never saved")
    yield from _missing(sides, told | found)


def _missing(sides: Sides, told: frozenset[str]) -> Iterator[tuple[str, Finding]]:
    """Keys that a load takes for granted and that no saved dictionary has, of loads that share a key with one."""
    written = frozenset().union(*(keys for _, keys in sides.keys))
    if sides.is_open or "*" in written or any(_has_unknown(sides.tree, row[0], row[1]) for row in sides.saves):
        return
    seen: set[tuple[str, str, str]] = set()
    for path, site, _ in sides.loads:
        read = sides.tree.keys(path, site, KEY) - sides.tree.keys(path, site, ASKED)
        if not read & written:
            continue
        for key in sorted(read - written):
            place = path, site[SYMBOL], key
            if words.word(key) not in told and place not in seen:
                seen.add(place)
                yield path, site_finding("CKP011", site, "never-saved", f"`{key}` is restored and never saved", "error")


def is_open(tree: Tree, path: str, site: Any) -> bool:
    """Whether a part of what is saved could not be followed: what an unknown function gives or callers hand in."""
    tokens = [token for token in site[TOKENS] if not token.startswith(NOTED)]
    for token in tokens:
        if token.startswith("r:") and not tree.words((token,), path):
            return True
        if token.startswith("p:") and not tree.words((token,), path) and len(tokens) == 1:
            return True
    return False


def _has_unknown(tree: Tree, path: str, site: Any) -> bool:
    """Whether anything that is put into what is saved could not be followed."""
    return any(t.startswith(("p:", "r:")) and not tree.words((t,), path) for t in site[TOKENS])


def is_loose(tree: Tree, path: str, site: Any) -> bool:
    """Whether a loaded value goes to where it is not followed, or is read by keys that are not known."""
    if tree.keys(path, site, LOOSE):
        return True
    return is_handed_on(tree, path, site) and not any(token in words.TRAINING for token in site[TOKENS])


def is_handed_on(tree: Tree, path: str, site: Any) -> bool:
    """Whether a loaded value goes to a function that is not followed."""
    return any(t.startswith(("a:", "c:")) and not tree.words((t,), path) for t in site[TOKENS])


def is_dictionary(site: Any) -> bool:
    """Whether a saved value is a dictionary."""
    return "dict" in site[FLAGS]


def _name(word: str) -> str:
    return {"epoch": "the epoch", "rng": "the state of a random generator", "step": "the step"}.get(
        word, f"the {word}'s state"
    )
