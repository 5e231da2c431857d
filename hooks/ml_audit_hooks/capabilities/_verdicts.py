"""Verdicts that training and checkpointing share: the typical place first, and tests that really exercise it."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Evidence, Verdict
from ml_audit_hooks.capabilities.view import MAX_EVIDENCE, PROGRAM, View, in_test
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPICAL = frozenset("finetune finetuning fit learn pretrain sft train trainer trainers training".split())


_KEEPING = frozenset(("checkpoint", "checkpoints", "ckpt", "checkpointing", "resume"))
_ASIDE = frozenset(
    (
        "average avg bench benchmark benchmarks clean consolidate convert converter delta demo demos deployment eval "
        "evaluate export generate inference merge mlflow pruner pruning quantization quantize quantizer sample samples "
        "serving tune tuner"
    ).split()
)


def best(found: Iterable[Evidence], keeping: bool = False) -> tuple[Evidence, ...]:
    """The best pieces of evidence: what trains by its own name (or, with `keeping`, what keeps checkpoints by its name)
    before benchmarks, demos and converters; one of every file before more of the same."""
    seen: dict[str, int] = {}
    ranked = []
    for number, item in enumerate(dict.fromkeys(found)):
        turn = seen.get(item.path, 0)
        seen[item.path] = turn + 1
        ranked.append((turn, _rank(item, keeping), number, item))
    return tuple(item for *_, item in sorted(ranked)[:MAX_EVIDENCE])


def _rank(item: Evidence, keeping: bool) -> int:
    if not item.path.endswith((".py", ".ipynb")):
        document = item.path.endswith((".md", ".rst", ".sh"))
        return 3 + document + (document and "/" in item.path)
    *folders, file = item.path.lower().split("/")
    stem = {*name_parts(file.rpartition(".")[0].replace("-", "_"))}
    symbol = {*name_parts(item.symbol.rpartition(".")[2])}
    if keeping and not _KEEPING.isdisjoint(symbol) and not {"save", "load", "resume", "restore"}.isdisjoint(symbol):
        return 0
    if not _ASIDE.isdisjoint(stem | symbol) or not _ASIDE.isdisjoint(folders):
        return 6
    if not _TYPICAL.isdisjoint(stem) or stem == {"main"}:
        return 1 if keeping else 0
    return 1 if not _TYPICAL.isdisjoint(symbol) else 2


def hollow(view: View, *places: str) -> Verdict:
    """Stubbed where a place is a stub, else absent."""
    found = view.hollow(*places)
    return Verdict(STUBBED, found) if found else Verdict(ABSENT)


def found_or(found: Iterable[Evidence], other: Verdict) -> Verdict:
    """Present with what was found, else another verdict."""
    kept = tuple(dict.fromkeys(found))[:MAX_EVIDENCE]
    return Verdict(PRESENT, kept) if kept else other


def exercised(view: View, signals: tuple[str, ...], verbs: frozenset[str], words: frozenset[str]) -> Verdict:
    """Whether a test runs code that shows one of the signals.

    It calls the very function, or a method of its class whose name has one of `verbs`, or shows the signal itself.
    `words`: where given, one of them must be in the name of the test.
    """
    functions: set[str] = set()
    classes: set[str] = set()
    shown: dict[str, list[Evidence]] = {}
    for item in view.every(*signals):
        *owners, last = item.symbol.split(".")
        functions.add(last)
        shown.setdefault(last, []).append(item)
        classes.update(owners)
    found = [e for e in view.tested(*signals) if _is_test(e.symbol, words)]
    for use, called in view.calls_in_tests:
        acts = not verbs.isdisjoint(name_parts(called))
        if not (acts or called in functions) or not _is_test(use.symbol, words):
            continue
        parts = use.name.replace("()", "").strip(".").split(".")
        direct = parts[-1] in functions and parts[-1] != "__init__" and _can_be(use.name, shown[parts[-1]])
        by_class = len(parts) > 1 and parts[-2] in classes and acts
        if direct or by_class:
            found.append(Evidence(use.path, use.line, use.cell, use.symbol, f"calls {use.name.lstrip('.')}"))
    for name in dict.fromkeys(item.path.rpartition("/")[2] for item in view.every(*signals)):
        found += [e for e in view.tested(f"{PROGRAM}{name}") if _is_test(e.symbol, words)]
    kept = best(found)
    return Verdict(PRESENT, kept) if kept else Verdict(ABSENT)


def _can_be(name: str, shown: list[Evidence]) -> bool:
    """Whether the import path of a called name shares a part with a file in which a function of that name shows it."""
    parts = set(name.replace("()", "").strip(".").split("."))
    for item in shown:
        owners = item.symbol.split(".")
        if parts & {*owners[:-1]} or parts & {*item.path.removesuffix(".py").split("/")} or name.startswith("."):
            return True
    return False


def _is_test(symbol: str, words: frozenset[str]) -> bool:
    return in_test(symbol) and (not words or any(not words.isdisjoint(name_parts(p)) for p in symbol.split(".")))
