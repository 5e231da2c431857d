"""What a patch is, and what the kinds of patches see of a repository."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ml_audit_hooks.core.capability import Row
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.finding import Finding


class Change(NamedTuple):
    """One file before and after. A mode is git's: 100644, or 100755 for a program."""

    path: str
    old: bytes | None  # None: the file is new
    new: bytes
    mode: str = "100644"


class Closed(NamedTuple):
    """A finding that a patch closes."""

    code: str
    path: str
    symbol: str


class Patch(NamedTuple):
    """A small change that closes what it says it closes."""

    id: str  # kind, and what tells it from others of the kind: "safe-load-train"
    title: str
    why: str
    risk: str
    rollback: str
    tests: tuple[str, ...]  # what to run or to add, a sentence each
    changes: tuple[Change, ...]  # by path
    findings: tuple[Closed, ...] = ()
    facets: tuple[str, ...] = ()  # ids that become present: "checkpointing.rng_state"


class Ground(NamedTuple):
    """What a kind of patch sees of the repository."""

    paths: tuple[str, ...]  # of all audited files, sorted
    file: Callable[[str], File]  # of a path; its `data` raises Unreadable
    findings: Mapping[str, tuple[tuple[str, Finding], ...]]  # code -> (path, finding), those suppressed left out
    rows: Mapping[str, Row]  # capability id -> its row
    programs: tuple[str, ...]  # the files of training entry points, the foremost first
    tests: tuple[str, ...]  # test files

    def state(self, facet: str) -> str:
        """present, stubbed or absent; "" where the capability was not judged."""
        name, _, last = facet.partition(".")
        row = self.rows.get(name)
        found = [one.state for one in row.facets if one.name == last] if row else []
        return found[0] if found else ""

    def has(self, path: str) -> bool:
        """Whether a file is in the repository."""
        return path in self.paths


class Kind(NamedTuple):
    """One kind of patch. The value decides which are shown where there are more than ten."""

    name: str
    value: int  # from 1; what breaks in production comes first: 100 loses work or runs foreign code, 10 is comfort
    build: Callable[[Ground], Iterator[Patch]]  # candidates, the most valuable first; proved by the caller
