"""Told: `Markup` on what is not a literal."""

from markupsafe import Markup

Markup(comment)  # expect: B704
