"""One file to its record."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing.single import is_product
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record

# One of these is in every file that saves or loads; the most frequent first.
_OF_STATE = (
    *(b"load", b"save", b"pretrained", b"rainer", b"heckpoint", b"restore", b"pickle", b"dump", b"weights", b"hub"),
    *(b"stimator", b"msgpack", b"pipeline(", b"trust_remote_code", b"SentenceT", b"YOLO", b"ignore_data_skip"),
)
_OF_TRAINING = (
    b".step(",
    b"resume",
    b"class ",
    b"last_epoch",
    b"minimize(",
    b"apply_gradients(",
)  # in what else the fold asks for


def examined(file: File) -> Record:
    """The record of one file. Raises Unreadable.

    Facts: (sites, functions, calls, has, classes, flags, reads, marks), see `facts`.
    """
    language = file.language
    if language == "Model":
        from ml_audit_hooks.checks.checkpointing import opcodes

        return opcodes.inspect(file)
    if not is_product(file.path):
        return Record()
    data = file.data
    if language == "YAML":
        if b"ModelCheckpoint" not in data and b"monitor" not in data and b"resume" not in data:
            return Record()
        from ml_audit_hooks.checks.checkpointing import texts

        return Record((), texts.facts(file))
    of_state = any(mark in data for mark in _OF_STATE)
    if not of_state and not any(mark in data for mark in _OF_TRAINING):
        return Record()
    contexts = file.contexts
    if not contexts:
        return Record(unread=file.unparsed)
    from ml_audit_hooks.checks.checkpointing import reading

    findings, facts = reading.read(file, of_state)
    return Record(findings, facts, file.unparsed)
