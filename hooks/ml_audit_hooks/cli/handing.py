"""``ml-audit patches``: the proved diffs listed, written as mails for ``git am``, or applied to a clean work tree."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import pipeline, subject
from ml_audit_hooks.core import git, show
from ml_audit_hooks.core import write as writing
from ml_audit_hooks.core.errors import AuditError, GitError
from ml_audit_hooks.report.diffs import Diff, mail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def diffs(path: str) -> tuple[Diff, ...]:
    """The proved diffs of the checkout that holds `path`, the most valuable first."""
    return pipeline.audit(subject.whole(path)).audit.diffs


def listed(found: Sequence[Diff]) -> list[str]:
    """A line or two for each."""
    if not found:
        return ["no change was found that closes a gap and stands the proof"]
    width = max(len(one.id) for one in found)
    lines = []
    for one in found:
        lines.append(f"{one.id:<{width}}  {show.plain(one.title)}")
        lines.append(f"{'':<{width}}  closes {show.plain(', '.join(one.closes))}")
        if one.excludes:
            lines.append(f"{'':<{width}}  not together with {', '.join(one.excludes)}")
    return lines


def write(found: Sequence[Diff], folder: str) -> list[str]:
    """Write each as ``NNNN-ID.patch`` into `folder`; the paths."""
    os.makedirs(folder, exist_ok=True)
    paths = []
    for number, one in enumerate(found, 1):
        paths.append(os.path.join(folder, f"{number:04}-{one.id}.patch"))
        writing.replace(os.path.abspath(paths[-1]), mail(one, number, len(found)))
    return paths


def apply(path: str, found: Sequence[Diff], wanted: Sequence[str]) -> None:
    """Apply the wanted diffs to the work tree, all or none. Raises AuditError for a tree that is not clean."""
    import tempfile

    known = {one.id: one for one in found}
    for name in wanted:
        if name not in known:
            raise AuditError(f"ml-audit patches: no patch `{name}`; there are {', '.join(known) or 'none'}")
    repository = git.find_repository(path)
    if repository is None:
        raise AuditError(
            f"{show.plain(path)}: is no git checkout; write the patches with --write and apply them by hand"
        )
    if git.run(repository, "status", "--porcelain", "--untracked-files=no"):
        raise AuditError(f"{show.plain(repository.root)}: the work tree is not clean; commit or stash what changed")
    with tempfile.TemporaryDirectory(prefix="ml-audit-") as folder:
        whole = os.path.join(folder, "all.patch")
        with open(whole, "wb") as file:
            file.write(b"".join(known[name].diff for name in wanted))
        try:
            git.run(repository, "apply", "--whitespace=nowarn", whole)
        except GitError as error:
            raise AuditError(f"ml-audit patches: they do not go together, nothing was applied ({error})") from None
    for name in wanted:
        print(f"{name}: applied; see `git diff`")
