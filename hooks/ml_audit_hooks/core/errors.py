"""The two ways a run can end without an answer, both exit code 2."""

from __future__ import annotations


class AuditError(Exception):
    """Wrong use or a refusal that the user can mend. The text is ``path: fact; mend`` and is printed as it is."""


class GitError(AuditError):
    """git refused or is not there."""
