"""A real checkout whose audit a patch is proved on."""

from __future__ import annotations

from collections.abc import Mapping

from ml_audit_hooks.capabilities.check import CHECK as CAPABILITIES
from ml_audit_hooks.cli import patching, pipeline, subject
from ml_audit_hooks.cli.catalog import CHECKS
from ml_audit_hooks.cli.proof import Bench, Proved
from ml_audit_hooks.patches.model import Ground, Kind, Patch
from ml_audit_hooks.report import outline
from tests.conftest import Repo

EVERY = (outline.CHECK, *CHECKS, CAPABILITIES)


def ground(repo: Repo, files: Mapping[str, str | bytes]) -> Ground:
    """What kinds of patches see of a repository that holds `files`."""
    repo.add(files)
    here = subject.whole(str(repo.path))
    return patching.ground(here, pipeline.audit(here, jobs=1).audit, here.reader())


def candidates(repo: Repo, files: Mapping[str, str | bytes], kind: Kind) -> list[Patch]:
    """The patches of a kind, not proved."""
    return [*kind.build(ground(repo, files))]


def proved(repo: Repo, files: Mapping[str, str | bytes], kind: Kind) -> list[Proved | str]:
    """What the proof says of each candidate of a kind: the proved patch, or the reason against it."""
    repo.add(files)
    here = subject.whole(str(repo.path))
    audited = pipeline.audit(here, jobs=1)
    bench = Bench(here, audited.records, EVERY)
    return [bench.prove(patch) for patch in kind.build(patching.ground(here, audited.audit, here.reader()))]


def new_text(patch: Patch, path: str) -> str:
    """A file's text after a patch."""
    return next(change.new for change in patch.changes if change.path == path).decode()
