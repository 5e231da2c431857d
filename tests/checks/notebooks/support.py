"""Notebooks made of cells, and what the check says of them."""

from __future__ import annotations

import json
from typing import Any

from ml_audit_hooks.checks.notebooks import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.fill import examined
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content

PLAIN = {"language_info": {"name": "python", "version": "3.11.4"}}


def cell(source: str, run: int | None = None, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A valid code cell of format 4.4."""
    kept = {"metadata": metadata, "outputs": [*outputs], "source": source.splitlines(True)}
    return {"cell_type": "code", "execution_count": run, **kept}


def printed(text: str) -> dict[str, Any]:
    """An output of ``print``."""
    return {"output_type": "stream", "name": "stdout", "text": text.splitlines(True)}


def failed(name: str) -> dict[str, Any]:
    """An output of an exception."""
    return {"output_type": "error", "ename": name, "evalue": "", "traceback": []}


def document(*cells: dict[str, Any], minor: int = 4, **metadata: Any) -> dict[str, Any]:
    """A notebook of these cells."""
    return {"cells": [*cells], "metadata": metadata or PLAIN, "nbformat": 4, "nbformat_minor": minor}


def file(notebook: dict[str, Any]) -> File:
    """The notebook as a file."""
    return File("run.ipynb", Content(json.dumps(notebook).encode(), ""))


def record(notebook: dict[str, Any]) -> Record:
    """What the check says of a notebook, before settings."""
    return examined(CHECK, file(notebook))


def findings(notebook: dict[str, Any], path: str = "run.ipynb", **settings: int) -> tuple[Finding, ...]:
    """What counts at a path."""
    found = record(notebook)
    return CHECK.counted((found,), settings)(path, found)


def rows(notebook: dict[str, Any], *codes: str) -> list[str]:
    """``cell:line CODE text`` of what counts; of these codes alone where any are named."""
    every = findings(notebook)
    return [f"{f.cell}:{f.line} {f.code} {f.text}" for f in every if not codes or f.code in codes]


def names(*sources: str, ran: bool = True) -> list[str]:
    """``cell:line name`` of each name that is not defined in time, in cells that ran in order."""
    cells = [cell(source, i if ran else None) for i, source in enumerate(sources, 1)]
    found = findings(document(*cells))
    return [f"{f.cell}:{f.line} {f.text.split('`')[1]}" for f in found if f.code in ("NBK004", "NBK005")]
