"""Tests of audit-checkpoints."""
