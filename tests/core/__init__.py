"""Tests of what every hook stands on: reading, parsing, the store, the base."""
