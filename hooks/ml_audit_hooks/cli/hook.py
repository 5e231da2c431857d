"""The shared main of the hooks that look at files."""

from __future__ import annotations

import os
import sys

from ml_audit_hooks.cli.options import Option, help_text, parse
from ml_audit_hooks.core import places
from ml_audit_hooks.core.errors import AuditError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ml_audit_hooks.cli.judge import Outcome
    from ml_audit_hooks.cli.options import Parsed
    from ml_audit_hooks.core.finding import Check

FORMATS = ("text", "json", "sarif", "github", "gitlab")
TABLE = (
    Option("format", "how findings are printed", "FORM", FORMATS, "text"),
    Option("strict", "what is only reported by default fails the commit too"),
    Option("all", "print also what the base has already"),
)

_STRIP = Option("what-to-strip", "print what stripping would take away; judge and change nothing")


def main(check: Check, about: str, argv: Sequence[str]) -> int:
    """Run one check over the files in `argv`; with none, over the whole staged tree. The exit code."""
    try:
        return answer(check, about, argv)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2


def answer(check: Check, about: str, argv: Sequence[str]) -> int:
    """As `main`. Raises AuditError for wrong use."""
    table = (*TABLE, *settable(check), *(() if check.plan is None else (_STRIP,)))
    given = parse(argv, table, check.name)
    if given.wants_help:
        print(help_text(check.name, "[options] [FILE ...]", about, table))
        return 0
    chosen = _chosen(check, given)
    if given.arguments and not any(_wanted(check, path) for path in given.arguments):
        return _nothing(given.value("format"))
    return _planned(check, given.arguments) if given.on(_STRIP.name) else _run(check, given, chosen)


def _planned(check: Check, paths: Sequence[str]) -> int:
    """Print what stripping each file would take away. Nothing is judged and nothing is changed."""
    from ml_audit_hooks.cli import subject
    from ml_audit_hooks.core import config, show
    from ml_audit_hooks.core.file import File
    from ml_audit_hooks.core.source import Unreadable

    assert check.plan is not None
    looked_at = subject.of_files(paths) if paths else subject.whole(".")
    reader = looked_at.reader()
    try:
        for entry in looked_at.tree.entries:
            known = check.languages is None or places.language(entry.path) in check.languages
            if known and config.audited(entry.path, looked_at.config):
                try:
                    lines = check.plan(entry.path, File(entry.path, reader.read(entry)))
                except Unreadable as error:
                    lines = [f"{entry.path}: {error}"]
                for line in lines:
                    print(show.plain(line))
    finally:
        reader.close()
    return 0


def settable(check: Check) -> tuple[Option, ...]:
    """The options that are a check's settings."""
    if not check.area:
        return ()
    from ml_audit_hooks.core.settings import SETTINGS

    rows = [row for row in SETTINGS.get(check.area, ()) if isinstance(row.default, (int, str))]
    return tuple(
        Option(
            row.name.replace("_", "-"),
            f"{row.about}, else as configured" + (f", else {row.default}" if row.default != "" else ""),
            "VALUE",
            row.choices,
        )
        for row in rows
    )


def _chosen(check: Check, given: Parsed) -> dict[str, int | str]:
    """The settings on the command line. Raises AuditError for a number that is none."""
    found: dict[str, int | str] = {}
    for option in settable(check):
        value = given.value(option.name)
        if value:
            from ml_audit_hooks.core.settings import defaults

            name = option.name.replace("-", "_")
            number = isinstance(defaults(check.area)[name], int)
            if number and not (value.isascii() and value.isdigit()):
                raise AuditError(f"{check.name}: --{option.name} is no whole number: {value}; write --{option.name} 10")
            found[name] = int(value) if number else value
    return found


def _wanted(check: Check, path: str) -> bool:
    """Whether the check reads a file of this name, before anything heavier is imported."""
    if check.reads is not None:
        return check.reads(path) or os.path.isdir(path)
    language = places.language(path)
    if check.languages is None or language in check.languages:
        return True
    return (language is None and not places.suffix(path) and not places.is_binary(path)) or os.path.isdir(path)


def _nothing(form: str) -> int:
    """Say in `form` that there is no file to judge; a format for machines is never an empty file."""
    if form != "text":
        from ml_audit_hooks.cli import output

        sys.stdout.write(output.render((), {}, form))
    return 0


def _run(check: Check, given: Parsed, given_settings: Mapping[str, int | str]) -> int:
    if check.gist is not None and given.value("format") == "text" and not given.on("all"):
        from ml_audit_hooks.cli import shortcut

        if shortcut.nothing_new(check):
            return 0
    from ml_audit_hooks.cli import judge, standing, subject
    from ml_audit_hooks.core import config

    form, show_all = given.value("format"), given.on("all")
    paths = [path for path in given.arguments if _wanted(check, path)]
    named = subject.of_files(paths) if paths else None
    looked_at = named if named is not None and check.fold is None else subject.whole(".")
    entries = (named or looked_at).tree.entries
    entries = tuple(e for e in entries if config.audited(e.path, looked_at.config))
    if not entries:
        return _nothing(form)
    chosen = standing.settings(check, looked_at, given_settings)
    code = report(check, judge.judge(check, looked_at, entries, given.on("strict"), chosen), form, show_all)
    if check.status is not None:
        print(f"{check.name}: {check.status(chosen)}", file=sys.stdout if form == "text" else sys.stderr)
    return code


def report(check: Check, outcome: Outcome, form: str, show_all: bool) -> int:
    """Print an outcome; the exit code."""
    shown = [row for row in outcome.judged if row.new or show_all]
    if shown or form != "text":
        from ml_audit_hooks.cli import catalog, output

        sys.stdout.write(output.render(output.reported(check, shown, outcome.judged), catalog.rules(), form))
    sys.stdout.flush()
    if outcome.judged or outcome.suppressed or outcome.crashes:
        print(summary(check, outcome), file=sys.stdout if form == "text" else sys.stderr)
    if outcome.crashes:
        from ml_audit_hooks.core import capture

        for failure in capture.of_crashes(outcome.crashes):
            print(capture.block(*failure, capture.now()), file=sys.stderr)
        return 2
    return 1 if outcome.failing else 0


def summary(check: Check, outcome: Outcome) -> str:
    """``audit-stubs: 2 new stubs in 1 of 3 files (1 known, 4 only reported)``."""
    failing = outcome.failing
    files = len({row.path for row in failing})
    known = sum(1 for row in outcome.judged if not row.new)
    reported = sum(1 for row in outcome.judged if row.new and not row.fails)
    extra = [f"{n} {word}" for n, word in ((known, "known"), (reported, "only reported")) if n]
    if outcome.suppressed:
        extra.append(f"{outcome.suppressed} suppressed")
    if outcome.crashes:
        extra.append(f"{len(outcome.crashes)} not judged")
    noun = check.noun if all(row.finding.code.startswith(check.prefix) for row in failing) else "finding"
    noun += "" if len(failing) == 1 else "s"
    where = f" in {files} of {outcome.files} file{'s' if outcome.files != 1 else ''}" if failing else ""
    return f"{check.name}: {len(failing) or 'no'} new {noun}{where}" + (f" ({', '.join(extra)})" if extra else "")
