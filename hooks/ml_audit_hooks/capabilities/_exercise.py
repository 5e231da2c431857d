"""Which tests exercise code that shows a signal: by calls of the very function, and by programs that they run."""

from __future__ import annotations

from ml_audit_hooks.capabilities._runs import RUN
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Evidence, Verdict
from ml_audit_hooks.capabilities.status import _carried
from ml_audit_hooks.capabilities.view import MAX_EVIDENCE, in_test
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

_BY_CLASS = frozenset(("__init__", "__call__", "__getitem__", "__post_init__", "__iter__", "forward", "call", "setup"))
_TRAINS = frozenset(("train", "training", "finetune", "pretrain", "main", "run"))


def exercised(view: View, *signals: str, runs: bool = False) -> Verdict:
    """Tests that show a signal themselves, or call the function or class that does.

    `runs`: those that run a program of the repository which trains or shows a signal count too.
    """
    carriers: dict[str, set[str]] = {}
    programs: set[str] = set()
    for item in view.every(*signals):
        *owners, last = item.symbol.split(".")
        programs.add(item.path)
        for name in (owners[-1], last) if last in _BY_CLASS and owners else (last,):
            if not name.startswith(("<", "__")):
                carriers.setdefault(name, set()).add(item.path)
    found = [e for e in view.tested(*signals) if in_test(e.symbol) and e.symbol != "<module>"]
    for use, last in view.calls_in_tests:
        if use.name.startswith(RUN):
            if runs and _is_program(use.name.removeprefix(RUN), view, programs):
                found.append(Evidence(use.path, use.line, use.cell, use.symbol, f"runs {use.name.removeprefix(RUN)}"))
            continue
        if last in carriers and _carried(use, {last: carriers[last]}):
            found.append(Evidence(use.path, use.line, use.cell, use.symbol, f"calls {use.name.lstrip('.')}"))
    return Verdict(PRESENT, _picked(found)) if found else Verdict(ABSENT)


def or_place(verdict: Verdict, view: View, place: str) -> Verdict:
    """An absent facet is stubbed where a stub's name promises it."""
    hollow = view.hollow(place) if verdict.state == ABSENT else ()
    return Verdict(STUBBED, hollow) if hollow else verdict


def _is_program(path: str, view: View, programs: set[str]) -> bool:
    """Whether a test that runs `path` runs a program that shows a signal, or one that trains by its name."""
    real = [p for p in view.alike(path) if p == path or p.endswith(f"/{path}")]
    trains = not _TRAINS.isdisjoint(name_parts(path.rpartition("/")[2].removesuffix(".py").replace("-", "_")))
    return bool(real) and (trains or not programs.isdisjoint(real))


def _picked(found: list[Evidence]) -> tuple[Evidence, ...]:
    """One of every file first."""
    turns: dict[str, int] = {}
    ranked = []
    for number, item in enumerate(dict.fromkeys(found)):
        turns[item.path] = turns.get(item.path, -1) + 1
        ranked.append((turns[item.path], number, item))
    return tuple(item for _, _, item in sorted(ranked)[:MAX_EVIDENCE])
