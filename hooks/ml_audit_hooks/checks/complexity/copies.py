"""Functions that stand in several files: found by the hash of their shape, see `shapes`."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ml_audit_hooks.checks.complexity.facts import Copy, Facts


class Copied(NamedTuple):
    """What one file has that others have too."""

    path: str
    homes: tuple[str, ...]  # where the rows are, too; the one with the most of them first
    rows: tuple[Copy, ...]  # of the file at `path`, in order

    @property
    def lines(self) -> int:
        """How many lines are copied."""
        return sum(row[4] for row in self.rows)


def copies(files: Mapping[str, Facts], rank: Callable[[str], tuple[object, ...]]) -> list[Copied]:
    """What is copied between `files`, by path. The file of the lowest `rank` is the home of a function."""
    by_digest: dict[str, list[str]] = {}
    for path, facts in files.items():
        for digest in {row[0] for row in facts.copies}:
            by_digest.setdefault(digest, []).append(path)
    found: dict[str, dict[str, str]] = {}
    for digest, paths in by_digest.items():
        if len(paths) > 1:
            home = min(paths, key=rank)
            for path in paths:
                if path != home:
                    found.setdefault(path, {})[digest] = home
    return [_copied(path, files[path], homes) for path, homes in sorted(found.items())]


def _copied(path: str, facts: Facts, homes: Mapping[str, str]) -> Copied:
    rows: dict[str, Copy] = {}
    for row in facts.copies:
        if row[0] in homes:
            rows.setdefault(row[0], row)
    kept = _outermost(sorted(rows.values(), key=_place))
    lines: dict[str, int] = {}
    for row in kept:
        lines[homes[row[0]]] = lines.get(homes[row[0]], 0) + row[4]
    return Copied(path, tuple(sorted(lines, key=lambda home: (-lines[home], home))), tuple(kept))


def _place(row: Copy) -> tuple[int, int, int]:
    return row[2] or 0, row[3], -row[5]


def _outermost(rows: list[Copy]) -> list[Copy]:
    """`rows` without the closures of functions that are among them."""
    kept: list[Copy] = []
    for row in rows:
        if not (kept and row[2] == kept[-1][2] and row[3] <= kept[-1][5]):
            kept.append(row)
    return kept
