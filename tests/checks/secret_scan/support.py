"""Findings of texts and samples. Every secret in these tests is made when they run: none stands in a file."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from ml_audit_hooks.checks.secret_scan import fold
from ml_audit_hooks.checks.secret_scan.detect import examined
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content

Place = tuple[int | None, int, str]  # cell from 0, line from 1, code
LOWER = "abcdefghijklmnopqrstuvwxyz"
HEX = "0123456789abcdef"
ALNUM = LOWER + LOWER.upper() + "0123456789"
WORD = ALNUM + "_-"
UPPER = LOWER.upper() + "234567"
_EXPECT = re.compile(r"expect: (SEC\d{3})")


def made(alphabet: str, size: int, seed: int = 7) -> str:
    """A random string, the same at every run, that ends in a letter or digit."""
    draw = random.Random(seed)  # no secret is drawn
    return "".join(draw.choices(alphabet, k=size - 1)) + draw.choice([c for c in alphabet if c.isalnum()])


HF = "hf_" + made(ALNUM, 34)
OPENAI = "sk-proj-" + made(ALNUM, 74) + "T3Blbk" + "FJ" + made(ALNUM, 74, 8)
WANDB = made(HEX, 40)
PASSWORD = "Tr0ub4dor" + "&" + "3x"
COHERE = made(ALNUM, 40, 3)
KEY_BODY = "\n".join(made(ALNUM, 64, seed) for seed in range(12))
BEGIN = "-----BEGIN RSA " + "PRIVATE" + " KEY-----"
PEM = f"{BEGIN}\n{KEY_BODY}\n-----END RSA {'PRIVATE'} KEY-----\n"
MADE = {
    "@BEGIN@": BEGIN,
    "@BODY@": KEY_BODY,
    "@COHERE@": COHERE,
    "@HF@": HF,
    "@OPENAI@": OPENAI,
    "@PASSWORD@": PASSWORD,
    "@WANDB@": WANDB,
}


def filled(text: str) -> str:
    """A text in which the names of `MADE` stand for their values."""
    for name, value in MADE.items():
        text = text.replace(name, value)
    return text


def record(path: str, text: str | bytes) -> Record:
    """What the check says of a file at `path`."""
    return examined(File(path, Content(text.encode() if isinstance(text, str) else text, "blob")))


def counted(path: str, text: str | bytes) -> tuple[Finding, ...]:
    """The findings that count at `path`."""
    return fold.counted(path, record(path, text))


def codes(text: str, path: str = "src/module.py") -> list[tuple[int, str]]:
    """(line, code) of what counts."""
    return [(f.line, f.code) for f in counted(path, text)]


def kinds(text: str, path: str = "src/module.py") -> list[str]:
    """Code and type, without the fingerprint."""
    return [f"{f.code} {f.text.rpartition(', fingerprint ')[0]}" for f in counted(path, text)]


def notebook(*cells: tuple[str, str, object]) -> str:
    """A notebook of (kind, source, outputs)."""
    rows = []
    for kind, source, outputs in cells:
        row: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        rows.append(row | ({"outputs": outputs, "execution_count": 1} if kind == "code" else {}))
    kernel = {"kernelspec": {"language": "python"}, "interpreter": {"hash": made(HEX, 64)}}
    return json.dumps({"cells": rows, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def expected(sample: Path) -> set[Place]:
    """The places that a sample marks by ``expect: CODE`` on the line."""
    text = sample.read_text(encoding="utf-8")
    if sample.suffix != ".ipynb":
        return _marked(text, None)
    cells = enumerate(json.loads(text)["cells"])
    return {place for i, cell in cells for place in _marked("".join(cell["source"]), i)}


def _marked(text: str, cell: int | None) -> set[Place]:
    rows = enumerate(filled(text).split("\n"), 1)
    return {(cell, number, code) for number, row in rows for code in _EXPECT.findall(row)}
