"""Records for a tree: taken from the store, and computed where they are missing, each file read once."""

from __future__ import annotations

from ml_audit_hooks.core import places, pool, suppress
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Check, Record
from ml_audit_hooks.core.source import MISSING, Content, Reader, Unreadable
from ml_audit_hooks.core.store import Store
from ml_audit_hooks.core.tree import Entry
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Crash(NamedTuple):
    """A check that broke on a file: an error of ours, never stored, exit code 2."""

    path: str
    check: str
    error: str  # type and text of the exception, and the function that raised it


class Filled(NamedTuple):
    """Records by check name and path, and what broke."""

    records: dict[str, dict[str, Record]]
    crashes: tuple[Crash, ...]


def shelf(check: Check) -> str:
    """The store's name for a check's records."""
    return f"{check.name}-{check.version}"


def key(check: Check, entry: Entry) -> str:
    """The store's key for an entry: the blob, and of the path what the check needs, mostly its language alone."""
    if check.by_path:
        return f"{entry.blob}:{entry.path}"
    return f"{entry.blob}:{places.language(entry.path) or places.suffix(entry.path)}"


def wants(check: Check, path: str, language: str | None) -> bool:
    """Whether a check reads a file. A file without an ending may be a script: only its content tells."""
    if check.reads is not None:
        return check.reads(path)
    if check.languages is None:
        return True
    if language is None:
        return not places.suffix(path) and not places.is_binary(path)
    return language in check.languages


def examined(check: Check, file: File) -> Record:
    """One check's record of one file, suppressions applied. Errors of the check itself go through."""
    if check.languages is not None and file.language not in check.languages and file.content.data is not None:
        return Record()
    try:
        record = check.examine(file)
        data = file.content.data
        if check.prefix and data is not None and suppress.MARK.encode() in data:
            pragmas = _pragmas(file)
            record = suppress.apply(record, pragmas, check.prefix)
            if check.fold is not None:
                record = record._replace(pragmas=tuple((p.line, p.cell, p.codes, p.reason, p.until) for p in pragmas))
    except Unreadable as error:
        return Record(unread=((None, str(error)),))
    return record


def _pragmas(file: File) -> list[suppress.Pragma]:
    """The suppressions in a file's comments; in any of its lines where comments cannot be told from the rest."""
    rows: list[tuple[str, int, int | None]] = []
    parsed = file.language in ("Python", "Notebook")
    if parsed:
        try:
            rows = [(c.text, c.line, module.cell) for module in file.modules for c in module.comments]
        except Unreadable:
            parsed = file.language == "Notebook"
    if not parsed:
        rows = [(line, i, None) for i, line in enumerate(file.text.split("\n"), 1)]
    found = (suppress.pragma(*row) for row in rows)
    return [p for p in found if p is not None]


def describe(error: BaseException) -> str:
    """Type and text of an exception, and the function that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {trace.tb_frame.f_code.co_name}" if trace is not None else ""
    return f"{type(error).__name__}: {error}{where}"


def run_checks(checks: Sequence[Check], path: str, content: Content) -> tuple[list[Any], list[tuple[str, str]]]:
    """([plain record or None], [(check, error)]) of all `checks` on one file, read and parsed once."""
    file = File(path, content)
    rows: list[Any] = []
    crashes = []
    for check in checks:
        try:
            rows.append(examined(check, file).plain())
        except Exception as error:  # a capture with exit code 2, see Crash
            rows.append(None)
            crashes.append((check.name, describe(error)))
    return rows, crashes


def fill(
    entries: Sequence[Entry],
    checks: Sequence[Check],
    reader: Callable[[], Reader],
    store: Store,
    jobs: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    remembered: bool = True,
) -> Filled:
    """The records of every check for every entry that it wants.

    `reader` makes a reader for the calling process. `progress` gets (files done, files to do). With `remembered` off
    the store is only written to: a few files are scanned faster than the store is read.
    """
    kept = {check.name: store.load(shelf(check)) if remembered else {} for check in checks}
    records: dict[str, dict[str, Record]] = {check.name: {} for check in checks}
    missing: list[tuple[Entry, list[Check]]] = []
    for entry in entries:
        language = places.language(entry.path)
        left = []
        for check in checks:
            if not wants(check, entry.path, language):
                continue
            plain = kept[check.name].get(key(check, entry)) if entry.blob else None
            if plain is None:
                left.append(check)
            else:
                records[check.name][entry.path] = Record.of(plain)
        if left:
            missing.append((entry, left))
    crashes = _compute(missing, records, reader, store, jobs, progress)
    for check in checks if remembered else ():
        store.tidy(shelf(check), (key(check, e) for e in entries))
    return Filled(records, tuple(sorted(crashes)))


def _compute(
    missing: list[tuple[Entry, list[Check]]],
    records: dict[str, dict[str, Record]],
    reader: Callable[[], Reader],
    store: Store,
    jobs: int,
    progress: Callable[[int, int], None],
) -> list[Crash]:
    here: list[Reader] = []

    def work(task: int) -> tuple[list[Any], list[tuple[str, str]], bool]:
        if not here:
            here.append(reader())
        entry, checks = missing[task]
        content = here[0].read(entry)
        lasting = content.reason != MISSING  # what is missing says nothing of the blob, and may come
        return *run_checks(checks, entry.path, content), lasting

    def died(task: int) -> tuple[list[Any], list[tuple[str, str]], bool]:
        names = [check.name for check in missing[task][1]]
        return [None] * len(names), [(name, "the process that read the file was killed") for name in names], False

    if len(missing) >= pool.MIN_TASKS and jobs > 1:
        size = reader().disk_size
        missing.sort(key=lambda item: (-size(item[0]), item[0].path))  # the longest first keeps both cores busy
    results = pool.run(work, len(missing), jobs, lambda done: progress(done, len(missing)), died)
    for one in here:
        one.close()
    fresh: dict[str, dict[str, Any]] = {}
    crashes = []
    for (entry, checks), (rows, broken, lasting) in zip(missing, results, strict=True):
        crashes += [Crash(entry.path, check, error) for check, error in broken]
        for check, plain in zip(checks, rows, strict=True):
            if plain is not None:
                records[check.name][entry.path] = Record.of(plain)
                if entry.blob and lasting:
                    fresh.setdefault(shelf(check), {})[key(check, entry)] = plain
    for folder, rows in fresh.items():
        store.add(folder, rows)
    return crashes
