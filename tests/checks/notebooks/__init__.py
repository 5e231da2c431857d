"""Tests of audit-notebooks."""
