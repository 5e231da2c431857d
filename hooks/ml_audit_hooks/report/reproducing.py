"""What files say that a repeated run needs: the commit recorded, determinism switched on, versions of data pinned,
hardware and runs stated. Facts only: no finding is made of them."""

from __future__ import annotations

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record
from ml_audit_hooks.core.values import NamedTuple

COMMIT, SWITCH, PINNED, DIGEST = "commit", "switch", "pinned", "digest"
REPEATS, HARDWARE, RUNS = "repeats", "hardware", "runs"
_CODE = (
    *(b"rev-parse", b"hexsha", b"CI_COMMIT_SHA", b"GITHUB_SHA", b"GIT_COMMIT", b"GIT_SHA"),
    *(b"determinis", b"DETERMINISTIC", b"CUBLAS_WORKSPACE_CONFIG"),
    *(b"revision", b"_hash", b"hash_prefix", b"hashlib", b"checksum", b"expected_sha256"),
    *(b"reproducib", b"repeatab", b"same_seed"),
)
_CONFIG = (b"deterministic", b"determinism", b"revision")
_DOCUMENT = (  # necessary for what `reproducing_signs` looks for, in the cases that people write
    *(b"100", b"200", b"800", b"6000", b"250", b"300", b"K80", b"k80", b"TPU", b"tpu", b"Tpu"),
    *(b"080", b"090", b"060", b"A10", b"a10", b"A40", b"a40", b"L4", b"l4", b"T4", b"t4"),
    *(b"uns", b"RUNS", b"eeds", b"SEEDS", b"rials", b"TRIALS", "±".encode()),
    *(b"eviation", b"onfidence", b"rror bar", b"td. dev"),
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
    every = sorted(set(found), key=lambda sign: (sign.cell or 0, sign.line, sign.kind, sign.why))
    return Record(facts=tuple(tuple(sign) for sign in every))


CHECK = Check("reproducing", 1, "", frozenset(_GATES), examine, by_path=True)  # what tests switch on is not the product


def of(record: Record) -> tuple[Sign, ...]:
    """The signs in a record."""
    return tuple(Sign(*row) for row in record.facts)
