"""Configuration: ``[tool.ml-audit]`` in ``pyproject.toml``, or ``ml-audit.toml``, as it is staged.

``paths``     globs of what is audited; everything by default
``exclude``   globs of what is not
``baseline``  the revision that a run outside a commit is compared with
``strict``    codes, or prefixes of codes, that fail a commit though they are only reported by default

In a glob ``*`` stays in one folder, ``**`` does not, and a folder stands for all below it.
"""

from __future__ import annotations

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PYPROJECT, OWN_FILE = "pyproject.toml", "ml-audit.toml"
FILES = (PYPROJECT, OWN_FILE)


class Config(NamedTuple):
    """The settings of a run."""

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    strict: tuple[str, ...] = ()


def concerns(data: bytes) -> bool:
    """Whether a ``pyproject.toml`` can hold our table: its name in plain letters, or an escape that could hide it."""
    return b"ml-audit" in data or b"\\u" in data


def parse(text: str, path: str) -> Config:
    """The settings in a file's text. Raises AuditError for TOML that does not parse and keys that do not exist."""
    import tomllib  # 1.4 of an interpreter start, so only where there is a table of ours

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AuditError(f"{path}: does not parse as TOML ({error}); mend it") from None
    table: Any = document
    if path == PYPROJECT:
        tools = document.get("tool")
        table = tools.get("ml-audit", {}) if isinstance(tools, dict) else {}
        if isinstance(table, dict) and not table and isinstance(tools, dict):
            _reject_lookalike(tools, path)
    if not isinstance(table, dict):
        raise AuditError(f"{path}: `ml-audit` is no table; write [tool.ml-audit]")
    return _checked(table, path)


def _reject_lookalike(tools: dict[str, Any], path: str) -> None:
    for wrong in ("ml_audit", "mlaudit", "ml-audit-hooks", "ml_audit_hooks"):
        if wrong in tools:
            raise AuditError(f"{path}: [tool.{wrong}] is not read; write [tool.ml-audit]")


def _checked(table: dict[str, Any], path: str) -> Config:
    named: dict[str, Any] = {}
    for key, value in table.items():
        if key not in Config._fields:
            raise AuditError(f"{path}: unknown key `{key}` for ml-audit; {_nearest(key)}")
        if key == "baseline":
            if not isinstance(value, str) or value.startswith("-"):
                raise AuditError(f"{path}: `baseline` is no revision; write a branch, tag or commit")
            named[key] = value
        else:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise AuditError(f'{path}: `{key}` is no list of strings; write {key} = ["…"]')
            named[key] = tuple(value)
    return Config(**named)


def _nearest(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.lower().replace("-", "_"), Config._fields, 1, 0.0)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(Config._fields)}"


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether `path` or a folder above it fits one of `globs`."""
    return any(_fits(path, glob.strip("/").removeprefix("./")) for glob in globs)


def _fits(path: str, glob: str) -> bool:
    if not any(sign in glob for sign in "*?["):
        return path == glob or path.startswith(glob + "/")
    import re

    return re.match(_pattern(glob), path) is not None


def _pattern(glob: str) -> str:
    """The regular expression of a glob; it also matches everything below what the glob names."""
    import re

    out, i = "", 0
    while i < len(glob):
        if glob.startswith("**/", i):
            out, i = out + "(?:.*/)?", i + 3
        elif glob.startswith("**", i):
            out, i = out + ".*", i + 2
        elif glob[i] == "*":
            out, i = out + "[^/]*", i + 1
        elif glob[i] == "?":
            out, i = out + "[^/]", i + 1
        elif glob[i] == "[" and "]" in glob[i + 2 :]:
            end = glob.index("]", i + 2)
            inside = glob[i + 1 : end].replace("\\", "\\\\")
            out, i = out + f"[{'^' + inside[1:] if inside.startswith('!') else inside}]", end + 1
        else:
            out, i = out + re.escape(glob[i]), i + 1
    return f"(?s:{out})(?:/|\\Z)"


def audited(path: str, config: Config) -> bool:
    """Whether the configuration leaves `path` in the audit."""
    return (not config.paths or matches(path, config.paths)) and not matches(path, config.exclude)
