"""Told: Django's `extra` with what is not a literal."""

Run.objects.extra(where=[condition])  # expect: B610
