"""``audit-stubs``: code and configuration that say "done" and do nothing."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import CONTRACT, Check, Finding, Record
from ml_audit_hooks.core.finding import identity as by_symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ml_audit_hooks.core.finding import Counted
    from ml_audit_hooks.core.settings import Settings

NAME = "audit-stubs"
LANGUAGES = frozenset(
    "Python Notebook YAML TOML JSON INI Env Dockerfile Shell JavaScript TypeScript Go Rust C C++ CUDA Java"
    " Makefile".split()
)


def examine(file: File) -> Record:
    """The stubs of one file. `facts` are the classes of its Python code, see `fold.ClassFact`."""
    from ml_audit_hooks.checks.stubs.detect import stubs  # only for files that are read

    return stubs(file)


def identity(finding: Finding) -> tuple[str, ...]:
    """A marker or value is the same one wherever in the file it stands; a body is known by its function."""
    if finding.kind in ("todo-comment", "placeholder-value"):
        return finding.code, finding.text
    return by_symbol(finding)


_WORDS = {
    "pass-body": "has no body but `pass`",
    "ellipsis-body": "has no body but `...`",
    "not-implemented": "only raises NotImplementedError",
    "placeholder-body": "only pretends to do its work",
}


def message(finding: Finding) -> str:
    """What stands in the output after path, line and code."""
    if finding.kind in _WORDS:
        return f"{finding.symbol} {_WORDS[finding.kind]}"
    if finding.kind == "placeholder-value":
        return f"{finding.symbol or 'value'} is the placeholder {finding.text}"
    return finding.text


def needs_all(records: Mapping[str, Record]) -> bool:
    """Whether a stub may be the contract of a subclass in another file."""
    return any(f.holds == CONTRACT for record in records.values() for f in record.findings)


def counted(records: Iterable[Record], settings: Settings) -> Counted:
    """The stubs that count at a path, once the classes of all `records` are known."""
    from ml_audit_hooks.checks.stubs import fold

    family = fold.heirs(records)
    return lambda path, record: fold.counted(path, record, family)


CHECK = Check(
    name=NAME,
    version=2,
    prefix="STB",
    languages=LANGUAGES,
    examine=examine,
    failing=frozenset(("STB001", "STB002", "STB003", "STB004", "STB006")),
    noun="stub",
    message=message,
    identity=identity,
    needs_all=needs_all,
    counted=counted,
)
