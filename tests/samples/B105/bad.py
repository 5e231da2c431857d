"""Told: A string is assigned to, or compared with, a name that says password."""

db_password = "tr4in-cluster-0042"  # expect: B105
