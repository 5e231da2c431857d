"""Options of the hooks and of ``ml-audit run``, parsed without argparse or click.

argparse costs 0.7 and click 3 bare interpreter starts. One table serves for parsing and for ``--help``.
"""

from __future__ import annotations

import os

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Option(NamedTuple):
    """``--name`` (a switch) or ``--name VALUE``."""

    name: str
    help: str
    value: str = ""  # the placeholder of its value; "" for a switch
    choices: tuple[str, ...] = ()
    default: str = ""


class Parsed(NamedTuple):
    """What stood on the command line."""

    options: dict[str, str]  # name without dashes; a switch that was given is "yes"
    arguments: tuple[str, ...]
    wants_help: bool = False

    def on(self, name: str) -> bool:
        """Whether a switch was given."""
        return name in self.options

    def value(self, name: str) -> str:
        """An option's value or default."""
        return self.options[name]


def parse(argv: Sequence[str], table: tuple[Option, ...], program: str) -> Parsed:
    """Options and arguments of `argv`. Raises AuditError for what the table does not know."""
    known = {option.name: option for option in table}
    options = {o.name: o.default for o in table if o.value}
    arguments: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            arguments += words
            break
        if word in ("-h", "--help"):
            return Parsed(options, (), True)
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            continue
        name, equals, value = word.removeprefix("--").partition("=")
        option = known.get(name) if word.startswith("--") else None
        if option is None and os.path.lexists(word):  # pre-commit passes file names without a `--` before them
            arguments.append(word)
            continue
        if option is None:
            raise AuditError(f"{program}: unknown option `{word}`; {_nearest(name, known)}")
        if not option.value:
            if equals:
                raise AuditError(f"{program}: --{name} takes no value; write --{name}")
            options[name] = "yes"
            continue
        if not equals:
            if not words:
                raise AuditError(f"{program}: --{name} needs a value; write --{name} {option.value}")
            value = words.pop(0)
        if option.choices and value not in option.choices:
            raise AuditError(f"{program}: --{name} is none of {', '.join(option.choices)}: {value}")
        options[name] = value
    return Parsed(options, tuple(arguments))


def _nearest(name: str, known: dict[str, Option]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"did you mean --{near[0]}?" if near else "see --help"


def help_text(program: str, usage: str, about: str, table: tuple[Option, ...]) -> str:
    """The text of ``--help``."""
    rows = [(f"--{o.name}" + (f" {o.value}" if o.value else ""), _shown(o)) for o in table]
    rows.append(("-h, --help", "this text"))
    width = max(len(left) for left, _ in rows) + 2
    lines = [f"usage: {program} {usage}".rstrip(), "", about.strip(), "", "options:"]
    return "\n".join([*lines, *(f"  {left:<{width}}{right}" for left, right in rows)])


def _shown(option: Option) -> str:
    extra = f" ({'|'.join(option.choices)})" if option.choices else ""
    return f"{option.help}{extra}" + (f", default {option.default}" if option.default else "")
