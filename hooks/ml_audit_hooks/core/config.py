"""Configuration: ``[tool.ml-audit]`` in ``pyproject.toml``, or ``ml-audit.toml``, as it is staged.

``paths``     globs of what is audited; everything by default
``exclude``   globs of what is not
``baseline``  the revision that a run outside a commit is compared with
``strict``    codes, or prefixes of codes, that fail a commit though they are only reported by default
``not_audited``     capabilities whose checks are left out
``not_applicable``  a table of capabilities, or facets ("security.prompt_safety"), that make no sense for the
                    repository, each with the reason

The settings of single checks have tables of their own, ``[tool.ml-audit.complexity]``: see core/settings.py.

In a glob ``*`` stays in one folder, ``**`` does not, and a folder stands for all below it.
"""

from __future__ import annotations

from ml_audit_hooks.core import rubric, show
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.settings import SETTINGS
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ml_audit_hooks.core.settings import Setting, Value

PYPROJECT, OWN_FILE = "pyproject.toml", "ml-audit.toml"
FILES = (PYPROJECT, OWN_FILE)
_LOOKALIKES = ("ml_audit", "mlaudit", "ml-audit-hooks", "ml_audit_hooks")
_SIGNS = (b"ml-audit", b"ml_audit", b"mlaudit", b"\\u", b"\\U", b"\\x")  # \\x in TOML 1.1


class Config(NamedTuple):
    """The settings of a run."""

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str = ""
    strict: tuple[str, ...] = ()
    not_audited: tuple[str, ...] = ()  # capability ids
    not_applicable: tuple[tuple[str, str], ...] = ()  # (capability or facet id, reason)
    settings: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()  # (area, (name, value) of what is set)


def concerns(data: bytes) -> bool:
    """Whether a ``pyproject.toml`` can hold our table or one like it: in plain letters, or behind an escape."""
    return any(sign in data for sign in _SIGNS)


def parse(text: str, path: str) -> Config:
    """The settings in a file's text. Raises AuditError for TOML that does not parse and keys that do not exist."""
    import tomllib  # 1.4 of an interpreter start, so only where there is a table of ours

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a thousand brackets
        raise AuditError(f"{path}: does not parse as TOML ({show.plain(str(error))}); mend it") from None
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
    for wrong in _LOOKALIKES:
        if wrong in tools:
            raise AuditError(f"{path}: [tool.{wrong}] is not read; write [tool.ml-audit]")


def _checked(table: dict[str, Any], path: str) -> Config:
    named: dict[str, Any] = {}
    areas = {}
    for key, value in table.items():
        if key in SETTINGS:
            areas[key] = _area(key, value, path)
            continue
        if key not in _KEYS:
            raise AuditError(f"{path}: unknown key `{show.plain(key)}` for ml-audit; {_nearest(key)}")
        if key == "baseline":
            if not isinstance(value, str) or value.startswith("-") or not value.isprintable():
                raise AuditError(f"{path}: `baseline` is no revision; write a branch, tag or commit")
            named[key] = value
        elif key == "not_applicable":
            named[key] = _reasons(value, path)
        else:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise AuditError(f'{path}: `{key}` is no list of strings; write {key} = ["…"]')
            named[key] = tuple(value)
            if key in ("paths", "exclude"):
                _reject_broken_globs(value, path)
            elif key == "not_audited":
                _reject_unknown(value, path)
    return Config(**named, settings=tuple(sorted(areas.items())))


def _area(area: str, table: Any, path: str) -> tuple[tuple[str, Value], ...]:
    """The settings of one check. Raises AuditError for a name that does not exist and a value of another type."""
    if not isinstance(table, dict):
        raise AuditError(f"{path}: `{area}` is no table; write [tool.ml-audit.{area}]")
    known = {setting.name: setting for setting in SETTINGS[area]}
    for key, value in table.items():
        if key not in known:
            near = _nearest(key, tuple(known))
            raise AuditError(f"{path}: unknown key `{show.plain(key)}` for ml-audit.{area}; {near}")
        wrong = _wrong(known[key], value)
        if wrong:
            raise AuditError(f"{path}: `{area}.{key}` {wrong}")
    return tuple((key, _plain(value)) for key, value in sorted(table.items()))


def _wrong(setting: Setting, value: Any) -> str:
    """What is wrong with a setting's value; "" for nothing."""
    if isinstance(setting.default, int):
        sound = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return "" if sound else f"is no whole number from 0; write {setting.name} = {setting.default}"
    if isinstance(setting.default, str):
        if isinstance(value, str) and (not setting.choices or value in setting.choices):
            return ""
        return f"is none of {', '.join(setting.choices)}" if setting.choices else "is no string"
    sound = isinstance(value, dict) and all(isinstance(reason, str) and reason.strip() for reason in value.values())
    return "" if sound else f'is no table of reasons; write {setting.name} = {{ "ID" = "why" }}'


def _plain(value: Any) -> Value:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def _reasons(table: Any, path: str) -> tuple[tuple[str, str], ...]:
    """``not_applicable``: capability to reason. A reason is required."""
    if not isinstance(table, dict):
        raise AuditError(f'{path}: `not_applicable` is no table; write not_applicable = {{ tokenization = "why" }}')
    _reject_unknown(list(table), path, (*rubric.IDS, *rubric.FACETS))
    for name, reason in table.items():
        if not isinstance(reason, str) or not reason.strip():
            raise AuditError(f'{path}: `not_applicable.{name}` has no reason; write {name} = "why"')
    return tuple(sorted(table.items()))


def _reject_unknown(names: list[str], path: str, known: tuple[str, ...] = rubric.IDS) -> None:
    for name in names:
        if name not in known:
            what = "facet" if "." in name else "capability"
            raise AuditError(f"{path}: no {what} `{show.plain(name)}`; {_nearest(name, known)}")


def _reject_broken_globs(globs: list[str], path: str) -> None:
    import re

    for glob in globs:
        try:
            re.compile(_pattern(glob))
        except re.error:
            raise AuditError(f"{path}: the glob {show.plain(glob)} has a wrong [range]; mend it") from None


_KEYS = tuple(name for name in Config._fields if name != "settings")


def _nearest(key: str, known: tuple[str, ...] = (*_KEYS, *SETTINGS)) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), known, 1, 0.0)
    return f"did you mean `{near[0]}`?"


def matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether `path` or a folder above it fits one of `globs`."""
    return any(_fits(path, glob.strip("/").removeprefix("./")) for glob in globs)


def _fits(path: str, glob: str) -> bool:
    if not any(sign in glob for sign in "*?["):
        return glob in (".", path) or path.startswith(glob + "/")
    import re

    return re.match(_pattern(glob), path) is not None


def _end_of_class(glob: str, start: int) -> int:
    """Where the ``[class]`` that opens at `start` closes; -1 where none does. A first ``]`` is a member of it."""
    if glob[start] != "[":
        return -1
    first = start + 2 if glob.startswith("!", start + 1) else start + 1
    return glob.find("]", first + 1)


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
        elif (end := _end_of_class(glob, i)) > 0:
            negated = glob[i + 1] == "!"
            inside = "".join("\\" + c if c in "\\[]^&~|" else c for c in glob[i + 1 + negated : end])
            out, i = out + f"(?!/)[{'^' * negated}{inside}]", end + 1
        else:
            out, i = out + re.escape(glob[i]), i + 1
    return f"(?s:{out})(?:/|\\Z)"


def audited(path: str, config: Config) -> bool:
    """Whether the configuration leaves `path` in the audit."""
    return (not config.paths or matches(path, config.paths)) and not matches(path, config.exclude)
