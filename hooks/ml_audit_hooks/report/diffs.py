"""Section 4: the atomic diffs that were proved, with what each closes."""

from __future__ import annotations

from ml_audit_hooks.core import show
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

_MAX_LINES, _CUT = 160, 60  # of a diff in the audit file; a longer one is cut
_MAX_WIDTH = 400  # characters of a line there


class Diff(NamedTuple):
    """A proved patch."""

    id: str
    title: str
    why: str
    risk: str
    rollback: str
    tests: tuple[str, ...]
    diff: bytes  # as git applies it
    findings: tuple[tuple[str, str, str], ...]  # (code, path, symbol) of what it closes
    facets: tuple[str, ...]  # ids that become present
    excludes: tuple[str, ...]  # ids of earlier ones after which it does not apply any more

    @property
    def closes(self) -> tuple[str, ...]:
        """What it closes in words: ``CKP001 train.py: load``, ``security.safe_loading``."""
        rows = (f"{code} {path}" + (f": {symbol}" if symbol[:1] != "<" else "") for code, path, symbol in self.findings)
        return (*dict.fromkeys(rows), *self.facets)


def lines(diffs: Sequence[Diff]) -> list[str]:
    """The section of the audit file."""
    if not diffs:
        return ["None: no change was found that closes a gap and stands the proof."]
    out = [
        "Each was proved on this tree: git applies it and takes it back byte for byte, and the audit of the patched",
        "tree closes what is named and opens nothing. `ml-audit patches --apply ID` applies one to a clean work tree.",
    ]
    for number, one in enumerate(diffs, 1):
        out += ["", *_shown(number, one)]
    return out


def _shown(number: int, one: Diff) -> list[str]:
    text = one.diff.decode("utf-8", "replace").replace("\r", "").rstrip("\n")
    fence = "```"
    while fence in text:
        fence += "`"
    rows = [
        ("Why", show.prose(one.why)),
        ("Risk", show.prose(one.risk)),
        ("Rollback", show.prose(one.rollback)),
        ("Tests", " ".join(show.prose(sentence) for sentence in one.tests)),
        ("Closes", ", ".join(show.code(item).replace("\\|", "|") for item in one.closes)),
    ]
    if one.excludes:
        rows.append(("Not together with", ", ".join(show.code(name) for name in one.excludes)))
    shown = [_plain(line) for line in text.split("\n")]
    if len(shown) > _MAX_LINES or any(len(line) > _MAX_WIDTH for line in shown):
        left = len(shown) - _CUT
        shown = [line if len(line) <= _MAX_WIDTH else f"{line[:_MAX_WIDTH]} …" for line in shown[:_CUT]]
        rows.append(
            ("Cut", show.prose(f"{max(left, 0)} lines more; `ml-audit patches --write DIR` writes the whole diff"))
        )
    return [
        f"### {number}. {show.prose(one.title)} ({show.code(one.id)})",
        "",
        *(f"- {name}: {words}" for name, words in rows if words),
        "",
        f"{fence}diff",
        *shown,
        fence,
    ]


def _plain(line: str) -> str:
    """A line of a diff without control characters that a terminal would obey; tabs stay."""
    return line if line.isprintable() else "".join(c if c == "\t" or c.isprintable() else "\ufffd" for c in line)


def by_code(diffs: Iterable[Diff]) -> Mapping[str, str]:
    """Code of a finding, or id of a facet, to the id of the first diff that closes one."""
    found: dict[str, str] = {}
    for one in diffs:
        for name in (*(code for code, _, _ in one.findings), *one.facets):
            found.setdefault(name, one.id)
    return found


def as_rows(diffs: Iterable[Diff]) -> list[dict[str, Any]]:
    """`patches` of the audit as JSON."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "why": one.why,
            "risk": one.risk,
            "rollback": one.rollback,
            "tests": list(one.tests),
            "diff": one.diff.decode("utf-8", "surrogateescape"),
            "closes": list(one.closes),
        }
        for one in diffs
    ]


def mail(one: Diff, number: int, total: int) -> bytes:
    """The diff as a mail that ``git am`` takes, with its rationale as the commit's message."""
    why = [one.why, "", f"Risk: {one.risk}", f"Rollback: {one.rollback}"]
    why += [f"Tests: {' '.join(one.tests)}"] if one.tests else []
    why += ["Closes: " + ", ".join(one.closes)]
    encoding = "quoted-printable" if b"\r" in one.diff else "8bit"  # git am takes carriage returns away, unless encoded
    head = [
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001",
        "From: ml-audit <ml-audit@localhost>",
        "Date: Thu, 1 Jan 1970 00:00:00 +0000",
        f"Subject: [PATCH {number}/{total}] {one.title}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        f"Content-Transfer-Encoding: {encoding}",
        "",
    ]
    body = "".join(f"{show.plain(line)}\n" for line in (*why, "---", "")).encode("utf-8", "replace")
    body += one.diff + b"--\nml-audit\n"
    if encoding != "8bit":
        from binascii import b2a_qp

        body = b"\n".join(b2a_qp(line) for line in body.split(b"\n")).replace(b"\r", b"=0D")
    return "".join(f"{show.plain(line)}\n" for line in head).encode("utf-8", "replace") + body
