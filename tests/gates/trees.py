"""Records of a small tree given as path to text."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.gates import CHECK, facts


def record(path: str, text: str) -> Record:
    """The record of one file, through the plain form that the store holds."""
    found = CHECK.examine(File(path, Content(dedent(text).encode(), "")))
    return Record.of(found.plain())


def records(tree: Mapping[str, str]) -> dict[str, Record]:
    """The records of a tree."""
    return {path: record(path, text) for path, text in tree.items()}


def of(path: str, text: str) -> facts.FileFacts:
    """The facts of one file."""
    return facts.of(record(path, text))
