"""Told: A string is given to a parameter whose name says password."""

connect(user="ml", password="tr4in-cluster-0042")  # expect: B106
