"""One file to its record."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing.single import is_product
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record

# One of these is in every file that saves, loads or trains.
_MARKS = (
    *(b".step(", b"dump", b"load", b"pickle", b"pretrained", b"restore", b"resume", b"save", b"heckpoint"),
    *(
        b"ignore_data_skip",
        b"trust_remote_code",
        b"rainer",
        b"hub",
        b"read(",
        b"log_model",
        b"weights",
        b"SentenceTransformer",
        b"YOLO",
        b"msgpack",
        b"pipeline(",
    ),
)


def examined(file: File) -> Record:
    """The record of one file. Raises Unreadable.

    Facts: (sites, functions, calls, has, classes, flags, reads, marks), see `facts`.
    """
    language = file.language
    if language == "Model":
        from ml_audit_hooks.checks.checkpointing import opcodes

        return Record(tuple(opcodes.inspect(file)))
    if not is_product(file.path):
        return Record()
    data = file.data
    if language == "YAML":
        if b"ModelCheckpoint" not in data and b"monitor" not in data and b"resume" not in data:
            return Record()
        from ml_audit_hooks.checks.checkpointing import texts

        return Record((), texts.facts(file))
    if not any(mark in data for mark in _MARKS):
        return Record()
    contexts = file.contexts
    if not contexts:
        return Record(unread=file.unparsed)
    from ml_audit_hooks.checks.checkpointing import reading

    findings, facts = reading.read(file)
    return Record(findings, facts, file.unparsed)
