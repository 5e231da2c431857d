"""What each hook is for, in the words of its ``--help`` and of ``.pre-commit-hooks.yaml``."""

from __future__ import annotations

ABOUT = {
    "audit-checkpoints": "Finds unsafe loads, and training state that is not saved or not restored.",
    "audit-complexity": "Finds functions and files that cross a threshold of complexity, or grow beyond it.",
    "audit-lockfiles": "Checks that manifests are locked, fresh, safely fetched and free of known holes; offline.",
    "audit-notebooks": "Checks outputs, execution order, hidden state and paths; fails only as configured.",
    "audit-secrets": "Finds secrets in any text file and notebook; shows type and place, never the value.",
    "audit-security": "Finds unsafe Python by bandit's tests, and tells apart what is usual in machine learning.",
    "audit-seeds": "Finds randomness that an entry point leaves unseeded.",
    "audit-stubs": "Finds stubs and placeholders in code, notebooks and configuration.",
}
