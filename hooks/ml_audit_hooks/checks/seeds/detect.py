"""One file to its record."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.python import Module


def examined(file: File) -> Record:
    """The record of one file. Raises Unreadable."""
    if file.language not in ("Python", "Notebook"):
        from ml_audit_hooks.checks.seeds import texts

        return Record((), texts.facts(file))
    if places.is_test(file.path) or places.is_generated(file.path):
        return Record()  # no program's draws are there
    modules = file.modules
    if not modules:
        return Record(unread=file.unparsed)
    if b"console_scripts" in file.data and b"setup(" in file.data:
        return Record((), ("scripts", tuple(_console_scripts(modules[0])), ()))
    from ml_audit_hooks.checks.seeds import reading, sites

    facts = reading.facts(file)
    return Record(tuple(sites.findings(file, facts)), facts, file.unparsed)


def _console_scripts(module: Module) -> Iterator[str]:
    """``module:function`` of the console scripts that a setup.py declares."""
    import _ast as ast

    for node in module.nodes.get(ast.Constant, ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "=" in node.value:
            target = node.value.partition("=")[2].strip()
            if target.count(":") == 1 and target.replace(":", "").replace(".", "").replace("_", "").isalnum():
                yield target
