"""Tests of audit-seeds."""
