"""Told: Django's `RawSQL` with what is not a literal."""

from django.db.models.expressions import RawSQL

Run.objects.annotate(score=RawSQL(query, []))  # expect: B611
