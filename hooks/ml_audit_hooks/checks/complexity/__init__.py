"""``audit-complexity``: functions and files that are too hard to follow, and modules that are not modular."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Finding, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ml_audit_hooks.checks.complexity.tables import Heavy, Summary
    from ml_audit_hooks.core.finding import Counted, Folded
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-complexity"
AREA = "complexity"
FAILING = frozenset(("CPX001", "CPX002"))


def examine(file: File) -> Record:
    """The counts of one file. `facts` are those of `facts.Facts`."""
    from ml_audit_hooks.checks.complexity.detect import examined  # only for files that are read

    return examined(file)


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The functions and files that are past the thresholds."""
    from ml_audit_hooks.checks.complexity import thresholds

    return thresholds.counted(records, settings)


def folded(records: Mapping[str, Record], settings: Settings) -> Folded:
    """What the modules of a repository show together."""
    from ml_audit_hooks.checks.complexity import fold

    return fold.folded(records, settings)


def gist(record: Record) -> object:
    """What `folded` reads of a record."""
    from ml_audit_hooks.checks.complexity import fold

    return fold.gist(record)


def heaviest(records: Mapping[str, Record], n: int = 10) -> tuple[Heavy, ...]:
    """The `n` functions of the highest complexity: (path, symbol, cell, complexity, lines)."""
    from ml_audit_hooks.checks.complexity import tables

    return tables.heaviest(records, n)


def summary(records: Mapping[str, Record]) -> Summary:
    """The sums over a repository: functions, their average complexity, its grade."""
    from ml_audit_hooks.checks.complexity import tables

    return tables.summary(records)


def identity(finding: Finding) -> tuple[str, ...]:
    """A function is known by its name, the rest by the file: how much it is stands in the measure."""
    if finding.code == "CPX001":
        return finding.code, finding.symbol.rpartition(".")[2]
    if finding.code == "CPX007":
        return finding.code, finding.text
    return (finding.code,)


def fails(finding: Finding, settings: Settings) -> bool:
    """What fails a commit: a function or file past its threshold, test code left out."""
    return finding.code in FAILING and finding.level != "note"


def message(finding: Finding) -> str:
    """What stands in the output after path, line and code."""
    if finding.code == "CPX001":
        return f"{finding.symbol} has a cyclomatic complexity of {finding.measure}, {finding.text}"
    if finding.code == "CPX002":
        return f"the maintainability index is {100 - finding.measure}, {finding.text}"
    if finding.code == "CPX003":
        return f"{finding.measure} modules import each other: {finding.text}"
    if finding.code == "CPX004":
        return f"a module of more than {finding.measure * 100} lines of code {finding.text}"
    if finding.code == "CPX005":
        return f"one file of more than {finding.measure * 100} lines of code holds {finding.text}"
    if finding.code == "CPX006":
        return f"{finding.measure} lines are copied: {finding.text}"
    return finding.text


CHECK = Check(
    name=NAME,
    version=1,
    prefix="CPX",
    languages=frozenset(("Notebook", "Python")),
    examine=examine,
    failing=FAILING,
    message=message,
    identity=identity,
    counted=counted,
    fold=folded,
    gist=gist,
    fails=fails,
    moves=True,
    area=AREA,
)
