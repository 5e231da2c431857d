"""How the capabilities about settings, results and runs choose their evidence, and which tests they count."""

from __future__ import annotations

from ml_audit_hooks.capabilities._settings import words
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Evidence, Verdict
from ml_audit_hooks.capabilities.status import _carried
from ml_audit_hooks.capabilities.view import MAX_EVIDENCE, in_test

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.capabilities.view import View

_CENTRAL = frozenset("train trainer training main finetune pretrain sft dpo ppo fit run".split())


def chosen(view: View, *names: str, prefer: Iterable[str] = (), places: Iterable[str] = ()) -> Verdict:
    """As `status.by_signals`, with the files first whose paths bear a preferred word, earlier signals before later.

    `places`: signals of definitions that count only where they are stubs.
    """
    wanted = frozenset(prefer) or _CENTRAL
    found: list[tuple[int, bool, bool, int, Evidence]] = []
    seen: dict[str, int] = {}
    for rank, name in enumerate(names):
        for item in view.every(name):
            aside = wanted.isdisjoint(words(item.path))
            found.append((rank, item.path.endswith(".ipynb"), aside, len(found), item))
    picked: list[tuple[int, int, Evidence]] = []
    for number, (_, _, _, _, item) in enumerate(sorted(found, key=lambda row: row[:4])):
        if any(item == other for _, _, other in picked[-1:]):
            continue
        turn = seen.get(item.path, 0)
        seen[item.path] = turn + 1
        picked.append((turn, number, item))
    if picked:
        picked.sort(key=lambda row: row[:2])
        return Verdict(PRESENT, tuple(dict.fromkeys(item for _, _, item in picked))[:MAX_EVIDENCE])
    hollow = view.hollow(*names, *places)
    return Verdict(STUBBED, hollow) if hollow else Verdict(ABSENT)


def tests_calling(view: View, *names: str) -> Verdict:
    """Tests that show one of the signals themselves, or call the very function or class that does."""
    own = [e for name in names for e in view.tested(name) if in_test(e.symbol) and e.symbol != "<module>"]
    carriers: dict[str, set[str]] = {}
    for name in names:
        for item in view.every(name):
            last = item.symbol.rpartition(".")[2]
            if last[:1] != "<" and not last.startswith("__"):
                carriers.setdefault(last, set()).add(item.path)
    called = []
    for use, last in view.calls_in_tests:
        if last in carriers and _carried(use, {last: carriers[last]}):
            called.append(Evidence(use.path, use.line, use.cell, use.symbol, f"calls {use.name.lstrip('.')}"))
    found = dict.fromkeys([*called, *own])
    by_file: dict[str, int] = {}
    ranked: list[tuple[int, int, Evidence]] = []
    for item in found:
        by_file[item.path] = by_file.get(item.path, -1) + 1
        ranked.append((by_file[item.path], len(ranked), item))
    best = tuple(item for _, _, item in sorted(ranked, key=lambda row: row[:2]))[:MAX_EVIDENCE]
    return Verdict(PRESENT, best) if best else Verdict(ABSENT)
