"""What files say that a repeated run needs: the commit recorded, determinism switched on, versions of data pinned,
hardware and runs stated. Facts only: no finding is made of them."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record
from ml_audit_hooks.core.values import NamedTuple

COMMIT, SWITCH, PINNED, DIGEST = "commit", "switch", "pinned", "digest"
REPEATS, HARDWARE, RUNS = "repeats", "hardware", "runs"
_CODE = (
    b"rev-parse",
    b"hexsha",
    b"GIT_COMMIT",
    b"GITHUB_SHA",
    b"deterministic",
    b"determinism",
    b"DETERMINISTIC",
    b"CUBLAS_WORKSPACE_CONFIG",
    b"revision",
    b"_hash",
    b"hash_prefix",
    b"hashlib",
    b"checksum",
    b"reproducib",
    b"same_seed",
)
_CONFIG = (b"deterministic", b"determinism", b"revision:")
_DOCUMENT = (
    *(b"A100", b"V100", b"P100", b"H100", b"H200", b"B200", b"A6000", b"K80", b"MI250", b"MI300", b"T4", b"L4"),
    *(b"RTX", b"GTX", b"TITAN", b"Titan", b"Tesla", b"GeForce", b"A10", b"A40", b"TPU", b"Apple M", b"090", b"080"),
    *(b"runs", b"seeds", b"trials", "±".encode(), b"standard deviation", b"confidence interval", b"error bar"),
)
_DOCUMENTS = frozenset(("Markdown", "Text", "reStructuredText"))
_GATES = {"Notebook": _CODE, "Python": _CODE, "YAML": _CONFIG} | dict.fromkeys(_DOCUMENTS, _DOCUMENT)


class Sign(NamedTuple):
    """Something that a file shows."""

    kind: str  # COMMIT, SWITCH, PINNED, DIGEST, REPEATS, HARDWARE, RUNS
    line: int  # from 1
    cell: int | None
    symbol: str
    why: str  # a few words for people; of the repository's text only names from our own tables


def examine(file: File) -> Record:
    """The signs in one file, as the record's facts."""
    gate = _GATES.get(file.language or "", ())
    data = file.content.data
    if data is None or not any(word in data for word in gate):
        return Record()
    from ml_audit_hooks.report.reproducing_signs import in_code, in_config, in_document

    if file.language in _DOCUMENTS:
        found = in_document(file.text)
    elif file.language == "YAML":
        found = in_config(file.text)
    else:
        found = (sign for context in file.contexts for sign in in_code(context))
    return Record(facts=tuple(tuple(sign) for sign in dict.fromkeys(found)))


CHECK = Check("reproducing", 1, "", frozenset(_GATES), examine, by_path=True)  # what tests switch on is not the product


def of(record: Record) -> tuple[Sign, ...]:
    """The signs in a record."""
    return tuple(Sign(*row) for row in record.facts)
