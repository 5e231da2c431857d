"""Section 6: the checklist; which entry point leaves what unseeded; and what is saved and restored where."""

from __future__ import annotations

from ml_audit_hooks.core import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ml_audit_hooks.core.capability import Evidence
    from ml_audit_hooks.core.rows import EntryPoint, Site
    from ml_audit_hooks.report.checklist import Item

_MAX_ROWS = 100
_MAX_EVIDENCE = 3


def lines(entry_points: Sequence[EntryPoint], sites: Sequence[Site], checklist: Sequence[Item] = ()) -> list[str]:
    """The section of the audit file."""
    first = [*_checklist(checklist), ""] if checklist else []
    return [
        *first,
        "### Randomness by entry point",
        "",
        *_randomness(entry_points),
        "",
        "### Checkpoints",
        "",
        *_sites(sites),
    ]


def _checklist(items: Sequence[Item]) -> list[str]:
    rows = [
        (item.name, item.state, _evidence(item.evidence), show.prose(item.note), show.markdown(item.source))
        for item in items
    ]
    return _table(("Item", "State", "Evidence", "Note", "Asked for by"), rows)


def _evidence(found: Sequence[Evidence]) -> str:
    """The first places, a file once, and how many more files there are."""
    shown: dict[str, str] = {}
    for item in found:
        shown.setdefault(item.path, f"{_place(item.path, item.cell, item.symbol)} {show.markdown(item.why)}".strip())
    left = len(shown) - _MAX_EVIDENCE
    return "<br>".join([*shown.values()][:_MAX_EVIDENCE]) + (f"<br>and {left} more" if left > 0 else "")


def _randomness(entry_points: Sequence[EntryPoint]) -> list[str]:
    drawing = [one for one in entry_points if one.sources]
    if not drawing:
        return ["No program of the repository was seen to draw random numbers."]
    open_ones = [one for one in drawing if not all(source.seeded for source in one.sources)]
    closed = [one for one in drawing if all(source.seeded for source in one.sources)]
    lines = []
    if open_ones:
        rows = [(_named(one), _sources(one, False), _sources(one, True)) for one in open_ones]
        lines += _table(("Entry point", "Unseeded", "Seeded"), rows)
    else:
        lines.append("Every source of randomness of every entry point is seeded.")
    if closed:
        plural = "" if len(closed) == 1 else "s"
        lines += ["", "<details>", f"<summary>Wholly seeded: {len(closed)} entry point{plural}</summary>", ""]
        lines += _table(("Entry point", "Seeded"), [(_named(one), _sources(one, True)) for one in closed])
        lines += ["", "</details>"]
    return lines


def _named(one: EntryPoint) -> str:
    return _place(one.path, one.cell, one.symbol)


def _sources(one: EntryPoint, seeded: bool) -> str:
    return ", ".join(source.source for source in one.sources if source.seeded is seeded)


def _sites(sites: Sequence[Site]) -> list[str]:
    if not sites:
        return ["No place was found that saves or loads model or training state."]
    rows = []
    for site in sites:
        if site.what == "save":
            how = "atomic" if site.atomic else "not atomic"
        else:
            how = "**unsafe**" if site.unsafe else "safe"
        rows.append((_place(site.path, site.cell, ""), site.what, ", ".join(site.holds), how))
    return _table(("File", "What", "Holds", "How"), rows)


def _place(path: str, cell: int | None, symbol: str) -> str:
    where = show.link(path) + ("" if cell is None else f" cell {cell}")
    return f"{where} {show.code(symbol)}" if symbol and symbol[:1] != "<" else where


def _table(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A Markdown table, equal rows as one with their count."""
    counts: dict[tuple[str, ...], int] = {}
    for row in rows:
        counts[row] = counts.get(row, 0) + 1
    shown = [(f"{row[0]} ×{n}" if n > 1 else row[0], *row[1:]) for row, n in counts.items()]
    left = len(shown) - _MAX_ROWS
    if left > 0:
        more = f"… and {left} more; `ml-audit report --format json` has all"
        shown = [*shown[:_MAX_ROWS], (more, *[""] * (len(head) - 1))]
    return show.table(head, shown)


def as_rows(items: Sequence[Item]) -> list[dict[str, Any]]:
    """`reproducibility` of the audit as JSON."""
    return [
        {
            "item": item.name,
            "state": item.state,
            "evidence": [
                {**one._asdict(), "symbol": one.symbol if one.symbol[:1] not in ("", "<") else None}
                for one in item.evidence
            ],
            "note": "; ".join(part for part in (item.note, f"asked for by {item.source}") if part),
        }
        for item in items
    ]


def randomness(entry_points: Sequence[EntryPoint]) -> list[dict[str, Any]]:
    """`randomness` of the audit as JSON."""
    return [
        {
            "path": one.path,
            "cell": one.cell,
            "symbol": one.symbol,
            "sources": [{"source": s.source, "seeded": s.seeded, "line": s.line} for s in one.sources],
        }
        for one in entry_points
    ]


def checkpoints(sites: Sequence[Site]) -> list[dict[str, Any]]:
    """`checkpoints` of the audit as JSON."""
    return [{**site._asdict(), "holds": list(site.holds)} for site in sites]
