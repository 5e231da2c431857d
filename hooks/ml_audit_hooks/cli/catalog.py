"""All checks that exist, in the order in which they run and report."""

from __future__ import annotations

from ml_audit_hooks.checks.checkpointing import CHECK as CHECKPOINTS
from ml_audit_hooks.checks.complexity import CHECK as COMPLEXITY
from ml_audit_hooks.checks.lockfiles import CHECK as LOCKFILES
from ml_audit_hooks.checks.notebooks import CHECK as NOTEBOOKS
from ml_audit_hooks.checks.secret_scan import CHECK as SECRETS
from ml_audit_hooks.checks.security import CHECK as SECURITY
from ml_audit_hooks.checks.seeds import CHECK as SEEDS
from ml_audit_hooks.checks.stubs import CHECK as STUBS
from ml_audit_hooks.core.finding import Check, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKS: tuple[Check, ...] = (SECRETS, LOCKFILES, SECURITY, COMPLEXITY, STUBS, SEEDS, CHECKPOINTS, NOTEBOOKS)

_GENERAL = (
    Rule(
        "AUD001",
        "audit",
        "error",
        "unread",
        """A file could not be judged: it does not parse, or cannot be read.

## Why it matters
Nothing found in a file that was not read is not a clean file. It appears in the audit as an error capture block, and a
commit that makes a readable file unreadable fails.

## Bad
```python
print "epoch", epoch
```

## Good
```python
print("epoch", epoch)
```
Mend the file, or leave it out with `exclude` in `[tool.ml-audit]`.

## Source
The contract of this project: the third value between "found" and "not found".
""",
    ),
    Rule(
        "AUD002",
        "audit",
        "error",
        "suppression",
        """A suppression without a reason, or with an end that is no date.

## Why it matters
In a year nobody knows why the finding was waved through. Without a reason the suppression is not applied.

## Bad
```python
def resume(self): ...  # audit: ignore[STB002]
```

## Good
```python
def resume(self): ...  # audit: ignore[STB002] resuming is out of scope until=2027-01-31
```

## Source
The contract of this project, "Suppression".
""",
    ),
)

_FALLS = (
    Rule(
        "CAP001",
        "audit-capabilities",
        "error",
        "fall",
        """The status of a capability fell against the base.

## Why it matters
Resuming, a seeded split, an enforced coverage: what a repository once had goes quietly, with a refactoring that no test
covers. The message names the facet that went, what showed it, and what became of that file.

## Bad
A commit that rewrites `trainer.py` and saves only the weights where the optimizer's state was saved before.

## Good
Keep the facet, or say that it does not apply any more:
```toml
[tool.ml-audit]
not_applicable = { checkpointing = "inference only since the training code moved out" }
```

## Source
The rubric of this project: its facets decide the word.
""",
    ),
)


# Packages of checks with rules, in the order of CHECKS.
_PAGES = "secret_scan lockfiles security complexity stubs seeds checkpointing notebooks".split()


def rules() -> Mapping[str, Rule]:
    """Every rule by its code."""
    from importlib import import_module

    found = [*_GENERAL, *_FALLS]
    for package in _PAGES:
        found += import_module(f"ml_audit_hooks.checks.{package}.rules").RULES
    found += import_module("ml_audit_hooks.vulndb.rules").RULES
    return {rule.code: rule for rule in found}
