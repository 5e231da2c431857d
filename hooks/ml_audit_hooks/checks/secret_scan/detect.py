"""From one file to its secrets, of which no value leaves this module but as a fingerprint."""

from __future__ import annotations

from ml_audit_hooks.checks.secret_scan import gates, parts, tokens, words
from ml_audit_hooks.core.finding import EVERYWHERE, PRODUCT, Finding, Record
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.engines import detect_secrets_engine as engine
from ml_audit_hooks.engines.detect_secrets_surface import Surface, numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.checks.secret_scan.parts import Part
    from ml_audit_hooks.checks.secret_scan.rows import Row
    from ml_audit_hooks.core.file import File

_LONG = 8_000  # characters of a line that is data, not configuration or code
_AROUND = 300  # characters of it that are looked at on both sides of an address
TOKEN, PRIVATE, ADDRESS, FORMAT, NAMED, WEAK, RANDOM = (f"SEC00{n}" for n in range(1, 8))
KINDS = {
    TOKEN: "token",
    PRIVATE: "private-key",
    ADDRESS: "address",
    FORMAT: "format",
    NAMED: "named",
    WEAK: "weak",
    RANDOM: "random",
}
_RANKS = (TOKEN, PRIVATE, FORMAT, ADDRESS, NAMED, WEAK, RANDOM)  # what says most of a value first
_ENGINE_TOKENS = {  # the engine's types in the words of `tokens`
    "AWS Access Key": "AWS access key",
    "Azure Storage Account access key": "Azure account key",
    "GitHub Token": "GitHub token",
    "GitLab Token": "GitLab token",
    "JSON Web Token": "JSON Web Token",
    "OpenAI Token": "OpenAI API key",
    "Slack Token": "Slack token",
    "Stripe Access Key": "Stripe live key",
}
_ENTROPY = {
    "Base64 High Entropy String": "random base64 string",
    "Hex High Entropy String": "random hexadecimal string",
}


class Spot(NamedTuple):
    """A secret in a text. The value is for fingerprints and comparison, never for an output."""

    line: int  # from 1
    column: int  # from 1
    code: str
    kind: str  # for people
    value: str
    holds: str = EVERYWHERE  # PRODUCT: in test code it would be a double


class ScanError(Exception):
    """A check that broke on a file. Its text names the place in the code: the cause's own text could hold a secret."""


def examined(file: File) -> Record:
    """The findings of one file. Raises Unreadable."""
    try:
        return Record((*_in_name(file.path), *(finding for finding, _ in valued(file))))
    except Unreadable:
        raise
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace is not None else "?"
        raise ScanError(f"{type(error).__name__} in {where}") from None


def masked(path: str) -> str:
    """A path without the tokens in it: ``runs/***/model.py``."""
    for _, value in _of_name(path):
        path = path.replace(value, "***")
    return path


def _of_name(path: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of the tokens in a path."""
    surface = Surface(path.encode("utf-8", "surrogateescape"))
    for _, kind, value in tokens.found(surface) if surface.runs else ():
        yield kind, value.decode("ascii")


def _in_name(path: str) -> Iterator[Finding]:
    for kind, value in _of_name(path):
        yield _finding(Spot(1, 1, TOKEN, f"{kind} in the file's name", value), None, False)


def valued(file: File) -> Iterator[tuple[Finding, str]]:
    """(finding, value) of one file: for comparison with what another scanner knows by its hash. Raises Unreadable."""
    for part in parts.parts(file):
        for spot in spots(part, file.language):
            yield _finding(spot, part.cell, part.output), spot.value


def _finding(spot: Spot, cell: int | None, output: bool) -> Finding:
    from ml_audit_hooks.checks.secret_scan.fingerprint import fingerprint

    where = " in an output" if output else ""
    text = f"{spot.kind}{where}, fingerprint {fingerprint(spot.value)}"
    first, last = (1, 1_000_000) if output else (0, 0)  # a suppression anywhere in the cell counts for what it printed
    return Finding(spot.code, spot.line, spot.column, cell, "<file>", KINDS[spot.code], text, first, last, spot.holds)


def spots(part: Part, language: str | None) -> list[Spot]:
    """The secrets in one text, one for each place and value, by place."""
    surface = Surface(part.data)
    found = [*_own(part, surface, language), *_of_engine(part, surface)]
    if not found:
        return []
    from ml_audit_hooks.checks.secret_scan import pragmas

    allowed = pragmas.lines(surface.lines) if pragmas.may_hold(part.data) else frozenset()
    return _merged(spot for spot in found if spot.line not in allowed)


def _own(part: Part, surface: Surface, language: str | None) -> Iterator[Spot]:
    """By the check's own rules."""
    data = surface.data
    for at, kind, token in tokens.found(surface):
        before = data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
        yield Spot(data.count(b"\n", 0, at) + 1, len(before) + 1, TOKEN, kind, token.decode("ascii"))
    if surface.at(b"PRIVATE KEY", b"K") or surface.at(b"PuTTY-User-Key-File-", b"K"):
        from ml_audit_hooks.checks.secret_scan import private

        text = surface.text
        for at, kind, value in private.found(text):
            yield Spot(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), PRIVATE, kind, value)
    yield from _by_line(part, surface, language)


def _by_line(part: Part, surface: Surface, language: str | None) -> Iterator[Spot]:
    from ml_audit_hooks.checks.secret_scan import names

    own = part.cell is None
    bare = own and names.is_bare(part.path, language)
    addresses = gates.addresses(surface)
    named = set() if names.is_lock(part.path) else gates.assigned_lines(surface, bare)
    known = own and names.is_known(part.path)
    hashed = names.has_hash(surface.data)
    if not (addresses or named or known or hashed):
        return
    from ml_audit_hooks.checks.secret_scan import rows

    lines = surface.lines
    for number, line, shift in _windows(surface, addresses, lines):
        for row in rows.of_address(line):
            yield _spot(number, shift, row)
    for number in range(len(lines)) if known or hashed else sorted(named):
        if len(lines[number]) <= _LONG:
            for row in rows.of_line(part.path, lines[number], number in named, bare, known, hashed):
                yield _spot(number, 0, row)


def _spot(number: int, shift: int, row: Row) -> Spot:
    column, code, kind, value, sure = row
    return Spot(number + 1, column + shift, code, kind, value, EVERYWHERE if sure else PRODUCT)


def _windows(surface: Surface, offsets: set[int], lines: list[str]) -> Iterator[tuple[int, str, int]]:
    """(line from 0, what to look at, characters in front of it): of a long line only what is around an offset."""
    last = -1
    for offset, number in numbers(surface.data, offsets):
        if len(lines[number]) > _LONG:
            start, end = surface.line_of(offset)
            first = max(start, offset - _AROUND)
            yield number, surface.data[first : min(end, offset + 3 * _AROUND)].decode("utf-8", "replace"), first - start
        elif number != last:
            last = number
            yield number, lines[number], 0


def _of_engine(part: Part, surface: Surface) -> Iterator[Spot]:
    """By detect-secrets, without what is none by nature."""
    hits = engine.hits_on(part.path, surface, words.is_no_secret)
    if not hits:
        return
    from ml_audit_hooks.checks.secret_scan import sieve

    for hit in hits:
        hit = sieve.placed(hit, surface.lines)
        line = surface.lines[hit.line - 1]
        if not sieve.reason(hit, line, part.path):
            code, kind, sure = classed(hit)
            yield Spot(hit.line, line.find(hit.value) + 1 or 1, code, kind, hit.value, EVERYWHERE if sure else PRODUCT)


def classed(hit: engine.Hit) -> tuple[str, str, bool]:
    """(code, kind, whether it counts in test code) of what the engine found."""
    from ml_audit_hooks.checks.secret_scan import quality

    if hit.kind in _ENTROPY:
        return RANDOM, _ENTROPY[hit.kind], False
    how = quality.strength(hit.value)
    if hit.kind == "Secret Keyword":
        strong = how in (quality.RANDOM, quality.GOOD)
        return NAMED if strong else WEAK, "value of a secret name", how == quality.RANDOM
    if hit.kind == "Basic Auth Credentials":  # where it is good, `urls` finds it by itself, unless the host is local
        return ADDRESS if how == quality.RANDOM else WEAK, "password in an address", how == quality.RANDOM
    return TOKEN, _ENGINE_TOKENS.get(hit.kind, hit.kind), True


def _merged(found: Iterator[Spot]) -> list[Spot]:
    """One spot for each place: of those on a line whose values overlap, the one that says most."""
    kept: dict[int, list[Spot]] = {}
    keys: list[str] = []
    for spot in sorted(found, key=lambda s: (_RANKS.index(s.code), s.line, -len(s.value), s.column)):
        row = kept.setdefault(spot.line, [])
        if spot.code == PRIVATE:
            keys.append(spot.value)
        elif spot.code == RANDOM and any(spot.value.partition("\\")[0] in key for key in keys):
            continue  # a line of the key
        if not any(spot.value in other.value or (other.value in spot.value and len(other.value) > 7) for other in row):
            row.append(spot)
    return sorted((s for row in kept.values() for s in row), key=lambda s: (s.line, s.column, s.code))
