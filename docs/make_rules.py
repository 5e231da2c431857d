"""Write docs/rules/CODE.md for every code, and the list in docs/rules/README.md.

python docs/make_rules.py
"""

from __future__ import annotations

from pathlib import Path

from ml_audit_hooks.cli.catalog import rules
from ml_audit_hooks.core.finding import Rule

FOLDER = Path(__file__).parent / "rules"


def page(rule: Rule) -> str:
    """The page of one rule."""
    head, _, rest = rule.page.strip().partition("\n")
    return f"# {rule.code}: {rule.kind}\n\n{head}\n\nHook `{rule.check}`, severity {rule.severity}.\n{rest}\n"


def index() -> str:
    """The list of all rules."""
    rows = [f"| [{r.code}]({r.code}.md) | `{r.check}` | {r.severity} | {r.title} |" for r in rules().values()]
    head = (
        "# Rules\n\nMade by `docs/make_rules.py` from the rules themselves; `ml-audit explain CODE` prints the same.\n"
    )
    return "\n".join([head, "| Code | Hook | Severity | Message |", "| --- | --- | --- | --- |", *rows, ""])


def pages() -> dict[str, str]:
    """File name to content of everything in docs/rules."""
    return {"README.md": index()} | {f"{rule.code}.md": page(rule) for rule in rules().values()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
