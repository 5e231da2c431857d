"""Tests of audit-complexity."""
