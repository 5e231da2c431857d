"""Findings of texts and of sample files, and bandit's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from ml_audit_hooks.checks.security import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.settings import defaults
from ml_audit_hooks.core.source import Content

ROOT = Path(__file__).parents[2] / "samples"
SAMPLES = sorted(ROOT.glob("B[0-9][0-9][0-9]/*.py"))
LEVELS = {"HIGH": "error", "LOW": "note", "MEDIUM": "warning"}
Row = tuple[str, int, str, str, str]  # path, line, id, level, confidence
_EXPECT = re.compile(r"expect: ((?:B\d{3}\s?)+)")
_SECRETIVE = ("B105", "B106", "B107")


def record(text: str | bytes, path: str = "src/module.py") -> Record:
    """What the check says of one file."""
    return CHECK.examine(File(path, Content(text.encode() if isinstance(text, str) else text, "blob")))


def counted(files: dict[str, str], profile: str = "ml") -> dict[str, tuple[Finding, ...]]:
    """The findings that count in a repository of these files."""
    assert CHECK.counted is not None
    records = {path: record(text, path) for path, text in files.items()}
    at = CHECK.counted(records.values(), {**defaults("security"), "profile": profile})
    return {path: at(path, found) for path, found in records.items()}


def told(text: str, path: str = "src/module.py", profile: str = "ml") -> list[tuple[int, str, str]]:
    """(line, code, level) of what counts in a file by itself, suppressed findings left out."""
    return [(f.line, f.code, f.level) for f in counted({path: text}, profile)[path] if not f.ignored]


def expected(sample: Path) -> list[tuple[int, str]]:
    """(line, code) that a sample marks by ``expect: CODE CODE``."""
    rows = enumerate(sample.read_text(encoding="utf-8").split("\n"), 1)
    return sorted((number, code) for number, row in rows for codes in _EXPECT.findall(row) for code in codes.split())


def ours(paths: list[Path]) -> list[Row]:
    """All rows of the check, those behind a ``# nosec`` left out."""
    found = [(path, f) for path in paths for f in record(path.read_bytes(), str(path)).findings]
    return sorted((str(p), f.line, f.code, f.level, f.kind) for p, f in found if f.ignored != "# nosec")


def bandits(paths: list[Path], folder: Path) -> list[Row]:
    """All rows of bandit run by itself, without any configuration of its own."""
    ini = folder / "empty.ini"
    ini.write_text("[bandit]\n", encoding="utf-8")
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "--ini", str(ini), *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    rows = json.loads(done.stdout)["results"]
    return sorted(
        (
            row["filename"].removeprefix("./"),
            row["line_number"],
            row["test_id"],
            LEVELS[row["issue_severity"]],
            row["issue_confidence"].lower(),
        )
        for row in rows
    )
