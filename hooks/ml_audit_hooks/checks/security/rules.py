"""The pages of bandit's codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.checks.security import pages_code, pages_lists
from ml_audit_hooks.checks.security.detect import LEVELS
from ml_audit_hooks.checks.security.pages_code import Row
from ml_audit_hooks.checks.security.tables import LIST_NAMES
from ml_audit_hooks.core.finding import Rule
from ml_audit_hooks.engines.bandit_engine import PLUGINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.finding import Severity

_DOCS = "https://bandit.readthedocs.io/en/latest"
_NAMES = {**LIST_NAMES, **{code: name for code, (_, name) in PLUGINS.items()}}  # bandit's
_ASIDE = """\
Vendored and generated code; in test code what bandit does not call severe. `# nosec`, `# nosec B101` and `# noqa: S101`
are honoured. Confidence and severity are bandit's; `--severity` and `--confidence` say what fails a commit, and
`--profile=bandit` gives bandit's findings as they are."""


def _source(row: Row) -> str:
    if row.slug:
        return f"{_DOCS}/plugins/{row.slug}.html"
    return f"{_DOCS}/blacklists/blacklist_{'calls' if row.code < 'B4' else 'imports'}.html"


def _page(row: Row) -> str:
    ml = f"{row.ml}\n\n" if row.ml else ""
    return f"""{row.title}

## Why it matters
{row.why}

## Bad
```python
{row.bad}
```

## Good
```python
{row.good}
```

## What stays silent
{ml}{_ASIDE}

## Source
bandit, test {row.code}: {_source(row)}
"""


def _rule(row: Row) -> Rule:
    severity: Severity = LEVELS[row.severity]  # type: ignore[assignment]  # its values are these words
    return Rule(row.code, "audit-security", severity, _NAMES[row.code], _page(row))


RULES = tuple(_rule(row) for row in sorted((*pages_code.ROWS, *pages_lists.ROWS)))
