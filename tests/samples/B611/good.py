"""Not told: Django's `RawSQL` with what is not a literal."""

from django.db.models import F

Run.objects.annotate(score=F('metric'))
