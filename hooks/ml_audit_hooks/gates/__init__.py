"""What gates a repository has: its test functions, the commands that run them, and what those need."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Check, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.file import File

_LANGUAGES = frozenset(("INI", "Just", "Makefile", "Python", "Shell", "TOML", "YAML"))


def examine(file: File) -> Record:
    """The facts of one file, see `facts.FileFacts`."""
    from ml_audit_hooks.gates import detect

    return detect.examine(file)


CHECK = Check("gates", 1, "", _LANGUAGES, examine, by_path=True)
