"""``audit-capabilities``: fails when a commit lowers a capability's status against the base."""

from __future__ import annotations

import sys

from ml_audit_hooks.cli.options import Option, help_text, parse
from ml_audit_hooks.core import git
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ml_audit_hooks.capabilities.status import Judged
    from ml_audit_hooks.cli.pipeline import JudgedTree
    from ml_audit_hooks.cli.subject import Subject
    from ml_audit_hooks.core.capability import Evidence
    from ml_audit_hooks.core.finding import Finding

NAME = "audit-capabilities"
CODE = "CAP001"
_MAX_CHANGED = 20  # files that are compared one by one; for more, the whole tree is judged
_TABLE = (
    Option("format", "how findings are printed", "FORM", ("text", "json", "sarif", "github", "gitlab"), "text"),
    Option("all", "print the status of every capability"),
)
_ABOUT = """\
Judges the 14 capabilities of the staged tree and of the base. Fails when a status falls (Implemented, Partially
Implemented, Stubbed, Missing, in that order), and says which facet went and with which change."""


class Fall(NamedTuple):
    """A status that fell, and a facet that went with it."""

    capability: str
    before: str
    after: str
    facet: str
    state: str  # of the facet now
    evidence: Evidence  # what showed the facet in the base
    change: str  # what became of the file: "deleted", "changed", "renamed to …", "unchanged"


def main(argv: Sequence[str]) -> int:
    """The hook. The exit code."""
    try:
        return answer(argv)
    except AuditError as error:
        print(error, file=sys.stderr)
        return 2


def answer(argv: Sequence[str]) -> int:
    """As `main`, but what the user can mend is raised as AuditError."""
    given = parse(argv, _TABLE, NAME)
    if given.wants_help:
        print(help_text(NAME, "[options]", _ABOUT, _TABLE))
        return 0
    return _run(given.value("format"), given.on("all"))


def _run(form: str, show_all: bool) -> int:
    from ml_audit_hooks.cli import pipeline, subject

    looked_at = subject.whole(".")
    if not show_all and form == "text" and _shows_the_same(looked_at):
        return 0
    now = pipeline.judged_of(looked_at)
    if show_all:
        for one in now.judged:
            line = f"{one.capability.name}: {one.status}, {one.present} of {one.core}"
            print(line, file=sys.stdout if form == "text" else sys.stderr)
    falls: list[Fall] = []
    commits: tuple[str, ...] = ()
    if looked_at.repository is not None:
        from ml_audit_hooks.core import base

        commits = base.revisions(looked_at.repository, looked_at.config)
    if commits:
        earlier = [pipeline.judged_of(subject.at_commit(looked_at, commit)).judged for commit in commits]
        falls = _falls(looked_at, now.judged, earlier, commits)
    _print(falls, form, commits)
    _print_crashes(now)
    return 2 if now.crashes else 1 if falls else 0


def _print_crashes(now: JudgedTree) -> None:
    from ml_audit_hooks.core import capture

    for failure in capture.of_crashes(now.crashes):
        print(capture.block(*failure, capture.now()), file=sys.stderr)


def _shows_the_same(looked_at: Subject) -> bool:
    """Whether the few files that changed against HEAD show what they showed: then no status can have fallen."""
    from ml_audit_hooks.core import base

    if looked_at.repository is None:
        return True
    commits = base.revisions(looked_at.repository, looked_at.config)
    if not commits:
        return True
    if len(commits) > 1:
        return False
    pairs = base.modified(looked_at.repository, commits[0], _MAX_CHANGED)
    if pairs is None:
        return False
    from ml_audit_hooks.capabilities.check import CHECK
    from ml_audit_hooks.checks.stubs import CHECK as STUBS
    from ml_audit_hooks.core.fill import run_checks

    reader = looked_at.reader()
    try:
        for before, after in pairs:
            shown = []
            for entry in (before, after):
                rows, broken = run_checks((CHECK, STUBS), entry.path, reader.read(entry))
                if broken:
                    return False
                shown.append(_gist(rows[0], rows[1]))
            if shown[0] != shown[1]:
                return False
    finally:
        reader.close()
    return True


def _gist(capability_record: Any, stub_record: Any) -> list[str]:
    """What a file shows, lines left out: signals, what its tests call, its stubs, its classes."""
    facts = capability_record[1]
    signals = [f"{row[0]} {row[3]} {row[4]}" for row in facts[0]] if facts else []
    uses = [f"{row[0]} {row[3]}" for row in facts[1]] if facts else []
    stubs = [f"{row[4]} {row[5]} {row[9]}" for row in stub_record[0]]
    classes = [f"{row[0]} {row[3]}" for row in facts[2]] if facts else []
    rest = (repr(stub_record[1]), repr(capability_record[2]))
    return [*sorted(signals), "", *sorted(uses), "", *sorted(classes), "", *sorted(stubs), *rest]


def _falls(
    looked_at: Subject, now: Sequence[Judged], earlier: Sequence[Sequence[Judged]], commits: Sequence[str]
) -> list[Fall]:
    """The capabilities that fell below every base; a fall that one side of a merge already made is accepted."""
    from ml_audit_hooks.capabilities.status import is_lower

    skipped = {*looked_at.config.not_audited, *dict(looked_at.config.not_applicable)}
    found = []
    for i, after in enumerate(now):
        name = after.capability.name
        if name in skipped or not all(is_lower(after.status, side[i].status) for side in earlier):
            continue
        found += _gone(looked_at, earlier[0][i], after, commits[0])
    return found


def _gone(looked_at: Subject, before: Judged, after: Judged, commit: str) -> list[Fall]:
    """The core facets that were present in the base and are not now."""
    changes = _changes(looked_at, commit)
    found = []
    facets = zip(after.capability.facets, before.verdicts, after.verdicts, strict=True)
    for facet, was, is_now in facets:
        if facet.core and was.state == "present" != is_now.state:
            touched = [e for e in was.evidence if e.path in changes]
            evidence = (touched or list(was.evidence))[0]
            change = changes.get(evidence.path, "unchanged")
            row = (after.capability.name, before.status, after.status, facet.name, is_now.state)
            found.append(Fall(*row, evidence, change))
    return found


def _changes(looked_at: Subject, commit: str) -> dict[str, str]:
    """What became of each path of the base that the staged tree has not as it was."""
    import os

    assert looked_at.repository is not None
    options = ("diff-index", "--cached", "-M", "-z", "--name-status", commit, "--")
    words = os.fsdecode(git.run(looked_at.repository, *options)).split("\0")
    found, i = {}, 0
    while i + 1 < len(words):
        sign = words[i][:1]
        if sign == "R":
            found[words[i + 1]] = f"renamed to {words[i + 2]}"
            i += 3
        else:
            found[words[i + 1]] = {"D": "deleted", "M": "changed", "T": "changed"}.get(sign, "changed")
            i += 2
    return found


def _finding(fall: Fall) -> tuple[str, Finding]:
    from ml_audit_hooks.core.finding import Finding

    item = fall.evidence
    text = (
        f"{fall.capability}: {fall.before} -> {fall.after}; {fall.facet} is {fall.state}, "
        f"it was shown by {item.symbol if item.symbol[:1] != '<' else item.path} ({item.why}); "
        f"{item.path} is {fall.change}"
    )
    return item.path, Finding(CODE, item.line or 1, 1, item.cell, f"{fall.capability}.{fall.facet}", "fall", text)


def _print(falls: Sequence[Fall], form: str, commits: Sequence[str]) -> None:
    from ml_audit_hooks.capabilities.check import CHECK
    from ml_audit_hooks.cli import catalog, judge, output

    judged = [judge.Judged(path, finding, True, True) for path, finding in map(_finding, falls)]
    if judged or form != "text":
        sys.stdout.write(output.render(output.reported(CHECK, judged, judged), catalog.rules(), form))
    if judged and form == "text":
        plural = "y" if len({f.capability for f in falls}) == 1 else "ies"
        print(f"{NAME}: {len({f.capability for f in falls})} capabilit{plural} fell against {commits[0][:12]}")
