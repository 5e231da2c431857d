"""Told: A CGI handler is imported."""

from wsgiref.handlers import CGIHandler  # expect: B412
