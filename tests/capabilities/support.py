"""Capabilities judged on a repository that is written down in a test: ``{path: text}``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ml_audit_hooks.capabilities import detect
from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.model import Capability, Verdict
from ml_audit_hooks.capabilities.status import Judged, judge
from ml_audit_hooks.capabilities.view import View
from ml_audit_hooks.checks.stubs import CHECK as STUBS
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Record
from ml_audit_hooks.core.source import Content, blob_id

Texts = Mapping[str, str]
BODIES = ("pass-body", "ellipsis-body", "not-implemented", "placeholder-body")


def view(texts: Texts) -> View:
    """The view of a repository of these files, its stubs found by the real check."""
    signals: dict[str, Record] = {}
    stubs: dict[str, Record] = {}
    for path, text in sorted(texts.items()):
        data = text.encode()
        file = File(path, Content(data, blob_id(data)))
        signals[path] = detect.examine(file)
        if STUBS.languages is None or file.language in STUBS.languages:
            stubs[path] = STUBS.examine(file)
    counted = STUBS.counted(stubs.values(), {}) if STUBS.counted is not None else None
    hollow = frozenset(
        (path, finding.symbol)
        for path, record in stubs.items()
        for finding in (counted(path, record) if counted is not None else record.findings)
        if finding.kind in BODIES
    )
    return View(texts, {path: detect.source(record) for path, record in signals.items()}, hollow)


def capability(name: str) -> Capability:
    """A capability of the catalogue."""
    return next(c for c in CAPABILITIES if c.name == name)


def judged(name: str, texts: Texts) -> Judged:
    """A capability of a repository of these files."""
    return judge(capability(name), view(texts))


def verdict(facet: str, texts: Texts) -> Verdict:
    """The verdict of one facet, named as in the rubric: ``training.precision``."""
    name, _, wanted = facet.partition(".")
    found = judged(name, texts)
    return next(v for f, v in zip(found.capability.facets, found.verdicts, strict=True) if f.name == wanted)


def shown(facet: str, texts: Texts) -> tuple[str, ...]:
    """The state of a facet, then every place that shows it, the best first: ``("present", "train.py:3")``.

    A place in a notebook is ``name.ipynb:cell:line``; one that is a whole file has no line.
    """
    found = verdict(facet, texts)
    places = (":".join(str(part) for part in (e.path, e.cell, e.line) if part is not None) for e in found.evidence)
    return (found.state, *dict.fromkeys(places))


def notebook(*cells: str) -> str:
    """The text of a Python notebook of these code cells."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
                for cell in cells
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
