"""Not told: Django's `mark_safe` on what is not a literal."""

from django.utils.html import format_html

format_html("<b>{}</b>", comment)
