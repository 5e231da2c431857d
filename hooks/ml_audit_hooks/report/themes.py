"""The causes by the codes that speak of them: what each costs, and how it is ended."""

from __future__ import annotations

from ml_audit_hooks.report import themes_safety, themes_work

THEMES = (*themes_safety.THEMES, *themes_work.THEMES)
BY_CODE = {code: theme for theme in THEMES for code in theme.codes}
