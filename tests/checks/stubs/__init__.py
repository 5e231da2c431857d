"""Tests of audit-stubs."""
