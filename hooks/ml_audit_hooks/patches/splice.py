"""Changing a file's text at places that its syntax tree names, and nowhere else."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.python import Module

_MARK = b"\xef\xbb\xbf"  # of byte order


class Splice(NamedTuple):
    """Replace what stands from `start` to `end` (offsets in characters of the text) by `text`."""

    start: int
    end: int
    text: str


class Text:
    """The decoded text of a Python file and the offsets of its syntax tree's places."""

    def __init__(self, file: File) -> None:
        """Raises Unreadable for a file that does not parse, and for one that is not UTF-8."""
        self.file = file
        self.text = file.text  # line ends as in the file
        if file.data.removeprefix(_MARK) != self.text.encode():
            raise Unreadable("is not UTF-8: it is not patched")
        self.module: Module = file.modules[0]
        self._rows = _rows(self.text)

    @property
    def newline(self) -> str:
        """The line end that the file uses."""
        first = self._rows[0] if self._rows else ""
        return "\r\n" if first.endswith("\r\n") else "\r" if first.endswith("\r") else "\n"

    @property
    def indent(self) -> str:
        """One level of indentation, as the first indented block has it."""
        for row in self._rows:
            bare = row.lstrip(" \t")
            if bare.strip() and len(bare) < len(row):
                lead = row[: len(row) - len(bare)]
                return "\t" if lead.startswith("\t") else lead if len(lead) in (2, 4, 8) else "    "
        return "    "

    @property
    def quote(self) -> str:
        """The quotes that most short strings of the file have."""
        single, double = self.text.count("'"), self.text.count('"')
        return "'" if single > double else '"'

    def offset(self, line: int, column: int) -> int:
        """The offset of a place of the syntax tree: line from 1, column in UTF-8 bytes from 0."""
        row = self._rows[line - 1]
        if not row.isascii():
            column = len(row.encode()[:column].decode("utf-8", "ignore"))
        return sum(map(len, self._rows[: line - 1])) + column

    def start(self, node: ast.AST) -> int:
        """Where a node begins."""
        return self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        return self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def source(self, node: ast.AST) -> str:
        """What a node is written as."""
        return self.text[self.start(node) : self.end(node)]

    def lead(self, node: ast.AST) -> str:
        """The white space before the line on which a statement begins."""
        row = self._rows[node.lineno - 1]  # type: ignore[attr-defined]
        return row[: len(row) - len(row.lstrip(" \t"))]

    def line_start(self, line: int) -> int:
        """The offset of a line's first character; of the line after the last, the end of the text."""
        return sum(map(len, self._rows[: line - 1]))

    def after(self, node: ast.AST) -> int:
        """The offset of the line after a statement."""
        return self.line_start(int(node.end_lineno) + 1)  # type: ignore[attr-defined]

    def lines(self, lead: str, rows: Sequence[str]) -> str:
        """Rows as lines of this file; four blanks at a row's start stand for one level of its indentation."""
        out = []
        for row in rows:
            bare = row.lstrip(" ")
            depth = (len(row) - len(bare)) // 4
            out.append((lead + self.indent * depth + bare if bare else "") + self.newline)
        return "".join(out)

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The file with all splices done, encoded as it was. Raises ValueError where two overlap."""
        out, at = [], 0
        for start, end, text in sorted(splices):
            if start < at:
                raise ValueError("two edits overlap")
            out += [self.text[at:start], text]
            at = end
        out.append(self.text[at:])
        whole = "".join(out).encode()
        return _MARK + whole if self.file.data.startswith(_MARK) else whole

    def imports(self, module: str) -> bool:
        """Whether the file imports `module` itself, under its own name, at the top."""
        names = (name for node in self.module.tree.body if isinstance(node, ast.Import) for name in node.names)
        return any(name.name == module and name.asname is None for name in names)

    def imported(self, *modules: str) -> Splice | None:
        """The splice that adds ``import module`` lines for those that are missing, in order; None for none."""
        missing = [module for module in modules if not self.imports(module)]
        if not missing:
            return None
        at = self._import_place(missing[0])
        return Splice(at, at, "".join(f"import {module}{self.newline}" for module in missing))

    def _import_place(self, module: str) -> int:
        """Before the first plain import that sorts after `module` in the first block of imports, else after it."""
        body = self.module.tree.body
        block = [n for n in body if isinstance(n, (ast.Import, ast.ImportFrom))]
        future = [n for n in block if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
        plain = [n for n in block if isinstance(n, ast.Import)]
        for node in plain:
            if node.names[0].name > module and not _is_joined(node, body):
                return self.line_start(node.lineno)
        if plain and not _is_joined(plain[-1], body):
            return self.after(plain[-1])
        if future:
            return self.after(future[-1])
        if block:
            return self.line_start(block[0].lineno)
        first = body[0] if body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            return self.after(first)
        return self.line_start(body[0].lineno) if body else len(self.text)


def _is_joined(node: ast.AST, body: Sequence[ast.AST]) -> bool:
    """Whether a statement shares its lines with another (``import a; import b``)."""
    first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    others = (n for n in body if n is not node)
    return any(n.lineno <= last and n.end_lineno >= first for n in others)  # type: ignore[attr-defined]


def _rows(text: str) -> list[str]:
    """The lines as the parser counts them, each with its end."""
    import io

    return [*io.StringIO(text, newline="")]
