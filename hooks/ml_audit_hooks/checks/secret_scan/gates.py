"""Lines in which the check's own rules can find something: tests on bytes, so that most files import nothing more."""

from __future__ import annotations

from ml_audit_hooks.checks.secret_scan.words import is_wordy
from ml_audit_hooks.engines.detect_secrets_gates import keyword_ends
from ml_audit_hooks.engines.detect_secrets_surface import Surface, numbers, positions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = b"0123456789"
_NAMES = (b"token", b"key", b"auth", b"secret", b"pass", b"pwd", b"cred", b"login", b"salt", b"jwt", b"dsn")
_CONFIG_STEMS = (b"pass", b"pwd", b"secret")
_WORD = bytes(range(0x80, 0x100)) + b"0123456789abcdefghijklmnopqrstuvwxyz"
_CALLS = (b"login(", b"auth(")
_URL_MARKS = (b"?", b"&", b";")  # before a parameter of an address
_URL_SIGNS = (b"sig=", b"token=")
_FAR = 400  # bytes of an address that are looked at


def addresses(surface: Surface) -> set[int]:
    """Offsets at which an address stands that may hold a credential."""
    data, found = surface.data, set()
    has_logins = b"@" in data
    for at in surface.at(b"://", b"/"):
        end = data.find(b"@", at, at + _FAR) if has_logins else -1
        if end >= 0 and b"\n" not in data[at:end] and b":" in data[at + 3 : end]:
            found.add(at)
        hook = data.find(b"hook", at, at + _FAR)
        while hook >= 0 and b"\n" not in data[at:hook]:
            if data.startswith(b"hooks.slack.com", hook) or data[hook - 3 : hook] == b"web":
                found.add(hook)
            hook = data.find(b"hook", hook + 1, at + _FAR)
    for mark in _URL_MARKS:
        found.update(at + 1 for at in positions(data, mark) if data.startswith(_URL_SIGNS, at + 1))
    found.update(surface.at(b"Key=", b"K"))
    return found


def assigned_lines(surface: Surface, bare: bool) -> set[int]:
    """Lines, from 0, in which a secret name may be given a value."""
    found = set(_random_values(surface))
    low = surface.low
    for call in _CALLS:
        found.update(
            at for at in positions(low, call) if low[at + len(call) : at + len(call) + 2].strip()[:1] in (b"'", b'"')
        )
    if bare:  # define('AUTH_KEY', '…')
        found.update(positions(low, b"define("))
    lines = {line for _, line in numbers(low, found)}
    compact = surface.compact
    ends = keyword_ends(surface)
    if bare:
        ends = sorted({*ends, *(at + len(stem) for stem in _CONFIG_STEMS for at in positions(compact, stem))})
    lines.update(line for at, line in numbers(compact, ends) if _can_assign(compact, at, bare))
    return lines


def _random_values(surface: Surface) -> Iterator[int]:
    """Runs with two digits or more, on a line that says before them what they may be."""
    data, low = surface.data, surface.low
    for start, end in surface.runs:
        if len(data[start:end].translate(None, _DIGITS)) <= end - start - 2:
            before = low[max(surface.line_of(start)[0], start - 200) : start]
            if any(name in before for name in _NAMES) and not is_wordy(data[start:end].decode("ascii", "replace")):
                yield start


def _can_assign(compact: bytes, offset: int, bare: bool) -> bool:
    end = compact.find(b"\n", offset)
    rest = compact[offset : end if end >= 0 else len(compact)]
    tail = rest.lstrip(_WORD).lstrip(b"]'\")").lstrip(b" \t")
    if tail[:1] not in (b":", b"=", b",", b">"):
        return (b"--" in compact[max(offset - 40, 0) : offset] and tail[:1].isalnum()) or (bare and b"</" in tail)
    return bare or b'"' in tail or b"'" in tail or b"`" in tail
