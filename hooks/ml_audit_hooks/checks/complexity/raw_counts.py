"""Counts of lines as radon 6 makes them, without ``tokenize``: a line at a time, strings cut out.

radon strips every line, and tokenises one line, or as many as it takes until no bracket, string or backslash is open: a
*piece* here. In a piece every part between semicolons is one logical line, or two where it holds a colon that is not at
its end (so a slice or an annotation counts two).

Of most lines the *signs* tell all: quotes, brackets, colons and the like, in their order, with all else left out. There
are few different ones, and each is judged once; only where they leave a doubt the line itself is read.
"""

from __future__ import annotations

import sys

from ml_audit_hooks.core.values import NamedTuple

MAX_ODD_LINES = 2_000  # of a text that is handed to radon, whose time grows with the square of a long statement
NESTED_STRINGS = sys.version_info >= (3, 12)  # f-strings are tokens of their own, and what is in them is code
_STRING = "\0"  # stands for a string in a line of code
_TEXT = "\1"  # stands for an f-string that is no token by itself
_FIELD = "\1:\1"  # … in whose fields a colon stands
_PREFIXES = frozenset(("", "b", "br", "r", "rb", "u", *(() if NESTED_STRINGS else ("f", "fr", "rf"))))
_FORMATTED = frozenset(("f", "fr", "rf", "t", "tr", "rt")) if NESTED_STRINGS else frozenset()
_BEFORE_QUOTE = frozenset("\"'BFRTUbfrtu")  # what a string begins with
_SIGNS = b"\n\"#'()[]{}:;\\"
_NO_SIGNS = bytes(byte for byte in range(0x80) if byte not in _SIGNS)
_MAX_KNOWN = 20_000  # signs of lines that are kept


class Raw(NamedTuple):
    """radon's counts of a text."""

    loc: int  # lines
    lloc: int  # logical lines
    sloc: int  # lines with code
    comments: int  # comments, after code too
    multi: int  # lines of strings that stand alone over several lines
    blank: int
    single_comments: int  # lines that are only a comment, or only a string


class _Line(NamedTuple):
    """What the signs of a line tell."""

    told: bool  # whether they tell all: the rest is of no meaning without
    depth: int = 0  # brackets opened, less those closed
    colon: bool = False  # one outside strings
    remark: bool = False  # with a colon: its ``#`` is the line's first
    alone: bool = False  # one string and no other sign: it may be the whole line
    triple: bool = False  # three quotes on end, here taken for those of several strings


class _Known(dict[bytes, _Line]):
    """What signs of lines tell, by the signs."""

    def __missing__(self, signs: bytes) -> _Line:
        if len(self) >= _MAX_KNOWN:
            self.clear()
        self[signs] = line = _line(signs)
        return line


_KNOWN = _Known()


class _GivesUp(Exception):
    """The text is one that only a tokenizer can tell."""


def count(text: str) -> Raw | None:
    """The counts of a text that parses; None where radon fails too, and for what is odd and long."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        return Raw(*_Counter(lines).counts())
    except _GivesUp:
        if len(lines) > MAX_ODD_LINES:
            return None
        from ml_audit_hooks.engines import radon_engine

        counts = radon_engine.raw(text)
        return Raw(*counts) if counts is not None else None


class _Counter:
    """The state of the count: the piece that is open."""

    def __init__(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        self.lines = lines  # without blanks around
        self.signs = text.encode("utf-8", "surrogatepass").translate(None, _NO_SIGNS).split(b"\n")
        self.walrus = ":=" in text  # whose colon is none
        self.at = 0  # of the line that is read

    def counts(self) -> tuple[int, ...]:
        lloc = sloc = comments = multi = blank = single = at = 0
        lines, signs, known, walrus = self.lines, self.signs, _KNOWN, self.walrus
        total = len(lines)
        while at < total:
            line = lines[at]
            if not line:
                blank += 1
                at += 1
                continue
            if line[0] == "#":
                comments += 1
                single += 1
                at += 1
                continue
            told, depth, colon, remark, alone, triple = known[signs[at]]
            if (alone and line[0] in _BEFORE_QUOTE) or (triple and _has_triple(line)):
                told = False
            if told and depth <= 0 and not (colon and walrus and ":=" in line):  # most lines: as below, without a call
                at += 1
                sloc += 1
                comments += remark
                lloc += 2 if colon and not _ends_with_colon(line, remark) else 1
                continue
            start = self.at = at
            if told and (piece := self._bracketed()):
                logical, remarks = piece
            else:
                code, remarks = self._piece(line)
                if not remarks and code.endswith(_STRING) and code[:-1].lower() in _PREFIXES:
                    at = self.at
                    empty = lines[start:at].count("")
                    lloc += 1
                    multi += at - start - empty if at - start > 1 else 0
                    single += at - start == 1
                    blank += empty
                    continue
                logical = _logical(code)
            at = self.at
            empty = lines[start:at].count("")
            comments += remarks
            sloc += at - start - empty
            blank += empty
            lloc += logical
        return sloc + blank + multi + single, lloc, sloc, comments, multi, blank, single

    def _bracketed(self) -> tuple[int, int] | None:
        """(logical lines, comments) of a piece that ends with its brackets, by its signs alone; `at` is moved behind
        it. None where they do not tell."""
        depth = remarks = 0
        colons = False
        for at in range(self.at, len(self.lines)):
            line = _KNOWN[self.signs[at]]
            if not line.told or (line.triple and _has_triple(self.lines[at])):
                return None
            depth += line.depth
            remarks += line.remark
            colons = colons or line.colon
            if depth <= 0:
                if colons and self.walrus:
                    return None
                self.at = at + 1
                ended = line.colon and _ends_with_colon(self.lines[at], line.remark)
                return 2 if colons and not ended else 1, remarks
        return None

    def _piece(self, line: str) -> tuple[str, int]:
        """(code with its strings cut out, comments) of the piece that begins with `line`; `at` is moved behind it."""
        parts: list[str] = []
        depth = comments = 0
        going = slashed = False
        while True:
            self.at += 1
            if "'" in line or '"' in line:
                line = self._without_strings(line)
            if "#" in line:
                line = line.partition("#")[0].rstrip()
                comments += 1
                going = False
            else:
                going = line.endswith("\\") or (slashed and not line)  # one empty line does not end it
                slashed = line.endswith("\\")
                line = line.removesuffix("\\").rstrip()
            if not line.isascii() and not all(c.isascii() or c.isalnum() for c in line):
                raise _GivesUp  # a name with a sign that `tokenize` may not know
            parts.append(line)
            depth += line.count("(") + line.count("[") + line.count("{")
            depth -= line.count(")") + line.count("]") + line.count("}")
            if depth <= 0 and not going:
                return (parts[0] if len(parts) == 1 else " ".join(filter(None, parts))), comments
            line = self._next()

    def _next(self) -> str:
        if self.at >= len(self.lines):
            raise _GivesUp
        return self.lines[self.at]

    def _without_strings(self, line: str) -> str:
        """`line` with a mark for each string; a string over several lines takes the rest of the last."""
        out: list[str] = []
        i = 0
        while True:
            quote, j = _quote(line, i)
            remark = line.find("#", i)
            if not quote or 0 <= remark < j:
                out.append(line[i:])
                return "".join(out)
            out.append(line[i:j])
            width = 3 if line.startswith(quote * 3, j) else 1
            if _FORMATTED and (prefix := _prefix(line, j)) in _FORMATTED:
                line, i, colon = self._formatted(line, j + width, line[j : j + width], "r" in prefix)
                out.append(_FIELD if colon else _TEXT)
                continue
            line, i = self._end(line, j + width, line[j : j + width])
            out.append(_STRING)

    def _end(self, line: str, i: int, quote: str) -> tuple[str, int]:
        """(line, position) behind the string's closing quote."""
        while True:
            j = line.find(quote, i)
            k = line.find("\\", i)
            if 0 <= k < j or (j < 0 <= k):
                if k + 1 < len(line):
                    i = k + 2
                    continue
                line, i = self._followed(), 0  # the string goes on behind the backslash
                continue
            if j >= 0:
                return line, j + len(quote)
            if len(quote) == 1:
                raise _GivesUp
            line, i = self._behind(quote), 0

    def _behind(self, quote: str) -> str:
        """The next line that can end a string, or that holds a backslash."""
        lines = self.lines
        for at in range(self.at, len(lines)):
            line = lines[at]
            if quote in line or "\\" in line:
                self.at = at + 1
                return line
        raise _GivesUp

    def _formatted(self, line: str, i: int, quote: str, is_raw: bool, in_spec: bool = False) -> tuple[str, int, bool]:
        """(line, position, colon in a field?) behind an f-string's closing quote; of a format, before the field's end.

        https://peps.python.org/pep-0701/
        """
        colon = False
        while True:
            if i >= len(line):
                if len(quote) == 1:
                    raise _GivesUp
                line, i = self._followed(), 0
                continue
            char = line[i]
            if line.startswith(quote, i) and not in_spec:
                return line, i + len(quote), colon
            if char == "\\":
                if not is_raw and line.startswith("N{", i + 1):
                    i = line.find("}", i)
                    if i < 0:
                        raise _GivesUp
                    i += 1
                    continue
                if i + 1 == len(line):
                    line, i = self._followed(), 0
                    continue
                i += 1 if line[i + 1] in "{}" else 2
            elif char == "{" and (in_spec or not line.startswith("{", i + 1)):
                line, i, found = self._field(line, i + 1, quote, is_raw)
                colon = colon or found
            elif char == "}" and in_spec:
                return line, i, True
            else:
                i += 2 if char in "{}" else 1

    def _field(self, line: str, i: int, quote: str, is_raw: bool) -> tuple[str, int, bool]:
        """(line, position, colon in it?) behind the brace that closes a field."""
        colon, depth = False, 0
        while True:
            if i >= len(line):
                line, i = self._followed(), 0
                continue
            char = line[i]
            if char in "'\"":
                width = 3 if line.startswith(char * 3, i) else 1
                prefix = _prefix(line, i)
                if prefix in _FORMATTED:
                    line, i, found = self._formatted(line, i + width, line[i : i + width], "r" in prefix)
                    colon = colon or found
                else:
                    line, i = self._end(line, i + width, line[i : i + width])
                continue
            if char in "#\\;" or not char.isascii():
                raise _GivesUp
            i += 1
            if char in "([{":
                depth += 1
            elif char in ")]}":
                if not depth:
                    return line, i, colon
                depth -= 1
            elif char == ":":
                if not depth:
                    line, i, _ = self._formatted(line, i, quote, is_raw, in_spec=True)
                    colon = True
                elif not line.startswith("=", i):
                    colon = True

    def _followed(self) -> str:
        line = self._next()
        self.at += 1
        return line


def _quote(line: str, i: int) -> tuple[str, int]:
    """(the first quote from `i` on, its position); ("", -1) where there is none."""
    single, double = line.find("'", i), line.find('"', i)
    if single < 0 or 0 <= double < single:
        return ('"', double) if double >= 0 else ("", -1)
    return "'", single


def _prefix(line: str, j: int) -> str:
    """The letters before a quote."""
    i = j
    while i > 0 and j - i < 2 and line[i - 1].isalpha():
        i -= 1
    return line[i:j].lower()


def _line(signs: bytes) -> _Line:
    """What they tell of a line without a string in three quotes."""
    if not signs.isascii() or b"\\" in signs or b";" in signs:
        return _Line(False)
    text, code, strings, i = signs.decode(), "", 0, 0
    while True:
        quote, j = _quote(text, i)
        remark = text.find("#", i)
        if not quote or 0 <= remark < j:
            break
        end = text.find(quote, j + 1)
        if end < 0 or (NESTED_STRINGS and "{" in text[j:end]):
            return _Line(False)
        code += text[i:j]
        strings += 1
        i = end + 1
    code += text[i:] if remark < 0 else text[i:remark]
    if ":" in code and remark > text.find("#"):  # one stands in a string: where does the code end?
        return _Line(False)
    depth = sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    alone = strings == 1 and not code and remark < 0
    return _Line(True, depth, ":" in code, remark >= 0, alone, '"""' in text or "'''" in text)


def _has_triple(line: str) -> bool:
    return '"""' in line or "'''" in line


def _ends_with_colon(line: str, remark: bool) -> bool:
    """Whether the code of a line does, of which the signs say whether there is a remark."""
    return (line[: line.index("#")].rstrip() if remark else line).endswith(":")


def _logical(code: str) -> int:
    """The logical lines of a piece."""
    if ":=" in code:
        code = code.replace(":=", "=")
    if ";" not in code:
        if ":" not in code:
            return 1 if code else 0
        return 1 if code.endswith(":") else 2
    *parts, tail = [part.strip() for part in code.split(";")]
    found = _logical(tail)
    for part in parts:  # here radon looks at the token before the last one
        _, colon, after = part.rpartition(":")
        found += bool(part) + bool(colon and not _is_token(after.strip()))
    return found


def _is_token(text: str) -> bool:
    """Whether a piece of code is one token."""
    if text in ("...", "]", ")", "}") or text.isidentifier():
        return True
    if text.endswith(_STRING):
        return text[:-1].lower() in _PREFIXES
    if not text[:1].isdigit() and not (text[:1] == "." and text[1:2].isdigit()):
        return False
    try:
        complex(text)
    except ValueError:
        try:
            int(text, 0)
        except ValueError:
            return False
    return True
