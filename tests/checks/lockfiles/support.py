"""Records and findings of small trees."""

from __future__ import annotations

import re
from pathlib import Path

from ml_audit_hooks.checks.lockfiles import CHECK, fold
from ml_audit_hooks.checks.lockfiles.facts import packages
from ml_audit_hooks.checks.lockfiles.packages import Package
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.fill import examined
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content

Tree = dict[str, str]
AUTO = {"profile": "auto"}


def record(path: str, text: str | bytes) -> Record:
    """What the check says of a file, as the store gives it back."""
    data = text.encode() if isinstance(text, str) else text
    return Record.of(examined(CHECK, File(path, Content(data, "blob"))).plain())


def packages_of(path: str, text: str) -> tuple[Package, ...]:
    """The packages of one file."""
    return packages(record(path, text))


def pairs(path: str, text: str) -> list[tuple[str, str]]:
    """(name, version) of the packages of one file."""
    return [(item.name, item.version) for item in packages_of(path, text)]


def found(tree: Tree, profile: str = "auto") -> dict[str, tuple[Finding, ...]]:
    """The findings of a tree."""
    return dict(fold.folded({path: record(path, text) for path, text in tree.items()}, {"profile": profile}))


def codes(tree: Tree, profile: str = "auto") -> list[tuple[str, int, str]]:
    """(path, line, code) of the findings of a tree."""
    return sorted((path, f.line, f.code) for path, rows in found(tree, profile).items() for f in rows)


def texts(tree: Tree, code: str) -> list[str]:
    """The texts of the findings of one code."""
    return [f.text for _, rows in sorted(found(tree).items()) for f in rows if f.code == code]


def unpacked(sample: Path) -> Tree:
    """The tree in one sample: ``-- path --`` above each file."""
    parts = re.split(r"^-- (.+) --\n", sample.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
