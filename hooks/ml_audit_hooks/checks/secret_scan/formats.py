"""Credentials in files whose name or form says that they hold them: netrc, pgpass, docker, shadow, dumps of users."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.secret_scan import quality

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

# Modular crypt format: bcrypt, SHA-2, MD5, Apache MD5, yescrypt, Argon2 (man 5 crypt), Django's PBKDF2
_CRYPT = re.compile(
    r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"
    r"|\$[156]\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}"
    r"|\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"
    r"|\$y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
    r"|\$argon2(?:id|i|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{20,}"
    r"|pbkdf2_sha\d+\$\d+\$\w+\$[A-Za-z0-9+/]{40,}="
)
_NETRC = re.compile(r"\b(?:machine\s+\S+|default)\s.*?\bpassword\s+(\S+)|^\s*password\s+(\S+)")
_PGPASS = re.compile(r"^[^#:\s][^:\n]*:(?:\d+|\*):[^:\n]+:[^:\n]+:(.+)$")
_HTPASSWD = re.compile(r"^[^#:\s]+:(\S{8,})$")
_DOCKER = re.compile(r"\"(?:auth|identitytoken|registrytoken)\"\s*:\s*\"([A-Za-z0-9+/=_.-]{8,})\"")
_HEX_ONLY = re.compile(r"^([0-9a-f]{32,128})$")
_NPM = re.compile(r"_(?:authToken|auth|password)\s*=\s*[\"']?([^\s\"'$]{6,})")
_KAGGLE = re.compile(r"\"key\"\s*:\s*\"([0-9a-f]{32})\"")
_FIREFOX = re.compile(r"\"encrypted(?:Username|Password)\"\s*:\s*\"([A-Za-z0-9+/=]{20,})\"")
_LINE_AUTH = re.compile(r"(?i)^\s*(?:password|passwd|pass)\s+[\"']?([^\s\"']{3,})")
_PIP = re.compile(r"^\s*password\s*[:=]\s*(\S+)")
_BY_NAME: dict[str, tuple[Pattern[str], str]] = {
    ".dockercfg": (_DOCKER, "registry login"),
    ".esmtprc": (_LINE_AUTH, "mail password"),
    ".fetchmailrc": (_NETRC, "mail password"),
    ".git-credentials": (re.compile(r"://[^\s:]*:(.+)@"), "git credentials"),
    ".htpasswd": (_HTPASSWD, "password hash"),
    ".msmtprc": (_LINE_AUTH, "mail password"),
    ".netrc": (_NETRC, "netrc password"),
    ".npmrc": (_NPM, "npm login"),
    ".pgpass": (_PGPASS, "PostgreSQL password"),
    ".pypirc": (_PIP, "package index password"),
    "_netrc": (_NETRC, "netrc password"),
    "config.json": (_DOCKER, "registry login"),
    "kaggle.json": (_KAGGLE, "Kaggle API key"),
    "logins.json": (_FIREFOX, "login saved by a browser"),
    "master.key": (_HEX_ONLY, "Rails master key"),
    "pgpass.conf": (_PGPASS, "PostgreSQL password"),
}


def found(path: str, line: str) -> Iterator[tuple[int, str, str]]:
    """(offset, kind, value) of what the format of a file makes a credential in one of its lines."""
    known = _BY_NAME.get(path.rpartition("/")[2].lower())
    if known is None:
        return
    pattern, kind = known
    for match in pattern.finditer(line):
        group = next((i for i, value in enumerate(match.groups(), 1) if value), 0)
        value = match[group]
        if not quality.is_reference(value) and not re.fullmatch(r"[*x.]+", value):
            yield match.start(group), kind, value


def hashes(line: str) -> Iterator[tuple[int, str, str]]:
    """(offset, kind, value) of the hashed passwords in a line."""
    for match in _CRYPT.finditer(line):
        yield match.start(), "password hash", match[0]
