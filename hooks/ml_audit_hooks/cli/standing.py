"""The findings of a tree or of some of its files, by path: what files say by themselves, and what the whole says."""

from __future__ import annotations

from ml_audit_hooks.core import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.finding import Check, Counted, Finding, Folded, Record
    from ml_audit_hooks.core.settings import Settings, Value

UNREAD = "AUD001"
_DATA_LANGUAGES = frozenset(("JSON", "YAML"))  # past the size limit they are data, not configuration


def settings(check: Check, subject: Subject, given: Mapping[str, Value] | None = None) -> Settings:
    """The settings of a check: defaults, the configuration's, and those `given` on the command line.

    Lock files are judged by a snapshot of advisories outside the repository, whose age counts to the last commit's
    day: for them the ``root`` of the checkout and that day, ``today``, are among the settings.
    """
    if not check.area:
        return {}
    from ml_audit_hooks.core.settings import defaults

    configured = dict(dict(subject.config.settings).get(check.area, ()))
    outside = {"root": subject.root, "today": _commit_day(subject)} if check.area == "lockfiles" else {}
    return {**defaults(check.area), **configured, **(given or {}), **outside}


def _commit_day(subject: Subject) -> str:
    """YYYY-MM-DD of the last commit; that of ``SOURCE_DATE_EPOCH`` where it is set; "" for none."""
    import os
    import time

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit() and subject.repository is not None:
        from ml_audit_hooks.core import git

        epoch = git.run(subject.repository, "log", "-1", "--format=%ct", "HEAD", fails=(128,)).decode().strip()
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch))) if epoch.isdigit() else ""


def local(check: Check, everything: Mapping[str, Record], chosen: Settings) -> Counted:
    """(path, record) -> what counts there: the check's own findings, and one for each part that could not be read."""
    counted = check.counted(everything.values(), chosen)
    return lambda path, record: counted(path, record) + unread_findings(path, record)


def folded(check: Check, records: Mapping[str, Record], chosen: Settings) -> Folded:
    """What the tree as a whole says of each path, suppressions applied."""
    if check.fold is None:
        return {}
    found = dict(check.fold(records, chosen))
    for path, findings in found.items():
        pragmas = records[path].pragmas if path in records else ()
        if pragmas:
            from ml_audit_hooks.core.suppress import Pragma, marked

            read = tuple(Pragma(*item) for item in pragmas)
            found[path] = tuple(marked(finding, read) for finding in findings)
    return found


def of_tree(check: Check, records: Mapping[str, Record], chosen: Settings) -> dict[str, tuple[Finding, ...]]:
    """All findings by path, those suppressed among them; paths without any are left out."""
    here = local(check, records, chosen)
    whole = folded(check, records, chosen)
    found = {path: here(path, records[path]) + whole.get(path, ()) for path in sorted(records)}
    return {path: findings for path, findings in found.items() if findings}


def is_content_elsewhere(path: str, reason: str) -> bool:
    """Whether a file that was not read is none to mend: a Git LFS pointer, which the Repo Map names, or large data."""
    return "Git LFS pointer" in reason or ("is larger than" in reason and places.language(path) in _DATA_LANGUAGES)


def unread_findings(path: str, record: Record) -> tuple[Finding, ...]:
    """A finding for each part of a file that could not be judged."""
    if not record.unread:
        return ()
    from ml_audit_hooks.core.finding import Finding

    rows = []
    for cell, reason in record.unread:
        if is_content_elsewhere(path, reason):
            continue
        _, _, number = reason.rpartition(": line ")
        line = int(number) if number.isdigit() else 1
        rows.append(Finding(UNREAD, line, 1, cell, "<file>", "unread", reason))
    return tuple(rows)


def comparable(check: Check) -> Check:
    """`check`, to which an unread file stays the same finding whatever line its parsing ends at."""
    return check._replace(identity=lambda f: (UNREAD,) if f.code == UNREAD else check.identity(f))
