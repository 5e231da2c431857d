"""``setup.cfg`` and ``setup.py``, the latter by its syntax tree: it is never run."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.grammar import Malformed, plain
from ml_audit_hooks.checks.lockfiles.packages import normalised
from ml_audit_hooks.checks.lockfiles.requirements import package
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context

_MAX_ITEMS = 2000  # of one list: no real one comes near


def cfg(text: str) -> Found:
    """What the ``[options]`` of a setup.cfg ask for. Raises Unreadable."""
    import configparser

    found = Found("setup.cfg")
    if "install_requires" not in text and "python_requires" not in text and "extras_require" not in text:
        return found
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        broken = getattr(error, "errors", None) or [(getattr(error, "lineno", None) or 1, "")]
        line = broken[0][0]
        raise Unreadable(f"does not parse as INI: line {line}") from None
    rows = text.split("\n")
    if parser.has_option("options", "install_requires"):
        _lines(found, parser.get("options", "install_requires"), "", rows)
    if parser.has_section("options.extras_require"):
        for extra, value in parser.items("options.extras_require"):
            _lines(found, value, normalised(extra), rows)
    if parser.has_option("options", "python_requires"):
        wanted = parser.get("options", "python_requires").strip()
        line = next((n for n, row in enumerate(rows, 1) if row.startswith("python_requires")), 1)
        found.pythons.append((line, "python_requires", wanted))
    if parser.has_option("metadata", "name"):
        found.more["name"] = normalised(parser.get("metadata", "name").strip())
    return found


def _lines(found: Found, value: str, group: str, rows: list[str]) -> None:
    if value.strip().startswith("file:"):
        found.more["reads"] = tuple(part.strip() for part in value.strip()[5:].split(","))
        return
    listed = value.split("\n") if "\n" in value else value.split(";") if ";" in value and "'" not in value else [value]
    for item in listed:
        text = item.partition(" #")[0].strip()
        if not text or text.startswith(("#", "%(")):
            continue
        line = next((n for n, row in enumerate(rows, 1) if row.strip().startswith(text)), 1)
        _one(found, text, line, group)


def _one(found: Found, text: str, line: int, group: str) -> None:
    try:
        found.packages.append(package(text, line, found.kind, False)._replace(group=group))
    except Malformed:
        found.unread.append((None, f"holds what is no requirement: line {line}"))


def py(context: Context) -> Found:
    """What the call of ``setup`` in a setup.py asks for."""
    found = Found("setup.py")
    for call in context.calls.get("setup", []):
        given = context.keywords(call)
        for name in ("install_requires", "requires"):
            _strings(found, context, given.get(name), "")
        extras = given.get("extras_require")
        value = context.value_of(extras) if isinstance(extras, ast.Name) else extras
        if isinstance(value, ast.Dict):
            for key, item in zip(value.keys, value.values, strict=True):
                group = normalised(key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else "?"
                _strings(found, context, item, group)
        python = given.get("python_requires")
        wanted = context.constant(python) if python is not None else None
        if isinstance(wanted, str) and python is not None:
            found.pythons.append((python.lineno, "python_requires", wanted))
        title = context.constant(given.get("name"))
        if isinstance(title, str):
            found.more["name"] = normalised(title)
        found.more["setup"] = 1
    found.more["mentions"] = tuple(sorted(_mentioned(context)))
    if "requirements" in context.module.text:
        found.more["reads"] = tuple(sorted(_files(context)))
    return found


def _strings(found: Found, context: Context, node: ast.expr | None, group: str) -> None:
    """The requirements in a list that is written down: where it stands, or in the one assignment of a name."""
    if isinstance(node, ast.Name):
        node = context.value_of(node)
    if isinstance(node, ast.BinOp):
        _strings(found, context, node.left, group)
        _strings(found, context, node.right, group)
        return
    if not isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        if node is not None:
            found.more["dynamic"] = 1
        return
    for item in node.elts[:_MAX_ITEMS]:
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and item.value.strip():
            _one(found, item.value.strip(), item.lineno, group)
        else:
            found.more["dynamic"] = 1


def _mentioned(context: Context) -> set[str]:
    """The names that any text in it asks for, or that an extension module has: what is built or chosen by code."""
    found = set()
    for node in context.nodes(ast.Constant):
        if isinstance(node.value, str) and 1 < len(node.value) < 80 and node.value[0].isalpha():
            read = plain(node.value)
            if read is not None:
                found.add(read.name)
    return found


def _files(context: Context) -> set[str]:
    """The requirements files that are named in it: mostly read into install_requires."""
    named = {
        node.value
        for node in context.nodes(ast.Constant)
        if isinstance(node.value, str) and "\n" not in node.value and node.value.endswith((".txt", ".in"))
    }
    return {name.removeprefix("./") for name in named if "requirements" in name}
