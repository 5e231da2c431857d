"""The packages that Python code imports: by first name, with how much a missing one would hurt."""

from __future__ import annotations

import _ast as ast
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import Module

    Row = tuple[str, int, int | None, int]  # first name, line, cell, 1 for an import that may fail or may never run

_STANDARD = sys.stdlib_module_names | frozenset(  # of any version, so that a record is the same under each
    """_typeshed annotationlib asynchat asyncore binhex cgi cgitb compression crypt distutils formatter imghdr imp
    lib2to3 mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib tomllib
    uu xdrlib zoneinfo __main__ __builtin__ ConfigParser Queue StringIO cPickle cStringIO urllib2 urlparse
    httplib copy_reg commands HTMLParser Tkinter tkMessageBox thread exceptions __future__ test idlelib""".split()
)


def of_modules(modules: tuple[Module, ...]) -> tuple[Row, ...]:
    """One row for each name, the import that hurts most, then the first."""
    best: dict[str, tuple[int, int, int, int | None]] = {}
    for module in modules:
        for node, weak in _found(module.tree):
            cell = module.cell
            for name in _names(node):
                row = (weak, cell if cell is not None else -1, node.lineno, cell)
                if name not in _STANDARD and (name not in best or row[:3] < best[name][:3]):
                    best[name] = row
    return tuple((name, row[2], row[3], row[0]) for name, row in sorted(best.items()))


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").partition(".")[0]] if not node.level and node.module else []
    return [alias.name.partition(".")[0] for alias in node.names]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _found(tree: ast.Module) -> list[tuple[ast.Import | ast.ImportFrom, int]]:
    """The imports through statements alone; weak ones stand in a function, a ``try`` or an ``if``."""
    found: list[tuple[ast.Import | ast.ImportFrom, int]] = []
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    while stack:
        node, weak = stack.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append((node, weak))
            continue
        if isinstance(node, (*_FUNCTIONS, ast.Try, ast.TryStar)) or _is_guard(node):
            weak = 1
        for block in ("body", "handlers", "orelse", "finalbody", "cases"):
            below = getattr(node, block, None)
            if type(below) is list:
                stack += [(item, weak) for item in below if item.__class__ is not ast.Expr]
    return found


def _is_guard(node: ast.AST) -> bool:
    """Whether a statement runs on a condition; ``if __name__ == "__main__"`` is none."""
    if not isinstance(node, ast.If):
        return False
    test = node.test
    return not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__")
