"""``TODO``, ``FIXME``, ``XXX``, ``HACK`` and ``TBD`` in comments, never in strings."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import words
from ml_audit_hooks.core.python import FUNCTION_TYPES, Comment, Module, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Span: TypeAlias = tuple[int, int, int, int]

_MAX_SOUGHT = 40  # lines looked up in the tree one by one; for more, one pass of the tokenizer is cheaper
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


_LOOSE_BYTES = tuple(word.encode() for word in words.LOOSE_MARKERS)
_BYTES = tuple(word.encode() for word in words.MARKERS if word.lower() not in words.LOOSE_MARKERS)


def may_hold(data: bytes) -> bool:
    """Whether a marker can be in a file: a necessary condition, on bytes."""
    if any(word in data for word in _BYTES):
        return True
    small = data.lower()
    return any(word in small for word in _LOOSE_BYTES)


def marker(text: str) -> str:
    """The marker in a comment's text; "" where it has none, or only speaks of markers."""
    bare = text.lstrip("#/*!-;: \t@")
    for word in words.LOOSE_MARKERS:
        if bare[: len(word)].lower() == word and not _goes_on(bare, len(word)):
            return word.upper()
    for word in words.MARKERS:
        start = text.find(word)
        while start >= 0:
            before = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_-./\\%")
            if not before and not _goes_on(text, start + len(word)) and not _is_mention(text, start, start + len(word)):
                return word
            start = text.find(word, start + 1)
    return ""


def _goes_on(text: str, at: int) -> bool:
    """Whether a word goes on at position `at`: XXXX, TODOs, TODO_LIST, TODO-list, TODO.md."""
    if at >= len(text):
        return False
    return text[at].isalnum() or text[at] in "_%" or (text[at] in "-." and text[at + 1 : at + 2].isalnum())


def _is_mention(text: str, start: int, end: int) -> bool:
    """Whether the word at `start` is spoken of: TODO/FIXME, TODO comments, "TODO", see TODO above."""
    after = text[end:].lstrip()
    if text[end : end + 1] == "/" or after.startswith(_LISTED) or after.lower().startswith(_NOUNS):
        return True
    before = text[:start].rstrip("# ")
    return (before[-1:] in ("'", '"', "`") and text[end : end + 1] == before[-1]) or before.endswith((" see", "See"))


_LISTED = tuple(f", {word}" for word in words.MARKERS)
_NOUNS = ("comment", "marker", "tags", "items", "entries", "list ")


def in_python(module: Module) -> Iterator[Comment]:
    """The comments of a module that hold a marker."""
    lines = [i for i, line in enumerate(module.lines) if "#" in line and _may_mark(line)]
    if not lines:
        return
    if len(lines) > _MAX_SOUGHT:
        yield from (c for c in module.comments if marker(c.text))
        return
    spans = [_string_spans(module, i + 1) for i in lines]
    if any(span is None for span in spans):
        yield from (c for c in module.comments if marker(c.text))
        return
    for i, span in zip(lines, spans, strict=True):
        line = module.lines[i]
        at = line.find("#")
        while at >= 0:
            if not _in_string(span or [], i + 1, len(line[:at].encode("utf-8", "surrogatepass"))):
                if marker(line[at + 1 :]):
                    yield Comment(i + 1, at + 1, line[at + 1 :])
                break
            at = line.find("#", at + 1)


def _may_mark(line: str) -> bool:
    """Whether a comment with a marker can begin at one of the signs in a line."""
    parts = line.split("#")
    return any(marker("#".join(parts[i:])) for i in range(1, len(parts)))


def _string_spans(module: Module, line: int) -> list[Span] | None:
    """(line, column, end line, end column) of the strings on `line`; columns in bytes. None where a string of several
    lines may have a comment in it: between its parts, or within the braces of an f-string."""
    found: list[Span] = []
    stack: list[ast.AST] = [module.tree]
    while stack:
        node = stack.pop()
        first, last = getattr(node, "lineno", line), getattr(node, "end_lineno", line)
        if isinstance(node, (*FUNCTION_TYPES, ast.ClassDef)):
            first = min([first, *(d.lineno for d in node.decorator_list)])
        if not first <= line <= last:
            continue
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
        if not is_text and not isinstance(node, (ast.JoinedStr, *_TEMPLATES)):
            stack += children(node)
            continue
        assert isinstance(node, ast.expr)
        span = (node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)
        if first != last and not (is_text and _is_one_token(module, span)):
            return None
        found.append(span)
    return found


_TEMPLATES = (ast.TemplateStr,) if hasattr(ast, "TemplateStr") else ()


def _is_one_token(module: Module, span: Span) -> bool:
    line, column, end_line, end_column = span
    rows = [row.encode("utf-8", "surrogatepass") for row in module.lines[line - 1 : end_line]]
    if not rows:
        return False
    rows[-1] = rows[-1][:end_column]
    rows[0] = rows[0][column:]
    text = b"\n".join(rows).lstrip(b"rRbBuU")
    quotes = text[:3]
    return quotes in (b'"""', b"'''") and text.find(quotes, 3) == len(text) - 3


def _in_string(spans: list[Span], line: int, column: int) -> bool:
    return any((first, at) <= (line, column) < (last, end) for first, at, last, end in spans)


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
