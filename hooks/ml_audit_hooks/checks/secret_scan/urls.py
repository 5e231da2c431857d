"""Credentials in addresses: ``scheme://user:password@host``, signed cloud storage URLs, connection strings."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.secret_scan import quality

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# scheme://user:password@host, RFC 3986, section 3.2.1; real passwords hold reserved characters too, up to the last @
_LOGIN = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{1,24})://([^\s/:'\"<>`]*):([^\s'\"<>`/]{1,200})@([\w.\-\[\]{}$%]+)")
# Shared access signature: https://learn.microsoft.com/rest/api/storageservices/create-service-sas
_SAS = re.compile(r"[?&;]sig=([A-Za-z0-9%/+=]{40,120})")
# Keys in connection strings of Azure Storage, Service Bus, Cosmos DB, IoT Hub
_AZURE = re.compile(r"(?:Account|SharedAccess)Key=([A-Za-z0-9+/]{43,86}={1,2})")
# The address that a Jupyter server prints: http://localhost:8888/lab?token=<48 hexadecimal digits>
_JUPYTER = re.compile(r"[?&]token=([0-9a-f]{32,64})\b")
# Webhooks whose address is the credential
_HOOK = re.compile(
    r"https://(?:discord(?:app)?\.com/api/webhooks/\d{15,20}/[\w-]{60,}"
    r"|hooks\.slack\.com/(?:services|workflows)/[A-Z0-9][\w/]{30,}"
    r"|[\w-]+\.webhook\.office\.com/webhookb2/[\w@/-]{80,})"
)
# Password=…; in an ODBC or ADO connection string that names its server
_ADO = re.compile(r"(?i)\b(?:server|data source|host)=[^;\n]+;(?:[^\n]*;)?\s*(?:password|pwd)=([^;\s\"']{3,})")
_NO_PASSWORDS = frozenset("key pass passwd password pat pw pwd secret token user username x-oauth-basic".split())


def found(line: str) -> Iterator[tuple[int, str, str, str]]:
    """(offset, kind, value, strength) of the credentials in the addresses of a line."""
    for match in _LOGIN.finditer(line):
        value = match[3]
        how = quality.strength(value, match[2])
        if value != match[2] and not is_placeholder(value) and not quality.is_reference(match[2]):
            local = re.match(r"(?:localhost|127\.|0\.0\.0\.0|\[|[a-z_-]+$)", match[4])
            kind = f"password in a {_scheme(match[1])} address"
            yield match.start(3), kind, value, quality.WEAK if local and how != quality.RANDOM else how
    for pattern, kind in (
        (_SAS, "shared access signature"),
        (_AZURE, "Azure account key"),
        (_JUPYTER, "Jupyter token"),
    ):
        for match in pattern.finditer(line):
            how = quality.strength(match[1])
            if how != quality.NONE:
                yield match.start(1), kind, match[1], how
    for match in _HOOK.finditer(line):
        if not quality.is_filler(match[0].rpartition("/")[2]):
            yield match.start(), "webhook address", match[0], quality.RANDOM


def connection(line: str) -> Iterator[tuple[int, str, str, str]]:
    """As `found`, of a connection string with ``Password=``."""
    for match in _ADO.finditer(line) if ";" in line else ():
        if not is_placeholder(match[1]):
            yield match.start(1), "password in a connection string", match[1], quality.strength(match[1])


def is_placeholder(value: str) -> bool:
    """Whether the password in an address is none: ``user:password@host`` shows the form."""
    return value.lower() in _NO_PASSWORDS or quality.strength(value) == quality.NONE


def _scheme(scheme: str) -> str:
    known = scheme.lower().partition("+")[0]
    return known if known.isalnum() and len(known) < 12 else "URL"
