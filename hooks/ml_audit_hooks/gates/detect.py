"""One file to its record."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.gates import facts, functions, runners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.file import File

# Packages whose use outside tests is a check of data or of a model while it serves.
_WATCHERS = (
    *("alibi_detect", "deepchecks", "evidently", "great_expectations", "nannyml", "pandera", "prometheus_client"),
    *("tensorflow_data_validation", "whylogs"),
)


def examine(file: File) -> Record:
    """The facts of one file; vendored copies have none."""
    if places.is_vendored(file.path):
        return Record()
    try:
        if file.language == "Python":
            return Record(facts=_python(file).plain())
        return Record(facts=runners.of_file(file).plain())
    except Unreadable as error:
        return Record(unread=((None, str(error)),))


def _python(file: File) -> facts.FileFacts:
    name = file.path.rpartition("/")[2]
    if name == "noxfile.py":
        return runners.of_nox(file)
    if places.is_test(file.path) or name.startswith("benchmark"):
        return facts.FileFacts(
            tests=functions.tests(file) if functions.may_hold_tests(file) else (),
            switches=tuple((name, "") for name in runners.switches(file.data)),
        )
    data = file.data
    if not any(name.encode() in data for name in _WATCHERS):
        return facts.FileFacts()
    used = file.contexts[0].roots if file.contexts else frozenset()
    return facts.FileFacts(signs=tuple(name for name in _WATCHERS if name in used))
