"""A random string."""

HEADERS = {"X-Access": "@COHERE@"}  # expect: SEC007
