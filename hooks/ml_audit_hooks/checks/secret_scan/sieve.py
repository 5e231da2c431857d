"""Why something that detect-secrets finds is no secret. Each reason is one of a closed list, `REASONS`."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.secret_scan import assigned, grades, names, quality, urls
from ml_audit_hooks.checks.secret_scan.words import is_mixed, is_wordy
from ml_audit_hooks.core import places
from ml_audit_hooks.engines.detect_secrets_engine import Hit

HASHED, LINKED, LOCKED = "a digest, a revision or an id", "part of a link", "a hash in a lock file"
MADE_UP, PLACEHOLDER, REFERENCE, WORDY = "made up", "a placeholder", "a reference", "words"
ABOUT, BINARY, NUMBER = "a name about secrets", "binary data", "a number"
HEADER, NO_PASSWORD, PART, PIECE = "a header without a key", "no password", "part of a longer string", "part of a value"
REASONS = frozenset(
    (ABOUT, BINARY, HASHED, HEADER, LINKED, LOCKED, MADE_UP, NO_PASSWORD, NUMBER)
    + (PART, PIECE, PLACEHOLDER, REFERENCE, WORDY)
)
# A name in front of a digest, a revision or an id
_HASHED = re.compile(
    r"(?i)(?:sha[-_]?\d*|md5|check_?sum|digest|hash(?:es)?|commit|revision|etag|integrity|fingerprint|object_?id|snapshot"
    r"|version|uuid|guid|run_?id|trace_?id|artifact|cell_?id|file_?id|gdown|pub(?:lic)?_?key"
    r"|(?:^|[^a-z])(?:blob|crc\d*|drive|id|oid|rev))\w*[\"'\])]*\s*(?:[:=,(]|==|!=)?\s*(?:\w*\()?[\[{(rbf]*$"
)
_JOINED = re.compile(r"[\"']\s*[+%]")  # "prefix_" + …
_FILE_KEY = re.compile(r"\.\w{2,8}[\"']\s*[:,]\s*[\[(]?\s*[\"']?$")
_LINKED = re.compile(r"(?:https?://|git\+|@|/blob/|/commit/|/raw/|/resolve/|uses:)\S*$")
_SHORT = 64  # characters of a token that can be an identifier
_LOOK = 200  # lines behind its key in which a value is looked for
_ENTROPY = ("Base64 High Entropy String", "Hex High Entropy String")


def placed(hit: Hit, lines: list[str]) -> Hit:
    """A hit with the whole value, on the line where it stands: the engine gives of some tokens only the head, and of a
    value of several lines the line of its key."""
    number = min(hit.line, len(lines))
    if hit.kind in ("GitHub Token", "GitLab Token"):
        match = re.search(re.escape(hit.value) + r"[A-Za-z0-9_-]{16,}", lines[number - 1])
        return hit._replace(line=number, value=match[0] if match else hit.value)
    first = hit.value.partition("\n")[0]
    if first not in lines[number - 1]:
        for later in range(number, min(number + _LOOK, len(lines))):
            if first in lines[later]:
                return hit._replace(line=later + 1)
    return hit._replace(line=number)


def reason(hit: Hit, line: str, path: str) -> str:
    """Why a hit of the engine is no secret; "" where it may be one."""
    value = hit.value
    at = line.find(value)
    before = line[max(at - 120, 0) : at].rstrip("\"'`") if at >= 0 else ""
    if hit.kind == "Private Key":
        return HEADER  # with a key it is found by `private`
    if hit.kind == "Basic Auth Credentials":
        return NO_PASSWORD if urls.is_placeholder(value) or f"//{value}:{value}@" in line else ""
    if hit.kind == "Secret Keyword":
        if at >= 0 and _JOINED.match(line, at + len(value)):
            return PIECE
        return _of_keyword(value, assigned.name_before(line, at), path)
    if hit.kind in _ENTROPY:
        return _of_entropy(hit, line, before, path)
    return _of_token(value, line, at)


def _of_token(value: str, line: str, at: int) -> str:
    after = line[at + len(value) : at + len(value) + 1]
    before = line[max(at - 1, 0) : at] if at >= 0 else ""
    if (before.isalnum() and before != "n") or after.isalnum():
        return PART
    bare = value.strip(" \t\"'=:")
    if quality.is_filler(bare) or bare.endswith("EXAMPLE"):
        return MADE_UP
    if len(bare) < _SHORT and is_wordy(bare):
        return WORDY
    return ""


def _of_keyword(value: str, name: str, path: str) -> str:
    if names.is_lock(path):
        return LOCKED
    if grades.is_about(name):
        return ABOUT
    if quality.strength(value, name) == quality.NONE:
        return REFERENCE if quality.is_reference(value) else PLACEHOLDER
    if grades.is_referring(name, value) or (
        quality.is_named(value, name) and not names.is_bare(path, places.language(path))
    ):
        return REFERENCE
    return ""


def _of_entropy(hit: Hit, line: str, before: str, path: str) -> str:
    value = hit.value
    if names.is_lock(path):
        return LOCKED
    if "data:image" in line[: line.find(value)] or len(value) > 2000:
        return BINARY
    if quality.is_filler(value) or quality.is_sequence(value):
        return MADE_UP
    if _HASHED.search(before) or _FILE_KEY.search(line[: line.find(value)]):
        return HASHED
    if _LINKED.search(before):
        return LINKED
    if hit.kind == _ENTROPY[0] and (is_mixed(value) or is_wordy(value) or quality.is_reference(value)):
        return WORDY
    if value.isdigit():
        return NUMBER
    return ""
