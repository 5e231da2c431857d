"""Not told: Django's `extra` with what is not a literal."""

Run.objects.filter(name=name)
