"""Told: Django's `mark_safe` on what is not a literal."""

from django.utils.safestring import mark_safe

mark_safe(comment)  # expect: B308 B703
