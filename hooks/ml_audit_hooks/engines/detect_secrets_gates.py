"""Where in a text detect-secrets can find anything at all: necessary conditions on bytes, without regular expressions.

Each condition follows from a pattern of a plug-in of detect-secrets 1.5: a literal that every match holds, a run of
characters that must be long enough, an entropy over the limit, a filter that drops every value without a letter (so
that its plug-in for IP addresses never finds one). What passes here may still be nothing; what does not
pass cannot be found by the engine. A test holds that against the engine's own scan.
"""

from __future__ import annotations

from math import log2

from ml_audit_hooks.engines.detect_secrets_surface import (
    DIGITS,
    LETTERS,
    WORD,
    Surface,
    numbers,
    positions,
    run_end,
    table,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Unwanted: TypeAlias = Callable[[str, bytes], bool]  # (plug-in, value)

_QUOTES = b"\"'"
_SPACE = b" \t\r\x0b\x0c\x1c\x1d\x1e\x1f"
HEX = table(h=DIGITS + b"abcdefABCDEF", q=_QUOTES)
BASE64 = table(a=DIGITS + LETTERS + b"+/\\-_=", q=_QUOTES)
HEX_LIMIT, BASE64_LIMIT = 3.0, 4.5  # bits a character
HEX_MIN = 9  # distinct digits: 2 ** 3.0 are too few
BASE64_MIN = 23  # distinct characters: 2 ** 4.5 is 22.6
# Names that the keyword plug-in looks for, in lower case and without their optional underscores, by how they are found
_BEFORE_KEY = (b"account", b"api", b"auth", b"client", b"database", b"db", b"priv", b"private", b"service")
_BEFORE_PASS = (b"database", b"db", b"key")
_BEHIND_PASS = (b"wd", b"word")
_OTHER_STEMS = (b"contrase", b"pwd", b"secret")
_LAST_BEFORE_KEY = frozenset(b"ibehtv")  # the last letters of `_BEFORE_KEY`
_LITERALS = (  # that every match of a plug-in holds, each with its rarest byte
    (b":_authToken=", b"", "NpmDetector"),
    (b"AccountKey=", b"K", "AzureStorageKeyDetector"),
    (b"PRIVATE KEY", b"K", "PrivateKeyDetector"),
    (b"PuTTY-User-Key-File-2", b"K", "PrivateKeyDetector"),
    (b"sq0csp-", b"q", "SquareOAuthDetector"),
)
_ARTIFACTORY = frozenset(bytes((byte,)) for byte in b"0123456789ABCDEF")  # behind AP; AKC has its C there
_AWS_HEADS = (b"A3T", b"ABIA", b"ACCA", b"AKIA", b"ASIA")
_GITHUB_HEADS = (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")
_GITLAB_HEADS = (
    b"glpat-",
    b"gldt-",
    b"glft-",
    b"glsoat-",
    b"glrt-",
    b"glcbt-",
    b"glimt-",
    b"glptt-",
    b"glagent-",
    b"gloas-",
)
KEYWORD_ENDS = (b"key", b"pass", b"password", b"pw", b"pwd", b"token")
_LONGEST_END = max(map(len, KEYWORD_ENDS))
_ASSIGNING = b" \"'=:>]"  # between a name and its value


def candidates(surface: Surface, style: str, unwanted: Unwanted | None = None) -> Iterator[tuple[int, str]]:
    """(line from 0, class name of a plug-in) that can match there. `style` is that of the keyword patterns.

    `unwanted` says of a plug-in and a value which hits the caller would drop anyway.
    """
    offsets: dict[str, set[int]] = {}
    for plugin, offset, value in anywhere(surface):
        if not (unwanted and value and unwanted(plugin, value)):
            offsets.setdefault(plugin, set()).add(offset)
    for plugin, found in offsets.items():
        for line in dict.fromkeys(line for _, line in numbers(surface.data, found)):
            yield line, plugin
    for line in keyword_lines(surface, style):
        yield line, "KeywordDetector"


def anywhere(surface: Surface) -> Iterator[tuple[str, int, bytes]]:
    """(plug-in, offset, the value where it is known)."""
    data, low = surface.data, surface.low
    for literal, rare, plugin in _LITERALS:
        yield from ((plugin, at, b"") for at in surface.at(literal, rare))
    yield from (("SlackDetector", at, b"") for at in positions(low, b"xox"))
    for found in (_of_runs(surface), _of_artifactory(data), _of_urls(surface), _of_jwt(data)):
        yield from ((plugin, at, b"") for plugin, at in found)
    yield from _of_quoted(surface)


def _of_runs(surface: Surface) -> Iterator[tuple[str, int]]:
    data = surface.data
    for start, end in surface.runs:
        size, run = end - start, data[start:end]
        if not run.islower():
            yield from _of_capitals(run, start)
        if size >= 26:
            if (b"gl" in run and any(head in run for head in _GITLAB_HEADS)) or b"GR1348941" in run:
                yield "GitLabTokenDetector", start
            if size >= 32 and b"k_live_" in run:
                yield "StripeDetector", start
            if size >= 36 and b"-us" in run:
                yield "MailchimpDetector", start
            if size >= 40 and b"gh" in run and any(head in run for head in _GITHUB_HEADS):
                yield "GitHubTokenDetector", start
        if size >= 24:
            if data[end : end + 1] == b"." and _is_discord(run, data[end + 1 : end + 35]):
                yield "DiscordBotTokenDetector", start
            if start:
                yield from _of_assigned(surface, start, run)


def _is_discord(run: bytes, rest: bytes) -> bool:
    """Whether three parts can be those of a bot's token: 24 to 26 characters from M, N or O, six, twenty-seven."""
    if not (run.isascii() and rest.isascii()):
        return True
    whole = rest[6:7] == b"." and len(rest) == 34 and rest[7:].translate(None, b"_-").isalnum()
    return whole and any(run[-size : 1 - size or None] in (b"M", b"N", b"O") for size in (24, 25, 26))


def _of_capitals(run: bytes, start: int) -> Iterator[tuple[str, int]]:
    """Tokens with a capital letter in a fixed place."""
    if b"A" in run and any(head in run for head in _AWS_HEADS):
        yield "AWSKeyDetector", start
    if len(run) >= 34 and (b"AC" in run or b"SK" in run):
        yield "TwilioKeyDetector", start
    if len(run) >= 48 and b"T3BlbkFJ" in run:
        yield "OpenAIDetector", start
    if len(run) >= 78 and b"pypi-AgE" in run:
        yield "PypiTokenDetector", start


def _of_assigned(surface: Surface, start: int, run: bytes) -> Iterator[tuple[str, int]]:
    """Long runs behind a name and a sign of assignment, and behind a colon."""
    size, last = len(run), surface.data[start - 1]
    if last not in b" \"'=:>.":  # no sign of assignment, and no dot of SendGrid's
        return
    near = surface.low[max(start - 24, 0) : start].rstrip(_ASSIGNING)
    if len(near) >= _LONGEST_END and not near.endswith(KEYWORD_ENDS) and (size < 35 or last not in b":."):
        return
    before = surface.low[surface.line_of(start)[0] : start]
    named = before.rstrip(_ASSIGNING).endswith(KEYWORD_ENDS)
    odd = not run.isascii()
    if named and b"cl" in before and (odd or size >= 64 or run[:24].isalpha()):
        yield "CloudantDetector", start
    if named and (size == 44 or odd):
        yield "IbmCloudIamDetector", start
    if named and size >= 48 and b"secret" in before:
        yield "IbmCosHmacDetector", start
    if named and size >= 64 and (b"sl" in before or b"softlayer" in before):
        yield "SoftlayerDetector", start
    if size >= 35 and before.endswith(b":") and (before[-2:-1].isdigit() or not before[-5:].isascii()):
        yield "TelegramBotTokenDetector", start
    if size >= 43 and surface.data[max(start - 26, 0) : start].startswith(b"SG."):
        yield "SendGridDetector", start


def _of_quoted(surface: Surface) -> Iterator[tuple[str, int, bytes]]:
    """Quoted strings with an entropy over the limit, and quoted keys of AWS."""
    data = surface.data
    classes = data.translate(HEX)
    for at in positions(classes, b"q" + b"h" * HEX_MIN):
        end = run_end(classes, b"h", at + 1)
        value = data[at + 1 : end]
        closed = data[end : end + 1] == data[at : at + 1]
        if closed and not value.isdigit() and is_over(value, HEX_MIN, HEX_LIMIT):
            yield "HexHighEntropyString", at, value
    classes = data.translate(BASE64)
    for at in positions(classes, b"q" + b"a" * BASE64_MIN):
        end = run_end(classes, b"a", at + 1)
        value = data[at + 1 : end]
        if data[end : end + 1] == data[at : at + 1] and is_over(value, BASE64_MIN, BASE64_LIMIT):
            yield "Base64HighEntropyString", at, value
        if len(value) == 40 and classes[end : end + 1] == b"q" and b"aws" in surface.low[surface.line_of(at)[0] : at]:
            yield "AWSKeyDetector", at, b""


def is_over(value: bytes, least: int, limit: float) -> bool:
    """Whether the entropy can be over the limit. The distinct characters alone say no of most."""
    distinct = set(value)
    if len(distinct) < least:
        return False
    size = len(value)
    counts = map(value.count, distinct)
    return -sum(n / size * log2(n / size) for n in counts) > limit - 1e-6  # their order of summing rounds otherwise


def _of_artifactory(data: bytes) -> Iterator[tuple[str, int]]:
    for literal, rare in ((b"AKC", b"K"), (b"AP", b"P")):
        for at in positions(data, literal, rare):
            before = data[at - 1 : at] if at else b"\n"
            third = data[at + 2 : at + 3]
            if third in _ARTIFACTORY and not before.isalnum() and data[at + 3 : at + 11].isalnum():
                yield "ArtifactoryDetector", at


def _of_urls(surface: Surface) -> Iterator[tuple[str, int]]:
    """Credentials in addresses, and addresses of services that are known by them."""
    data, low = surface.data, surface.low
    found = surface.at(b"://", b"/")
    has_cloudant = bool(found) and b"cloudant.com" in low
    for at in found:
        end = surface.line_of(at)[1]
        sign = data.find(b"@", at, end)
        if sign >= 0 and data.find(b":", at + 3, data.rfind(b"@", sign, end)) >= 0:
            yield "BasicAuthDetector", at
        if low.startswith(b"hooks.slack.com", at + 3):
            yield "SlackDetector", at
        if low.find(b"/soap/", at + 3, at + 60) >= 0:
            yield "SoftlayerDetector", at
        if has_cloudant and low.find(b"cloudant.com", at + 3, end) >= 0:
            yield "CloudantDetector", at


def _of_jwt(data: bytes) -> Iterator[tuple[str, int]]:
    classes: bytes | None = None
    for at in positions(data, b"eyJ", b"J"):
        classes = classes or data.translate(BASE64)
        end = run_end(classes, b"a", at)
        if data[end : end + 1] == b".":
            yield "JwtTokenDetector", at


def keyword_ends(surface: Surface) -> list[int]:
    """Where in `surface.compact` the names end that the keyword plug-in looks for."""
    if surface.keyword_ends is None:
        compact, found = surface.compact, []
        for at in positions(compact, b"key"):
            if compact[at - 1] in _LAST_BEFORE_KEY and compact[max(at - 8, 0) : at].endswith(_BEFORE_KEY):
                found.append(at + 3)
        for at in positions(compact, b"pass"):
            if compact.startswith(_BEHIND_PASS, at + 4) or compact[max(at - 8, 0) : at].endswith(_BEFORE_PASS):
                found.append(at + 4)
        for stem in _OTHER_STEMS:
            found += [at + len(stem) for at in positions(compact, stem)]
        surface.keyword_ends = sorted(found)
    return surface.keyword_ends


def keyword_lines(surface: Surface, style: str) -> Iterator[int]:
    """Lines, from 0, in which the keyword plug-in can match. `style`: quotes, config, c or c++."""
    compact = surface.compact
    found = keyword_ends(surface)
    last = -1
    for offset, line in numbers(compact, found):
        if line != last and _can_assign(compact, offset, style):
            last = line
            yield line


def _can_assign(compact: bytes, offset: int, style: str) -> bool:
    """Whether what stands around a name can be an assignment of, or a comparison with, a value."""
    end = compact.find(b"\n", offset)
    rest = compact[offset : end if end >= 0 else len(compact)]
    if not rest.isascii():
        return True
    before = compact[compact.rfind(b"\n", 0, offset) + 1 : offset]
    if any(sign in before for sign in (b"==", b"!=", b"=!", b"!!")) or any(s in rest for s in (b'";', b"';", b"`;")):
        return True
    tail = rest.lstrip(WORD)
    if (style == "c" and tail[:1] == b"[") or (style == "c++" and tail[:1] in (b"(", b".")):
        return b'"' in tail
    tail = tail.lstrip(b"]'\"").lstrip(_SPACE)
    if tail[:1] not in (b":", b"=", b"!"):
        return False
    if style == "config":
        return True
    tail = tail.lstrip(b":=!>@" + _SPACE)
    return tail[:1] in (b'"', b"'", b"`") and tail[:1] in tail[2:]
