"""Readiness audit of machine-learning repositories, as pre-commit hooks."""

__version__ = "0.1.0"
