"""Tests of the merge and of its renderers."""
