"""``TODO``, ``FIXME``, ``XXX``, ``HACK`` and ``TBD`` in comments, never in strings."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import words
from ml_audit_hooks.core.python import Comment, Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TEXT = 160  # characters of a comment that a finding keeps

_SLASHES, _HASH, _DASHES, _HTML = ("//", "/*", "*"), ("#",), ("--",), ("<!--",)
COMMENT_SIGNS = {
    "C": _SLASHES,
    "C++": _SLASHES,
    "CUDA": _SLASHES,
    "Dockerfile": _HASH,
    "Env": _HASH,
    "Go": _SLASHES,
    "INI": ("#", ";"),
    "Java": _SLASHES,
    "JavaScript": _SLASHES,
    "Makefile": _HASH,
    "Rust": _SLASHES,
    "Shell": _HASH,
    "TOML": _HASH,
    "TypeScript": _SLASHES,
    "YAML": _HASH,
}


def may_hold(data: bytes) -> bool:
    """Whether a marker can be in a file: a necessary condition, on bytes."""
    if any(word.encode() in data for word in words.MARKERS):
        return True
    return any(sign in data for sign in (b"todo", b"fixme", b"Todo", b"Fixme", b"FixMe", b"ToDo"))


def marker(text: str) -> str:
    """The marker in a comment's text; "" where it has none."""
    bare = text.lstrip("#/*!-;: \t@")
    for word in words.LOOSE_MARKERS:
        if bare[: len(word)].lower() == word and not _is_word(bare, len(word)):
            return word.upper()
    for word in words.MARKERS:
        start = text.find(word)
        while start >= 0:
            before = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_-./\\%")
            if not before and not _is_word(text, start + len(word)):
                return word
            start = text.find(word, start + 1)
    return ""


def _is_word(text: str, at: int) -> bool:
    """Whether a word goes on at position `at`: XXXX, TODOs, TODO_LIST, TODO-list."""
    if at >= len(text):
        return False
    goes_on = text[at].isalnum() or text[at] in "_%"
    return goes_on or (text[at] == "-" and text[at + 1 : at + 2].isalnum())


def in_python(module: Module) -> Iterator[Comment]:
    """The comments of a module that hold a marker."""
    lines = [i for i, line in enumerate(module.lines) if "#" in line and marker(line[line.find("#") + 1 :])]
    if not lines:
        return
    spans = _string_spans(module)
    if spans is None or any(_is_unsure(spans, i + 1) for i in lines):
        yield from (c for c in module.comments if marker(c.text))
        return
    for i in lines:
        line = module.lines[i]
        at = line.find("#")
        while at >= 0:
            if not _in_string(spans, i + 1, len(line[:at].encode("utf-8", "surrogatepass"))):
                if marker(line[at + 1 :]):
                    yield Comment(i + 1, at + 1, line[at + 1 :])
                break
            at = line.find("#", at + 1)


def _string_spans(module: Module) -> list[tuple[int, int, int, int, bool]] | None:
    """(line, column, end line, end column, sure) of every string; columns in bytes. A span of several lines is sure
    when it is one token: then nothing in it is a comment."""
    found = []
    for kind in (ast.Constant, ast.JoinedStr, *_TEMPLATES):
        for node in module.nodes.get(kind, ()):
            assert isinstance(node, ast.expr)
            if isinstance(node, ast.Constant) and not isinstance(node.value, (str, bytes)):
                continue
            if node.end_lineno is None or node.end_col_offset is None:
                return None
            start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
            sure = start[0] == end[0] or _is_one_token(module, node.lineno, node.col_offset, *end)
            found.append((*start, *end, sure))
    return found


_TEMPLATES = (ast.TemplateStr,) if hasattr(ast, "TemplateStr") else ()


def _is_one_token(module: Module, line: int, column: int, end_line: int, end_column: int) -> bool:
    rows = [row.encode("utf-8", "surrogatepass") for row in module.lines[line - 1 : end_line]]
    if not rows:
        return False
    rows[-1] = rows[-1][:end_column]
    rows[0] = rows[0][column:]
    text = b"\n".join(rows).lstrip(b"rRbBuUfF")
    quotes = text[:3]
    return quotes in (b'"""', b"'''") and text.find(quotes, 3) == len(text) - 3


def _is_unsure(spans: list[tuple[int, int, int, int, bool]], line: int) -> bool:
    return any(not sure and first <= line <= last for first, _, last, _, sure in spans)


def _in_string(spans: list[tuple[int, int, int, int, bool]], line: int, column: int) -> bool:
    return any((first, at) <= (line, column) < (last, end) for first, at, last, end, _ in spans)


def in_text(text: str, language: str) -> Iterator[Comment]:
    """The comments with a marker in a file of another language, line by line.

    Not a full lexer: a sign counts at the start of a line or after white space, and not inside quotes that are open
    on the same line.
    """
    signs = COMMENT_SIGNS[language]
    for number, line in enumerate(text.split("\n"), 1):
        if not marker(line):
            continue
        found = [at for sign in signs for at in [_comment_start(line, sign)] if at >= 0]
        if found and marker(line[min(found) :]):
            yield Comment(number, min(found) + 1, line[min(found) :].rstrip("\r"))


def _comment_start(line: str, sign: str) -> int:
    at = line.find(sign)
    while at >= 0:
        before = line[:at]
        opens = not before or before[-1].isspace() or (sign in ("//", "/*") and before[-1] in ";{}),")
        if sign == "*":
            opens = not before.strip()
        if opens and before.count('"') % 2 == 0 and before.count("'") % 2 == 0 and before.count("`") % 2 == 0:
            return at
        at = line.find(sign, at + 1)
    return -1
