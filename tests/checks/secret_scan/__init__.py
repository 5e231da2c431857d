"""Tests of `audit-secrets`."""
