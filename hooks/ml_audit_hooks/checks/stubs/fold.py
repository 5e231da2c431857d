"""From the records of all files to the stubs that count: what one file alone cannot tell."""

from __future__ import annotations

from ml_audit_hooks.checks.stubs import placeholders, words
from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import CONTRACT, EVERYWHERE, Finding, Record
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    # name, last names of the bases, methods, those of them with a body
    ClassFact: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Family(NamedTuple):
    """The classes of a repository, by the last part of their names."""

    heirs: dict[str, list[ClassFact]]  # base name -> its direct subclasses
    classes: dict[str, list[ClassFact]]  # name -> the classes of that name


def heirs(records: Iterable[Record]) -> Family:
    """The classes in the facts of all `records`, and who inherits from whom."""
    found = Family({}, {})
    for record in records:
        for fact in record.facts:
            name, bases, _, _ = fact
            found.classes.setdefault(name, []).append(fact)
            for base in bases:
                if base and base != name:
                    found.heirs.setdefault(base, []).append(fact)
    return found


def overridden(family: Family, symbol: str) -> bool:
    """Whether a subclass, near or far, of the method's class defines the method again."""
    owner, _, method = symbol.rpartition(".")
    own = owner.rpartition(".")[2]
    waiting, seen = [own], {own}
    while waiting:
        for name, _, methods, _ in family.heirs.get(waiting.pop(), ()):
            if name not in seen:
                if method in methods:
                    return True
                seen.add(name)
                waiting.append(name)
    return False


def inherits(family: Family, symbol: str) -> tuple[bool, bool]:
    """(whether a class above the method's class defines the method too, whether one of them with a body)."""
    owner, _, method = symbol.rpartition(".")
    own = owner.rpartition(".")[2]
    known = family.classes.get(own, ())
    waiting = [base for _, bases, methods, _ in known if method in methods for base in bases]
    seen = {own}
    found = real = False
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for _, bases, methods, with_body in family.classes.get(name, ()):
                found = found or method in methods
                real = real or method in with_body
                waiting += bases
    return found, real


def switches_off(family: Family, finding: Finding) -> bool:
    """Whether an empty method overrides one of the repository on purpose: one with a body, a test, or one whose name
    promises no work and which the class had to define."""
    if finding.kind not in ("pass-body", "ellipsis-body"):
        return False
    found, real = inherits(family, finding.symbol)
    due = words.promises_work(finding.symbol.rpartition(".")[2]) and finding.holds != EVERYWHERE
    return real or (found and not due)


def counted(path: str, record: Record, family: Family) -> tuple[Finding, ...]:
    """The findings of the file at `path` that count in this repository."""
    if places.is_vendored(path) or places.is_generated(path):
        return ()
    in_test = places.is_test(path)
    return tuple(f for f in record.findings if _counts(f, path, in_test, family))


def _counts(finding: Finding, path: str, in_test: bool, family: Family) -> bool:
    if finding.holds != EVERYWHERE and in_test:
        return False
    if finding.kind == "placeholder-value":
        return not placeholders.is_template(path)
    if switches_off(family, finding):
        return False
    return finding.holds != CONTRACT or not overridden(family, finding.symbol)
