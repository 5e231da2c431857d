"""Files of a few lines: .gitignore, .python-version, .tool-versions, runtime.txt, pip.conf."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.facts import Found

_LOCK_LETTERS = ("lock", "*", "requirements", ".txt", ".toml")  # what a pattern that matches a lock may hold


def read(text: str, kind: str) -> Found:
    """What one of these files says."""
    found = Found(kind)
    if kind == "gitignore":
        _ignored(found, text)
    elif kind == "pip.conf":
        _pip_conf(found, text)
    else:
        _pythons(found, text, kind)
    return found


def _ignored(found: Found, text: str) -> None:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        pattern = line.rstrip() if not line.rstrip().endswith("\\") else line.rstrip("\r")
        if pattern and not pattern.startswith("#") and any(part in pattern.lower() for part in _LOCK_LETTERS):
            rows.append((number, pattern))
    if rows:
        found.more["patterns"] = tuple(rows)


def _pythons(found: Found, text: str, kind: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split()
        if kind == "tool-versions":
            words = words[1:] if words[:1] == ["python"] else []
        version = words[0].removeprefix("python-").removeprefix("cpython-") if words else ""
        if version[:1].isdigit() and version.replace(".", "").isdigit():
            found.pythons.append((number, {"tool-versions": ".tool-versions"}.get(kind, kind), version))
            return


def _pip_conf(found: Found, text: str) -> None:
    key = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith(("#", ";", "[")):
            continue
        name, equals, value = line.partition("=")
        if equals and not line[:1].isspace():
            key = name.strip().lower().replace("_", "-")
        else:
            value = line
        if key in ("index-url", "extra-index-url", "find-links", "trusted-host"):
            found.indexes += [(number, f"--{key}", addresses.without_credentials(word), None) for word in value.split()]
