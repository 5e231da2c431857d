"""A value given to a name that says secret: in code, where it is a quoted string, and bare in configuration."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.secret_scan import grades, quality

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Given: TypeAlias = tuple[int, str, str, str]  # offset, kind, value, strength

_STRING = r"(?P<quote>[\"'`])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.){3,512})(?P=quote)"
# name = "value", name: str = "value", "name": "value", name => 'value', name := `value`
_QUOTED = re.compile(
    r"(?P<name>[A-Za-z_$][\w.$-]{1,79})(?:[\"'\])]{0,3})\s*(?::\s*[\w\[\]., |]{1,40}\s*=|=>|:=|={1,3}|:)\s*"
    r"(?:[rbuf]{1,2}(?=[\"']))?@?" + _STRING
)
# define('NAME', 'value'), getenv("NAME", "value")
_PAIRED = re.compile(r"\(\s*[\"'](?P<name>[A-Za-z_][\w.-]{1,79})[\"']\s*,\s*" + _STRING)
# NAME=value, name: value, export NAME=value, ENV NAME value, - NAME=value
_BARE = re.compile(
    r"^[\s>-]*(?:(?:export|set|env|const|let|var|RUN export)\s+|(?:ENV|ARG|setenv)\s+(?=\S+[= ])|\$)?[\"']?"
    r"(?P<name>[A-Za-z_$][\w.-]{1,79})[\"']?(?:\s*(?:=>|:=|[=:])\s*|(?<=[A-Z])\s+)(?P<value>[^\s\"'#:=].*)$"
)
# <Password>value</Password>
_XML = re.compile(
    r"<(?P<name>[\w.:-]*(?i:pass|passwd|password|secret|token|apikey|privatekey)[\w.:-]*)(?:\s[^<>]*)?>"
    r"(?P<value>[^<>\s]{3,})</"
)
# --token value, --api-key=value
_OPTION = re.compile(
    r"(?P<name>--?(?:token|password|passwd|api[-_]key|secret[-_]key|auth[-_]?token|hf[-_]token))[= ]+[\"']?"
    r"(?P<value>[^\s\"'`;|)]{6,})"
)
# Authorization: Bearer value, RFC 6750, section 2.1
_HEADER = re.compile(
    r"(?i)authorization[\"']?\s*[:=,]\s*[\"'{]*\s*f?[\"']?(?:bearer|token|basic)\s+(?P<value>[A-Za-z0-9+/_.=-]{16,})"
)
# login("user", "password")
_CALL = re.compile(
    r"\b(?:login|basic_auth|HTTPBasicAuth|HTTPDigestAuth)\(\s*[\"'](?P<user>[^\"']{2,80})[\"']\s*,\s*"
    r"[\"'](?P<value>[^\"']{4,80})[\"']"
)
# wandb.login(key="40 hexadecimal digits"), https://docs.wandb.ai/ref/python/login
_WANDB = re.compile(r"\blogin\([^)\n]*\bkey\s*=\s*[\"'](?P<value>[0-9a-f]{40})[\"']")
_NAME_BEFORE = re.compile(r"([A-Za-z_$][\w.$-]*)[\"'\])]*(?:\s*:\s*[\w\[\]., |]{1,40})?\s*[:=!,(>@]*\s*[\"'`]?$")


def name_before(line: str, at: int) -> str:
    """The name that the value at an offset is given to; "" where there is none."""
    match = _NAME_BEFORE.search(line[max(at - 160, 0) : at]) if at > 0 else None
    return match[1] if match else ""


def found(line: str, bare: bool) -> Iterator[Given]:
    """The values that secret names are given in a line. `bare`: the text is configuration: strings need no quotes."""
    for pattern in (_QUOTED, _PAIRED):
        for match in pattern.finditer(line):
            joined = line[match.end() :].lstrip()[:1] in ("+", "%")  # only a part of the value
            if not joined and (bare or not quality.is_named(match["value"], match["name"])):
                yield from _graded(match["name"], match["value"], match.start("value"))
    if bare:
        for match in _BARE.finditer(line):
            value = re.split(r"\s+[#;]", match["value"].strip())[0].rstrip(",;").strip()
            yield from _graded(match["name"], value, match.start("value"))
    for match in _XML.finditer(line) if "</" in line else ():
        yield from _graded(match["name"], match["value"], match.start("value"))
    for match in _OPTION.finditer(line) if "-" in line else ():
        yield from _graded(match["name"].lstrip("-"), match["value"], match.start("value"))
    yield from _special(line)


def _special(line: str) -> Iterator[Given]:
    for match in _WANDB.finditer(line):
        yield match.start("value"), "Weights & Biases API key", match["value"], quality.RANDOM
    for match in _HEADER.finditer(line):
        if (how := quality.strength(match["value"])) == quality.RANDOM:
            yield match.start("value"), "authorization header", match["value"], how
    for match in _CALL.finditer(line):
        how = quality.strength(match["value"], match["user"])
        if how != quality.NONE and ("@" in match["user"] or how == quality.GOOD):
            yield match.start("value"), "password in a call", match["value"], how


def _graded(name: str, value: str, at: int) -> Iterator[Given]:
    what = grades.grade(name)
    if not what or grades.is_referring(name, value):
        return
    how = quality.strength(value, name)
    if how != quality.NONE and (what == "password" or how == quality.RANDOM):
        yield at, f"value of {grades.shown(name)}", value, how
